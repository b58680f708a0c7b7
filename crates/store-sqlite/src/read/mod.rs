//! What is asked of a connection: plain functions from a connection and arguments to rows. Reads of more than one statement see one moment, for the pool
//! runs each inside a transaction. Nothing here writes.

pub(crate) mod contact;
pub(crate) mod conversation;
pub(crate) mod device;
pub(crate) mod event;
pub(crate) mod head;
pub(crate) mod invite;
pub(crate) mod member;
pub(crate) mod message;
pub(crate) mod store;
pub(crate) mod user;
