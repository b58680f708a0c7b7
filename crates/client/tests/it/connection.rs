//! The machine of the connection, without a network: what goes in, what comes out, at which moment.

use std::fmt::Write as _;
use std::sync::Arc;

use parlor_client::connection::{Connection, Input, Output, Transport, TransportChoice};
use parlor_client::incoming::Incoming;
use parlor_client::protocol::events::OtherEvent;
use parlor_client::protocol::{Cursor, ErrorCode, Problem};
use parlor_types::Random;
use serde_json::Map;

use crate::sample;

/// Dice that always fall the same way: the middle of every range.
struct Half;

impl Random for Half {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        // Half of the largest number that `between_ms` may divide by: any range is met somewhere inside.
        bytes[0] = 128;
    }
}

/// Feeds inputs and writes down what comes out.
struct Transcript {
    connection: Connection,
    now_ms: u64,
    text: String,
}

impl Transcript {
    fn new(choice: TransportChoice) -> Self {
        Self { connection: Connection::new("secret".to_owned(), None, choice, None, Arc::new(Half)), now_ms: 0, text: String::new() }
    }

    fn give(&mut self, name: &str, input: Input) -> Vec<Output> {
        let outputs = self.connection.handle(input, self.now_ms);
        writeln!(self.text, "{:>6} {name}", self.now_ms).unwrap();
        for output in &outputs {
            writeln!(self.text, "         -> {}", say(output)).unwrap();
        }
        outputs
    }

    /// Lets time pass until the machine wants to be woken, and wakes it.
    fn wake(&mut self) -> Vec<Output> {
        self.now_ms = self.connection.deadline_ms().expect("it waits for something");
        self.give("tick", Input::Tick)
    }

    fn frame(&mut self, text: &str) -> Vec<Output> {
        let name = if text.len() > 60 { format!("frame {}…", &text[..40]) } else { format!("frame {text}") };
        self.give(&name, Input::Frame(Incoming::read(text).unwrap()))
    }

    fn closed(&mut self, code: u16) -> Vec<Output> {
        self.give(&format!("closed {code}"), Input::Frame(Incoming::Closed { code: Some(code), reason: String::new() }))
    }

    fn come_online(&mut self) {
        self.give("opened", Input::Opened);
        let snapshot = serde_json::to_string(&sample::snapshot(7, false, vec![])).unwrap();
        self.frame(&format!("{{\"id\":0,\"ok\":{snapshot}}}"));
    }

    fn ask(&mut self, ticket: u64, operation: &'static str) -> Vec<Output> {
        self.give(&format!("ask {operation}"), Input::Ask { ticket, operation, args: Map::new() })
    }
}

fn say(output: &Output) -> String {
    match output {
        Output::Open { transport, cursor } => format!("open {transport:?} from {}", cursor.as_ref().map_or("nothing", Cursor::as_str)),
        Output::Send(text) => format!("send {text}"),
        Output::Close => "close".to_owned(),
        Output::AskOverRest { ticket, operation, .. } => format!("ask over REST #{ticket} {operation}"),
        Output::Answer { ticket, result } => match result {
            Ok(answer) => format!("answer #{ticket} {}", answer.as_str()),
            Err(error) => format!("answer #{ticket} error: {error}"),
        },
        Output::Snapshot(snapshot) => format!("snapshot at {}", snapshot.cursor),
        Output::Event(event) => format!("event {}", serde_json::to_string(event).unwrap()),
        Output::State(state) => format!("{state:?}"),
    }
}

fn cursor(text: &str) -> Input {
    Input::Frame(Incoming::Event(Box::new(OtherEvent::Cursor { cursor: Cursor::from_client(text) }.into())))
}

#[test]
fn a_day_in_the_life() {
    let mut day = Transcript::new(TransportChoice::Ladder);
    day.give("start", Input::Start);
    day.come_online();
    day.ask(41, "account.get");
    day.frame(r#"{"id":1,"ok":{"answer":true}}"#);
    day.give("cursor 1.9", cursor("1.9"));
    day.wake();
    day.frame(r#"{"id":2,"ok":{}}"#);
    day.frame(r#"{"event":"something_new","x":1}"#);
    day.frame(r#"{"event":"goodbye","code":4000,"reconnect_after_ms":[2000,6000]}"#);
    day.closed(4000);
    day.wake();
    day.give("opened", Input::Opened);
    insta::assert_snapshot!(day.text);
}

#[test]
fn g4_every_reconnect_resumes_with_the_latest_cursor_unless_the_server_says_resync() {
    for (code, expected) in [(4000, Some("1.9")), (4001, Some("1.9")), (4003, Some("1.9")), (1006, Some("1.9")), (1011, Some("1.9")), (4100, None)] {
        let mut day = Transcript::new(TransportChoice::Ladder);
        day.give("start", Input::Start);
        day.come_online();
        day.give("cursor", cursor("1.9"));
        day.closed(code);
        let outputs = day.wake();
        let opened = outputs.iter().find_map(|output| match output {
            Output::Open { cursor, .. } => Some(cursor.as_ref().map(Cursor::as_str).map(str::to_owned)),
            _ => None,
        });
        assert_eq!(opened, Some(expected.map(str::to_owned)), "close code {code}\n{}", day.text);
    }
}

#[test]
fn codes_that_mean_stay_away_are_obeyed() {
    for code in [4200, 4201, 4202, 4203, 1002, 1003, 1007, 1008, 1009] {
        let mut day = Transcript::new(TransportChoice::Ladder);
        day.give("start", Input::Start);
        day.come_online();
        day.closed(code);
        assert_eq!(day.connection.deadline_ms(), None, "close code {code}");
    }
    let mut day = Transcript::new(TransportChoice::Ladder);
    day.give("start", Input::Start);
    day.give("opened", Input::Opened);
    let problem = Problem::new(ErrorCode::Unauthenticated, "log in again");
    day.frame(&format!("{{\"id\":0,\"error\":{}}}", serde_json::to_string(&problem).unwrap()));
    assert_eq!(day.connection.deadline_ms(), None);
    // When the person has done something, it starts again.
    assert!(matches!(day.give("start", Input::Start).as_slice(), [_, Output::Open { .. }]));
}

#[test]
fn waits_grow_with_each_failure_stay_below_a_minute_and_are_never_nothing() {
    let mut day = Transcript::new(TransportChoice::Only(Transport::WebSocket));
    day.give("start", Input::Start);
    let mut longest_ms = 0;
    for _ in 0..40 {
        day.give("lost", Input::Lost { problem: None, reason: "refused".to_owned() });
        let wait_ms = day.connection.deadline_ms().unwrap() - day.now_ms;
        assert!((50..=60_000).contains(&wait_ms), "{wait_ms}");
        longest_ms = longest_ms.max(wait_ms);
        day.wake();
    }
    assert!(longest_ms > 100, "the waits do not grow: {longest_ms}");
}

#[test]
fn a_connection_that_ends_at_once_does_not_make_the_next_attempt_quicker() {
    let mut day = Transcript::new(TransportChoice::Only(Transport::WebSocket));
    day.give("start", Input::Start);
    let mut attempts = 0;
    while day.now_ms < 60_000 {
        day.come_online();
        day.frame(r#"{"event":"goodbye","code":4001,"reconnect_after_ms":[0,0]}"#);
        day.closed(4001);
        let wait_ms = day.connection.deadline_ms().unwrap() - day.now_ms;
        assert!(wait_ms <= 4_000, "{wait_ms}: the server is well, so the person need not wait long");
        day.wake();
        attempts += 1;
    }
    assert!(attempts < 400, "{attempts} attempts within a minute");
}

#[test]
fn the_server_s_wait_is_honoured() {
    let mut day = Transcript::new(TransportChoice::Only(Transport::LongPoll));
    day.give("start", Input::Start);
    let problem = Problem::new(ErrorCode::Overloaded, "full").retry_after_ms(30_000);
    day.give("lost", Input::Lost { problem: Some(problem), reason: "full".to_owned() });
    assert!(day.connection.deadline_ms().unwrap() >= 30_000);

    let mut day = Transcript::new(TransportChoice::Ladder);
    day.give("start", Input::Start);
    day.come_online();
    day.now_ms = 5_000;
    day.frame(r#"{"event":"goodbye","code":4000,"reconnect_after_ms":[10000,20000]}"#);
    day.now_ms = 6_000;
    day.closed(4000);
    let until_ms = day.connection.deadline_ms().unwrap();
    assert!((15_000..=25_000).contains(&until_ms), "{until_ms}");
}

#[test]
fn silence_is_answered_with_heartbeats_and_then_with_another_connection() {
    let mut day = Transcript::new(TransportChoice::Ladder);
    day.give("start", Input::Start);
    day.come_online();
    let mut pings = 0;
    let outputs = loop {
        let outputs = day.wake();
        if outputs.iter().any(|output| matches!(output, Output::Close)) {
            break outputs;
        }
        pings += outputs.iter().filter(|output| matches!(output, Output::Send(text) if text.contains("\"ping\""))).count();
    };
    assert_eq!((pings, day.now_ms), (2, 75_000));
    assert!(outputs.iter().any(|output| matches!(output, Output::State(_))));
    assert!(day.connection.deadline_ms().is_some(), "it does not come back");
}

#[test]
fn a_server_that_does_not_answer_hello_is_given_up() {
    let mut day = Transcript::new(TransportChoice::Ladder);
    day.give("start", Input::Start);
    day.give("opened", Input::Opened);
    let outputs = day.wake();
    assert!(outputs.iter().any(|output| matches!(output, Output::Close)), "{}", day.text);
}

#[test]
fn questions_on_the_way_are_asked_again_only_when_twice_is_once() {
    let mut day = Transcript::new(TransportChoice::Ladder);
    day.give("start", Input::Start);
    day.come_online();
    day.ask(1, "account.get");
    day.ask(2, "invite.create");
    let outputs = day.closed(1006);
    let kinds: Vec<&str> = outputs
        .iter()
        .filter_map(|output| match output {
            Output::AskOverRest { ticket: 1, .. } => Some("again"),
            Output::Answer { ticket: 2, result: Err(_) } => Some("unknown"),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, ["again", "unknown"], "{}", day.text);
}

#[test]
fn a_blocked_socket_leads_to_the_next_rung_and_a_dead_server_back_to_the_first() {
    let mut day = Transcript::new(TransportChoice::Ladder);
    let mut seen = Vec::new();
    let mut outputs = day.give("start", Input::Start);
    for _ in 0..8 {
        seen.extend(outputs.iter().find_map(|output| if let Output::Open { transport, .. } = output { Some(*transport) } else { None }));
        day.give("lost", Input::Lost { problem: None, reason: "blocked".to_owned() });
        outputs = day.wake();
    }
    use Transport::{LongPoll, ServerSentEvents, WebSocket};
    assert_eq!(seen, [WebSocket, WebSocket, ServerSentEvents, ServerSentEvents, LongPoll, LongPoll, WebSocket, WebSocket]);
}

#[test]
fn g4_a_switch_in_mid_stream_takes_the_cursor_along() {
    let mut day = Transcript::new(TransportChoice::Only(Transport::WebSocket));
    day.give("start", Input::Start);
    day.come_online();
    day.give("cursor 1.20", cursor("1.20"));
    day.give("switch", Input::Switch(TransportChoice::Only(Transport::LongPoll)));
    day.give("opened", Input::Opened);
    day.give("cursor 1.21", cursor("1.21"));
    day.ask(5, "account.get");
    day.give("switch", Input::Switch(TransportChoice::Only(Transport::ServerSentEvents)));
    insta::assert_snapshot!(day.text);
}

#[test]
fn after_stop_nothing_happens_any_more() {
    let mut day = Transcript::new(TransportChoice::Ladder);
    day.give("start", Input::Start);
    day.come_online();
    day.ask(3, "invite.create");
    assert!(day.give("stop", Input::Stop).iter().any(|output| matches!(output, Output::Answer { ticket: 3, .. })));
    assert_eq!(day.connection.deadline_ms(), None);
    assert!(day.give("lost", Input::Lost { problem: None, reason: String::new() }).is_empty());
    assert!(day.give("start", Input::Start).is_empty());
}
