//! `GET /api/organization`.

use super::OrganizationAnswer;
use crate::{
    api::responses::Denied,
    auth::{Allowed, Read},
    problem::Problem,
};
use axum::{Json, extract::State};
use store::Store;

/// The organization of whoever asks.
#[utoipa::path(
    get,
    path = "/api/organization",
    tag = "Organization",
    operation_id = "getOrganization",
    responses((status = 200, description = "The organization", body = OrganizationAnswer), Denied)
)]
pub async fn show(
    access: Allowed<Read>,
    State(store): State<Store>,
) -> Result<Json<OrganizationAnswer>, Problem> {
    Ok(Json(
        OrganizationAnswer::read(&store, access.organization()).await?,
    ))
}
