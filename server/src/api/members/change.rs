//! `PATCH /api/members/{userId}`.

use super::MemberId;
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, Allowed},
    body::{self, Bodies, body},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::{Member, Role};
use serde::Serialize;
use service::Service;
use utoipa::ToSchema;

body! {
    /// What changes about a person.
    pub struct MemberChange {
        /// What the person may do from now on.
        role: Role = "role",
    }
}

/// A person of the organization.
#[derive(Serialize, ToSchema)]
pub struct MemberAnswer {
    member: Member,
}

/// Gives somebody another role, from the next request on.
///
/// Only owners make people owners and change what an owner may; the last owner stays one.
#[utoipa::path(
    patch,
    path = "/api/members/{userId}",
    tag = "Members",
    operation_id = "changeMember",
    params(("userId" = String, Path, description = "Id of the person")),
    request_body = MemberChange,
    responses(
        (status = 200, description = "The person with the new role", body = MemberAnswer),
        (status = 409, description = "The organization would be left without an owner", body = Problem,
            content_type = "application/problem+json"),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn change(
    access: Allowed<Admin>,
    MemberId(user): MemberId,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<MemberAnswer>, Problem> {
    // Whether there is such a person is settled before the body is read.
    service.store.member(access.organization(), &user).await?;
    let (json, _turn) = bodies.json(request, access.organization()).await?;
    let MemberChange { role } = body::read(json)?;
    let member = service.change_role(&access.caller, &user, role).await?;
    Ok(Json(MemberAnswer { member }))
}
