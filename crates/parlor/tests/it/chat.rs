//! `parlor chat`, as it is used in pipes and scripts.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::process::Signal;

use crate::node::{Ended, Node, Place};

const PASSWORD: &str = "correct-horse-battery-9";

/// Somebody with a computer of their own.
struct Person<'a> {
    place: &'a Place,
    handle: &'static str,
}

/// A conversation that stays open.
struct Talk {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl<'a> Person<'a> {
    fn register(place: &'a Place, node: &Node, handle: &'static str) -> Self {
        let person = Self { place, handle };
        let made = person.chat(&["register", "--server", &format!("http://{}", node.address), handle], &format!("{PASSWORD}\n"));
        assert_eq!(made.code, Some(0), "{made:?}");
        person
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.place.command(&["chat"]);
        command.args(arguments);
        for (variable, folder) in [("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state")] {
            command.env(variable, self.place.path(&format!("{}-{folder}", self.handle)));
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn chat(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).spawn().unwrap();
        // What needs no input may be gone before it was written.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    fn talk(&self, arguments: &[&str]) -> Talk {
        let mut child = self.command(arguments).stderr(Stdio::inherit()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Talk { input: child.stdin.take(), output, child }
    }
}

impl Talk {
    fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line, without the time, which is another one each day.
    fn heard(&mut self) -> String {
        let mut line = String::new();
        assert!(self.output.read_line(&mut line).unwrap() > 0, "the chat ended");
        without_time(line.trim_end())
    }

    fn end(mut self) -> Option<i32> {
        drop(self.input.take());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// `#4 03:38Z bob: hi` as `#4 bob: hi`.
fn without_time(line: &str) -> String {
    let words: Vec<&str> = line.split(' ').filter(|word| !(word.len() == 6 && word.ends_with('Z') && word.contains(':'))).collect();
    words.join(" ")
}

#[test]
fn a_pipe_succeeds_when_the_server_has_every_line() {
    let place = Place::new();
    let node = place.start_with(&["--set", "registration=open"]);
    let (alice, bob) = (Person::register(&place, &node, "alice"), Person::register(&place, &node, "bob"));
    assert_eq!(alice.chat(&["send", "@bob", "first", "words"], "").code, Some(0));
    let piped = alice.chat(&["@bob"], "one\n\n/quit is only text\nthree");
    assert_eq!((piped.code, piped.stdout.as_str(), piped.stderr.as_str()), (Some(0), "", ""));
    let list = bob.chat(&[], "").stdout;
    assert!(list.starts_with("@alice") && list.contains("4 unread") && list.trim_end().ends_with("alice: three"), "{list}");
    let history = bob.chat(&["@alice", "--history", "10"], "").stdout;
    let lines: Vec<String> = history.lines().map(without_time).collect();
    assert_eq!(lines, ["#4 alice: first words", "#5 alice: one", "#6 alice: /quit is only text", "#7 alice: three"].map(str::to_owned), "{history}");
    // Reading in a pipe is not reading by a person.
    assert!(bob.chat(&[], "").stdout.contains("4 unread"));
}

#[test]
fn what_cannot_be_sent_fails_with_its_reason() {
    let place = Place::new();
    let node = place.start_with(&["--set", "registration=open"]);
    let nobody = Person { place: &place, handle: "nobody" }.chat(&["@alice"], "hi");
    assert!(nobody.code == Some(1) && nobody.stderr.contains("parlor chat login"), "{nobody:?}");
    let alice = Person::register(&place, &node, "alice");
    let unknown = alice.chat(&["send", "@ghost", "hi"], "");
    assert!(unknown.code == Some(1) && unknown.stderr.contains("there is no @ghost"), "{unknown:?}");
    let absent = alice.chat(&["#nothing"], "hi");
    assert!(absent.code == Some(1) && absent.stderr.contains("there is no #nothing"), "{absent:?}");
    let long = alice.chat(&["@alice"], &format!("good\n{}\n", "x".repeat(16_385)));
    assert!(long.code == Some(1) && long.stderr.contains("longer than 16384 bytes"), "{long:?}");
    assert!(alice.chat(&[], "").stdout.contains("alice: good"), "what could be sent was sent");
    let wrong = alice.chat(&["login", "--server", &format!("http://{}", node.address), "alice"], &format!("{PASSWORD}\n"));
    assert!(wrong.code == Some(1) && wrong.stderr.contains("log out first"), "{wrong:?}");
    assert_eq!(alice.chat(&["logout"], "").code, Some(0));
    let wrong = alice.chat(&["login", "--server", &format!("http://{}", node.address), "alice"], "not it\n");
    assert!(wrong.code == Some(1) && wrong.stderr.contains("handle or password is wrong"), "{wrong:?}");
    assert_eq!(alice.chat(&["not-a-target"], "").code, Some(2));
}

#[test]
fn two_people_talk_and_nothing_they_write_steers_a_terminal() {
    let place = Place::new();
    let node = place.start_with(&["--set", "registration=open"]);
    let (alice, bob) = (Person::register(&place, &node, "alice"), Person::register(&place, &node, "bob"));
    assert_eq!(alice.chat(&["send", "@bob", "hello"], "").code, Some(0));
    let mut bobs = bob.talk(&["@alice", "--history", "1"]);
    assert_eq!(bobs.heard(), "#4 alice: hello");
    let mut alices = alice.talk(&["@bob", "--history", "1"]);
    assert_eq!(alices.heard(), "#4 alice: hello");
    alices.say("\u{1b}[2J\u{202e}boo");
    assert_eq!(bobs.heard(), "#5 alice: \\u{1b}[2J\\u{202e}boo");
    bobs.say("nice try");
    assert_eq!(alices.heard(), "#6 bob: nice try");
    assert_eq!((alices.end(), bobs.end()), (Some(0), Some(0)));
}

#[test]
fn g4_a_talk_goes_on_over_a_restart_of_the_node() {
    let place = Place::new();
    let node = place.start_with(&["--set", "registration=open"]);
    let address = node.address.clone();
    let (alice, bob) = (Person::register(&place, &node, "alice"), Person::register(&place, &node, "bob"));
    assert_eq!(alice.chat(&["send", "@bob", "before"], "").code, Some(0));
    let mut bobs = bob.talk(&["@alice", "--history", "1"]);
    let mut alices = alice.talk(&["@bob", "--history", "1"]);
    assert_eq!((bobs.heard(), alices.heard()), ("#4 alice: before".to_owned(), "#4 alice: before".to_owned()));
    node.stop();
    alices.say("while it was away");
    let node = place.start_with(&["--set", "registration=open", "--set", &format!("listen={address}")]);
    assert_eq!(bobs.heard(), "#5 alice: while it was away");
    // A crash is no worse.
    node.signal(Signal::KILL);
    drop(node);
    alices.say("after a crash");
    let _node = place.start_with(&["--set", "registration=open", "--set", &format!("listen={address}")]);
    assert_eq!(bobs.heard(), "#6 alice: after a crash");
    assert_eq!((alices.end(), bobs.end()), (Some(0), Some(0)));
}

#[test]
fn what_is_not_acknowledged_in_time_fails_and_is_sent_the_next_time() {
    let place = Place::new();
    let node = place.start_with(&["--set", "registration=open"]);
    let address = node.address.clone();
    let (alice, bob) = (Person::register(&place, &node, "alice"), Person::register(&place, &node, "bob"));
    assert_eq!(alice.chat(&["send", "@bob", "before"], "").code, Some(0));
    let mut alices = alice.talk(&["@bob", "--history", "1", "--wait", "0"]);
    assert_eq!(alices.heard(), "#4 alice: before");
    node.stop();
    alices.say("kept");
    assert_eq!(alices.end(), Some(1));
    let _node = place.start_with(&["--set", "registration=open", "--set", &format!("listen={address}")]);
    assert_eq!(alice.chat(&["send", "@bob", "later"], "").code, Some(0));
    let list = bob.chat(&[], "").stdout;
    assert!(list.contains("3 unread"), "{list}");
    let history = bob.chat(&["@alice", "--history", "2"], "").stdout;
    assert_eq!(history.lines().map(without_time).collect::<Vec<_>>(), ["#5 alice: kept", "#6 alice: later"].map(str::to_owned));
}

#[test]
fn a_channel_is_joined_only_by_who_agrees() {
    let place = Place::new();
    let node = place.start_with(&["--set", "registration=open"]);
    let (alice, bob) = (Person::register(&place, &node, "alice"), Person::register(&place, &node, "bob"));
    let session = std::fs::read_to_string(place.path("alice-config").join("parlor/session.json")).unwrap();
    let session: serde_json::Value = serde_json::from_str(&session).unwrap();
    let made = node.post_as(session["token"].as_str().unwrap(), "/v1/conversations", r#"{"key":"channel-key","kind":"channel","title":"Ops"}"#);
    assert!(made.starts_with("HTTP/1.1 200"), "{made}");
    assert_eq!(alice.chat(&["#ops"], "welcome\n").code, Some(0));
    let shy = bob.chat(&["#ops"], "hi\n");
    assert!(shy.code == Some(1) && shy.stderr.contains("--join"), "{shy:?}");
    assert_eq!(bob.chat(&["#ops", "--join"], "done\n").code, Some(0));
    let history = alice.chat(&["#Ops", "--history", "5"], "").stdout;
    assert!(history.contains("alice: welcome") && history.contains("bob: done"), "{history}");
}

/// A process that does not outlive its test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_with_an_authority_of_its_own_is_believed_only_when_one_says_so() {
    let place = Place::new();
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (place.path("certificate.pem"), place.path("key.pem"));
    std::fs::write(&certificate, certified.cert.pem()).unwrap();
    std::fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let (certificate, key) = (certificate.to_str().unwrap(), key.to_str().unwrap());
    let files = [format!("tls.certificate={certificate}"), format!("tls.key={key}")];
    let mut node = place.command(&["serve", "--set", "registration=open", "--set", &files[0], "--set", &files[1]]);
    let mut node = Killed(node.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let block = BufReader::new(node.0.stdout.take().unwrap()).lines().map(Result::unwrap);
    let listens = block.map(|line| line.trim().to_owned()).find(|line| line.starts_with("listens")).unwrap();
    let url = format!("https://localhost:{}", listens.split_whitespace().nth(1).unwrap().rsplit(':').next().unwrap());
    let alice = Person { place: &place, handle: "alice" };
    let doubted = alice.chat(&["register", "--server", &url, "alice"], &format!("{PASSWORD}\n"));
    assert!(doubted.code == Some(1) && doubted.stderr.contains("certificate"), "{doubted:?}");
    let believed = alice.chat(&["register", "--server", &url, "--ca", certificate, "alice"], &format!("{PASSWORD}\n"));
    assert_eq!(believed.code, Some(0), "{believed:?}");
    // Over the socket, and without the file.
    std::fs::remove_file(certificate).unwrap();
    let sent = alice.chat(&["send", "@alice", "note", "to", "self"], "");
    assert_eq!(sent.code, Some(0), "{sent:?}");
}
