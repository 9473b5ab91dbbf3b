//! `DELETE /api/members/{userId}`.

use super::MemberId;
use crate::{
    api::responses::{Denied, Missing},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::Permission;
use service::{Caller, Service};

/// Removes somebody from the organization. The person's sessions in it end at once.
///
/// Only owners remove owners, and the last one stays. A person of any role leaves by their own id: where they belong to
/// another organization, their sessions go on there.
#[utoipa::path(
    delete,
    path = "/api/members/{userId}",
    tag = "Members",
    operation_id = "removeMember",
    params(("userId" = String, Path, description = "Id of the person")),
    responses(
        (status = 204, description = "The person is gone"),
        (status = 409, description = "The organization would be left without an owner", body = Problem,
            content_type = "application/problem+json"),
        Missing,
        Denied,
    )
)]
pub async fn remove(
    caller: Caller,
    user: Result<MemberId, Problem>,
    State(service): State<Service>,
) -> Result<StatusCode, Problem> {
    // Who may not remove anybody learns nothing of what an id must look like.
    if user.is_err() {
        caller.require_everywhere(Permission::Administer)?;
    }
    service.remove_member(&caller, &user?.0).await?;
    Ok(StatusCode::NO_CONTENT)
}
