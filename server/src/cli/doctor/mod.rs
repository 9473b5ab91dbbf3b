//! `doctor`.

mod backup;
mod database;
mod files;
mod finding;
mod master_key;
mod settings;
mod tasks;
mod transit;
mod verification;

use super::{Error, GlobalArgs, answer, config::hide_password, master_key::Whose, serve};
use crate::clock;
use chrono::TimeDelta;
use finding::{
    Finding,
    Severity::{self, Note, Problem, Warning},
};
use serde_json::json;
use store::{Checkup, sqlite_file};

/// How long a new key may wait for its first use.
const UNUSED: TimeDelta = TimeDelta::days(7);

/// What `doctor` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Says in plain words what is weak about an installation, and what would help. Give it the flags and variables that the \
server has: it cannot see a running one's. It tries the master key, changes nothing and migrates nothing. It ends with \
0 where nothing is worse than a note.")]
pub struct Args {
    /// What the server has.
    #[command(flatten)]
    serve: serve::Args,
    /// Prove the database whole: counts against rows, every payload opened, nothing that belongs to nothing. It takes
    /// minutes where the database is large.
    #[arg(long)]
    verify: bool,
    /// Print the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// Looks at the installation and prints what it finds.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let findings = look(&args, global).await?;
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

async fn look(args: &Args, global: &GlobalArgs) -> Result<Vec<Finding>, Error> {
    let (url, now) = (global.database_url(), clock::now());
    let listen = &args.serve.listen;
    let mut findings = transit::look(listen, now);
    findings.extend(settings::look(&args.serve));
    let file = sqlite_file(url);
    let file = file.as_deref();
    if let Some(file) = file {
        findings.extend(files::database(file));
    }
    let found = super::master_key::find(&global.master_key, Whose::Database(url)).await;
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
    let checkup = checkup.ok().flatten();
    findings.push(backup::look(file, checkup.as_ref(), now));
    if args.verify {
        findings.extend(verification::look(global).await);
    }
    Ok(findings)
}
