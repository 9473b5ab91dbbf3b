//! Memory of a process, as Linux tells it.

use anyhow::{Context, Result};

/// Bytes that are resident now, and the most that ever were.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// `VmRSS`.
    pub now: u64,
    /// `VmHWM`.
    pub peak: u64,
    /// `RssAnon`: of those that are resident now, what is no page of a file, such as the program itself.
    pub anonymous: u64,
}

impl Memory {
    /// Of the process of that id.
    pub fn of(process: u32) -> Result<Self> {
        let path = format!("/proc/{process}/status");
        let status = std::fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kibibytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
            kibibytes
                .map(|kibibytes| kibibytes * 1_024)
                .with_context(|| format!("{path} names no {name}"))
        };
        Ok(Self {
            now: field("VmRSS:")?,
            peak: field("VmHWM:")?,
            anonymous: field("RssAnon:")?,
        })
    }
}
