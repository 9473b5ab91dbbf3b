//! What most commands begin with: the database open, and the organization that was named.

use super::{Error, GlobalArgs, master_key};
use domain::Actor;
use service::{Caller, Service};
use store::{Organization, Store, StoreError};

/// Opens the database that is meant, which must be there and of this version. What is done to it is done by the command
/// line.
pub async fn open(global: &GlobalArgs) -> Result<Store, Error> {
    let store = master_key::open(global.database_url(), &global.master_key).await?;
    Ok(store.by(Actor::command_line()))
}

/// The same, but makes the database where there is none, and brings it up to date.
pub async fn make(global: &GlobalArgs) -> Result<Store, Error> {
    let store = master_key::make(global.database_url(), &global.master_key).await?;
    Ok(store.by(Actor::command_line()))
}

/// The use cases on the database that is meant. No letters are sent from here: a running server sends them.
pub async fn service(global: &GlobalArgs) -> Result<Service, Error> {
    Ok(Service::new(open(global).await?, None))
}

/// Whoever operates the server, in the name of the organization of that name.
pub async fn operator(service: &Service, name: &str) -> Result<Caller, Error> {
    Ok(Caller::operator(organization(&service.store, name).await?.id))
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
