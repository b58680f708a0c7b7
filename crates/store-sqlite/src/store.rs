//! The contract's functions: each finds its way to the writer or to a reader, and does nothing by itself.

use async_trait::async_trait;
use parlor_domain::{Conversation, FoldedMessage, Readable, Standing};
use parlor_store::{
    ContactRow, DeviceRow, HeadRow, InviteRow, MemberRow, ReceiptRow, Result, ServerSettings, Store, StoreFigures, StoredEvent, TokenDigest, UserRow,
    Write, Written,
};
use parlor_types::{ConversationId, Epoch, Event, Handle, Position, Seq, Timestamp, UserId};

use crate::SqliteStore;
use crate::check::{self, Scope};
use crate::read::{contact, conversation, device, event, head, invite, member, message, store, user};

#[async_trait]
impl Store for SqliteStore {
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Written>> {
        self.send(batch).await
    }

    async fn epoch(&self) -> Result<Epoch> {
        self.shared.refuse_if_damaged()?;
        Ok(self.epoch)
    }

    async fn horizon(&self) -> Result<Position> {
        self.shared.refuse_if_damaged()?;
        Ok(self.shared.horizon())
    }

    async fn list_changed_conversations(&self, after: Position, through: Position, limit: usize) -> Result<Vec<(ConversationId, Position)>> {
        self.shared.refuse_if_damaged()?;
        let remembered = self.shared.feed.lock().list_changed(after, through, limit);
        match remembered {
            Some(changed) => Ok(changed),
            None => self.read(move |connection| store::list_changed(connection, after, through, limit)).await,
        }
    }

    async fn last_id(&self) -> Result<u64> {
        self.read(|connection| Ok(store::counters(connection)?.1)).await
    }

    async fn settings(&self) -> Result<ServerSettings> {
        self.read(store::settings).await
    }

    async fn figures(&self) -> Result<StoreFigures> {
        self.read(store::figures).await
    }

    async fn check(&self) -> Result<Vec<String>> {
        self.read(|connection| check::check(connection, Scope::Store)).await
    }

    async fn find_user(&self, user: UserId) -> Result<Option<UserRow>> {
        self.read(move |connection| user::find(connection, user)).await
    }

    async fn find_user_by_handle(&self, handle: &Handle) -> Result<Option<UserRow>> {
        let handle = handle.clone();
        self.read(move |connection| user::find_by_handle(connection, &handle)).await
    }

    async fn list_users(&self, users: &[UserId]) -> Result<Vec<UserRow>> {
        let users = users.to_vec();
        self.read(move |connection| user::list(connection, &users)).await
    }

    async fn search_users(&self, query: Option<&str>, after: Option<UserId>, limit: usize) -> Result<Vec<UserRow>> {
        let query = query.map(str::to_owned);
        self.read(move |connection| user::search(connection, query.as_deref(), after, limit)).await
    }

    async fn list_acquainted(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        let others = others.to_vec();
        self.read(move |connection| user::list_acquainted(connection, user, &others)).await
    }

    async fn list_companions(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        let others = others.to_vec();
        self.read(move |connection| user::list_companions(connection, user, &others)).await
    }

    async fn list_changed_users(&self, user: UserId, since: Position, limit: usize) -> Result<Vec<UserRow>> {
        self.read(move |connection| user::list_changed(connection, user, since, limit)).await
    }

    async fn find_device_by_token(&self, digest: &TokenDigest) -> Result<Option<(DeviceRow, UserRow)>> {
        let digest = *digest;
        self.read(move |connection| device::find_by_token(connection, &digest)).await
    }

    async fn list_devices(&self, user: UserId) -> Result<Vec<DeviceRow>> {
        self.read(move |connection| device::list(connection, user)).await
    }

    async fn list_contacts(&self, user: UserId, since: Option<Position>) -> Result<Vec<ContactRow>> {
        self.read(move |connection| contact::list(connection, user, since)).await
    }

    async fn find_contact(&self, user: UserId, other: UserId) -> Result<Option<ContactRow>> {
        self.read(move |connection| contact::find(connection, user, other)).await
    }

    async fn list_blocked(&self, user: UserId) -> Result<Vec<UserId>> {
        self.read(move |connection| contact::list_blocked(connection, user)).await
    }

    async fn list_blockers(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>> {
        let others = others.to_vec();
        self.read(move |connection| contact::list_blockers(connection, user, &others)).await
    }

    async fn find_conversation(&self, conversation: ConversationId) -> Result<Option<Conversation>> {
        self.read(move |connection| conversation::find(connection, conversation)).await
    }

    async fn find_standing(&self, conversation: ConversationId, user: UserId) -> Result<Option<(Conversation, Standing)>> {
        self.read(move |connection| conversation::find_standing(connection, conversation, user)).await
    }

    async fn find_direct(&self, one: UserId, other: UserId) -> Result<Option<ConversationId>> {
        self.read(move |connection| conversation::find_direct(connection, one, other)).await
    }

    async fn list_members(&self, conversation: ConversationId, after: Option<UserId>, limit: usize) -> Result<Vec<MemberRow>> {
        self.read(move |connection| member::list(connection, conversation, after, limit)).await
    }

    async fn list_receipts(&self, conversation: ConversationId, since: Option<Position>) -> Result<Vec<ReceiptRow>> {
        self.read(move |connection| member::list_receipts(connection, conversation, since)).await
    }

    async fn list_received(&self, user: UserId) -> Result<Vec<ConversationId>> {
        self.read(move |connection| member::list_received(connection, user)).await
    }

    async fn find_heir(&self, conversation: ConversationId, without: UserId) -> Result<Option<UserId>> {
        self.read(move |connection| member::find_heir(connection, conversation, without)).await
    }

    async fn list_heads(&self, user: UserId, since: Option<Position>) -> Result<Vec<HeadRow>> {
        self.read(move |connection| head::list(connection, user, since)).await
    }

    async fn find_head(&self, conversation: ConversationId, user: UserId) -> Result<Option<HeadRow>> {
        self.read(move |connection| head::find(connection, conversation, user)).await
    }

    async fn list_receipt_changes(&self, user: UserId, since: Position) -> Result<Vec<(ConversationId, Vec<ReceiptRow>)>> {
        self.read(move |connection| member::list_receipt_changes(connection, user, since)).await
    }

    async fn list_events(&self, conversation: ConversationId, after: Seq, through: Seq, limit: usize) -> Result<Vec<StoredEvent>> {
        self.read(move |connection| event::list(connection, conversation, after, through, limit)).await
    }

    async fn list_events_since(&self, conversation: ConversationId, since: Position, limit: usize) -> Result<Vec<StoredEvent>> {
        self.read(move |connection| event::list_since(connection, conversation, since, limit)).await
    }

    async fn find_event(&self, conversation: ConversationId, seq: Seq) -> Result<Option<Event>> {
        self.read(move |connection| event::find(connection, conversation, seq)).await
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
        let readable = readable.clone();
        self.read(move |connection| message::list(connection, conversation, &readable, from, to, newest, limit)).await
    }

    async fn find_message(&self, conversation: ConversationId, readable: &Readable, seq: Seq) -> Result<Option<FoldedMessage>> {
        let readable = readable.clone();
        self.read(move |connection| message::find(connection, conversation, &readable, seq)).await
    }

    async fn list_pins(&self, conversation: ConversationId) -> Result<Vec<Seq>> {
        self.read(move |connection| message::list_pins(connection, conversation)).await
    }

    async fn find_invite(&self, code: &str) -> Result<Option<InviteRow>> {
        let code = code.to_owned();
        self.read(move |connection| invite::find(connection, &code)).await
    }

    async fn list_invites(&self, conversation: Option<ConversationId>, now: Timestamp) -> Result<Vec<InviteRow>> {
        self.read(move |connection| invite::list(connection, conversation, now)).await
    }

    async fn list_channels(
        &self,
        user: UserId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<(Conversation, bool)>> {
        let query = query.map(str::to_owned);
        self.read(move |connection| conversation::list_channels(connection, user, query.as_deref(), after, limit)).await
    }

    async fn list_trimmable(&self, after: Option<ConversationId>, limit: usize) -> Result<Vec<Conversation>> {
        self.read(move |connection| conversation::list_trimmable(connection, after, limit)).await
    }

    async fn find_last_before(&self, conversation: ConversationId, before: Timestamp) -> Result<Seq> {
        self.read(move |connection| conversation::find_last_before(connection, conversation, before)).await
    }

    async fn list_device_watermarks(&self, conversation: ConversationId) -> Result<Vec<Seq>> {
        self.read(move |connection| member::list_device_watermarks(connection, conversation)).await
    }
}
