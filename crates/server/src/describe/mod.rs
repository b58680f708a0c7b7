//! Describes the API from its one registry: OpenAPI for REST, AsyncAPI for the socket, a page for people. Nothing about an operation, an event or a code is
//! written here; it all comes from `parlor_protocol`.
//!
//! Must never: know of an operation that the registry does not have, or leave one out.

mod asyncapi;
mod openapi;
mod page;
mod schemas;

pub use asyncapi::asyncapi;
pub use openapi::openapi;
pub use page::{PAGE_STYLE, page};

/// A description as text: pretty, with a last newline, the same on every machine.
pub fn to_text(description: &serde_json::Value) -> String {
    let mut text = serde_json::to_string_pretty(description).expect("JSON values can be written");
    text.push('\n');
    text
}
