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
    /// A number in answers; events have an `id` of another sort.
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
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
            Envelope { id, ok: Some(answer), error: None, .. } => Ok(Self::Answer { id: number(id)?, result: Ok(RawAnswer(answer.to_owned())) }),
            Envelope { id, ok: None, error: Some(problem), .. } => Ok(Self::Answer { id: number(id)?, result: Err(problem) }),
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

fn number(id: Option<&RawValue>) -> Result<Option<u64>, CallError> {
    let Some(id) = id else { return Ok(None) };
    serde_json::from_str(id.get()).map_err(|_| CallError::UnexpectedAnswer("an answer whose id is no number".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_events_and_the_unknown_are_told_apart() {
        let problem = r#"{"code":"not_found","status":404,"message":"no"}"#;
        assert!(matches!(Incoming::read(r#"{"id":3,"ok":{}}"#), Ok(Incoming::Answer { id: Some(3), result: Ok(_) })));
        assert!(matches!(Incoming::read(&format!(r#"{{"id":3,"error":{problem}}}"#)), Ok(Incoming::Answer { id: Some(3), result: Err(_) })));
        assert!(matches!(Incoming::read(&format!(r#"{{"id":null,"error":{problem}}}"#)), Ok(Incoming::Answer { id: None, result: Err(_) })));
        let message = r#"{"event":"message","conversation":"1","seq":2,"id":"3","sender":"4","at":"2026-01-01T00:00:00Z","text":"hi"}"#;
        assert!(matches!(Incoming::read(message), Ok(Incoming::Event(event)) if matches!(*event, ServerEvent::Log(_))));
        assert!(matches!(Incoming::read(r#"{"event":"later","x":[1]}"#), Ok(Incoming::Unknown(name)) if name == "later"));
        for bad in ["", "[]", "{}", r#"{"id":3}"#, r#"{"id":"3","ok":{}}"#, r#"{"id":3,"ok":{}"#] {
            assert!(Incoming::read(bad).is_err(), "{bad:?} was taken");
        }
    }
}
