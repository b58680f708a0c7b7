//! Checked strings. Each is parsed once, at the edge; its bounds are part of its type and of the published schema.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is not a valid name, in words for the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {problem}")]
pub struct InvalidName {
    /// What it was to be.
    pub field: &'static str,
    /// What is wrong and what would be right.
    pub problem: &'static str,
}

/// One line for people: trimmed, no control characters, bounded in characters.
fn line(text: &str, length_max: usize) -> Result<String, &'static str> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err("must not be empty");
    }
    if trimmed.chars().any(char::is_control) {
        return Err("must be one line without control characters");
    }
    if !trimmed.chars().any(is_seen) {
        return Err("must have something to see");
    }
    if trimmed.chars().count() > length_max {
        return Err("is too long");
    }
    Ok(trimmed.to_owned())
}

/// Whether a character leaves a mark: not white space, and not one that only joins, separates or turns others.
fn is_seen(character: char) -> bool {
    !character.is_whitespace()
        && !matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident, $field:literal, $schema:tt, |$text:ident| $parse:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str { &self.0 }
        }
        impl FromStr for $name {
            type Err = InvalidName;
            fn from_str($text: &str) -> Result<Self, InvalidName> {
                let parsed: Result<String, &'static str> = $parse;
                parsed.map(|text| Self(text.into())).map_err(|problem| InvalidName { field: $field, problem })
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { formatter.write_str(&self.0) }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> { serializer.serialize_str(&self.0) }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }
        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema { json_schema!($schema) }
        }
    )*};
}

names! {
    /// A user's unique name, kept in lower case: 2 to 32 of `a-z 0-9 . _ -`. Upper case is folded when it is read.
    Handle, "handle", { "type": "string", "pattern": "^[A-Za-z0-9._-]{2,32}$" }, |text| {
        let folded = text.to_ascii_lowercase();
        let allowed = folded.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'));
        if allowed && (2..=32).contains(&folded.len()) { Ok(folded) } else { Err("must be 2 to 32 characters of a-z, 0-9, dot, underscore and hyphen") }
    };
    /// What people call a user. One line, at most 64 characters.
    DisplayName, "display_name", { "type": "string", "minLength": 1, "maxLength": 64 }, |text| line(text, 64);
    /// What a user calls a device. One line, at most 64 characters.
    DeviceName, "device_name", { "type": "string", "minLength": 1, "maxLength": 64 }, |text| line(text, 64);
    /// The title of a group or channel. One line, at most 100 characters.
    ConversationTitle, "title", { "type": "string", "minLength": 1, "maxLength": 100 }, |text| line(text, 100);
    /// What a group or channel is about. At most 1000 characters, may be empty.
    Description, "description", { "type": "string", "maxLength": 1000 }, |text| {
        if text.chars().count() > 1000 { Err("is longer than 1000 characters") }
        else if text.contains('\0') { Err("must not contain NUL") }
        else { Ok(text.trim().to_owned()) }
    };
    /// A reaction: one emoji or a short word, at most 32 bytes, without white space.
    Emoji, "emoji", { "type": "string", "minLength": 1, "maxLength": 32 }, |text| {
        let plain = !text.is_empty() && !text.chars().any(|character| character.is_control() || character.is_whitespace());
        if plain && text.len() <= 32 && text.chars().any(is_seen) { Ok(text.to_owned()) } else { Err("must be 1 to 32 bytes that are seen, without white space") }
    };
    /// The key that a client makes for a send, so that a retry is recognised (G2): 8 to 64 of `A-Z a-z 0-9 _ -`. Make it random.
    SendKey, "key", { "type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$" }, |text| {
        let allowed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if allowed && (8..=64).contains(&text.len()) { Ok(text.to_owned()) } else { Err("must be 8 to 64 characters of A-Z, a-z, 0-9, underscore and hyphen") }
    };
    /// The text of a message, as it was written: not empty, no NUL, at most 16 KiB (a limit of the type, so that no store or wire ever holds more).
    MessageText, "text", { "type": "string", "minLength": 1, "maxLength": 16384, "description": "At most 16384 bytes of UTF-8." }, |text| {
        if text.trim().is_empty() { Err("must not be empty") }
        else if text.len() > crate::Limits::DEFAULT.message_text_bytes_max as usize { Err("is longer than 16384 bytes; send it in parts or as a file") }
        else if text.contains('\0') { Err("must not contain NUL") }
        else { Ok(text.to_owned()) }
    };
}

macro_rules! debug_as_text {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result { write!(formatter, "{:?}", self.as_str()) }
        }
    )*};
}
debug_as_text!(Handle DisplayName DeviceName ConversationTitle Description Emoji SendKey);

impl fmt::Debug for MessageText {
    /// Only the length: what people write does not belong in a log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MessageText({} bytes)", self.0.len())
    }
}

/// A password on its way in. It cannot be printed or serialised.
#[derive(Clone, PartialEq, Eq, JsonSchema)]
#[schemars(transparent)]
pub struct Password(#[schemars(length(min = 1, max = 256))] Box<str>);

impl Password {
    /// The secret itself, for hashing.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl FromStr for Password {
    type Err = InvalidName;
    /// Any text of 1 to 256 bytes; strength is judged where a new one is chosen.
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if (1..=256).contains(&text.len()) {
            Ok(Self(text.into()))
        } else {
            Err(InvalidName { field: "password", problem: "must be 1 to 256 bytes long" })
        }
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Password(…)")
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_folded_and_bounded() {
        assert_eq!("Mia.K".parse::<Handle>().unwrap().as_str(), "mia.k");
        assert!("ab".parse::<Handle>().is_ok() && "a".repeat(32).parse::<Handle>().is_ok());
        for bad in ["a", &"a".repeat(33), "a b", "mía", "a/b", ""] {
            assert!(bad.parse::<Handle>().is_err(), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_name_has_something_to_see() {
        for bad in ["\u{202e}", "\u{200b}\u{feff}", " \u{3164} ", "", "\n"] {
            assert!(bad.parse::<DisplayName>().is_err() && bad.parse::<Emoji>().is_err(), "{bad:?} was taken");
        }
        assert!("\u{200f}ليلى".parse::<DisplayName>().is_ok() && "👩\u{200d}🚒".parse::<Emoji>().is_ok());
    }

    #[test]
    fn message_text_stands_at_its_limit_and_not_one_past_it() {
        assert!("x".repeat(16_384).parse::<MessageText>().is_ok());
        assert!("x".repeat(16_385).parse::<MessageText>().is_err());
        assert!(" \n ".parse::<MessageText>().is_err());
        assert_eq!(format!("{:?}", "secret".parse::<MessageText>().unwrap()), "MessageText(6 bytes)");
    }
}
