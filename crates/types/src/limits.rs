//! Every limit, with its name, default and reason. A test stands at each limit and one past it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The limits of a server. What an operator may change comes from the configuration; clients learn all of them in `hello`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Members of one group: a fan-out and a member list that every client can hold.
    pub group_members_max: u32,
    /// Bytes of one frame from a client, and of one REST body.
    pub frame_bytes_max: u32,
    /// Bytes of the text of one message.
    pub message_text_bytes_max: u32,
    /// Bytes that may wait for one slow connection; past it the connection is closed and resumes.
    pub outbound_queue_bytes_max: u32,
    /// Milliseconds in which a new socket must say `hello`.
    pub hello_timeout_ms: u32,
    /// Milliseconds between heartbeats of a client.
    pub heartbeat_ms: u32,
    /// Milliseconds of silence after which a connection counts as dead: two heartbeats and a half.
    pub dead_after_ms: u32,
    /// Events or rows in one page.
    pub page_events_max: u32,
    /// Depth of a JSON value: more than any honest body, less than any stack.
    pub json_depth_max: u32,
    /// Users whose presence one connection watches: what fits on a screen, with room.
    pub watched_users_max: u32,
    /// Users mentioned in one message.
    pub mentions_max: u32,
    /// Different reactions on one message.
    pub reactions_per_message_max: u32,
    /// Pinned messages in one conversation.
    pub pins_max: u32,
    /// Live devices of one user.
    pub devices_per_user_max: u32,
    /// Conversations that one user is in.
    pub conversations_per_user_max: u32,
    /// Contacts and requests of one user.
    pub contacts_per_user_max: u32,
    /// Live invite links of one conversation, and of one admin for the server.
    pub invites_max: u32,
    /// Missed events that a resume sends per conversation before it says `gap` and leaves the rest to pages.
    pub resume_events_max: u32,
    /// Longest that a long poll waits, in seconds.
    pub long_poll_seconds_max: u32,
    /// Milliseconds after the last connection is gone until a user counts as offline.
    pub presence_grace_ms: u32,
    /// Days for which a send key is remembered after its message is gone (G2).
    pub send_key_days: u32,
}

impl Limits {
    /// The defaults of the design.
    pub const DEFAULT: Self = Self {
        group_members_max: 100,
        frame_bytes_max: 64 * 1024,
        message_text_bytes_max: 16 * 1024,
        outbound_queue_bytes_max: 1024 * 1024,
        hello_timeout_ms: 10_000,
        heartbeat_ms: 30_000,
        dead_after_ms: 75_000,
        page_events_max: 200,
        json_depth_max: 32,
        watched_users_max: 500,
        mentions_max: 100,
        reactions_per_message_max: 64,
        pins_max: 100,
        devices_per_user_max: 50,
        conversations_per_user_max: 5_000,
        contacts_per_user_max: 5_000,
        invites_max: 100,
        resume_events_max: 200,
        long_poll_seconds_max: 55,
        presence_grace_ms: 30_000,
        send_key_days: 30,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
