//! `GET /api/members`.

use crate::{
    api::responses::Denied,
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::Member;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Everybody in the organization.
#[derive(Serialize, ToSchema)]
pub struct MemberList {
    members: Vec<Member>,
}

/// Everybody in the organization, by address.
#[utoipa::path(
    get,
    path = "/api/members",
    tag = "Members",
    operation_id = "listMembers",
    responses((status = 200, description = "The people", body = MemberList), Denied)
)]
pub async fn list(access: Allowed<Admin>, State(store): State<Store>) -> Result<Json<MemberList>, Problem> {
    let members = store.members(access.organization()).await?;
    Ok(Json(MemberList { members }))
}
