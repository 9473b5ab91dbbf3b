//! Whether there is a backup, as far as the database knows.

use super::finding::{Finding, Severity::Note};
use chrono::TimeDelta;
use domain::Timestamp;
use std::path::Path;
use store::Checkup;

const CHECK: &str = "backup";

/// How old the newest backup may be.
const RECENT: TimeDelta = TimeDelta::days(7);

pub fn look(file: Option<&Path>, checkup: Option<&Checkup>, now: Timestamp) -> Finding {
    let remedy = match file {
        Some(_) => {
            "let `agent-ledger backup FILE --keep 7` run every day, keep the result elsewhere, and the master key apart from it"
        }
        None => {
            "let `pg_dump --format=custom` run every day, keep the result elsewhere, and the master key apart from it"
        }
    };
    match checkup.and_then(|checkup| checkup.backup.as_ref()) {
        None => Finding::new(Note, CHECK, "no backup is known", remedy),
        Some((file, at)) => {
            let says = format!(
                "the newest backup is {file}, of {}",
                at.format("%Y-%m-%d %H:%M UTC")
            );
            match now - *at > RECENT {
                true => Finding::new(Note, CHECK, says, remedy),
                false => Finding::ok(CHECK, says),
            }
        }
    }
}
