//! One handler per operation, in the groups of `parlor_protocol::operations`. A handler builds a command or a query, asks the engine and maps the answer; it
//! checks only what the types cannot say about the form of a request.

mod account;
mod admin;
mod contact;
mod conversation;
mod history;
mod member;
mod message;
mod receipt;
mod session;

use super::dispatch::{Call, Handle, Order};
use super::{Api, Refused, view};

/// The size of a page when the client does not say.
const PAGE: u32 = 50;

impl Api {
    /// How many rows a client wants: 1 to the limit; one past it is refused.
    fn page(&self, limit: Option<u32>, default: u32) -> Result<usize, Refused> {
        let most = self.engine.limits().page_events_max;
        let wanted = limit.unwrap_or_else(|| default.min(most));
        if (1..=most).contains(&wanted) { Ok(wanted as usize) } else { Err(Refused::invalid(format!("limit must be between 1 and {most}"))) }
    }

    /// The size of a page, one row more to learn whether there are more. Where the page is as large as a page can be, a full page says that there may be more.
    fn is_full<T>(rows: &[T], limit: usize) -> bool {
        rows.len() >= limit
    }
}

/// Refuses a text that is longer than the published schema says.
fn check_length(name: &str, text: Option<&str>, min: usize, max: usize) -> Result<(), Refused> {
    match text {
        Some(text) if !(min..=max).contains(&text.chars().count()) => Err(Refused::invalid(format!("{name} must be {min} to {max} characters long"))),
        Some(text) if text.contains('\0') => Err(Refused::invalid(format!("{name} must not contain NUL"))),
        _ => Ok(()),
    }
}

/// Refuses a number outside of what the published schema says.
fn check_range(name: &str, number: Option<u32>, max: u32) -> Result<(), Refused> {
    match number {
        Some(number) if !(1..=max).contains(&number) => Err(Refused::invalid(format!("{name} must be between 1 and {max}"))),
        _ => Ok(()),
    }
}
