//! `migrate`.

use super::{Error, GlobalArgs, config::hide_password, context};

/// What `migrate` takes: the database alone.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Brings the database up to date, as every other command would, and says so.
pub async fn run(_: Args, global: &GlobalArgs) -> Result<(), Error> {
    let store = context::open(global).await?;
    store.close().await;
    eprintln!(
        "{} is up to date for agent-ledger {}",
        hide_password(global.database_url()),
        env!("CARGO_PKG_VERSION")
    );
    Ok(())
}
