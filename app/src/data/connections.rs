//! The organization's connections to providers of models.

use super::wire::Answer;
use crate::error::PageError;
use domain::{Connection, ConnectionTest, Timestamp};
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// Every connection of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionList {
    /// By name.
    pub connections: Vec<Connection>,
    /// What a test showed that a form without WASM asked for just now, to be shown this once.
    pub tested: Option<TestedConnection>,
    /// The server's time.
    pub now: Timestamp,
}

/// What a test of a connection showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedConnection {
    /// What people call it.
    pub name: String,
    /// What was found.
    pub test: ConnectionTest,
}

/// Every connection.
#[server(prefix = "/_fn", endpoint = "connections", input = PostUrl, output = Answer)]
pub async fn load_connections() -> Result<ConnectionList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let connections = viewer.store.connections(viewer.organization()).await?;
    let asked_for = crate::server::Flash::TEST.take();
    let asked_for = connections
        .iter()
        .find(|connection| asked_for.as_deref() == Some(connection.connection_id.as_str()));
    let tested = match asked_for {
        Some(connection) => Some(TestedConnection {
            name: connection.name.clone(),
            test: viewer
                .service
                .test_connection(&viewer.caller, &connection.connection_id)
                .await?,
        }),
        None => None,
    };
    Ok(ConnectionList {
        connections,
        tested,
        now: viewer.now,
    })
}

/// Makes a connection. An empty `base_url` is the provider's own address, and an empty `api_key` none; `headers` are lines
/// of a name, a colon and a value.
#[server(prefix = "/_fn", endpoint = "create-connection", input = PostUrl, output = Answer)]
pub async fn create_connection(
    name: String,
    kind: String,
    #[server(default)] base_url: String,
    #[server(default)] api_key: String,
    #[server(default)] headers: String,
) -> Result<(), PageError> {
    use crate::server;

    let viewer = server::viewer()?;
    let given = server::new_connection(name, &kind, base_url, api_key, &headers)
        .map_err(|error| server::invalid(&error))?;
    viewer.service.create_connection(&viewer.caller, given).await?;
    Ok(())
}

/// Changes a connection. An empty `api_key`, and empty `headers`, leave what is stored.
#[server(prefix = "/_fn", endpoint = "change-connection", input = PostUrl, output = Answer)]
pub async fn change_connection(
    connection_id: String,
    name: String,
    #[server(default)] base_url: String,
    #[server(default)] api_key: String,
    #[server(default)] headers: String,
) -> Result<(), PageError> {
    use crate::server;

    let viewer = server::viewer()?;
    let id = connection_id.parse().map_err(|_| server::not_found())?;
    let change = server::connection_change(name, base_url, api_key, &headers)
        .map_err(|error| server::invalid(&error))?;
    viewer
        .service
        .change_connection(&viewer.caller, &id, change)
        .await?;
    Ok(())
}

/// Deletes a connection, with its secrets.
#[server(prefix = "/_fn", endpoint = "delete-connection", input = PostUrl, output = Answer)]
pub async fn delete_connection(connection_id: String) -> Result<(), PageError> {
    let viewer = crate::server::viewer()?;
    let id = connection_id.parse().map_err(|_| crate::server::not_found())?;
    viewer.service.delete_connection(&viewer.caller, &id).await?;
    Ok(())
}

/// Tries a connection by what costs nothing. Where a form without WASM asks, the page that it leads to does.
#[server(prefix = "/_fn", endpoint = "test-connection", input = PostUrl, output = Answer)]
pub async fn test_connection(connection_id: String) -> Result<TestedConnection, PageError> {
    let viewer = crate::server::viewer()?;
    let id = connection_id.parse().map_err(|_| crate::server::not_found())?;
    let test = viewer.service.test_connection(&viewer.caller, &id).await?;
    let stored = viewer.store.connection(viewer.organization(), &id).await?;
    crate::server::Flash::TEST.put(id.as_str());
    Ok(TestedConnection {
        name: stored.connection.name,
        test,
    })
}
