//! The lines of the standard input, as they come. Reading blocks, so a thread of its own does it, which nobody waits for at the end: a person may never press Enter again.

use std::io::BufRead;

use tokio::sync::mpsc;

/// So many lines are read ahead: a pipe waits while the network is slow.
const LINES_MAX: usize = 16;

/// Starts to read. A line that is not UTF-8, or an input that fails, ends it with an error.
pub(crate) fn read() -> std::io::Result<mpsc::Receiver<std::io::Result<String>>> {
    let (lines, received) = mpsc::channel(LINES_MAX);
    std::thread::Builder::new().name("standard input".to_owned()).spawn(move || {
        for line in std::io::stdin().lock().lines() {
            let is_last = line.is_err();
            if lines.blocking_send(line).is_err() || is_last {
                return;
            }
        }
    })?;
    Ok(received)
}
