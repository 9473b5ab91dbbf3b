//! `POST /api/connections/{connectionId}/test`.

use super::Id;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::ConnectionTest;
use serde::Serialize;
use service::Service;
use utoipa::ToSchema;

/// What trying a connection showed.
#[derive(Serialize, ToSchema)]
pub struct ConnectionTestAnswer {
    test: ConnectionTest,
}

/// Asks the provider for its list of models, which costs nothing, and tells what came of it. It is answered 200 whatever
/// came, within 30 seconds. Nothing is recorded.
#[utoipa::path(
    post,
    path = "/api/connections/{connectionId}/test",
    tag = "Connections",
    operation_id = "testConnection",
    params(("connectionId" = String, Path, description = "The connection")),
    responses(
        (status = 200, description = "Whether the connection works, and what to do where it does not",
            body = ConnectionTestAnswer),
        Missing,
        Denied,
    )
)]
pub async fn test(
    caller: Allowed<Admin>,
    Id(id): Id,
    State(service): State<Service>,
) -> Result<Json<ConnectionTestAnswer>, Problem> {
    let test = service.test_connection(&caller.caller, &id).await?;
    Ok(Json(ConnectionTestAnswer { test }))
}
