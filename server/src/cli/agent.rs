//! `agent create`.

use super::{Error, GlobalArgs, answer, context};

/// What `agent create` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the organization that is to own the agent.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// What people are to call the agent: 1 to 100 characters.
    #[arg(long, value_name = "NAME")]
    name: String,
}

/// Makes an agent and prints its id.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let name =
        domain::agent::parse_name("--name", &args.name).map_err(|error| Error::refused(error.to_string()))?;
    let service = context::service(global).await?;
    let operator = context::operator(&service, &args.org).await?;
    let agent = service.create_agent(&operator, &name).await?;
    service.store.close().await;
    answer(agent.agent_id)
}
