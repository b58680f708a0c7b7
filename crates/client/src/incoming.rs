//! Reads what a server sends: answers by their number, events by their name. What a later version of the server adds is passed over, not an error.

use parlor_protocol::{Problem, ServerEvent};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::CallError;

/// One frame of a server, or its end.
#[derive(Debug)]
pub enum Incoming {
    /// The answer to the question with this number; without one when the server could not read the question that far.
    Answer {
        /// The number of the question.
        id: Option<u64>,
        /// The answer, not yet read, or the refusal.
        result: Result<RawAnswer, Problem>,
    },
    /// Something that happened.
    Event(Box<ServerEvent>),
    /// An event whose name this version does not know, by that name. Pass over it.
    Unknown(String),
    /// The other side closed. `code` is absent when the connection broke without a word.
    Closed {
        /// The close code.
        code: Option<u16>,
        /// The words that came with it.
        reason: String,
    },
}

/// An answer that was not yet read, because only who asked knows its type.
#[derive(Debug, Clone)]
pub struct RawAnswer(Box<RawValue>);

impl RawAnswer {
    /// Reads it.
    pub fn read<Answer: DeserializeOwned>(&self) -> Result<Answer, CallError> {
        serde_json::from_str(self.0.get()).map_err(|error| CallError::UnexpectedAnswer(error.to_string()))
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        self.0.get()
    }

    /// An answer from its JSON text.
    pub fn from_json(text: &str) -> Result<Self, CallError> {
        RawValue::from_string(text.to_owned()).map(Self).map_err(|error| CallError::UnexpectedAnswer(error.to_string()))
    }
}

/// What tells the three kinds of frames apart.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(default)]
    id: Option<u64>,
    #[serde(borrow, default)]
    ok: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<Problem>,
    #[serde(borrow, default)]
    event: Option<std::borrow::Cow<'a, str>>,
}

impl Incoming {
    /// Reads one text frame.
    pub fn read(text: &str) -> Result<Self, CallError> {
        let envelope: Envelope<'_> = serde_json::from_str(text).map_err(|error| CallError::UnexpectedAnswer(error.to_string()))?;
        match envelope {
            Envelope { event: Some(name), .. } => Ok(Self::event(&name, text)),
            Envelope { id, ok: Some(answer), error: None, .. } => Ok(Self::Answer { id, result: Ok(RawAnswer(answer.to_owned())) }),
            Envelope { id, ok: None, error: Some(problem), .. } => Ok(Self::Answer { id, result: Err(problem) }),
            _ => Err(CallError::UnexpectedAnswer("a frame that is neither answer nor event".to_owned())),
        }
    }

    /// An event. One that cannot be read is of a later version: whatever a client must not miss has a seq, and the hole will show.
    fn event(name: &str, text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(event) => Self::Event(Box::new(event)),
            Err(error) => {
                tracing::debug!(event = name, %error, "passed over an event");
                Self::Unknown(name.to_owned())
            }
        }
    }
}
