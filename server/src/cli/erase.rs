//! `erase`.

use super::{Error, GlobalArgs, answer, context};
use crate::clock;
use domain::{AgentId, ExecutionFilter, ExecutionId, OrganizationId, TaskId};
use service::Service;
use store::Store;

/// What `erase` takes.
#[derive(Debug, clap::Args)]
#[command(
    group(clap::ArgGroup::new("whose").args(["agent", "executed_by"]).required(true)),
    after_help = "\
Prints how many executions were erased, or would be. They are gone for good, running ones too; nothing but their ids \
is kept, so that a repeated import does not bring them back. Where it is broken off, \
the next server goes on."
)]
pub struct Args {
    /// Name of the organization.
    #[arg(long, value_name = "NAME", env = "AGENT_LEDGER_ORG")]
    org: String,
    /// Everything that this agent executed.
    #[arg(long, value_name = "ID", env = "AGENT_LEDGER_AGENT")]
    agent: Option<AgentId>,
    /// Of that agent, this execution alone.
    #[arg(long, value_name = "ID", env = "AGENT_LEDGER_EXECUTION", requires = "agent")]
    execution: Option<ExecutionId>,
    /// Everything that this person executed: `executedBy` as it was recorded, or the e-mail address of a member.
    #[arg(long, value_name = "WHO", env = "AGENT_LEDGER_EXECUTED_BY")]
    executed_by: Option<String>,
    /// Tell how many would go, and erase nothing.
    #[arg(long, env = "AGENT_LEDGER_DRY_RUN")]
    dry_run: bool,
}

/// Erases, or tells how much that would be.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let store = context::open(global).await?;
    let organization = context::organization(&store, &args.org).await?.id;
    let erased = match (&args.agent, &args.executed_by) {
        (Some(agent), _) => of_agent(&store, organization, agent, &args).await,
        (None, Some(who)) => of_person(&store, organization, who, args.dry_run).await,
        (None, None) => Ok(0),
    };
    store.close().await;
    answer(erased?)
}

async fn of_agent(
    store: &Store,
    organization: OrganizationId,
    agent: &AgentId,
    args: &Args,
) -> Result<u64, Error> {
    let erased = match (&args.execution, args.dry_run) {
        (Some(execution), true) => store.execution(organization, agent, execution).await.map(|_| 1)?,
        (Some(execution), false) => store
            .erase_execution(organization, agent, execution)
            .await
            .map(|()| 1)?,
        (None, true) => {
            store
                .count(organization, agent, &ExecutionFilter::default())
                .await?
        }
        (None, false) => {
            let begun = store
                .begin_erasing_agent(organization, agent, clock::now())
                .await?;
            complete(store, &begun.task).await?
        }
    };
    Ok(erased)
}

async fn of_person(
    store: &Store,
    organization: OrganizationId,
    who: &str,
    dry_run: bool,
) -> Result<u64, Error> {
    let mut names = vec![who.to_owned()];
    // What a person ran on the page is recorded under the person's id.
    if let Some(known) = store.credentials(who).await? {
        names.push(known.user.id.into());
    }
    if !dry_run {
        let begun = store
            .begin_erasing_person(organization, names, clock::now())
            .await?;
        return complete(store, &begun.task).await;
    }
    let data = store.personal_data(organization, &names).await?;
    for agent in &data {
        eprintln!(
            "{} executions of {} ({}), the oldest of {}",
            agent.executions,
            agent.name,
            agent.agent_id,
            domain::time::rfc3339(agent.oldest)
        );
    }
    Ok(data.iter().map(|agent| agent.executions).sum())
}

/// Does the task, and waits for its end. What breaks off is taken up by the next server.
async fn complete(store: &Store, task: &TaskId) -> Result<u64, Error> {
    Service::new(store.clone(), None)
        .complete(task)
        .await
        .map_err(|error| Error::refused(error.to_string()))
}
