//! The rules of Parlor: may this actor do that, and which events follow. Pure: values in, events or a [`Refusal`] out. No async, no I/O, no clock.
//!
//! The map: [`permission`] is the one table of who may do what; [`decide`] turns a wish into events by asking it; [`access`] says which seqs somebody
//! may read (G7: REST, socket, media and search all ask it); [`fold`] makes messages of events; [`contact`] is how two users come to
//! stand to each other; [`retention`] says how far a log may be trimmed.
//!
//! A decision is made outside of the transaction, on facts that may be stale. That is safe because the facts carry the
//! [`parlor_types::RulesVersion`] they were read at, and the store refuses to append under another version.

pub mod access;
pub mod contact;
pub mod decide;
pub mod facts;
pub mod fold;
pub mod permission;
pub mod refusal;
pub mod retention;

pub use access::{Interval, Readable};
pub use facts::{Conversation, Standing, Target};
pub use fold::{FoldedMessage, FoldedReaction};
pub use refusal::Refusal;
