//! `key create`.

use super::{Error, GlobalArgs, answer, context};
use domain::Scopes;

/// What `key create` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the organization that is to own the key.
    #[arg(long, value_name = "NAME", env = "AGENT_LEDGER_ORG")]
    org: String,
    /// What people are to call the key: 1 to 100 characters.
    #[arg(long, value_name = "NAME", env = "AGENT_LEDGER_NAME")]
    name: String,
    /// What the key allows, separated by commas: record, read (with export), execute, admin.
    #[arg(long, value_name = "SCOPES", env = "AGENT_LEDGER_SCOPES")]
    scopes: String,
}

/// Makes a key and prints it. It is not kept, so it cannot be shown again.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let name =
        domain::agent::parse_name("--name", &args.name).map_err(|error| Error::refused(error.to_string()))?;
    let scopes: Scopes = args
        .scopes
        .parse()
        .map_err(|error: domain::FieldError| Error::refused(format!("--{error}")))?;
    let store = context::open(global).await?;
    let organization = context::organization(&store, &args.org).await?;
    let (_, token) = store
        .create_api_key(organization.id, &name, &scopes, crate::clock::now())
        .await?;
    store.close().await;
    answer(token.reveal())
}
