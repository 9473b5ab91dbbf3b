//! `GET /api/connections/{connectionId}`.

use super::{ConnectionAnswer, Id};
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State};
use store::Store;

/// A connection, without its secrets.
#[utoipa::path(
    get,
    path = "/api/connections/{connectionId}",
    tag = "Connections",
    operation_id = "getConnection",
    params(("connectionId" = String, Path, description = "The connection")),
    responses((status = 200, description = "The connection", body = ConnectionAnswer), Missing, Denied)
)]
pub async fn show(
    caller: Allowed<Admin>,
    Id(id): Id,
    State(store): State<Store>,
) -> Result<Json<ConnectionAnswer>, Problem> {
    let stored = store.connection(caller.organization(), &id).await?;
    Ok(Json(ConnectionAnswer {
        connection: stored.connection,
    }))
}
