//! `POST /api/members/{userId}/password-reset`.

use super::MemberId;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::Timestamp;
use serde::Serialize;
use service::Service;
use utoipa::ToSchema;

/// A link by which somebody chooses another password. `Debug` is not derived: it stays out of logs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordReset {
    /// Where on this server the person chooses another password. It is shown here and never again, and works once.
    #[schema(example = "/reset-password?token=3f0c…")]
    link: String,
    /// When the link stops working.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

/// Makes a link by which somebody who forgot the password chooses another one, within an hour and once.
///
/// The person's sessions end when it is used; an earlier link is void from then on. Only owners make one for an owner,
/// and nobody for a person who belongs to another organization too, or for themselves.
#[utoipa::path(
    post,
    path = "/api/members/{userId}/password-reset",
    tag = "Members",
    operation_id = "resetMemberPassword",
    params(("userId" = String, Path, description = "Id of the person")),
    responses(
        (status = 201, description = "The link", body = PasswordReset),
        (status = 409, description = "The person belongs to another organization too, or is the one who asks",
            body = Problem, content_type = "application/problem+json"),
        Missing,
        Denied,
    )
)]
pub async fn reset_password(
    access: Allowed<Admin>,
    MemberId(user): MemberId,
    State(service): State<Service>,
) -> Result<(StatusCode, Json<PasswordReset>), Problem> {
    let made = service.make_reset_link(&access.caller, &user).await?;
    let link = format!("/reset-password?token={}", made.token.reveal());
    let expires_at = made.expires_at;
    Ok((StatusCode::CREATED, Json(PasswordReset { link, expires_at })))
}
