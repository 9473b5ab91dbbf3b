//! The master key: whether it is there and opens the database, who can read it, and whether it lies where the database does.

use super::{
    files::is_readable_by,
    finding::{
        Finding,
        Severity::{Note, Problem, Warning},
    },
};
use crate::cli::{
    Error,
    master_key::{Found, SETTINGS},
    part_file::folder,
};
use std::path::Path;
use store::{Checkup, Lock};

const CHECK: &str = "master_key";

/// What there is to say of a master key, of the database's file, if it is one, and of the database, if there is one.
pub fn look(found: &Found, database: Option<&Path>, checkup: Option<&Checkup>) -> Vec<Finding> {
    let has_tables = checkup.is_some_and(|checkup| checkup.schema.is_some());
    let mut findings = match &found.key {
        Err(error) => return vec![unreadable(error)],
        Ok(None) => return vec![missing(&found.place, has_tables)],
        Ok(Some(_)) => found
            .file
            .iter()
            .flat_map(|file| kept(file, database))
            .collect::<Vec<_>>(),
    };
    let lock = checkup.map_or(Lock::Unknown, |checkup| checkup.lock);
    let place = &found.place;
    match lock {
        Lock::Refuses => findings.push(Finding::new(
            Problem,
            CHECK,
            format!(
                "the master key of {place} does not open the database, which is encrypted under another one"
            ),
            format!("name the right one with {SETTINGS}"),
        )),
        Lock::Opens => findings.push(Finding::ok(
            CHECK,
            format!("the master key of {place} opens the database"),
        )),
        Lock::New => findings.push(Finding::ok(
            CHECK,
            format!("the database has no master key yet, and would take that of {place}"),
        )),
        Lock::Unknown | Lock::Untried => findings.push(Finding::ok(
            CHECK,
            format!(
                "the master key of {place} can be read; there is no database of this version to try it on"
            ),
        )),
    }
    findings
}

/// A master key that cannot be read, or is named more than once.
pub fn unreadable(error: &Error) -> Finding {
    Finding::new(
        Problem,
        CHECK,
        format!("there is no master key that can be read: {error}"),
        format!("name one with {SETTINGS}"),
    )
}

fn missing(place: &str, has_tables: bool) -> Finding {
    if has_tables {
        return Finding::new(
            Problem,
            CHECK,
            format!(
                "no master key is given and {place} is not there: the database cannot be opened without it"
            ),
            format!("bring it from a backup, or name where it is with {SETTINGS}"),
        );
    }
    Finding::new(
        Note,
        CHECK,
        format!("there is no master key in {place} yet; the first start makes one"),
        "back it up then, apart from the database",
    )
}

/// How the key's file is kept.
fn kept(key: &Path, database: Option<&Path>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let shown = key.display();
    if is_readable_by(key, 0o077) {
        findings.push(Finding::new(
            Problem,
            CHECK,
            format!("others than its owner can read the master key {shown}"),
            format!("chmod 600 {shown}"),
        ));
    }
    let real = |path: &Path| folder(path).canonicalize().ok();
    if let Some(database) = database
        && real(database).is_some()
        && real(database) == real(key)
    {
        findings.push(Finding::new(
            Warning,
            CHECK,
            format!(
                "the master key {shown} lies beside the database: who copies the folder can read everything"
            ),
            "move it to another folder, better to another disk, and name it with --master-key-file",
        ));
    }
    if findings.is_empty() {
        findings.push(Finding::ok(
            CHECK,
            format!("the master key {shown} is its owner's alone, and apart from the database"),
        ));
    }
    findings
}
