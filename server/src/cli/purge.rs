//! `purge`.

use super::{Error, GlobalArgs, answer, context};
use crate::clock;
use domain::time::rfc3339;
use service::Service;

/// What `purge` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A server does the same every quarter of an hour. Running executions stay until they end. With --dry-run, a line for \
each agent goes to standard output: organization, agent, days kept, executions, and when the oldest of them began, \
separated by tabs. Without, the number of deleted executions does.")]
pub struct Args {
    /// Name of one organization; all of them unless given.
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
    /// Tell what would go, and delete nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Deletes what is older than it is kept, or tells what that is.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let store = context::open(global).await?;
    let only = match &args.org {
        Some(name) => Some(context::organization(&store, name).await?.id),
        None => None,
    };
    if args.dry_run {
        let overdue = store.overdue(only, clock::now()).await?;
        store.close().await;
        for agent in &overdue {
            answer(format!(
                "{}\t{}\t{}\t{}\t{}",
                agent.organization,
                agent.agent_id,
                agent.days,
                agent.executions,
                rfc3339(agent.oldest)
            ))?;
        }
        let executions: u64 = overdue.iter().map(|agent| agent.executions).sum();
        eprintln!("{executions} executions would go");
        return Ok(());
    }
    let purged = Service::new(store.clone(), None).purge(only).await;
    store.close().await;
    let purged = purged.map_err(|error| Error::refused(error.to_string()))?;
    answer(purged.removed)?;
    match purged.failures.as_slice() {
        [] => Ok(()),
        failures => Err(Error::refused(failures.join("\n"))),
    }
}
