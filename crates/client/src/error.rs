//! Why a call gave no answer. The question that matters to a caller is "may it have happened?", so the variants are cut along it.

use parlor_protocol::Problem;

/// A call that gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The server refused; nothing was changed, except where [`parlor_protocol::ErrorCode::Unavailable`] says that it is not known.
    #[error(transparent)]
    Refused(#[from] Problem),
    /// The server could not be reached: nothing was sent.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// The connection broke, or took too long, after the question was sent: whether it was carried out is not known.
    #[error("the connection broke before the answer came: {0}")]
    Interrupted(String),
    /// What came back is not of the form that the protocol gives. The other side is no Parlor server, or one of another version.
    #[error("the answer is not what the protocol promises: {0}")]
    UnexpectedAnswer(String),
    /// The question could not be put into the form that the protocol takes.
    #[error("the question cannot be asked: {0}")]
    InvalidQuestion(String),
    /// The client was closed.
    #[error("the client is closed")]
    Closed,
}

impl CallError {
    /// The refusal, if it is one.
    pub const fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            Self::Unreachable(_) | Self::Interrupted(_) | Self::UnexpectedAnswer(_) | Self::InvalidQuestion(_) | Self::Closed => None,
        }
    }

    /// True when the code of the refusal is this one.
    pub fn is(&self, code: parlor_protocol::ErrorCode) -> bool {
        self.problem().is_some_and(|problem| problem.code == code)
    }
}
