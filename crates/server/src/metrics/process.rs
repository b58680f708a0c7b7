//! What the operating system tells of this process, under the names that dashboards know. Nothing where there is no `/proc`.

use std::fmt;
use std::fs;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;

use super::collector::Out;
use crate::process_limits::ProcessLimits;

#[derive(Debug)]
pub(super) struct ProcessCollector;

impl Collector for ProcessCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut out = Out(&mut encoder);
        if let Some(bytes) = resident_bytes() {
            out.gauge("process_resident_memory_bytes", "Memory that the process holds", bytes as f64)?;
        }
        if let Ok(open) = fs::read_dir("/proc/self/fd") {
            out.gauge("process_open_fds", "Open files and sockets", open.count() as f64)?;
        }
        if let Some(max) = ProcessLimits::found().open_files {
            out.gauge("process_max_fds", "Files and sockets that may be open", max as f64)?;
        }
        if let Some(seconds) = cpu_seconds() {
            out.seconds("process_cpu_seconds", "Time on processors", seconds)?;
        }
        Ok(())
    }
}

fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

/// User and system time. The fields are counted from after the name of the program, which may hold spaces.
fn cpu_seconds() -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11).map_while(|field| field.parse::<u64>().ok());
    Some((fields.next()? + fields.next()?) as f64 / TICKS_PER_SECOND)
}
