//! Every write of a store, as a value, with its outcomes.
//!
//! Each write type has an associated outcome ([`Commit::Outcome`]); [`Write`] and [`Written`] are the unions that a batch is made of.
//!
//! What holds for all of them:
//!
//! - A write that changes nothing takes no [`Position`](parlor_types::Position) and says so in its outcome, so that nobody is told of nothing.
//! - A write takes its positions in the order that its documentation gives; the writes of a batch take theirs in the order of the batch.
//! - A write that has an id for what it makes is answered as the first time when that id is there already, and changes nothing then.
//! - A *live* user is one that is not deleted; a disabled one is live. An *active* admin is an admin that is neither.
//! - The store trusts the decision: events that `domain` would not decide (a member added twice, a stranger removed, an edit of what is no message),
//!   a member or contact who was never a user, a conversation's invite without the conversation are not defined.

mod accounts;
mod log;
mod members;
mod relations;
mod retention;
mod server;

pub use accounts::*;
pub use log::*;
pub use members::*;
pub use relations::*;
pub use retention::*;
pub use server::*;

/// A single write: knows its outcome type and its place in the unions.
pub trait Commit: Sized + Send + 'static {
    /// What committing it can come to.
    type Outcome: Send + 'static;
    /// Into the union.
    fn into_write(self) -> Write;
    /// Out of the union. Panics when the store answered another write's outcome, which breaks the contract of [`crate::Store::commit`].
    fn outcome(written: Written) -> Self::Outcome;
    /// The same by reference; `None` for another write's outcome.
    fn outcome_ref(written: &Written) -> Option<&Self::Outcome>;
}

macro_rules! writes {
    ($($(#[$doc:meta])* $name:ident => $outcome:ty;)*) => {
        /// Any write.
        #[derive(Debug, Clone)]
        pub enum Write { $($(#[$doc])* $name($name),)* }

        /// The outcome of any write, under the write's name.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Written { $($(#[$doc])* $name($outcome),)* }

        $(impl Commit for $name {
            type Outcome = $outcome;
            fn into_write(self) -> Write { Write::$name(self) }
            fn outcome(written: Written) -> Self::Outcome {
                match written {
                    Written::$name(outcome) => outcome,
                    other => panic!(concat!("the store answered ", stringify!($name), " with {:?}"), other),
                }
            }
            fn outcome_ref(written: &Written) -> Option<&Self::Outcome> {
                if let Written::$name(outcome) = written { Some(outcome) } else { None }
            }
        })*
    };
}

writes! {
    /// Events for a log.
    Append => AppendOutcome;
    /// A new conversation.
    CreateConversation => CreateConversationOutcome;
    /// Watermarks of a member.
    Mark => MarkOutcome;
    /// What a member chose.
    SetPersonal => SetPersonalOutcome;
    /// A new account.
    CreateUser => CreateUserOutcome;
    /// Changes of an account.
    UpdateUser => UpdateUserOutcome;
    /// The end of an account.
    DeleteUser => DeleteUserOutcome;
    /// A new session.
    CreateDevice => CreateDeviceOutcome;
    /// The end of sessions.
    RevokeDevices => RevokeDevicesOutcome;
    /// A new password.
    SetPassword => RevokeDevicesOutcome;
    /// A device was there.
    TouchDevice => ();
    /// A step between two users.
    SetContact => SetContactOutcome;
    /// A block set or lifted.
    SetBlock => SetBlockOutcome;
    /// A new invite.
    CreateInvite => CreateInviteOutcome;
    /// The end of an invite.
    RevokeInvite => ();
    /// Settings of the server.
    SetSettings => ();
    /// A prefix of a log goes.
    Trim => TrimOutcome;
    /// Old send keys go.
    ForgetKeys => u64;
}
