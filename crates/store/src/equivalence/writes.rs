//! From a choice to a write that makes sense on what the model holds now.

use parlor_domain::contact::ContactAction;
use parlor_types::{ConversationId, DeviceId, InviteId, RegistrationMode, ServerRole, UserId};

use super::choice::Choice;
use crate::{
    Admission, Commit, CreateDevice, CreateInvite, CreateUser, DeleteUser, ForgetKeys, InviteRow, RevokeDevices, RevokeInvite, SetBlock, SetContact,
    SetPassword, SetSettings, Store, TouchDevice, UpdateUser, Which, Write,
};

/// What a script may speak of.
pub(super) struct World<'a> {
    pub(super) model: &'a dyn Store,
    next_id: u64,
    users: Vec<UserId>,
    pub(super) conversations: Vec<ConversationId>,
    devices: Vec<(DeviceId, UserId)>,
    invites: Vec<CreateInvite>,
}

impl<'a> World<'a> {
    pub(super) fn new(model: &'a dyn Store) -> Self {
        let users = (1..=6).map(UserId::from_raw).collect();
        Self { model, next_id: 1000, users, conversations: Vec::new(), devices: Vec::new(), invites: Vec::new() }
    }

    /// All that there could be, whether they were made or not.
    pub(super) fn users(&self) -> &[UserId] {
        &self.users
    }

    pub(super) fn conversations(&self) -> &[ConversationId] {
        &self.conversations
    }

    pub(super) fn codes(&self) -> impl Iterator<Item = &str> {
        self.invites.iter().map(|create| create.invite.code.as_str())
    }

    pub(super) fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The users that were made, deleted ones included.
    pub(super) async fn made_users(&self) -> Vec<UserId> {
        let mut made: Vec<UserId> = self.model.list_users(&self.users).await.expect("the model reads").iter().map(|row| row.id).collect();
        made.sort_unstable();
        made
    }

    /// A write, unless the choice makes none possible yet.
    pub(super) async fn choose(&mut self, choice: &mut Choice) -> Option<Write> {
        let users = self.made_users().await;
        if users.len() < 2 {
            return Some(self.create_user(choice).into_write());
        }
        let user = choice.one_of(&users)?;
        Some(match choice.below(40) {
            0..=17 => return self.choose_append(choice).await,
            18..=20 => return self.create_conversation(choice, &users),
            21..=24 => self.mark(choice, user).await?.into_write(),
            25 => self.set_personal(choice, user)?.into_write(),
            26 => self.create_user(choice).into_write(),
            27 => update_user(choice, user).into_write(),
            28 if choice.once_in(3) => DeleteUser { user }.into_write(),
            28 | 29 => self.create_device(choice, user).into_write(),
            30 => self.change_sessions(choice, user)?,
            31..=33 => SetContact { user, other: choice.one_of(&users)?, action: contact_action(choice), contacts_max: 2 }.into_write(),
            34 | 35 => SetBlock { user, other: choice.one_of(&users)?, blocked: choice.yes() }.into_write(),
            36 => self.create_invite(choice, user).await.into_write(),
            37 => self.change_server(choice)?,
            38 => self.trim(choice).await?.into_write(),
            _ => ForgetKeys { before: choice.moment() }.into_write(),
        })
    }

    fn create_user(&mut self, choice: &mut Choice) -> CreateUser {
        let id = choice.one_of(&self.users).expect("there are users");
        let invite = choice.one_of(&self.invites).map_or(InviteId::from_raw(77), |create| create.invite.id);
        let names = ["mia", "Mia Zoë", "BEN", "100%", "a_b", "Eve \\ 'E'"];
        CreateUser {
            id,
            handle: format!("user_{}", if choice.once_in(4) { choice.below(6) } else { id.raw() }).parse().expect("a valid handle"),
            display_name: choice.one_of(&names).and_then(|name| name.parse().ok()).expect("a valid name"),
            password_hash: password_hash(choice),
            role: if choice.yes() { ServerRole::Admin } else { ServerRole::Member },
            admission: choice.one_of(&[Admission::Free, Admission::Free, Admission::FirstOnly, Admission::Invite(invite)]).expect("one of four"),
            at: choice.moment(),
        }
    }

    fn create_device(&mut self, choice: &mut Choice, user: UserId) -> CreateDevice {
        let id = DeviceId::from_raw(self.next_id());
        self.devices.push((id, user));
        CreateDevice {
            id,
            user,
            name: "phone".parse().expect("a valid name"),
            token: token(id),
            password_hash: password_hash(choice),
            at: choice.moment(),
            devices_max: 3,
        }
    }

    /// Any device that was ever made, mostly one of the user's.
    pub(super) fn device(&self, choice: &mut Choice, user: UserId) -> DeviceId {
        let own: Vec<DeviceId> = self.devices.iter().filter(|(_, owner)| *owner == user).map(|(device, _)| *device).collect();
        let any = choice.one_of(&self.devices).map(|(device, _)| device);
        let chosen = if choice.once_in(8) { any } else { choice.one_of(&own) };
        chosen.unwrap_or(DeviceId::from_raw(99))
    }

    fn change_sessions(&mut self, choice: &mut Choice, user: UserId) -> Option<Write> {
        let device = self.device(choice, user);
        let which = choice.one_of(&[Which::One(device), Which::AllExcept(device), Which::All])?;
        Some(match choice.below(4) {
            0 => RevokeDevices { user, which }.into_write(),
            1 => SetPassword { user, password_hash: password_hash(choice), revoke: which }.into_write(),
            _ => TouchDevice { user, device, at: choice.moment(), last: choice.yes() }.into_write(),
        })
    }

    async fn create_invite(&mut self, choice: &mut Choice, created_by: UserId) -> CreateInvite {
        let again = choice.one_of(&self.invites).filter(|_| choice.once_in(6));
        if let Some(again) = again {
            return again;
        }
        let id = self.next_id();
        let mut conversation = choice.one_of(&self.conversations).filter(|_| choice.yes());
        if let Some(id) = conversation {
            conversation = self.model.find_conversation(id).await.expect("the model reads").map(|facts| facts.id);
        }
        let invite = InviteRow {
            id: InviteId::from_raw(id),
            code: format!("code-{id}"),
            conversation,
            created_by,
            created_at: choice.moment(),
            expires_at: choice.maybe(Choice::moment),
            uses_max: choice.maybe(|choice| choice.below(3) as u32),
            uses: 0,
        };
        let create = CreateInvite { invite, invites_max: 3 };
        self.invites.push(create.clone());
        create
    }

    /// Any invite that was ever made, or none at all.
    pub(super) fn invite(&self, choice: &mut Choice) -> InviteId {
        choice.one_of(&self.invites).map_or(InviteId::from_raw(77), |create| create.invite.id)
    }

    fn change_server(&mut self, choice: &mut Choice) -> Option<Write> {
        if choice.yes() {
            let invite = choice.one_of(&self.invites)?.invite;
            let conversation = if choice.once_in(4) { choice.one_of(&self.conversations) } else { invite.conversation };
            return Some(RevokeInvite { invite: invite.id, conversation }.into_write());
        }
        let modes = [RegistrationMode::Open, RegistrationMode::Invite, RegistrationMode::Closed];
        let name = choice.maybe(|choice| format!("server {}", choice.below(3)));
        Some(SetSettings { name, registration: choice.one_of(&modes).filter(|_| choice.yes()) }.into_write())
    }
}

fn update_user(choice: &mut Choice, user: UserId) -> UpdateUser {
    UpdateUser {
        user,
        display_name: choice.maybe(|choice| format!("Name {}", choice.below(3)).parse().expect("a valid name")),
        send_read_receipts: choice.maybe(Choice::yes),
        share_presence: choice.maybe(Choice::yes),
        role: choice.maybe(|choice| if choice.yes() { ServerRole::Admin } else { ServerRole::Member }),
        disabled: choice.maybe(|choice| choice.once_in(3)),
    }
}

fn contact_action(choice: &mut Choice) -> ContactAction {
    let actions =
        [ContactAction::Request, ContactAction::Request, ContactAction::Accept, ContactAction::Decline, ContactAction::Remove, ContactAction::Block];
    choice.one_of(&actions).expect("there are actions")
}

/// Mostly the same one.
fn password_hash(choice: &mut Choice) -> String {
    if choice.once_in(8) { "another hash".to_owned() } else { "hash".to_owned() }
}

/// The token digest of a device.
fn token(device: DeviceId) -> crate::TokenDigest {
    let mut digest = [3; 32];
    digest[..8].copy_from_slice(&device.raw().to_be_bytes());
    digest
}
