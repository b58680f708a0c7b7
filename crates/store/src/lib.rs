//! The storage trait, the memory store that is its model, and the conformance suite that every store passes.
//!
//! # The contract
//!
//! - **All writes are values** ([`Write`]) and go through [`Store::commit`] as a batch: one transaction, on stable storage when it returns (G1). Within a batch
//!   each write sees the ones before it; a write that is refused (its [`Written`] says so) changes nothing and does not disturb its neighbours. Only when
//!   the whole transaction could not be made is the answer an error, and then nothing of the batch happened, or (after a lost connection to the database) it
//!   is not known; retrying is safe because every write is idempotent by id or key.
//! - **Seqs** are given inside that transaction, 1, 2, 3 … per conversation, gapless (G3).
//! - **Positions**: every change that a client must learn of takes the next [`Position`] of the store-wide change feed and stamps it on the row that changed: events, member rows
//!   (receipts and personal settings), contacts, blocks, users. Each write says which it takes, in which order; no store takes others, so that the same
//!   writes give the same positions in every store that has one writer. [`Store::horizon`] is the highest position at and below which everything is visible; with several
//!   writers a slow transaction holds it back, so that a cursor taken at the horizon never skips anything (G4).
//! - **Rules version**: an append is decided on facts read earlier. It names the version they had and is [`AppendOutcome::Stale`] under any other.
//! - **Absence is `None`**; time and ids come in as arguments; nothing is decided here beyond what must hold inside the transaction.
//! - Reads see every commit that was acknowledged before they began.
//!
//! [`mod@write`] has the writes, [`rows`] what reads give back, [`memory`] the model, [`conformance`] the suite, [`equivalence`] the comparison of two
//! stores under random writes. To add a back end see
//! docs/dev/adding-a-backend.md.

pub mod conformance;
pub mod equivalence;
pub mod memory;
pub mod rows;
pub mod write;

use async_trait::async_trait;
use parlor_domain::{Conversation, FoldedMessage, Readable, Standing};
use parlor_types::{ConversationId, Epoch, Event, Handle, Position, Seq, Timestamp, UserId};

pub use memory::MemoryStore;
pub use rows::*;
pub use write::*;

/// Why a store could not do what it was asked. Never a refusal of one write: those are outcomes.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot now, and did not: try again later with the same ids and keys.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// There is no room on the disk; nothing was written. Reads go on.
    #[error("the store has no room left: {0}")]
    Full(String),
    /// What is stored cannot be right, or stable storage failed. The process must stop rather than go on (DESIGN section 2).
    #[error("the store is damaged: {0}")]
    Damaged(String),
}

/// The one result type of stores.
pub type Result<T> = std::result::Result<T, StoreError>;

/// Durable state. Object safe; shared by every task of a node.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Commits a batch in one transaction and gives one [`Written`] per [`Write`], in order. Not cancel safe in effect: once polled, the batch may commit even
    /// if the future is dropped.
    async fn commit(&self, batch: Vec<Write>) -> Result<Vec<Written>>;

    /// The incarnation of the data (G11).
    async fn epoch(&self) -> Result<Epoch>;
    /// The highest position at and below which every change is visible to reads that begin now. Cheap: no disk.
    async fn horizon(&self) -> Result<Position>;
    /// Conversations with an event in `(after, through]`, each with the position of its last event there; for nodes that follow the feed. At most
    /// `limit`, those with the lowest such positions, rising: who got `limit` goes on after the last one.
    async fn list_changed_conversations(&self, after: Position, through: Position, limit: usize) -> Result<Vec<(ConversationId, Position)>>;
    /// A snowflake id that is not below any id of a row that is kept (users, devices, conversations, events, invites); zero for an empty store.
    async fn last_id(&self) -> Result<u64>;
    /// Name and registration mode of the server.
    async fn settings(&self) -> Result<ServerSettings>;
    /// Figures for admins and metrics. May be as slow as counting.
    async fn figures(&self) -> Result<StoreFigures>;
    /// Verifies every invariant of the stored data and names each violation in words; an empty list means sound. Slow.
    async fn check(&self) -> Result<Vec<String>>;

    /// A user by id, deleted ones included.
    async fn find_user(&self, user: UserId) -> Result<Option<UserRow>>;
    /// A live user by handle.
    async fn find_user_by_handle(&self, handle: &Handle) -> Result<Option<UserRow>>;
    /// Users by id, deleted ones included, in no promised order; unknown ids are left out.
    async fn list_users(&self, users: &[UserId]) -> Result<Vec<UserRow>>;
    /// Live users, disabled ones included, by id, after `after`, whose handle or display name contains `query` in any (ASCII) case.
    async fn search_users(&self, query: Option<&str>, after: Option<UserId>, limit: usize) -> Result<Vec<UserRow>>;
    /// Which of `others` may `user` know of: themselves, who has or had a member row in a conversation where they have or had one (channels
    /// included), and with whom they stand in anything but `None`, seen from `user`'s side. Each once, in no promised order.
    async fn list_acquainted(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>>;
    /// Which of `others` does `user` stand close to now: themselves, fellow members of a conversation where both are members (channels included), and
    /// contacts that both agreed to. Closeness is mutual. Each once, in no promised order.
    async fn list_companions(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>>;
    /// Users acquainted with `user` (themselves excepted) whose profile changed after `since`: at most `limit`, lowest positions first.
    async fn list_changed_users(&self, user: UserId, since: Position, limit: usize) -> Result<Vec<UserRow>>;

    /// The live device with this token digest, with its user, when neither is revoked, disabled or deleted.
    async fn find_device_by_token(&self, digest: &TokenDigest) -> Result<Option<(DeviceRow, UserRow)>>;
    /// The live devices of a user, newest (`created_at`, then id) first.
    async fn list_devices(&self, user: UserId) -> Result<Vec<DeviceRow>>;

    /// How two users stand, seen from `user`, for every other with whom there is anything but `None`, or (with `since`) whose row changed after it,
    /// whatever it says now.
    async fn list_contacts(&self, user: UserId, since: Option<Position>) -> Result<Vec<ContactRow>>;
    /// How `user` sees `other`; `None` when that never was anything. What ended stays as a row that says [`None`](parlor_domain::contact::ContactState::None).
    async fn find_contact(&self, user: UserId, other: UserId) -> Result<Option<ContactRow>>;
    /// Whom `user` blocked.
    async fn list_blocked(&self, user: UserId) -> Result<Vec<UserId>>;
    /// Which of `others` have blocked `user`.
    async fn list_blockers(&self, user: UserId, others: &[UserId]) -> Result<Vec<UserId>>;

    /// A conversation.
    async fn find_conversation(&self, conversation: ConversationId) -> Result<Option<Conversation>>;
    /// A conversation and how `user` stands to it ([`Standing::stranger`] when there is no member row), read at one moment.
    async fn find_standing(&self, conversation: ConversationId, user: UserId) -> Result<Option<(Conversation, Standing)>>;
    /// The direct conversation of two users.
    async fn find_direct(&self, one: UserId, other: UserId) -> Result<Option<ConversationId>>;
    /// Current members by user id, after `after`.
    async fn list_members(&self, conversation: ConversationId, after: Option<UserId>, limit: usize) -> Result<Vec<MemberRow>>;
    /// The watermarks of the current members, or (with `since`) those that changed after it, of who came (back) after it too. Nothing for channels.
    async fn list_receipts(&self, conversation: ConversationId, since: Option<Position>) -> Result<Vec<ReceiptRow>>;
    /// Which conversations `user` currently receives (see [`Standing::receives`]): what a connection listens to.
    async fn list_received(&self, user: UserId) -> Result<Vec<ConversationId>>;
    /// Who would own the conversation if `without` went: of all others the one with the highest role, among these with the lowest
    /// joined seq, then id.
    async fn find_heir(&self, conversation: ConversationId, without: UserId) -> Result<Option<UserId>>;
    /// All heads of `user` (current and former memberships), or (with `since`) those where anything that the head shows changed after it: the own row; or, where
    /// the user receives the conversation, the log (a trim too) or in direct conversations the peer's watermarks. Newest event (highest position) first.
    async fn list_heads(&self, user: UserId, since: Option<Position>) -> Result<Vec<HeadRow>>;
    /// One head; also for a channel in which `user` never was (without [`HeadRow::member`]).
    async fn find_head(&self, conversation: ConversationId, user: UserId) -> Result<Option<HeadRow>>;
    /// Conversations that `user` receives where someone's watermarks (also the own ones) changed after `since`, with those rows; channels excepted.
    /// In no promised order.
    async fn list_receipt_changes(&self, user: UserId, since: Position) -> Result<Vec<(ConversationId, Vec<ReceiptRow>)>>;

    /// Events with `after < seq <= through`, rising, at most `limit`.
    async fn list_events(&self, conversation: ConversationId, after: Seq, through: Seq, limit: usize) -> Result<Vec<StoredEvent>>;
    /// The events with a position after `since`, rising, at most `limit`.
    async fn list_events_since(&self, conversation: ConversationId, since: Position, limit: usize) -> Result<Vec<StoredEvent>>;
    /// One event.
    async fn find_event(&self, conversation: ConversationId, seq: Seq) -> Result<Option<Event>>;
    /// The messages in `readable` with `from <= seq <= to`: the first `limit` of them, or with `newest` the last `limit`; rising in either case. Only events in
    /// `readable` are folded in: what happened to a message after somebody was removed is not theirs to see (G7).
    async fn list_messages(
        &self,
        conversation: ConversationId,
        readable: &Readable,
        from: Seq,
        to: Seq,
        newest: bool,
        limit: usize,
    ) -> Result<Vec<FoldedMessage>>;
    /// The message at `seq`, folded like that; `None` when the event there is none, or not in `readable`.
    async fn find_message(&self, conversation: ConversationId, readable: &Readable, seq: Seq) -> Result<Option<FoldedMessage>>;
    /// Seqs of the messages that are pinned now and kept, rising.
    async fn list_pins(&self, conversation: ConversationId) -> Result<Vec<Seq>>;

    /// An invite by its code, expired and spent ones included.
    async fn find_invite(&self, code: &str) -> Result<Option<InviteRow>>;
    /// Invites of a conversation, or of the server for `None`, that are neither expired at `now` nor spent, newest (`created_at`, then id) first.
    async fn list_invites(&self, conversation: Option<ConversationId>, now: Timestamp) -> Result<Vec<InviteRow>>;
    /// Channels by (title in ASCII lower case, in bytes; then id), after the channel `after` (none when that is no channel), whose title contains `query` in any
    /// (ASCII) case; each with whether `user` is a member. A missing title is an empty one.
    async fn list_channels(
        &self,
        user: UserId,
        query: Option<&str>,
        after: Option<ConversationId>,
        limit: usize,
    ) -> Result<Vec<(Conversation, bool)>>;

    /// Conversations with a retention rule other than `forever`, by id after `after`.
    async fn list_trimmable(&self, after: Option<ConversationId>, limit: usize) -> Result<Vec<Conversation>>;
    /// The last seq of the longest prefix whose events were all taken before `before`; what is trimmed counts as taken before. Zero for an unknown conversation.
    async fn find_last_before(&self, conversation: ConversationId, before: Timestamp) -> Result<Seq>;
    /// The delivered watermark of every live device of every current member (zero for a device that never said anything), in no promised order.
    async fn list_device_watermarks(&self, conversation: ConversationId) -> Result<Vec<Seq>>;
}
