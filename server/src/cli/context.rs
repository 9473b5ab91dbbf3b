//! What most commands begin with: the database open, and the organization that was named.

use super::{Error, GlobalArgs, master_key};
use domain::Actor;
use store::{Organization, Store, StoreError};

/// Opens the database that is meant, and brings it up to date. What is done to it is done by the command line.
pub async fn open(global: &GlobalArgs) -> Result<Store, Error> {
    let store = master_key::open(global.database_url(), &global.master_key).await?;
    Ok(store.by(Actor::command_line()))
}

/// The organization of that name; only `user add` makes one.
pub async fn organization(store: &Store, name: &str) -> Result<Organization, Error> {
    match store.organization_named(name.trim()).await {
        Err(StoreError::NotFound(_)) => Err(Error::refused(format!(
            "there is no organization named {name:?}; `agent-ledger user add` makes one"
        ))),
        found => Ok(found?),
    }
}
