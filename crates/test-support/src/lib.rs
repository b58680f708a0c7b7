//! A running node for tests, and people who use it: real HTTP, real sockets, a real store in a temporary folder.
//!
//! The map: [`Node`] is a node on a free port of this machine; [`Person`] is somebody with an account, who asks over REST; [`Socket`] is a bare socket that shows every
//! frame; [`Event`](socket::Heard) and the waiting methods turn "it happens soon" into a condition with a bound.
//!
//! Must never: sleep in place of waiting for something, or hide an answer: what a test asks about, it sees as it went over the wire.
#![allow(clippy::missing_panics_doc, reason = "a helper of tests panics where the test has failed")]

pub mod node;
pub mod person;
pub mod rest;
pub mod socket;
pub mod wait;

pub use node::{Node, NodeBuilder, StoreKind};
pub use person::{Person, fresh_key};
pub use rest::{Answer, Rest};
pub use socket::{Heard, Socket};
pub use wait::{PATIENCE, soon, until};
