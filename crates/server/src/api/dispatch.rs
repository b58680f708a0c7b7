//! The table of operations: made from the registry, so that one without a handler does not compile.

use std::collections::HashMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use parlor_engine::{Actor, Mailbox};
use parlor_protocol::operations::{self as ops, Rate};
use parlor_protocol::{Auth, Entry, ErrorCode, Operation};
use parlor_types::{ConversationId, Handle as UserHandle};
use serde::Serialize;

use super::{Api, Refused, args};
use crate::rate::Caller;
use crate::websocket::EncodedFrame;

/// Answers one operation.
pub(super) trait Handle<O: Operation>: Send + Sync + 'static {
    /// Builds a command or a query, asks the engine, and maps the answer. The caller was authenticated as far as the registry asks for it.
    fn handle(&self, call: &Call, args: O) -> impl Future<Output = Result<O::Answer, Refused>> + Send;

    /// What the operation must not overtake on its connection.
    fn order(_args: &O) -> Order {
        match O::ENTRY.rate {
            Rate::Read | Rate::Lookup => Order::Reads,
            Rate::Credentials | Rate::Create | Rate::Write | Rate::Silent => Order::Free,
        }
    }

    /// The account whose secret is guessed at, when it is named in the arguments.
    fn guessed(_args: &O) -> Option<&UserHandle> {
        None
    }
}

/// What an operation must not overtake on its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Order {
    /// Nothing: it may run beside all others.
    Free,
    /// Others that write to the same log: what was sent first comes first.
    Log(ConversationId),
    /// Other reads: their answers can be large, so one is made at a time.
    Reads,
}

/// Who asks, and from where.
#[derive(Clone)]
pub(crate) struct Call {
    /// Who asks.
    pub(crate) actor: Actor,
    /// Whose buckets are charged.
    pub(crate) caller: Caller,
    /// The mailbox of the socket, where there is one.
    pub(crate) mailbox: Option<Arc<Mailbox>>,
}

/// In which form the answer is wanted.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Form {
    /// JSON alone.
    Body,
    /// A frame that answers the question with this number.
    Frame(u64),
}

impl Form {
    fn write(self, answer: &impl Serialize) -> serde_json::Result<Bytes> {
        /// Most answers are a few ids.
        const GUESSED_BYTES: usize = 256;
        match self {
            Self::Body => serde_json::to_vec(answer).map(Bytes::from),
            Self::Frame(id) => {
                EncodedFrame::text_with(GUESSED_BYTES, |writer| serde_json::to_writer(writer, &parlor_protocol::frames::Success { id, ok: answer }))
                    .map(EncodedFrame::into_bytes)
            }
        }
    }
}

/// An operation whose arguments were read. Nothing happens until `answer` is polled.
pub(crate) struct Started {
    /// What it must not overtake.
    pub(crate) order: Order,
    /// Does it.
    pub(crate) answer: BoxFuture<'static, Result<Bytes, Refused>>,
}

type Start = fn(&Arc<Api>, Call, &str, Form) -> Result<Started, Refused>;

/// One operation with the way to its handler.
pub(crate) struct Row {
    /// Its entry in the registry.
    pub(crate) entry: Entry,
    start: Start,
}

macro_rules! table {
    ($($args:ident => $answer:ident, $name:literal, $method:ident $path:literal, $auth:ident, $rate:ident;)*) => {
        static TABLE: &[Row] = &[$(Row { entry: <ops::$args as Operation>::ENTRY, start: start::<ops::$args> }),*];
    };
}

parlor_protocol::for_each_operation!(table);

/// Every operation, in the order of the registry.
pub(super) fn operations() -> &'static [Row] {
    TABLE
}

/// The operation of that name.
pub(crate) fn find_operation(name: &str) -> Result<&'static Row, Refused> {
    static BY_NAME: LazyLock<HashMap<&str, &Row>> = LazyLock::new(|| TABLE.iter().map(|row| (row.entry.name, row)).collect());
    BY_NAME.get(name).copied().ok_or_else(|| Refused::new(ErrorCode::UnknownOperation, "there is no operation of that name; see docs/api.md"))
}

impl Row {
    /// Whether this actor may ask at all, and has not asked too often. What may be asked about what is decided later, by the rules.
    pub(crate) fn admit(&self, api: &Api, call: &Call) -> Result<(), Refused> {
        match self.entry.auth {
            Auth::Public => {}
            Auth::User => drop(call.actor.session()?),
            Auth::Admin => drop(call.actor.admin()?),
        }
        if matches!(call.actor, Actor::Operator) { Ok(()) } else { api.rates.charge(self.entry.rate, call.caller) }
    }

    /// Reads the arguments. [`Row::admit`] was asked before.
    pub(crate) fn start(&self, api: &Arc<Api>, call: Call, args: &str, form: Form) -> Result<Started, Refused> {
        (self.start)(api, call, args, form)
    }

    fn place(&self) -> usize {
        TABLE.iter().position(|row| std::ptr::eq(row, self)).unwrap_or(usize::MAX)
    }
}

impl std::fmt::Debug for Row {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.entry.name)
    }
}

fn start<O: Operation>(api: &Arc<Api>, call: Call, args: &str, form: Form) -> Result<Started, Refused>
where
    Api: Handle<O>,
{
    let args: O = args::parse(args)?;
    if let Some(account) = <Api as Handle<O>>::guessed(&args) {
        api.rates.charge_guess(account)?;
    }
    let order = <Api as Handle<O>>::order(&args);
    let api = api.clone();
    let answer = async move {
        // A panic costs this request, not the other requests of the connection and never the node.
        let outcome = AssertUnwindSafe(api.handle(&call, args)).catch_unwind().await;
        let written = match outcome {
            Ok(Ok(answer)) => form.write(&answer).map_err(|error| {
                tracing::error!(operation = O::ENTRY.name, %error, "an answer could not be written as JSON");
                Refused::internal()
            }),
            Ok(Err(refused)) => Err(refused),
            Err(_) => {
                tracing::error!(operation = O::ENTRY.name, "a handler panicked; the lines before this one say where");
                Err(Refused::internal())
            }
        };
        if written.is_ok() {
            api.tally.count_answer(place_of::<O>());
        }
        written
    };
    Ok(Started { order, answer: answer.boxed() })
}

fn place_of<O: Operation>() -> usize {
    static PLACES: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| TABLE.iter().map(|row| (row.entry.name, row.place())).collect());
    PLACES.get(O::ENTRY.name).copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use parlor_protocol::REGISTRY;

    use super::*;

    #[test]
    fn every_operation_of_the_registry_is_found_by_its_name() {
        assert_eq!(TABLE.len(), REGISTRY.len());
        for (place, entry) in REGISTRY.iter().enumerate() {
            let row = find_operation(entry.name).unwrap();
            assert_eq!((row.entry.path, row.place()), (entry.path, place));
        }
        assert_eq!(find_operation("message.sendd").unwrap_err().0.code, ErrorCode::UnknownOperation);
    }
}
