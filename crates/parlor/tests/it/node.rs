use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Longer than anything here takes on a slow machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with the data of one server, and the command that works on it.
pub(crate) struct Place {
    folder: TempDir,
}

/// A running node.
pub(crate) struct Node {
    child: Child,
    pub(crate) block: String,
    pub(crate) address: String,
    _stdout: BufReader<ChildStdout>,
    log: PathBuf,
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// The binary, in this folder, without anything of the environment that configures it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parlor"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PARLOR_") {
                command.env_remove(name);
            }
        }
        command.env("PARLOR_LISTEN", "127.0.0.1:0").env("PARLOR_METRICS_LISTEN", "off");
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs a command that must end well, and gives back what it printed.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}{}", ended.stdout, ended.stderr);
        ended.stdout
    }

    /// Runs a command that reads its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        let mut child = self.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    pub(crate) fn start(&self) -> Node {
        self.start_with(&[])
    }

    /// Starts a node and waits until it has shown its start-up block and is ready.
    pub(crate) fn start_with(&self, arguments: &[&str]) -> Node {
        self.start_command(self.command(&["serve"]).args(arguments))
    }

    pub(crate) fn start_with_environment(&self, name: &str, value: &str) -> Node {
        self.start_command(self.command(&["serve"]).env(name, value))
    }

    fn start_command(&self, command: &mut Command) -> Node {
        let log = self.path("node.log");
        let stderr = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut block = String::new();
        while !block.contains("  limits ") {
            let mut line = String::new();
            let read = stdout.read_line(&mut line).unwrap();
            assert!(read > 0, "the node ended while it started: {block}{}", std::fs::read_to_string(&log).unwrap());
            block.push_str(&line);
        }
        let listens = block.lines().find_map(|line| line.trim().strip_prefix("listens")).unwrap();
        let address = listens.split_whitespace().next().unwrap().to_owned();
        let node = Node { child, block, address, _stdout: stdout, log };
        until("the node to be ready", || node.get("/readyz").starts_with("HTTP/1.1 200"));
        node
    }
}

impl Node {
    /// The whole answer to a GET.
    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
    }

    pub(crate) fn get_as(&self, token: &str, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"))
    }

    pub(crate) fn post(&self, path: &str, json: &str) -> String {
        self.ask(&post(path, "", json))
    }

    pub(crate) fn post_as(&self, token: &str, path: &str, json: &str) -> String {
        self.ask(&post(path, &format!("Authorization: Bearer {token}\r\n"), json))
    }

    /// The answer to a whole request; empty when nobody answers.
    fn ask(&self, request: &str) -> String {
        TcpStream::connect(&self.address).map_or_else(|_| String::new(), |mut stream| exchange(&mut stream, request))
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for the end, and gives back its exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let mut status = None;
        until("the node to end", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap().code()
    }

    /// Stops it in good order.
    pub(crate) fn stop(mut self) {
        self.signal(Signal::TERM);
        assert_eq!(self.ended(), Some(0), "{}", self.log());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }
}

/// Asks again and again until the answer is yes.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        std::thread::yield_now();
    }
}

/// Asks over the operator's socket without a token.
pub(crate) fn ask_operator(socket: &Path, path: &str) -> String {
    exchange(&mut UnixStream::connect(socket).unwrap(), &format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
}

fn post(path: &str, headers: &str, json: &str) -> String {
    let length = json.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n{headers}\r\n{json}"
    )
}

fn exchange(stream: &mut (impl std::io::Read + std::io::Write), request: &str) -> String {
    let mut answer = String::new();
    let _ = stream.write_all(request.as_bytes());
    let _ = stream.read_to_string(&mut answer);
    answer
}
