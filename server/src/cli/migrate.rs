//! `migrate`.

use super::{Error, GlobalArgs, config::hide_password, context};

/// What `migrate` takes: the database alone.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Brings the database up to date, as the start of a server would, and says so. It is made where there is none.
pub async fn run(_: Args, global: &GlobalArgs) -> Result<(), Error> {
    let store = context::make(global).await?;
    store.close().await;
    eprintln!(
        "{} is up to date for agent-ledger {}",
        hide_password(global.database_url()),
        env!("CARGO_PKG_VERSION")
    );
    Ok(())
}
