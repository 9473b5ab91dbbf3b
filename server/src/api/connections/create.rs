//! `POST /api/connections`.

use super::ConnectionAnswer;
use crate::{
    api::responses::{Denied, WrongBody},
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
    http::StatusCode,
};
use domain::{ConnectionKind, agent::MAX_NAME, field::MAX_LABEL};
use service::{ConnectionChange, GivenConnection, Headers, Service};

body! {
    /// A connection that is to be made.
    pub struct ConnectionFields {
        /// What people call it: one line of 1 to 100 characters.
        name: Line<MAX_NAME> = "name",
        /// How the provider is spoken to.
        kind: ConnectionKind = "kind",
        /// Who the provider is, by its name in genai-prices such as `openai`, or any other; told from the host unless given.
        provider: Option<Line<MAX_LABEL>> = "provider",
        /// Where the provider is, as its official client takes it, such as `https://api.openai.com/v1`; the provider's own
        /// address unless given. None for the kind `demo`.
        base_url: Option<String> = "baseUrl",
        /// The provider's API key. It is kept encrypted and never shown again.
        api_key: Option<SecretText> = "apiKey",
        /// Further headers of each request, 20 at most, by name. Their values are kept as the key is.
        headers: Option<SecretHeaders> = "headers",
    }
}

/// Makes a connection to a provider of models.
#[utoipa::path(
    post,
    path = "/api/connections",
    tag = "Connections",
    operation_id = "createConnection",
    request_body = ConnectionFields,
    responses(
        (status = 201, description = "The new connection", body = ConnectionAnswer),
        (status = 409, description = "The organization has 100 connections already (`connection_limit`)", body = Problem,
            content_type = "application/problem+json"),
        WrongBody,
        Denied,
    )
)]
pub async fn create(
    caller: Allowed<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<(StatusCode, Json<ConnectionAnswer>), Problem> {
    let (json, _turn) = bodies.json(request, caller.organization()).await?;
    let given: ConnectionFields = body::read(json)?;
    let given = GivenConnection {
        name: given.name.0,
        kind: given.kind,
        rest: ConnectionChange {
            name: None,
            provider: given.provider.map(|provider| Some(provider.0)),
            base_url: given.base_url.map(Some),
            api_key: given.api_key.map(|key| Some(key.0)),
            headers: given.headers.map(|headers| Headers(headers.0)),
        },
    };
    let connection = service.create_connection(&caller.caller, given).await?;
    Ok((StatusCode::CREATED, Json(ConnectionAnswer { connection })))
}
