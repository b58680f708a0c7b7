//! What the memory store holds, and which function makes which write.

use std::collections::{BTreeMap, BTreeSet};

use parlor_domain::{Conversation, Standing};
use parlor_types::{ConversationId, DeviceId, EventId, InviteId, Position, RegistrationMode, SendKey, Seq, Timestamp, UserId};

use crate::{ContactRow, DeviceRow, InviteRow, MemberRow, ServerSettings, StoreFigures, StoredEvent, TokenDigest, UserRow, Write, Written};

/// Everything that reads can see.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    /// The last position that was given.
    pub(super) position: Position,
    pub(super) users: BTreeMap<UserId, UserRow>,
    /// Live ones only.
    pub(super) devices: BTreeMap<DeviceId, Device>,
    /// How the first sees the second.
    pub(super) contacts: BTreeMap<(UserId, UserId), ContactRow>,
    /// The first blocks the second.
    pub(super) blocks: BTreeSet<(UserId, UserId)>,
    pub(super) logs: BTreeMap<ConversationId, Log>,
    /// Which conversation a creator made with a key.
    pub(super) create_keys: BTreeMap<(UserId, SendKey), ConversationId>,
    pub(super) invites: BTreeMap<InviteId, InviteRow>,
    pub(super) name: Option<String>,
    pub(super) registration: Option<RegistrationMode>,
}

#[derive(Debug, Clone)]
pub(super) struct Device {
    pub(super) row: DeviceRow,
    pub(super) token: TokenDigest,
}

/// A conversation with all that belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Log {
    pub(super) conversation: Conversation,
    /// Those that were not trimmed.
    pub(super) events: BTreeMap<Seq, StoredEvent>,
    /// Former members too.
    pub(super) members: BTreeMap<UserId, Member>,
    /// What was sent under which key.
    pub(super) keys: BTreeMap<(UserId, SendKey), Sent>,
    /// Position of the last trim.
    pub(super) trim_position: Position,
}

#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) row: MemberRow,
    /// When the watermarks last rose, or the member came or came back.
    pub(super) receipt_position: Position,
    /// The delivered watermark of each device that ever said one.
    pub(super) devices: BTreeMap<DeviceId, Seq>,
}

#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) digest: [u8; 16],
    pub(super) seq: Seq,
    pub(super) id: EventId,
    pub(super) at: Timestamp,
}

impl Member {
    pub(super) fn standing(&self) -> Standing {
        Standing { user: self.row.user, role: self.row.role, intervals: self.row.intervals.clone() }
    }
}

impl State {
    /// Applies the writes in order, each on what the ones before it made.
    pub(super) fn apply_all(&mut self, batch: Vec<Write>) -> Vec<Written> {
        batch.into_iter().map(|write| self.apply(write)).collect()
    }

    fn apply(&mut self, write: Write) -> Written {
        match write {
            Write::Append(write) => Written::Append(self.append(write)),
            Write::CreateConversation(write) => Written::CreateConversation(self.create_conversation(write)),
            Write::Mark(write) => Written::Mark(self.mark(&write)),
            Write::SetPersonal(write) => Written::SetPersonal(self.set_personal(&write)),
            Write::CreateUser(write) => Written::CreateUser(self.create_user(write)),
            Write::UpdateUser(write) => Written::UpdateUser(self.update_user(write)),
            Write::DeleteUser(write) => Written::DeleteUser(self.delete_user(&write)),
            Write::CreateDevice(write) => Written::CreateDevice(self.create_device(write)),
            Write::RevokeDevices(write) => Written::RevokeDevices(self.revoke_devices(&write)),
            Write::SetPassword(write) => Written::SetPassword(self.set_password(write)),
            Write::TouchDevice(write) => {
                self.touch_device(&write);
                Written::TouchDevice(())
            }
            Write::SetContact(write) => Written::SetContact(self.set_contact(&write)),
            Write::SetBlock(write) => Written::SetBlock(self.set_block(&write)),
            Write::CreateInvite(write) => Written::CreateInvite(self.create_invite(write)),
            Write::RevokeInvite(write) => {
                self.revoke_invite(&write);
                Written::RevokeInvite(())
            }
            Write::SetSettings(write) => {
                self.name = write.name.or(self.name.take());
                self.registration = write.registration.or(self.registration);
                Written::SetSettings(())
            }
            Write::Trim(write) => Written::Trim(self.trim(&write)),
            Write::ForgetKeys(write) => Written::ForgetKeys(self.forget_keys(&write)),
        }
    }

    /// The next position of the change feed.
    pub(super) fn next_position(&mut self) -> Position {
        self.position = self.position.next();
        self.position
    }

    pub(super) fn settings(&self) -> ServerSettings {
        ServerSettings { name: self.name.clone(), registration: self.registration, empty: self.is_empty() }
    }

    /// Whether there is no account, deleted ones aside.
    pub(super) fn is_empty(&self) -> bool {
        self.users.values().all(|user| user.deleted)
    }

    pub(super) fn figures(&self) -> StoreFigures {
        let events = self.logs.values().flat_map(|log| log.events.values());
        StoreFigures {
            users: self.users.values().filter(|user| !user.deleted && !user.disabled).count() as u64,
            conversations: self.logs.len() as u64,
            messages: events.filter(|stored| stored.event.body.is_message()).count() as u64,
            bytes: 0,
        }
    }

    pub(super) fn last_id(&self) -> u64 {
        let users = self.users.keys().map(|id| id.raw());
        let devices = self.devices.keys().map(|id| id.raw());
        let conversations = self.logs.keys().map(|id| id.raw());
        let events = self.logs.values().flat_map(|log| log.events.values()).map(|stored| stored.event.id.raw());
        let invites = self.invites.keys().map(|id| id.raw());
        users.chain(devices).chain(conversations).chain(events).chain(invites).max().unwrap_or(0)
    }
}
