//! What goes over the wire, and nothing else: operations with their arguments and answers, frames, errors, close codes, the cursor.
//!
//! The map: [`operations`] is the registry of everything that can be asked (each entry works over REST and over the socket);
//! [`models`] are the things that answers and events carry; [`frames`] is the socket's grammar; [`events`] is what the server says
//! unasked; [`error`] and [`close`] are the two tables of refusals.
//!
//! Rules: no I/O, no decision, no default that hides a missing field. OpenAPI, AsyncAPI and the TypeScript types are generated from here, so a
//! doc comment here is documentation for the authors of clients. To add an operation see docs/dev/adding-an-operation.md.

pub mod close;
pub mod cursor;
pub mod error;
pub mod events;
pub mod frames;
pub mod models;
pub mod operations;

pub use close::CloseCode;
pub use cursor::Cursor;
pub use error::{ErrorCode, Problem};
pub use events::{ServerEvent, Snapshot};
pub use operations::{Auth, Entry, Method, Operation, REGISTRY};
