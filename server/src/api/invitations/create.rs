//! `POST /api/invitations`.

use crate::{
    api::responses::{Denied, WrongBody},
    auth::{Admin, Allowed},
    body::{self, Bodies, body, values::Email},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{Invitation, Role};
use serde::Serialize;
use service::Service;
use utoipa::ToSchema;

body! {
    /// Who is invited.
    pub struct InvitationFields {
        /// Address with which the person is to sign in.
        email: Email = "email",
        /// What the person is to be allowed.
        role: Role = "role",
    }
}

/// A new invitation with its link.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationAnswer {
    invitation: Invitation,
    /// Where on this server the person joins. It is shown here and never again, and works once.
    #[schema(example = "/join?token=3f0c…")]
    link: String,
    /// Whether a letter with a link of its own is on its way to the address, too.
    emailed: bool,
}

/// Invites somebody: whoever has the link joins, within seven days and once. A server that sends e-mail sends it there.
///
/// An earlier invitation of the same address is void from then on. Only owners invite owners.
#[utoipa::path(
    post,
    path = "/api/invitations",
    tag = "Members",
    operation_id = "inviteMember",
    request_body = InvitationFields,
    responses((status = 201, description = "The invitation", body = InvitationAnswer), WrongBody, Denied)
)]
pub async fn create(
    access: Allowed<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<(StatusCode, Json<InvitationAnswer>), Problem> {
    let (json, _turn) = bodies.json(request, access.organization()).await?;
    let InvitationFields { email, role } = body::read(json)?;
    let invited = service.invite(&access.caller, &email.0, role).await?;
    let answer = InvitationAnswer {
        invitation: invited.invitation,
        link: format!("/join?token={}", invited.token.reveal()),
        emailed: invited.is_emailed,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
