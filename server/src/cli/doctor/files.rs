//! The database's file on this machine.

use super::finding::{
    Finding,
    Severity::{Problem, Warning},
};
use crate::cli::part_file::folder;
use std::path::Path;

/// Bytes free beside the database below which somebody should see to it, and below which recording will soon fail.
const LITTLE_SPACE: u64 = 1 << 30;
const NO_SPACE: u64 = 100 << 20;

/// The file of a SQLite database, and the space that is left for it.
pub fn database(path: &Path) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shown = path.display();
    if is_open_to_others(path) {
        findings.push(Finding::new(
            Warning,
            "database_file",
            format!("every user of this machine can read {shown}; payloads are encrypted, the rest is not"),
            format!("chmod o-r {shown}*"),
        ));
    } else if path.exists() {
        findings.push(Finding::ok(
            "database_file",
            format!("{shown} is not open to every user of this machine"),
        ));
    }
    findings.extend(space(folder(path)));
    findings
}

/// Whether the file's mode lets everybody read it, and the folder lets everybody reach it.
fn is_open_to_others(path: &Path) -> bool {
    is_readable_by(path, 0o004) && is_readable_by(folder(path), 0o001)
}

/// Whether the file's mode has one of these bits.
#[cfg(unix)]
pub fn is_readable_by(path: &Path, bits: u32) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & bits != 0)
}

#[cfg(not(unix))]
pub fn is_readable_by(_: &Path, _: u32) -> bool {
    false
}

#[cfg(unix)]
fn space(folder: &Path) -> Option<Finding> {
    let found = rustix::fs::statvfs(folder).ok()?;
    Some(judge(found.f_bavail.saturating_mul(found.f_frsize), folder))
}

#[cfg(not(unix))]
fn space(_: &Path) -> Option<Finding> {
    None
}

#[cfg_attr(not(unix), expect(dead_code, reason = "nobody tells the free space"))]
fn judge(free: u64, folder: &Path) -> Finding {
    let says = format!("{} MiB are free in {}", free >> 20, folder.display());
    let remedy = "make room, or keep executions for a shorter time";
    match free {
        0..NO_SPACE => Finding::new(Problem, "disk_space", says, remedy),
        NO_SPACE..LITTLE_SPACE => Finding::new(Warning, "disk_space", says, remedy),
        _ => Finding::ok("disk_space", says),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_space_is_told_before_there_is_none() {
        for (free, severity) in [
            (0, Problem),
            (NO_SPACE, Warning),
            (LITTLE_SPACE, super::super::finding::Severity::Ok),
        ] {
            assert_eq!(judge(free, Path::new("/")).severity, severity, "{free}");
        }
    }
}
