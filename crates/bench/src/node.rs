//! The node that is measured: a process of its own on an empty store.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tokio::process::{Child, Command};

/// How long a node may take until it answers.
const START_MAX: Duration = Duration::from_mins(1);

/// What protects a node from strangers must not slow the load.
const RATES: [&str; 6] = ["CREDENTIALS", "CREATE", "WRITE", "SILENT", "READ", "LOOKUP"];

/// A running node.
pub(crate) struct Node {
    child: Child,
    port: u16,
    folder: std::sync::Arc<tempfile::TempDir>,
    /// From the start of the process to its first good answer.
    pub(crate) start: Duration,
}

impl Node {
    /// Starts a node on an empty store.
    pub(crate) async fn start() -> Result<Self> {
        Self::start_in(std::sync::Arc::new(tempfile::Builder::new().prefix("parlor-bench-").tempdir()?)).await
    }

    /// Stops it as an operator would and starts it again on the same store.
    pub(crate) async fn restart(mut self) -> Result<Self> {
        let pid = self.pid()?;
        let status = std::process::Command::new("kill").arg("-TERM").arg(pid.to_string()).status()?;
        anyhow::ensure!(status.success(), "the node could not be told to stop");
        tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await.context("the node does not stop")??;
        Self::start_in(self.folder.clone()).await
    }

    async fn start_in(folder: std::sync::Arc<tempfile::TempDir>) -> Result<Self> {
        let binary = std::env::var("PARLOR_BINARY").context("PARLOR_BINARY must name the node's binary; `cargo xtask bench` sets it")?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = std::fs::File::create(folder.path().join("node.log"))?;
        let started = Instant::now();
        let child = Command::new(binary)
            .arg("serve")
            .env("PARLOR_DATA", folder.path().join("data"))
            .env("PARLOR_LISTEN", format!("127.0.0.1:{port}"))
            .env("PARLOR_METRICS_LISTEN", "off")
            .env("PARLOR_REGISTRATION", "open")
            .env("PARLOR_LOG_LEVEL", "warn")
            .env("PARLOR_STOP_DRAIN_SECONDS", "1")
            .envs(RATES.iter().flat_map(|rate| ["PER_MINUTE", "BURST"].map(|part| (format!("PARLOR_RATES_{rate}_{part}"), "10000000"))))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let mut node = Self { child, port, folder, start: Duration::ZERO };
        let http = reqwest::Client::builder().timeout(Duration::from_secs(2)).build()?;
        let url = format!("http://{}/v1/server", node.address());
        while started.elapsed() < START_MAX {
            if let Some(status) = node.child.try_wait()? {
                let words = std::fs::read_to_string(node.folder.path().join("node.log")).unwrap_or_default();
                bail!("the node stopped while starting: {status}\n{words}");
            }
            if http.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                node.start = started.elapsed();
                return Ok(node);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        bail!("the node did not answer within {START_MAX:?}")
    }

    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn pid(&self) -> Result<u32> {
        self.child.id().context("the node has ended")
    }

    /// Resident bytes of the process.
    pub(crate) fn resident_bytes(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the kernel tells no VmRSS")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").trim().parse()?;
        Ok(kib * 1024)
    }

    /// Processor time that the process has taken, user and system.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()?))?;
        let after_name = stat.rsplit_once(')').context("an odd stat line")?.1;
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
        // The kernel's USER_HZ is 100 on every platform that we build for.
        Ok(Duration::from_millis(ticks * 10))
    }
}
