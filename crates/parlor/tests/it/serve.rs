use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::Signal;

use crate::node::{PATIENCE, Place, ask_operator, until};

#[test]
fn an_empty_configuration_runs_and_says_what_to_do_next() {
    let place = Place::new();
    let mut node = place.start();
    let url = format!("http://{}", node.address);
    for part in ["Parlor 0.", &format!("  open      {url}"), "  metrics   off", "parlor-data/parlor.db", "0 users", "open files, so "] {
        assert!(node.block.contains(part), "{part:?} is missing: {}", node.block);
    }
    assert!(node.get("/healthz").ends_with("ok\n"));
    assert!(node.get("/v1/server").contains("\"empty\":true"));
    assert!(node.get("/docs").contains("<h1>The API of this server</h1>"));
    node.signal(Signal::INT);
    assert_eq!(node.ended(), Some(0), "{}", node.log());
    assert!(node.log().contains("the node has stopped"), "{}", node.log());
    assert!(!place.path("parlor-data/parlor.sock").exists(), "the operator's socket goes with the node");
}

#[test]
fn what_the_node_keeps_can_be_read_by_nobody_else() {
    let place = Place::new();
    let _node = place.start();
    let data = place.path("parlor-data");
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o077, 0);
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o077, 0, "{}", path.display());
    }
}

#[test]
fn abuse_34_the_public_listener_has_no_metrics_and_no_operator() {
    let place = Place::new();
    let node = place.start();
    for path in ["/metrics", "/debug", "/debug/pprof", "/heapdump", "/actuator", "/admin", "/.env", "/.git/config", "/parlor.db", "/server-status"] {
        assert!(node.get(path).starts_with("HTTP/1.1 404"), "{path}: {}", node.get(path));
    }
    assert!(node.get("/v1/admin/users").starts_with("HTTP/1.1 401"));
    assert!(ask_operator(&place.path("parlor-data/parlor.sock"), "/v1/admin/users").starts_with("HTTP/1.1 200"));
}

#[test]
fn metrics_have_a_listener_of_their_own_and_count() {
    let place = Place::new();
    let node = place.start_with(&["--set", "metrics.listen=127.0.0.1:0"]);
    let url = node.block.lines().find_map(|line| line.trim().strip_prefix("metrics   http://")).unwrap();
    let (address, path) = url.split_once('/').unwrap();
    let read = || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(format!("GET /{path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    };
    let _ = node.get("/v1/server");
    let text = read();
    assert!(text.starts_with("HTTP/1.1 200") && text.contains("application/openmetrics-text"), "{text}");
    for line in [
        "parlor_operations_done_total{operation=\"server.get\"} 1",
        "parlor_connections_max ",
        "parlor_commits_total ",
        "parlor_queue_bytes 0",
        "process_resident_memory_bytes ",
        "# EOF",
    ] {
        assert!(text.contains(line), "{line} is missing: {text}");
    }
    let _ = node.get("/v1/account");
    assert!(read().contains("parlor_operations_refused_total{code=\"unauthenticated\"} 1"));
}

#[test]
fn two_nodes_never_share_a_store() {
    let place = Place::new();
    let node = place.start();
    let second = place.run(&["serve"]);
    assert_eq!(second.code, Some(1));
    assert!(second.stderr.contains("is in use by the process") && !second.stderr.contains("panic"), "{}", second.stderr);
    assert!(node.get("/readyz").starts_with("HTTP/1.1 200"), "the first one is not disturbed");
    assert!(ask_operator(&place.path("parlor-data/parlor.sock"), "/healthz").ends_with("ok\n"), "nor its operator's socket");
}

#[test]
fn an_address_that_is_taken_is_named_with_what_to_do() {
    let place = Place::new();
    let node = place.start();
    let other = Place::new().run(&["serve", "--listen", &node.address]);
    assert_eq!(other.code, Some(1));
    assert!(other.stderr.contains(&format!("could not listen on {}", node.address)) && other.stderr.contains("--listen"), "{}", other.stderr);
}

#[test]
fn a_wrong_configuration_ends_with_2_and_every_fault() {
    let place = Place::new();
    std::fs::write(place.path("parlor.toml"), "listn = []\n[log]\nlevle = \"info\"\n").unwrap();
    let ended = place.run(&["serve"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("did you mean listen?") && ended.stderr.contains("did you mean log.level?"), "{}", ended.stderr);
    assert!(!place.path("parlor-data").exists(), "nothing was made");
    std::fs::write(place.path("parlor.toml"), "name = \"Mill Lane\"\n").unwrap();
    assert!(place.done(&["check-config"]).contains("\"Mill Lane\""));
}

#[test]
fn a_second_signal_ends_what_the_first_one_waits_for() {
    let place = Place::new();
    let mut node = place.start_with(&["--set", "stop.drain_seconds=600"]);
    // A request whose body never comes keeps its connection busy.
    let mut stuck = TcpStream::connect(&node.address).unwrap();
    stuck.write_all(b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{").unwrap();
    until("the request to be under way", || node.get("/v1/server").contains("\"empty\":true"));
    node.signal(Signal::TERM);
    until("the stop to begin", || node.log().contains("stopping: clients are told"));
    node.signal(Signal::TERM);
    assert_eq!(node.ended(), Some(0), "{}", node.log());
}

#[test]
fn the_time_to_drain_is_bounded() {
    let place = Place::new();
    let mut node = place.start_with(&["--set", "stop.drain_seconds=1"]);
    let mut stuck = TcpStream::connect(&node.address).unwrap();
    stuck.write_all(b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{").unwrap();
    until("the request to be under way", || node.get("/v1/server").contains("\"empty\":true"));
    node.signal(Signal::TERM);
    assert_eq!(node.ended(), Some(0), "{}", node.log());
}

#[test]
fn logs_hold_no_secret_and_no_message() {
    let place = Place::new();
    let node = place.start_with(&["--log", "trace", "--set", "log.format=json", "--set", "registration=open"]);
    let password = "a-quite-long-canary-8571";
    let answer = node.post("/v1/accounts", &format!("{{\"handle\":\"mia\",\"password\":\"{password}\"}}"));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let token = answer.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let _ = node.post("/v1/sessions", &format!("{{\"handle\":\"mia\",\"password\":\"{password}-wrong\"}}"));
    let _ = node.get("/v1/invites/canary-code-4411");
    let log = node.log();
    assert!(log.lines().all(|line| line.starts_with('{')), "every line is one JSON object");
    for secret in [password, &token, "canary-code-4411"] {
        assert!(!log.contains(secret), "{secret} is in the log");
    }
    node.stop();
}

#[test]
fn the_service_manager_is_told_when_the_node_is_ready_and_when_it_stops() {
    let place = Place::new();
    let path = place.path("notify.sock");
    let socket = std::os::unix::net::UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let heard = || {
        let mut buffer = [0; 64];
        let bytes = socket.recv(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..bytes]).into_owned()
    };
    let node = place.start_with_environment("NOTIFY_SOCKET", path.to_str().unwrap());
    assert_eq!(heard(), "READY=1");
    node.stop();
    assert_eq!(heard(), "STOPPING=1");
}

#[test]
fn a_data_folder_that_is_too_long_for_a_socket_is_told() {
    let place = Place::new();
    let ended = place.run(&["serve", "--data", &"long/".repeat(40)]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("choose a data folder with a shorter one"), "{}", ended.stderr);
}
