//! Values that the tests start from; each test changes what it is about.

use parlor_client::protocol::models::{Account, Head, Interval, PersonalSettings, ReadState, User};
use parlor_client::protocol::{Cursor, Snapshot};
use parlor_types::event::Content;
use parlor_types::{
    ConversationId, ConversationKind, DeviceId, Epoch, Event, EventBody, EventId, HistoryVisibility, Limits, Position, Retention, Role, Seq,
    ServerRole, Timestamp, UserId,
};

/// Who the device belongs to.
pub(crate) const ME: UserId = UserId::from_raw(1);

pub(crate) fn user(id: UserId) -> User {
    User { id, handle: Some(format!("user{id}").parse().unwrap()), display_name: format!("User {id}").parse().unwrap(), deleted: false }
}

/// A group that begins with `ME` in it, whose log is `last_seq` long.
pub(crate) fn head(id: ConversationId, last_seq: u64) -> Head {
    Head {
        id,
        kind: ConversationKind::Group,
        title: Some("Group".parse().unwrap()),
        description: None,
        peer: None,
        peer_receipt: None,
        role: Some(Role::Member),
        member_count: 3,
        last_seq: Seq(last_seq),
        trimmed_seq: Seq::ZERO,
        readable: vec![Interval { from: Seq(1), to: None }],
        read_state: ReadState { delivered: Seq::ZERO, read: Seq::ZERO, unread: 0, mentions: 0, marked_unread: false },
        settings: PersonalSettings::default(),
        retention: Retention::Forever,
        history: HistoryVisibility::SinceJoined,
        last_message: None,
        created_at: at(0),
        updated_at: at(last_seq),
    }
}

pub(crate) fn snapshot(position: u64, resumed: bool, conversations: Vec<Head>) -> Snapshot {
    Snapshot {
        user: ME,
        device: DeviceId::from_raw(9),
        epoch: Epoch(1),
        cursor: Cursor::at(Epoch(1), Position(position)),
        resumed,
        heartbeat_ms: 30_000,
        limits: Limits::DEFAULT,
        account: Account { user: user(ME), role: ServerRole::Member, send_read_receipts: true, share_presence: true, created_at: at(0) },
        conversations,
        contacts: Vec::new(),
        blocked: Vec::new(),
        users: Vec::new(),
    }
}

pub(crate) fn event(conversation: ConversationId, seq: u64, sender: UserId, body: EventBody) -> Event {
    Event { conversation, seq: Seq(seq), id: EventId::from_raw(1_000 + seq), sender, at: at(seq), body }
}

pub(crate) fn message(conversation: ConversationId, seq: u64, sender: UserId, text: &str) -> Event {
    event(conversation, seq, sender, EventBody::Message { content: Content::text(text.parse().unwrap()), reply_to: None })
}

pub(crate) fn at(seq: u64) -> Timestamp {
    Timestamp::from_milliseconds(1_767_225_600_000 + seq as i64 * 1_000)
}
