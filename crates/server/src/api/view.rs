//! From what the engine gives back to what goes over the wire. Nothing is decided here: what somebody may not see has been taken out before.

use parlor_domain::contact::ContactState as State;
use parlor_domain::{Conversation, FoldedMessage};
use parlor_engine::commands::Sent as EngineSent;
use parlor_engine::{HeadView, PresenceState as EnginePresence, PresenceView};
use parlor_protocol::models::{
    Account, AdminUser, ChannelSummary, Contact, ContactState, Head, Interval, Invite, Member, Message, PersonalSettings, Presence, PresenceState,
    Reaction, ReadState, Receipt, Session, User,
};
use parlor_protocol::operations::{ConversationDetails, Sent};
use parlor_store::{DeviceRow, HeadRow, InviteRow, Marked, MemberRow, ReceiptRow, UserRow};
use parlor_types::{DeviceId, Seq, UserId};

/// What everybody may know of a user whom they may know of.
pub(crate) fn user(row: UserRow) -> User {
    User { id: row.id, handle: row.handle, display_name: row.display_name, deleted: row.deleted }
}

/// Profiles.
pub(crate) fn users(rows: Vec<UserRow>) -> Vec<User> {
    rows.into_iter().map(user).collect()
}

/// A user's own account.
pub(crate) fn account(row: UserRow) -> Account {
    Account {
        role: row.role,
        send_read_receipts: row.send_read_receipts,
        share_presence: row.share_presence,
        created_at: row.created_at,
        user: user(row),
    }
}

/// An account, as admins of the server see it.
pub(crate) fn admin_user(row: UserRow) -> AdminUser {
    AdminUser { role: row.role, disabled: row.disabled, created_at: row.created_at, last_active_at: row.last_active_at, user: user(row) }
}

/// A session, as it stands in its user's list; `current` is the one that asks.
pub(crate) fn session(row: DeviceRow, current: DeviceId) -> Session {
    Session { current: row.id == current, device: row.id, name: row.name, created_at: row.created_at, last_seen_at: row.last_seen_at }
}

/// A contact.
pub(crate) fn contact(row: UserRow, state: State) -> Contact {
    let state = match state {
        State::None => ContactState::None,
        State::Requested => ContactState::Requested,
        State::Pending => ContactState::Pending,
        State::Accepted => ContactState::Accepted,
    };
    Contact { user: user(row), state }
}

/// A member's watermarks, as others see them.
pub(crate) fn receipt(row: &ReceiptRow) -> Receipt {
    Receipt { user: row.user, delivered: row.delivered, read: row.read }
}

/// One's own standing after a mark.
pub(crate) fn read_state(marked: &Marked) -> ReadState {
    ReadState {
        delivered: marked.delivered,
        read: marked.read,
        unread: marked.unread,
        mentions: marked.mentions,
        marked_unread: marked.marked_unread,
    }
}

/// A head.
pub(crate) fn head(row: HeadRow) -> Head {
    // Whose head it is matters to what they may read only through the member row.
    let standing = row.standing(row.member.as_ref().map_or(UserId::from_raw(1), |member| member.user));
    let readable = standing.readable(&row.conversation);
    let (last_seq, peer) = (readable.last_seq(), row.peer_user());
    let intervals = readable.intervals().iter().map(|interval| Interval { from: interval.from, to: interval.to }).collect();
    let (read_state, settings) = match row.member {
        Some(member) => (
            ReadState {
                delivered: member.delivered,
                read: member.read,
                unread: row.unread,
                mentions: row.mentions,
                marked_unread: member.marked_unread,
            },
            PersonalSettings { muted_until: member.muted_until, pinned: member.pinned, archived: member.archived },
        ),
        None => (ReadState { delivered: Seq::ZERO, read: Seq::ZERO, unread: 0, mentions: 0, marked_unread: false }, PersonalSettings::default()),
    };
    let conversation = row.conversation;
    Head {
        id: conversation.id,
        kind: conversation.kind,
        title: conversation.title,
        description: conversation.description,
        peer,
        peer_receipt: row.peer.as_ref().map(receipt),
        role: standing.role,
        member_count: conversation.member_count,
        last_seq,
        trimmed_seq: conversation.trimmed_seq,
        readable: intervals,
        read_state,
        settings,
        retention: conversation.retention,
        history: conversation.history,
        last_message: row.last_message.map(message),
        created_at: conversation.created_at,
        updated_at: conversation.updated_at,
    }
}

/// A head with its users.
pub(crate) fn details(view: HeadView) -> ConversationDetails {
    ConversationDetails { head: head(view.head), users: users(view.users) }
}

/// A channel in the list of channels.
pub(crate) fn channel(conversation: Conversation, joined: bool) -> Option<ChannelSummary> {
    Some(ChannelSummary {
        id: conversation.id,
        title: conversation.title?,
        description: conversation.description,
        member_count: conversation.member_count,
        joined,
    })
}

/// A folded message.
pub(crate) fn message(folded: FoldedMessage) -> Message {
    let reactions = folded.reactions.into_iter().map(|reaction| Reaction { emoji: reaction.emoji, users: reaction.users }).collect();
    Message {
        conversation: folded.conversation,
        seq: folded.seq,
        id: folded.id,
        sender: folded.sender,
        at: folded.at,
        text: folded.content.text,
        mentions: folded.content.mentions,
        reply_to: folded.reply_to,
        edited_at: folded.edited_at,
        deleted: folded.deleted,
        pinned: folded.pinned,
        reactions,
    }
}

/// A member. Former ones have no role and are not listed.
pub(crate) fn member((row, profile): (MemberRow, UserRow)) -> Option<Member> {
    Some(Member { role: row.role?, joined_seq: row.joined_seq, user: user(profile) })
}

/// An invite, for those who may make one.
pub(crate) fn invite(row: InviteRow) -> Invite {
    Invite {
        id: row.id,
        code: row.code,
        created_by: row.created_by,
        created_at: row.created_at,
        expires_at: row.expires_at,
        uses_max: row.uses_max,
        uses: row.uses,
    }
}

/// Somebody's presence.
pub(crate) fn presence(view: PresenceView) -> Presence {
    let state = match view.state {
        EnginePresence::Online => PresenceState::Online,
        EnginePresence::Away => PresenceState::Away,
        EnginePresence::Offline => PresenceState::Offline,
        EnginePresence::Hidden => PresenceState::Hidden,
    };
    Presence { user: view.user, state, last_active_at: view.last_active_at }
}

/// Where an event went.
pub(crate) const fn sent(sent: EngineSent) -> Sent {
    Sent { seq: sent.seq, id: sent.id, at: sent.at }
}
