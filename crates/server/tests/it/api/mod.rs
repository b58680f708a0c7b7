//! Every operation over REST and socket.

mod access;
mod cases;
mod input;
mod limits;
mod rates;
mod requests;
mod unknown;
