//! The socket, over a real node.

mod chat;
mod flood;
mod frames;
mod hello;
mod order;
mod origin;
mod revoked;
mod slow;
mod stopping;
mod timing;
