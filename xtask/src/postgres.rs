//! A PostgreSQL for the tests: the user's own, or one that lives as long as the tests do.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::{debian, process, progress};

/// A superuser's URL; tests create databases of their own there.
pub const URL_VARIABLE: &str = "AGENT_LEDGER_TEST_POSTGRES_URL";

const SCRIPT: &str = include_str!("postgres.sh");

/// A running server; dropping it stops and removes the one that was started here.
pub struct Postgres {
    url: String,
    script: Option<Child>,
}

impl Postgres {
    /// Takes the server that [`URL_VARIABLE`] names, else starts one, installing it where it is missing.
    pub fn start() -> Result<Self> {
        if let Ok(url) = env::var(URL_VARIABLE) {
            return Ok(Self { url, script: None });
        }
        let programs = programs()?;
        progress::quiet_step("start PostgreSQL", || {
            let mut script = shell()
                .args(["-c", SCRIPT, "postgres.sh"])
                .arg(&programs)
                // Short and open to the server's user, as a socket's folder must be.
                .current_dir("/")
                .env_remove("TMPDIR")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .context("cannot start PostgreSQL")?;
            let mut folder = String::new();
            BufReader::new(script.stdout.take().context("no output")?).read_line(&mut folder)?;
            let folder = folder.trim_end();
            ensure!(!folder.is_empty(), "PostgreSQL did not start; its log is above");
            // A percent-encoded host is a socket's folder.
            let url = format!("postgres://postgres@{}/postgres", folder.replace('/', "%2F"));
            Ok(Self {
                url,
                script: Some(script),
            })
        })
    }

    /// `postgres://…`, of a superuser.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(mut script) = self.script.take() {
            drop(script.stdin.take());
            if let Err(error) = script.wait() {
                eprintln!("PostgreSQL was not stopped: {error}");
            }
        }
    }
}

/// PostgreSQL refuses to run as root.
fn shell() -> Command {
    if debian::is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    }
}

fn programs() -> Result<PathBuf> {
    if let Some(folder) = installed_programs() {
        return Ok(folder);
    }
    debian::ensure(
        &["postgresql"],
        &format!("testing on PostgreSQL, where {URL_VARIABLE} names none,"),
    )?;
    installed_programs()
        .context("PostgreSQL is installed but its initdb is not found: put its folder on PATH")
}

/// Debian keeps the server's programs off `PATH`, a folder for each version.
fn installed_programs() -> Option<PathBuf> {
    if let Some(initdb) = process::find(&["initdb"]) {
        return initdb.parent().map(Path::to_owned);
    }
    let version = |folder: &PathBuf| folder.file_name()?.to_str()?.parse::<u32>().ok();
    fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|folder| folder.join("bin/initdb").is_file())
        .max_by_key(version)
        .map(|folder| folder.join("bin"))
}
