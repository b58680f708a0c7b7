//! The socket, over a real node.

mod chat;
