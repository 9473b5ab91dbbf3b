//! `DELETE /api/connections/{connectionId}`.

use super::Id;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use service::Service;

/// Deletes a connection, with its secrets.
#[utoipa::path(
    delete,
    path = "/api/connections/{connectionId}",
    tag = "Connections",
    operation_id = "deleteConnection",
    params(("connectionId" = String, Path, description = "The connection")),
    responses((status = 204, description = "It is deleted"), Missing, Denied)
)]
pub async fn delete(
    caller: Allowed<Admin>,
    Id(id): Id,
    State(service): State<Service>,
) -> Result<StatusCode, Problem> {
    service.delete_connection(&caller.caller, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
