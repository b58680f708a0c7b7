//! The registry of ids. Each id is its own type, so that a user's id can never stand where a conversation's belongs.
//!
//! Snowflake ids travel as decimal strings (they pass 2^53) and are opaque to clients; counters such as [`Seq`] travel as JSON numbers.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind} must be a decimal number between 1 and 9223372036854775807 in a string")]
pub struct InvalidId {
    /// The type that was asked for.
    pub kind: &'static str,
}

macro_rules! snowflake_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// Wraps a raw value that the generator made or the store kept.
            pub const fn from_raw(raw: u64) -> Self { Self(raw) }
            /// The raw 63-bit value.
            pub const fn raw(self) -> u64 { self.0 }
        }
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, formatter) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { write!(formatter, concat!(stringify!($name), "({})"), self.0) }
        }
        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> { parse_snowflake(text).map(Self).ok_or(InvalidId { kind: stringify!($name) }) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.collect_str(self) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": "^[1-9][0-9]{0,18}$", "description": "An opaque id: a decimal number in a string." })
            }
        }
    )*};
}

snowflake_ids! {
    /// A person's account.
    UserId;
    /// One session of one user on one device; it ends when it is revoked.
    DeviceId;
    /// A direct conversation, a group or a channel.
    ConversationId;
    /// One event of one log; never used for order.
    EventId;
    /// An invitation to the server or to a conversation.
    InviteId;
}

fn parse_snowflake(text: &str) -> Option<u64> {
    let canonical = matches!(text.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
    if !canonical {
        return None;
    }
    text.parse::<u64>().ok().filter(|raw| i64::try_from(*raw).is_ok())
}

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl $name {
            /// Nothing yet.
            pub const ZERO: Self = Self(0);
            /// The one that follows; the last there can be follows itself, for clients may name any number.
            pub const fn next(self) -> Self { Self(self.0.saturating_add(1)) }
            /// The one before, or zero.
            pub const fn previous(self) -> Self { Self(self.0.saturating_sub(1)) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { fmt::Display::fmt(&self.0, formatter) }
        }
        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { json_schema!({ "type": "integer", "minimum": 0, "maximum": 9_007_199_254_740_991_u64 }) }
        }
    )*};
}

counters! {
    /// The place of an event in its conversation's log: 1, 2, 3 … without a gap.
    Seq;
    /// The place of a change in the store's change feed, over all conversations. Cursors are made of it.
    Position;
    /// The seq of the last event of a conversation that changed who may do what. A decision made under one version is void under another.
    RulesVersion;
    /// The incarnation of a store's data; it changes when a backup is restored, and voids every cursor (G11).
    Epoch;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_wrote_and_refuses_everything_else() {
        let id = UserId::from_raw(1_234_567_890_123);
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"1234567890123\"");
        assert_eq!(serde_json::from_str::<UserId>("\"1234567890123\"").unwrap(), id);
        for bad in ["", "0", "01", "-1", "+1", "1 ", "9223372036854775808", "abc", "1.0", "１"] {
            assert!(bad.parse::<UserId>().is_err(), "{bad:?} was taken");
        }
        assert!(serde_json::from_str::<UserId>("12").is_err());
    }

    #[test]
    fn abuse_1_the_largest_counter_that_a_client_can_name_has_a_next_and_a_previous() {
        assert_eq!(Seq(u64::MAX).next(), Seq(u64::MAX));
        assert_eq!(Seq::ZERO.previous(), Seq::ZERO);
        assert_eq!(Seq(7).next().previous(), Seq(7));
    }
}
