//! `GET /api/invitations`.

use crate::{
    api::responses::Denied,
    auth::{Admin, Allowed},
    clock,
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::Invitation;
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// Every open invitation.
#[derive(Serialize, ToSchema)]
pub struct InvitationList {
    invitations: Vec<Invitation>,
}

/// Every invitation whose link works, newest first. Links are not kept and not shown.
#[utoipa::path(
    get,
    path = "/api/invitations",
    tag = "Members",
    operation_id = "listInvitations",
    responses((status = 200, description = "The invitations", body = InvitationList), Denied)
)]
pub async fn list(
    access: Allowed<Admin>,
    State(store): State<Store>,
) -> Result<Json<InvitationList>, Problem> {
    let invitations = store.invitations(access.organization(), clock::now()).await?;
    Ok(Json(InvitationList { invitations }))
}
