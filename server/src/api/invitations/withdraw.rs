//! `DELETE /api/invitations/{invitationId}`.

use super::InvitationId;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use service::Service;

/// Withdraws an invitation: its link works no more.
#[utoipa::path(
    delete,
    path = "/api/invitations/{invitationId}",
    tag = "Members",
    operation_id = "withdrawInvitation",
    params(("invitationId" = String, Path, description = "Id of the invitation")),
    responses((status = 204, description = "The invitation is void"), Missing, Denied)
)]
pub async fn withdraw(
    access: Allowed<Admin>,
    InvitationId(invitation): InvitationId,
    State(service): State<Service>,
) -> Result<StatusCode, Problem> {
    service.withdraw_invitation(&access.caller, &invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}
