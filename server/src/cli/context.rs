//! What most commands begin with: the database open, and the organization that was named.

use super::{Error, GlobalArgs, master_key};
use store::{Organization, Store, StoreError};

/// Opens the database that is meant, and brings it up to date.
pub async fn open(global: &GlobalArgs) -> Result<Store, Error> {
    master_key::open(global.database_url(), &global.master_key).await
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
