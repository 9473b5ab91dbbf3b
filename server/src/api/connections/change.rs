//! `PATCH /api/connections/{connectionId}`.

use super::{ConnectionAnswer, Id};
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, Allowed},
    body::{
        self, Bodies, body,
        values::{Line, SecretHeaders, SecretText},
    },
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::{agent::MAX_NAME, field::MAX_LABEL};
use service::{ConnectionChange, Headers, Service};

body! {
    /// What changes about a connection; what is left out stays. Where `baseUrl` leads to another origin, `apiKey` and
    /// `headers` have to be given anew if there are any, so that nobody else gets those that are stored.
    pub struct ConnectionChanges {
        /// What people call it: one line of 1 to 100 characters.
        name: Option<Line<MAX_NAME>> = "name",
        /// Who the provider is; null: as the host tells it.
        provider: Option<Option<Line<MAX_LABEL>>> = "provider",
        /// Where the provider is; null: at its own address.
        base_url: Option<Option<String>> = "baseUrl",
        /// The provider's API key; null: none.
        api_key: Option<Option<SecretText>> = "apiKey",
        /// All further headers of each request, by name.
        headers: Option<SecretHeaders> = "headers",
    }
}

/// Changes a connection, from the next request to its provider on.
#[utoipa::path(
    patch,
    path = "/api/connections/{connectionId}",
    tag = "Connections",
    operation_id = "changeConnection",
    params(("connectionId" = String, Path, description = "The connection")),
    request_body = ConnectionChanges,
    responses(
        (status = 200, description = "The connection as it is now", body = ConnectionAnswer),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn change(
    caller: Allowed<Admin>,
    Id(id): Id,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<ConnectionAnswer>, Problem> {
    let organization = caller.organization();
    // Whether there is such a connection is settled before the body is read.
    service.store.connection(organization, &id).await?;
    let (json, _turn) = bodies.json(request, organization).await?;
    let given: ConnectionChanges = body::read_change(json)?;
    let change = ConnectionChange {
        name: given.name.map(|name| name.0),
        provider: given.provider.map(|provider| provider.map(|provider| provider.0)),
        base_url: given.base_url,
        api_key: given.api_key.map(|key| key.map(|key| key.0)),
        headers: given.headers.map(|headers| Headers(headers.0)),
    };
    let connection = service.change_connection(&caller.caller, &id, change).await?;
    Ok(Json(ConnectionAnswer { connection }))
}
