//! `doctor`.

mod database;
mod files;
mod finding;
mod master_key;
mod tasks;
mod transit;

use super::{Error, GlobalArgs, answer, config::hide_password, listen::ListenArgs, serve::sqlite_file};
use crate::clock;
use chrono::TimeDelta;
use finding::{
    Finding,
    Severity::{self, Note, Problem, Warning},
};
use serde_json::json;
use std::path::Path;
use store::Checkup;

/// How long a new key may wait for its first use.
const UNUSED: TimeDelta = TimeDelta::days(7);

/// What `doctor` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Says in plain words what is weak about an installation, and what would help. Give it the flags and variables that the \
server has: it cannot see a running one's. It tries the master key, changes nothing and migrates nothing. It ends with \
0 where nothing is worse than a note.")]
pub struct Args {
    /// Where and how the server listens.
    #[command(flatten)]
    listen: ListenArgs,
    /// Print the findings as JSON.
    #[arg(long, env = "AGENT_LEDGER_JSON")]
    json: bool,
}

/// Looks at the installation and prints what it finds.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let findings = look(&args.listen, global).await?;
    if args.json {
        let version = env!("CARGO_PKG_VERSION");
        answer(format_args!(
            "{:#}",
            json!({ "version": version, "findings": findings })
        ))?;
    } else {
        for finding in &findings {
            answer(format_args!("{:8} {}", finding.severity.as_str(), finding.says))?;
            if let Some(remedy) = &finding.remedy {
                answer(format_args!("         → {remedy}"))?;
            }
        }
    }
    let count = |severity: Severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    match (count(Problem), count(Warning)) {
        (0, 0) => Ok(()),
        (problems, warnings) => Err(Error::refused(format!(
            "problems: {problems}, warnings: {warnings}"
        ))),
    }
}

async fn look(listen: &ListenArgs, global: &GlobalArgs) -> Result<Vec<Finding>, Error> {
    let (url, now) = (global.database_url(), clock::now());
    let mut findings = transit::look(listen, now);
    let file = sqlite_file(url).map(Path::new);
    if let Some(file) = file {
        findings.extend(files::database(file));
    }
    let found = super::master_key::find(&global.master_key).await;
    let key = found
        .as_ref()
        .ok()
        .and_then(|found| found.key.as_ref().ok()?.as_ref());
    let checkup = Checkup::look(url, key, now, now - UNUSED).await;
    findings.extend(match &found {
        Ok(found) => master_key::look(found, file, checkup.as_ref().ok().and_then(Option::as_ref)),
        Err(error) => vec![master_key::unreadable(error)],
    });
    if let Ok(Some(checkup)) = &checkup {
        findings.extend(transit::unbelieved(listen, checkup, now));
    }
    findings.extend(match &checkup {
        Ok(Some(checkup)) => database::look(checkup, clock::now()),
        Ok(None) => vec![Finding::new(
            Note,
            "version",
            format!("there is no database {} yet", hide_password(url)),
            "the first start of the server makes it; or name another with --database-url",
        )],
        Err(error) => vec![Finding::new(
            Problem,
            "version",
            format!("the database {} cannot be read: {error}", hide_password(url)),
            "see that it runs and that its URL is right (--database-url)",
        )],
    });
    findings.push(backup(file));
    Ok(findings)
}

/// Nobody tells the program of backups.
fn backup(file: Option<&Path>) -> Finding {
    let how = match file {
        Some(file) => format!("sqlite3 {} \"VACUUM INTO 'backup.db'\"", file.display()),
        None => "pg_dump".to_owned(),
    };
    Finding::new(
        Note,
        "backup",
        "no backup is known: the program keeps no record of any",
        format!("let `{how}` run every day, keep the result elsewhere, and the master key apart from it"),
    )
}
