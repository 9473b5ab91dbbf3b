//! The server in its group, started again whenever it has ended.

use crate::{
    cgroup::MemoryGroup,
    fixture::Fixture,
    report::{Figure, mib},
};
use anyhow::{Context, Result};
use std::{
    fs::{self, OpenOptions},
    path::PathBuf,
    process::{ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};
use testkit::{Memory, Server};
use tokio::time::sleep;

/// Lines of the standard error that are shown of a process which has ended.
const LAST_LINES: usize = 20;
/// How often it is looked whether a process that began has settled, and how often at most.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const LOOKS: usize = 10;
/// Bytes by which the memory of a settled process still changes.
const SETTLED: u64 = 256 * 1_024;

/// The server and where it runs.
pub struct Besieged {
    // Ended before its group is removed.
    server: Server,
    log: PathBuf,
    /// Resident memory before anything came.
    pub idle: u64,
}

impl Besieged {
    /// Starts the server in the group and waits until it has settled.
    pub async fn start(group: &MemoryGroup, fixture: &Arc<Fixture>) -> Result<Self> {
        let log = fixture.ledger.folder().join("server.log");
        let file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(true)
            .open(&log)?;
        let server = fixture
            .ledger
            .serve_by(&group.launcher(), Stdio::from(file))
            .await;
        let server = server.with_context(|| format!("its last words: {}", last_words(&log)))?;
        let mut idle = server.memory()?.now;
        for _ in 0..LOOKS {
            sleep(LOOK_EVERY).await;
            let now = server.memory()?.now;
            let has_settled = now.abs_diff(idle) < SETTLED;
            idle = now;
            if has_settled {
                break;
            }
        }
        Ok(Self { server, log, idle })
    }

    /// The server.
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// How the process ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.server.ended()
    }

    /// Memory of the process, if it still runs.
    pub fn memory(&self) -> Option<Memory> {
        Memory::of(self.server.process()).ok()
    }

    /// Has the most resident memory begin with what is resident. Whether the kernel did so.
    pub fn reset_peak(&self) -> bool {
        fs::write(format!("/proc/{}/clear_refs", self.server.process()), "5").is_ok()
    }

    /// That the process lives, or how it ended and what it said last.
    pub fn lives(&self, ended: Option<ExitStatus>, kills: u64) -> Figure {
        let (value, met) = match ended {
            None if kills == 0 => (
                self.memory().map_or_else(String::new, |memory| mib(memory.now)),
                true,
            ),
            None => (format!("{kills} OOM kills"), false),
            Some(status) => (
                format!(
                    "ended with {status}, {kills} OOM kills; its last words:{}",
                    last_words(&self.log)
                ),
                false,
            ),
        };
        Figure::held("the process", value, "lives, no OOM kill", met)
    }

    /// Ends it in order.
    pub async fn stop(self) -> Result<()> {
        self.server.stop().await
    }
}

/// The end of what the process said on its standard error, a line each.
fn last_words(log: &PathBuf) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    if lines.is_empty() {
        return " none".to_owned();
    }
    lines[lines.len().saturating_sub(LAST_LINES)..]
        .iter()
        .map(|line| format!("\n          | {line}"))
        .collect()
}
