//! The machine, told as transcripts: what goes in, and what a client reads of what comes out.

use std::time::Duration;

use bytes::Bytes;
use parlor_engine::CloseReason;
use tokio::time::Instant;

use super::machine::{Input, Machine, Output, Timing, failure};
use crate::api::Refused;
use crate::websocket::{self, EncodedFrame, Violation};

/// Feeds inputs at moments and writes down what comes out, as a client would read it.
struct Transcript {
    machine: Machine,
    start: Instant,
    lines: String,
}

impl Transcript {
    fn new() -> Self {
        let timing =
            Timing { hello: Duration::from_secs(10), dead_after: Duration::from_secs(75), spread: Duration::from_secs(10), json_depth_max: 32 };
        let start = Instant::now();
        Self { machine: Machine::new(timing, start), start, lines: String::new() }
    }

    fn live() -> Self {
        let mut transcript = Self::new();
        transcript.at(0, Input::Text(r#"{"id":0,"op":"hello","args":{"token":"t"}}"#));
        transcript.at(0, Input::Greeted(vec![failure(Some(0), Refused::invalid("stands for the snapshot"))]));
        transcript.lines.clear();
        transcript
    }

    fn at(&mut self, second: u64, input: Input<'_>) -> &mut Self {
        use std::fmt::Write as _;

        let said = match &input {
            Input::Text(text) => format!("C> {text}"),
            Input::Greeted(_) => "greeted".to_owned(),
            other => format!("{other:?}"),
        };
        let _ = writeln!(self.lines, "{second:>3}s {said}");
        for output in self.machine.handle(input, self.start + Duration::from_secs(second)) {
            let line = match &output {
                Output::Greet { id, .. } => format!("check hello {id}"),
                Output::Ask { id, operation, args } => format!("ask {id} {operation:?} {args}"),
                Output::Send(frames) => frames.iter().map(show).collect::<Vec<_>>().join("\n     "),
                Output::Close { keep, last, .. } => {
                    let last: Vec<String> = last.iter().map(show).collect();
                    format!("{}{}", if *keep { "" } else { "drop what waits\n     " }, last.join("\n     "))
                }
                Output::Drop => "let go".to_owned(),
            };
            let _ = writeln!(self.lines, "     {line}");
        }
        self
    }
}

fn show(frame: &Bytes) -> String {
    let payload = EncodedFrame::payload_of(frame);
    match frame[0] {
        0x88 if payload.is_empty() => "S> close".to_owned(),
        0x88 => format!("S> close {} {}", u16::from_be_bytes([payload[0], payload[1]]), String::from_utf8_lossy(&payload[2..])),
        0x8A => format!("S> pong {payload:?}"),
        _ => format!("S> {}", String::from_utf8_lossy(&payload)),
    }
}

#[test]
fn a_connection_from_hello_to_goodbye() {
    let mut transcript = Transcript::new();
    transcript
        .at(1, Input::Ping(b"early"))
        .at(2, Input::Text(r#"{"id":0,"op":"hello","args":{"token":"secret","cursor":null}}"#))
        .at(12, Input::Tick)
        .at(13, Input::Greeted(vec![]))
        .at(14, Input::Text(r#"{"id":1,"op":"ping"}"#))
        .at(15, Input::Text(r#"{"id":2,"op":"message.send","args":{"conversation":"7","text":"hi"}}"#))
        .at(16, Input::Text(r#"{"id":3,"op":"nonsense"}"#))
        .at(17, Input::Text("nonsense"))
        .at(18, Input::Ping(b"x"))
        .at(92, Input::Tick)
        .at(92, Input::Ended(CloseReason::Stopping))
        .at(92, Input::Text(r#"{"id":4,"op":"ping"}"#))
        .at(93, Input::PeerClosed(websocket::CloseCode::new(4000)))
        .at(95, Input::Tick);
    insta::assert_snapshot!(transcript.lines);
}

#[test]
fn ways_to_end_before_hello() {
    let mut lines = String::new();
    for (second, input) in [
        (10, Input::Tick),
        (1, Input::Text(r#"{"id":9,"op":"ping"}"#)),
        (1, Input::Text("nonsense")),
        (1, Input::PeerClosed(None)),
        (1, Input::Ended(CloseReason::Stopping)),
        (1, Input::Broke(Violation::Unmasked)),
    ] {
        let mut transcript = Transcript::new();
        transcript.at(second, input).at(20, Input::Tick);
        lines += &transcript.lines;
        lines.push('\n');
    }
    let mut transcript = Transcript::new();
    transcript.at(1, Input::Text(r#"{"id":5,"op":"hello","args":{"token":"wrong"}}"#));
    transcript.at(2, Input::NotGreeted(parlor_engine::EngineError::Unauthenticated.into()));
    insta::assert_snapshot!(lines + &transcript.lines);
}

#[test]
fn ways_to_end_a_live_connection() {
    let mut lines = String::new();
    for (second, input) in [
        (75, Input::Tick),
        (1, Input::Ended(CloseReason::Revoked)),
        (1, Input::Ended(CloseReason::SlowConsumer)),
        (1, Input::Ended(CloseReason::Resync)),
        (1, Input::PeerClosed(Some(websocket::CloseCode::NORMAL))),
        (1, Input::Broke(Violation::TooBig { limit_bytes: 65_536 })),
    ] {
        let mut transcript = Transcript::live();
        transcript.at(second, input);
        lines += &transcript.lines;
        lines.push('\n');
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn a_heartbeat_counts_at_its_limit_and_one_second_later_is_too_late() {
    let mut transcript = Transcript::live();
    transcript.at(74, Input::Pong).at(148, Input::Tick);
    assert!(!transcript.machine.is_closing(), "{}", transcript.lines);
    transcript.at(149, Input::Tick);
    assert!(transcript.machine.is_closing(), "{}", transcript.lines);
}
