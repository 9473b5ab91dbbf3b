//! `erase`.

use super::{Error, GlobalArgs, answer, context};
use domain::{AgentId, ExecutionFilter, ExecutionId, TaskId};
use service::{Caller, Service};

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
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Everything that this agent executed.
    #[arg(long, value_name = "ID")]
    agent: Option<AgentId>,
    /// Of that agent, this execution alone.
    #[arg(long, value_name = "ID", requires = "agent")]
    execution: Option<ExecutionId>,
    /// Everything that this person executed: `executedBy` as it was recorded, or the e-mail address of a member.
    #[arg(long, value_name = "WHO")]
    executed_by: Option<String>,
    /// Tell how many would go, and erase nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Erases, or tells how much that would be.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let service = context::service(global).await?;
    let operator = context::operator(&service, &args.org).await?;
    let erased = match (&args.agent, &args.executed_by) {
        (Some(agent), _) => of_agent(&service, &operator, agent, &args).await,
        (None, Some(who)) => of_person(&service, &operator, who, args.dry_run).await,
        (None, None) => Ok(0),
    };
    service.store.close().await;
    answer(erased?)
}

async fn of_agent(service: &Service, operator: &Caller, agent: &AgentId, args: &Args) -> Result<u64, Error> {
    let (store, organization) = (&service.store, operator.organization);
    Ok(match (&args.execution, args.dry_run) {
        (Some(execution), true) => store.execution(organization, agent, execution).await.map(|_| 1)?,
        (Some(execution), false) => service
            .erase_execution(operator, agent, execution)
            .await
            .map(|()| 1)?,
        (None, true) => {
            store
                .count(organization, agent, &ExecutionFilter::default())
                .await?
        }
        (None, false) => complete(service, &service.erase_agent(operator, agent).await?.task).await?,
    })
}

async fn of_person(service: &Service, operator: &Caller, who: &str, dry_run: bool) -> Result<u64, Error> {
    if !dry_run {
        return complete(service, &service.erase_person(operator, who).await?.task).await;
    }
    let data = service.personal_data(operator, who).await?;
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
async fn complete(service: &Service, task: &TaskId) -> Result<u64, Error> {
    service
        .complete(task)
        .await
        .map_err(|error| Error::refused(error.to_string()))
}
