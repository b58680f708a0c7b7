//! Writing to a log.

use parlor_types::{ConversationId, Emoji, EventId, MessageText, SendKey, Seq, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Sends a message. The answer comes after the message is on stable storage (G1). A retry with the same key gives the first answer again (G2);
/// the same key with another content is `key_reused`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// Where to.
    pub conversation: ConversationId,
    /// Made by the client, unique per sender and conversation; make it random.
    pub key: SendKey,
    /// The text, in light Markdown.
    pub text: MessageText,
    /// Whom it mentions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub mentions: Vec<UserId>,
    /// The message that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
}

/// Where an event went in the log. For changes that changed nothing (twice is once), the last event of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sent {
    /// Its place.
    pub seq: Seq,
    /// Its opaque id.
    pub id: EventId,
    /// When the server took it.
    pub at: Timestamp,
}

/// Puts other content into an own message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
    /// The new text, whole.
    pub text: MessageText,
    /// Whom it mentions now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 100))]
    pub mentions: Vec<UserId>,
}

/// Deletes a message for everyone: an own one, or any as admin of a group or channel. Its content is erased from the store. Twice is once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
}

/// Adds a reaction or takes it back. Twice is once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct React {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
    /// With what.
    pub emoji: Emoji,
    /// True to add, false to take back.
    pub on: bool,
}

/// Pins or unpins a message for everyone. Twice is once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PinMessage {
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub seq: Seq,
    /// True to pin, false to unpin.
    pub on: bool,
}
