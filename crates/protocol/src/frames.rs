//! The grammar of the socket: one JSON object per text frame.
//!
//! A client asks `{"id":1,"op":"message.send","args":{…}}` and gets `{"id":1,"ok":{…}}` or `{"id":1,"error":{…}}`; answers may come in another order
//! than the questions. What has `event` is a [`crate::ServerEvent`] (entries of a log carry an `id` of their own). The first frame must be `hello`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Cursor, Problem};

/// A question of a client, with its arguments not yet read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request<'a> {
    /// The client's number for it; the answer carries the same.
    pub id: u64,
    /// The name of the operation.
    pub op: std::borrow::Cow<'a, str>,
    /// Its arguments; absent means `{}`.
    #[serde(borrow, default)]
    pub args: Option<&'a RawValue>,
}

/// A question on its way out of a client.
#[derive(Debug, Serialize)]
pub struct OutgoingRequest<'a, Args> {
    /// The client's number for it.
    pub id: u64,
    /// The name of the operation.
    pub op: &'a str,
    /// Its arguments.
    pub args: &'a Args,
}

/// The arguments of `hello`, the first frame of every connection.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// The bearer token of the session.
    pub token: String,
    /// Where to resume; `null` for a fresh snapshot.
    #[serde(default)]
    pub cursor: Option<Cursor>,
    /// Name and version of the client, for the operator's figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub client: Option<String>,
}

/// A good answer.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Success<T> {
    /// The number of the question.
    pub id: u64,
    /// The operation's answer.
    pub ok: T,
}

/// A refusal. `id` is absent when the question could not be read that far.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// The number of the question.
    pub id: Option<u64>,
    /// Why.
    pub error: Problem,
}
