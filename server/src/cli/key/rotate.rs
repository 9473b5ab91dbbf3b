//! `key rotate`.

use super::{named, wrong_flag};
use crate::cli::{Error, GlobalArgs, answer, context};
use domain::api_key::{GRACE_HOURS, check_grace};

/// What `key rotate` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the organization that owns the key.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// The key, by its public half.
    #[arg(value_name = "ID")]
    key: String,
    /// For how many hours the old secret works beside the new one, 30 days at most; with 0 it ends at once.
    #[arg(long, value_name = "HOURS", default_value_t = GRACE_HOURS)]
    grace_hours: u32,
}

/// Gives a key another secret and prints the key as it is now. It is not kept, so it cannot be shown again.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let key = named(&args.key)?;
    check_grace(args.grace_hours).map_err(|error| wrong_flag("--grace-hours", &error))?;
    let service = context::service(global).await?;
    let operator = context::operator(&service, &args.org).await?;
    let (_, token) = service.rotate_api_key(&operator, &key, args.grace_hours).await?;
    service.store.close().await;
    answer(token.reveal())
}
