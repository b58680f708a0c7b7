//! The words that every part of Parlor shares: ids, checked names, limits, the vocabulary of a conversation's log, time and chance.
//!
//! Rules: nothing here does I/O, and nothing here decides anything. A value of one of these types is valid by construction:
//! it was parsed once, at the edge, and nobody checks it again. Imports nothing of ours.
//!
//! To add an id, add a line to the registry in [`ids`]; to add a kind of event, see [`event::EventBody`].

pub mod event;
pub mod ids;
pub mod limits;
pub mod names;
pub mod random;
pub mod settings;
pub mod snowflake;
pub mod time;

pub use event::{ConversationKind, Event, EventBody, HistoryVisibility, RemovalReason, Retention, Role};
pub use ids::{ConversationId, DeviceId, Epoch, EventId, InviteId, Position, RulesVersion, Seq, UserId};
pub use limits::Limits;
pub use names::{ConversationTitle, Description, DeviceName, DisplayName, Emoji, Handle, InvalidName, MessageText, Password, SendKey};
pub use random::{OsRandom, Random};
pub use settings::{RegistrationMode, ServerRole};
pub use snowflake::{NodeId, Snowflake};
pub use time::{Clock, SystemClock, Timestamp};
