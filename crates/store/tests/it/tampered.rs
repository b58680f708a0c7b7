//! A store that does something else than it was told.

use async_trait::async_trait;
use parlor_domain::{Conversation, FoldedMessage, Readable, Standing};
use parlor_store::{
    ContactRow, DeviceRow, HeadRow, InviteRow, MemberRow, MemoryStore, ReceiptRow, Result, ServerSettings, Store, StoreFigures, StoredEvent,
    TokenDigest, UserRow, Write, Written,
};
use parlor_types::{ConversationId, Epoch, Event, Handle, Position, Seq, Timestamp, UserId};

/// Changes every write before it is committed.
pub(crate) struct Tampered {
    pub(crate) inner: MemoryStore,
    pub(crate) tamper: fn(&mut Write),
}

macro_rules! tampered {
    ($($name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Tampered {
            async fn commit(&self, mut batch: Vec<Write>) -> Result<Vec<Written>> {
                batch.iter_mut().for_each(self.tamper);
                self.inner.commit(batch).await
            }
            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer> {
                self.inner.$name($($argument),*).await
            })*
        }
    };
}

tampered! {
    epoch() -> Epoch;
    horizon() -> Position;
    list_changed_conversations(after: Position, through: Position, limit: usize) -> Vec<(ConversationId, Position)>;
    last_id() -> u64;
    settings() -> ServerSettings;
    figures() -> StoreFigures;
    check() -> Vec<String>;
    find_user(user: UserId) -> Option<UserRow>;
    find_user_by_handle(handle: &Handle) -> Option<UserRow>;
    list_users(users: &[UserId]) -> Vec<UserRow>;
    search_users(query: Option<&str>, after: Option<UserId>, limit: usize) -> Vec<UserRow>;
    list_acquainted(user: UserId, others: &[UserId]) -> Vec<UserId>;
    list_companions(user: UserId, others: &[UserId]) -> Vec<UserId>;
    list_changed_users(user: UserId, since: Position, limit: usize) -> Vec<UserRow>;
    find_device_by_token(digest: &TokenDigest) -> Option<(DeviceRow, UserRow)>;
    list_devices(user: UserId) -> Vec<DeviceRow>;
    list_contacts(user: UserId, since: Option<Position>) -> Vec<ContactRow>;
    find_contact(user: UserId, other: UserId) -> Option<ContactRow>;
    list_blocked(user: UserId) -> Vec<UserId>;
    list_blockers(user: UserId, others: &[UserId]) -> Vec<UserId>;
    find_conversation(conversation: ConversationId) -> Option<Conversation>;
    find_standing(conversation: ConversationId, user: UserId) -> Option<(Conversation, Standing)>;
    find_direct(one: UserId, other: UserId) -> Option<ConversationId>;
    list_members(conversation: ConversationId, after: Option<UserId>, limit: usize) -> Vec<MemberRow>;
    list_receipts(conversation: ConversationId, since: Option<Position>) -> Vec<ReceiptRow>;
    list_received(user: UserId) -> Vec<ConversationId>;
    find_heir(conversation: ConversationId, without: UserId) -> Option<UserId>;
    list_heads(user: UserId, since: Option<Position>) -> Vec<HeadRow>;
    find_head(conversation: ConversationId, user: UserId) -> Option<HeadRow>;
    list_receipt_changes(user: UserId, since: Position) -> Vec<(ConversationId, Vec<ReceiptRow>)>;
    list_events(conversation: ConversationId, after: Seq, through: Seq, limit: usize) -> Vec<StoredEvent>;
    list_events_since(conversation: ConversationId, since: Position, limit: usize) -> Vec<StoredEvent>;
    find_event(conversation: ConversationId, seq: Seq) -> Option<Event>;
    list_messages(conversation: ConversationId, readable: &Readable, from: Seq, to: Seq, newest: bool, limit: usize) -> Vec<FoldedMessage>;
    find_message(conversation: ConversationId, readable: &Readable, seq: Seq) -> Option<FoldedMessage>;
    list_pins(conversation: ConversationId) -> Vec<Seq>;
    find_invite(code: &str) -> Option<InviteRow>;
    list_invites(conversation: Option<ConversationId>, now: Timestamp) -> Vec<InviteRow>;
    list_channels(user: UserId, query: Option<&str>, after: Option<ConversationId>, limit: usize) -> Vec<(Conversation, bool)>;
    list_trimmable(after: Option<ConversationId>, limit: usize) -> Vec<Conversation>;
    find_last_before(conversation: ConversationId, before: Timestamp) -> Seq;
    list_device_watermarks(conversation: ConversationId) -> Vec<Seq>;
}
