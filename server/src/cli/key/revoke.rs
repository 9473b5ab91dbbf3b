//! `key revoke`.

use super::named;
use crate::cli::{Error, GlobalArgs, answer, context};

/// What `key revoke` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the organization that owns the key.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// The key, by its public half.
    #[arg(value_name = "ID")]
    key: String,
}

/// Revokes a key, at once and for good, and prints its public half. Revoking it again changes nothing.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let key = named(&args.key)?;
    let service = context::service(global).await?;
    let operator = context::operator(&service, &args.org).await?;
    let key = service.revoke_api_key(&operator, &key).await?;
    service.store.close().await;
    answer(key.api_key_id)
}
