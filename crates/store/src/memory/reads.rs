//! The contract's functions, each on what the lock shows at one moment.

use async_trait::async_trait;
use parlor_domain::{Conversation, FoldedMessage, Readable, Standing};
use parlor_types::{ConversationId, Epoch, Event, Handle, Position, Seq, Timestamp, UserId};

use super::MemoryStore;
use crate::{
    ContactRow, DeviceRow, HeadRow, InviteRow, MemberRow, ReceiptRow, Result, ServerSettings, Store, StoreFigures, StoredEvent, TokenDigest, UserRow,
    Write, Written,
};

#[async_trait]
impl Store for MemoryStore {
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Written>> {
        self.commit_batch(batch).await
    }

    async fn epoch(&self) -> Result<Epoch> {
        Ok(self.epoch)
    }

    async fn horizon(&self) -> Result<Position> {
        Ok(self.shared.inner.lock().horizon())
    }

    async fn list_changed_conversations(&self, after: Position, through: Position, limit: usize) -> Result<Vec<(ConversationId, Position)>> {
        Ok(self.read().list_changed_conversations(after, through, limit))
    }

    async fn last_id(&self) -> Result<u64> {
        Ok(self.read().last_id())
    }

    async fn settings(&self) -> Result<ServerSettings> {
        Ok(self.read().settings())
    }

    async fn figures(&self) -> Result<StoreFigures> {
        Ok(self.read().figures())
    }

    async fn check(&self) -> Result<Vec<String>> {
        Ok(self.read().check())
    }

    async fn find_user(&self, user: UserId) -> Result<Option<UserRow>> {
        Ok(self.read().users.get(&user).cloned())
    }

    async fn find_user_by_handle(&self, handle: &Handle) -> Result<Option<UserRow>> {
        Ok(self.read().find_user_by_handle(handle))
    }

    async fn list_users(&self, users: &[UserId]) -> Result<Vec<UserRow>> {
        Ok(self.read().list_users(users))
    }

    async fn search_users(&self, query: Option<&str>, after: Option<UserId>, limit: usize) -> Result<Vec<UserRow>> {
        Ok(self.read().search_users(query, after, limit))
    }

    async fn list_acquainted(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        Ok(self.read().list_acquainted(user, others))
    }

    async fn list_companions(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        Ok(self.read().list_companions(user, others))
    }

    async fn list_changed_users(&self, user: UserId, since: Position, limit: usize) -> Result<Vec<UserRow>> {
        Ok(self.read().list_changed_users(user, since, limit))
    }

    async fn find_device_by_token(&self, digest: &TokenDigest) -> Result<Option<(DeviceRow, UserRow)>> {
        Ok(self.read().find_device_by_token(digest))
    }

    async fn list_devices(&self, user: UserId) -> Result<Vec<DeviceRow>> {
        Ok(self.read().list_devices(user))
    }

    async fn list_contacts(&self, user: UserId, since: Option<Position>) -> Result<Vec<ContactRow>> {
        Ok(self.read().list_contacts(user, since))
    }

    async fn find_contact(&self, user: UserId, other: UserId) -> Result<Option<ContactRow>> {
        Ok(self.read().find_contact(user, other))
    }

    async fn list_blocked(&self, user: UserId) -> Result<Vec<UserId>> {
        Ok(self.read().list_blocked(user))
    }

    async fn list_blockers(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        Ok(self.read().list_blockers(user, others))
    }

    async fn find_conversation(&self, conversation: ConversationId) -> Result<Option<Conversation>> {
        Ok(self.read().find_conversation(conversation))
    }

    async fn find_standing(&self, conversation: ConversationId, user: UserId) -> Result<Option<(Conversation, Standing)>> {
        Ok(self.read().find_standing(conversation, user))
    }

    async fn find_direct(&self, one: UserId, other: UserId) -> Result<Option<ConversationId>> {
        Ok(self.read().find_direct(one, other))
    }

    async fn list_members(&self, conversation: ConversationId, after: Option<UserId>, limit: usize) -> Result<Vec<MemberRow>> {
        Ok(self.read().list_members(conversation, after, limit))
    }

    async fn list_receipts(&self, conversation: ConversationId, since: Option<Position>) -> Result<Vec<ReceiptRow>> {
        Ok(self.read().list_receipts(conversation, since))
    }

    async fn list_received(&self, user: UserId) -> Result<Vec<ConversationId>> {
        Ok(self.read().list_received(user))
    }

    async fn find_heir(&self, conversation: ConversationId, without: UserId) -> Result<Option<UserId>> {
        Ok(self.read().find_heir(conversation, without))
    }

    async fn list_heads(&self, user: UserId, since: Option<Position>) -> Result<Vec<HeadRow>> {
        Ok(self.read().list_heads(user, since))
    }

    async fn find_head(&self, conversation: ConversationId, user: UserId) -> Result<Option<HeadRow>> {
        Ok(self.read().find_head(conversation, user))
    }

    async fn list_receipt_changes(&self, user: UserId, since: Position) -> Result<Vec<(ConversationId, Vec<ReceiptRow>)>> {
        Ok(self.read().list_receipt_changes(user, since))
    }

    async fn list_events(&self, conversation: ConversationId, after: Seq, through: Seq, limit: usize) -> Result<Vec<StoredEvent>> {
        Ok(self.read().list_events(conversation, after, through, limit))
    }

    async fn list_events_since(&self, conversation: ConversationId, since: Position, limit: usize) -> Result<Vec<StoredEvent>> {
        Ok(self.read().list_events_since(conversation, since, limit))
    }

    async fn find_event(&self, conversation: ConversationId, seq: Seq) -> Result<Option<Event>> {
        Ok(self.read().find_event(conversation, seq))
    }

    async fn list_messages(
        &self,
        conversation: ConversationId,
        readable: &Readable,
        from: Seq,
        to: Seq,
        newest: bool,
        limit: usize,
    ) -> Result<Vec<FoldedMessage>> {
        Ok(self.read().list_messages(conversation, readable, from, to, newest, limit))
    }

    async fn find_message(&self, conversation: ConversationId, readable: &Readable, seq: Seq) -> Result<Option<FoldedMessage>> {
        Ok(self.read().find_message(conversation, readable, seq))
    }

    async fn list_pins(&self, conversation: ConversationId) -> Result<Vec<Seq>> {
        Ok(self.read().list_pins(conversation))
    }

    async fn find_invite(&self, code: &str) -> Result<Option<InviteRow>> {
        Ok(self.read().find_invite(code))
    }

    async fn list_invites(&self, conversation: Option<ConversationId>, now: Timestamp) -> Result<Vec<InviteRow>> {
        Ok(self.read().list_invites(conversation, now))
    }

    async fn list_channels(
        &self,
        user: UserId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<(Conversation, bool)>> {
        Ok(self.read().list_channels(user, query, after, limit))
    }

    async fn list_trimmable(&self, after: Option<ConversationId>, limit: usize) -> Result<Vec<Conversation>> {
        Ok(self.read().list_trimmable(after, limit))
    }

    async fn find_last_before(&self, conversation: ConversationId, before: Timestamp) -> Result<Seq> {
        Ok(self.read().find_last_before(conversation, before))
    }

    async fn list_device_watermarks(&self, conversation: ConversationId) -> Result<Vec<Seq>> {
        Ok(self.read().list_device_watermarks(conversation))
    }
}
