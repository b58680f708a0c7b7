//! The cursor: one opaque text that says how far a device has been served, for every transport.

use std::fmt;

use parlor_types::{Epoch, Position};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a client stands in everything that concerns it. Clients keep it and give it back; only the server looks inside.
///
/// It says: "everything up to this position of this epoch's change feed was handed over". It may lag behind what was really handed over
/// (the client then sees some events twice), never run ahead (G4).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// The cursor at a position.
    pub fn at(epoch: Epoch, position: Position) -> Self {
        Self(format!("{:x}.{:x}", epoch.0, position.0))
    }

    /// A cursor as a client gave it.
    pub fn from_client(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text to keep.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Epoch and position, or `None` for a text that no server of ours ever gave out.
    pub fn decode(&self) -> Option<(Epoch, Position)> {
        let (epoch, position) = self.0.split_once('.')?;
        let epoch = u64::from_str_radix(epoch, 16).ok()?;
        let position = u64::from_str_radix(position, 16).ok()?;
        Some((Epoch(epoch), Position(position))).filter(|(epoch, position)| Self::at(*epoch, *position) == *self)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_out_is_read_back() {
        let cursor = Cursor::at(Epoch(77), Position(4_000_000_000));
        assert_eq!(cursor.decode(), Some((Epoch(77), Position(4_000_000_000))));
        for bad in ["", ".", "1", "1.", "+1.2", "01.2", "1.2.3", "zz.1", "1.-1", "A.1"] {
            assert_eq!(Cursor::from_client(bad).decode(), None, "{bad:?} was taken");
        }
    }
}
