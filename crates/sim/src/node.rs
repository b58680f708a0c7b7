//! The node under test: a process that is started, killed and started again on the same data.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::process::{Child, Command};

/// How long a node may take until it answers: far longer than the promise, so that a slow machine is no violation.
const START_MAX: Duration = Duration::from_secs(30);

/// The load is not to be slowed by what protects a node from strangers.
const RATES: [&str; 6] = ["CREDENTIALS", "CREATE", "WRITE", "SILENT", "READ", "LOOKUP"];

/// A running node.
pub(crate) struct Node {
    child: Child,
    port: u16,
}

/// How nodes of one run are started.
pub(crate) struct Recipe {
    pub(crate) binary: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) plant: Option<String>,
}

impl Recipe {
    /// The same node, sound.
    pub(crate) fn without_plant(&self) -> Self {
        Self { binary: self.binary.clone(), data: self.data.clone(), plant: None }
    }

    /// Starts a node and waits until it answers. What it logs goes to a file beside its data.
    pub(crate) async fn start(&self) -> Result<Node> {
        let port = free_port()?;
        let log = std::fs::File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.binary);
        command
            .arg("serve")
            .env("PARLOR_DATA", self.data.join("data"))
            .env("PARLOR_LISTEN", format!("127.0.0.1:{port}"))
            .env("PARLOR_METRICS_LISTEN", "off")
            .env("PARLOR_REGISTRATION", "open")
            .env("PARLOR_LOG_LEVEL", "warn")
            .envs(RATES.iter().flat_map(|rate| ["PER_MINUTE", "BURST"].map(|part| (format!("PARLOR_RATES_{rate}_{part}"), "10000000"))))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true);
        if let Some(plant) = &self.plant {
            command.arg("--plant").arg(plant);
        }
        let child = command.spawn().with_context(|| format!("{} does not start", self.binary.display()))?;
        let mut node = Node { child, port };
        node.wait_until_ready().await.with_context(|| format!("the node's own words are in {}", self.log().display()))?;
        Ok(node)
    }

    fn log(&self) -> PathBuf {
        self.data.join("node.log")
    }

    /// What the node said last.
    pub(crate) fn last_words(&self) -> String {
        let text = std::fs::read_to_string(self.log()).unwrap_or_default();
        text.lines().rev().take(20).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Node {
    /// Where it answers.
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Ends it as a power switch would end the process: nothing of it runs any more.
    pub(crate) async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the node had stopped by itself: {status}");
        }
        self.child.kill().await.context("the node could not be killed")
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let started = Instant::now();
        let url = format!("http://{}/readyz", self.address());
        let http = reqwest::Client::builder().timeout(Duration::from_secs(2)).build()?;
        while started.elapsed() < START_MAX {
            if let Some(status) = self.child.try_wait()? {
                bail!("the node stopped while starting: {status}");
            }
            if http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        bail!("the node did not answer within {START_MAX:?}")
    }
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A folder for one run.
pub(crate) fn folder() -> Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("parlor-sim-").tempdir().context("no temporary folder could be made")
}
