//! `organization`.

use super::{Error, GlobalArgs, answer, context};
use service::{Caller, Service};

/// What `organization delete` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints how many executions went. Its encryption keys are destroyed, its sessions and API keys end, and people who belong \
to no other organization go with it, all at once; then its rows are removed, which may take a while and goes on with the \
next start of a server where it is broken off. Nothing of it can be brought back. Exports and backups are not touched.")]
pub struct DeleteArgs {
    /// Name of the organization.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// The same name again: this cannot be undone.
    #[arg(long, value_name = "NAME")]
    confirm: String,
}

/// Deletes an organization with everything that is its own.
pub async fn delete(args: DeleteArgs, global: &GlobalArgs) -> Result<(), Error> {
    let service = context::service(global).await?;
    let deleted = delete_named(&service, &args).await;
    service.store.close().await;
    answer(deleted?)
}

async fn delete_named(service: &Service, args: &DeleteArgs) -> Result<u64, Error> {
    let organization = context::organization(&service.store, &args.org).await?;
    if args.confirm.trim() != organization.name {
        return Err(Error::refused(format!(
            "--confirm must be {:?}, the name of the organization that is to be deleted",
            organization.name
        )));
    }
    let agents = service.store.agents(organization.id).await?;
    let executions = agents.iter().map(|agent| agent.executions).sum();
    let task = service
        .delete_organization(&Caller::operator(organization.id))
        .await?;
    eprintln!("{} is deleted; its rows are being removed", organization.name);
    service
        .complete(&task)
        .await
        .map_err(|error| Error::refused(error.to_string()))?;
    Ok(executions)
}
