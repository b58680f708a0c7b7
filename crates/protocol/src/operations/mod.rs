//! The registry of operations: everything that a client can ask, once. REST routes, socket dispatch, API descriptions and the
//! access matrix of the tests are all made from [`crate::for_each_operation!`].
//!
//! Over the socket an operation goes by its name and takes its arguments as `args`. Over REST it goes by method and path; arguments come
//! from the path's parameters, the query and the JSON body, together one object. A REST answer is the operation's answer as the whole body.

mod account;
mod admin;
mod contact;
mod conversation;
mod history;
mod member;
mod message;
mod receipt;
mod session;

pub use account::*;
pub use admin::*;
pub use contact::*;
pub use conversation::*;
pub use history::*;
pub use member::*;
pub use message::*;
pub use receipt::*;
pub use session::*;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The HTTP method of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Changes nothing.
    Get,
    /// Makes something.
    Post,
    /// Sets something; twice is once.
    Put,
    /// Changes a part.
    Patch,
    /// Takes something away; twice is once.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may ask at all. What may be asked about what is decided in `domain`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Auth {
    /// Everybody.
    Public,
    /// Whoever holds a session.
    User,
    /// Admins of the server.
    Admin,
}

/// Which bucket of the rate limits a call is taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rate {
    /// Guessable secrets: the strictest, per account and address.
    Credentials,
    /// Makes accounts, conversations, invites, requests to strangers.
    Create,
    /// Writes to a log.
    Write,
    /// Cheap and silent: receipts, typing, heartbeats.
    Silent,
    /// Reads.
    Read,
    /// Looks for users or channels that the caller need not know of yet; tight, against enumeration.
    Lookup,
}

/// An operation, by the type of its arguments.
pub trait Operation: DeserializeOwned + JsonSchema + Send + 'static {
    /// Its entry in the registry.
    const ENTRY: Entry;
    /// What it answers.
    type Answer: Serialize + DeserializeOwned + JsonSchema + Send + 'static;
}

/// One line of the registry.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The name over the socket.
    pub name: &'static str,
    /// The method over REST.
    pub method: Method,
    /// The path over REST; `{x}` is the argument x.
    pub path: &'static str,
    /// Who may ask.
    pub auth: Auth,
    /// From which bucket it is paid.
    pub rate: Rate,
    /// The schema of the arguments; its description is the operation's documentation.
    pub args_schema: fn(&mut SchemaGenerator) -> Schema,
    /// The schema of the answer.
    pub answer_schema: fn(&mut SchemaGenerator) -> Schema,
}

/// An answer that says no more than that it was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Done {}

/// Calls the macro `$callback` with every operation: `Arguments => Answer, "name", Method "path", Auth, Rate;`
#[macro_export]
macro_rules! for_each_operation {
    ($callback:path) => {
        $callback! {
            GetServer => ServerInfo, "server.get", Get "/v1/server", Public, Read;

            Register => NewSession, "account.register", Post "/v1/accounts", Public, Credentials;
            GetAccount => Account, "account.get", Get "/v1/account", User, Read;
            UpdateAccount => Account, "account.update", Patch "/v1/account", User, Write;
            ChangePassword => Done, "account.change_password", Post "/v1/account/password", User, Credentials;
            DeleteAccount => Done, "account.delete", Post "/v1/account/delete", User, Credentials;

            LogIn => NewSession, "session.create", Post "/v1/sessions", Public, Credentials;
            ListSessions => SessionList, "session.list", Get "/v1/sessions", User, Read;
            RevokeSession => Done, "session.revoke", Delete "/v1/sessions/{device}", User, Write;
            LogOut => Done, "session.delete", Delete "/v1/session", User, Write;

            FindUser => FoundUser, "user.find", Get "/v1/users/by-handle/{handle}", User, Lookup;
            ListUsers => UserList, "user.list", Get "/v1/users", User, Read;

            ListContacts => ContactList, "contact.list", Get "/v1/contacts", User, Read;
            RequestContact => Contact, "contact.request", Put "/v1/contacts/{user}", User, Create;
            AcceptContact => Contact, "contact.accept", Post "/v1/contacts/{user}/accept", User, Write;
            DeclineContact => Contact, "contact.decline", Post "/v1/contacts/{user}/decline", User, Write;
            RemoveContact => Contact, "contact.remove", Delete "/v1/contacts/{user}", User, Write;
            ListBlocked => BlockedList, "block.list", Get "/v1/blocks", User, Read;
            BlockUser => Done, "block.add", Put "/v1/blocks/{user}", User, Write;
            UnblockUser => Done, "block.remove", Delete "/v1/blocks/{user}", User, Write;

            ListConversations => ConversationList, "conversation.list", Get "/v1/conversations", User, Read;
            GetConversation => ConversationDetails, "conversation.get", Get "/v1/conversations/{conversation}", User, Read;
            OpenDirect => ConversationDetails, "conversation.open_direct", Put "/v1/direct/{user}", User, Create;
            CreateConversation => ConversationDetails, "conversation.create", Post "/v1/conversations", User, Create;
            UpdateConversation => Sent, "conversation.update", Patch "/v1/conversations/{conversation}", User, Write;
            UpdateSettings => Done, "conversation.settings", Patch "/v1/conversations/{conversation}/settings", User, Write;
            ListChannels => ChannelList, "channel.list", Get "/v1/channels", User, Lookup;
            JoinChannel => ConversationDetails, "channel.join", Post "/v1/channels/{conversation}/join", User, Write;

            ListMembers => MemberList, "member.list", Get "/v1/conversations/{conversation}/members", User, Read;
            AddMember => Sent, "member.add", Put "/v1/conversations/{conversation}/members/{user}", User, Create;
            UpdateMember => Sent, "member.update", Patch "/v1/conversations/{conversation}/members/{user}", User, Write;
            RemoveMember => Sent, "member.remove", Delete "/v1/conversations/{conversation}/members/{user}", User, Write;
            Leave => Sent, "member.leave", Post "/v1/conversations/{conversation}/leave", User, Write;
            ListInvites => InviteList, "invite.list", Get "/v1/conversations/{conversation}/invites", User, Read;
            CreateInvite => Invite, "invite.create", Post "/v1/conversations/{conversation}/invites", User, Create;
            RevokeInvite => Done, "invite.revoke", Delete "/v1/conversations/{conversation}/invites/{invite}", User, Write;
            PreviewInvite => InvitePreview, "invite.preview", Get "/v1/invites/{code}", User, Lookup;
            AcceptInvite => ConversationDetails, "invite.accept", Post "/v1/invites/{code}/accept", User, Lookup;

            SendMessage => Sent, "message.send", Post "/v1/conversations/{conversation}/messages", User, Write;
            EditMessage => Sent, "message.edit", Patch "/v1/conversations/{conversation}/messages/{seq}", User, Write;
            DeleteMessage => Sent, "message.delete", Delete "/v1/conversations/{conversation}/messages/{seq}", User, Write;
            React => Sent, "message.react", Post "/v1/conversations/{conversation}/messages/{seq}/reactions", User, Write;
            PinMessage => Sent, "message.pin", Put "/v1/conversations/{conversation}/messages/{seq}/pin", User, Write;

            ListMessages => MessagePage, "message.list", Get "/v1/conversations/{conversation}/messages", User, Read;
            ListPins => MessagePage, "message.pins", Get "/v1/conversations/{conversation}/pins", User, Read;
            ListEvents => EventPage, "event.list", Get "/v1/conversations/{conversation}/events", User, Read;

            UpdateReceipt => ReadState, "receipt.update", Post "/v1/conversations/{conversation}/receipt", User, Silent;
            ListReceipts => ReceiptList, "receipt.list", Get "/v1/conversations/{conversation}/receipts", User, Read;
            SetTyping => Done, "typing.set", Post "/v1/conversations/{conversation}/typing", User, Silent;
            WatchPresence => PresenceList, "presence.watch", Put "/v1/presence/watch", User, Silent;
            SetPresence => Done, "presence.set", Put "/v1/presence", User, Silent;
            Ping => Done, "ping", Post "/v1/ping", User, Silent;

            AdminListUsers => AdminUserPage, "admin.user.list", Get "/v1/admin/users", Admin, Read;
            AdminCreateUser => AdminUser, "admin.user.create", Post "/v1/admin/users", Admin, Create;
            AdminUpdateUser => AdminUser, "admin.user.update", Patch "/v1/admin/users/{user}", Admin, Write;
            AdminResetPassword => Done, "admin.user.reset_password", Post "/v1/admin/users/{user}/password", Admin, Write;
            AdminListInvites => InviteList, "admin.invite.list", Get "/v1/admin/invites", Admin, Read;
            AdminCreateInvite => Invite, "admin.invite.create", Post "/v1/admin/invites", Admin, Create;
            AdminRevokeInvite => Done, "admin.invite.revoke", Delete "/v1/admin/invites/{invite}", Admin, Write;
            AdminUpdateSettings => ServerInfo, "admin.settings.update", Patch "/v1/admin/settings", Admin, Write;
            AdminGetFigures => Figures, "admin.figures", Get "/v1/admin/figures", Admin, Read;
        }
    };
}

use crate::models::AdminUser;
use crate::models::{Account, Contact, Figures, Invite, NewSession, ReadState, ServerInfo};

macro_rules! registry {
    ($($args:ident => $answer:ident, $name:literal, $method:ident $path:literal, $auth:ident, $rate:ident;)*) => {
        /// Every operation, in the order of the documentation.
        pub const REGISTRY: &[Entry] = &[$(<$args as Operation>::ENTRY),*];

        $(impl Operation for $args {
            const ENTRY: Entry = Entry {
                name: $name,
                method: Method::$method,
                path: $path,
                auth: Auth::$auth,
                rate: Rate::$rate,
                args_schema: |generator| generator.subschema_for::<$args>(),
                answer_schema: |generator| generator.subschema_for::<$answer>(),
            };
            type Answer = $answer;
        })*
    };
}

for_each_operation!(registry);

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_and_routes_are_unique_and_path_parameters_are_arguments() {
        let mut names = HashSet::new();
        let mut routes = HashSet::new();
        for entry in REGISTRY {
            assert!(names.insert(entry.name), "{} stands twice", entry.name);
            assert!(routes.insert((entry.method, entry.path)), "{} stands twice", entry.path);
            let mut generator = SchemaGenerator::default();
            let _ = (entry.args_schema)(&mut generator);
            let definitions = serde_json::to_value(generator.definitions()).unwrap().to_string();
            for parameter in entry.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
                assert!(definitions.contains(&format!("\"{parameter}\"")), "{} has no argument {parameter}", entry.name);
            }
        }
    }
}
