//! `DELETE /api/members/{userId}`.

use super::MemberId;
use crate::{
    api::{
        problem::Problem,
        responses::{Denied, Missing},
    },
    auth::{Admin, Allowed},
};
use axum::{extract::State, http::StatusCode};
use store::Store;

/// Removes somebody from the organization. The person's sessions in it end at once.
///
/// Only owners remove owners, and the last one stays.
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
    access: Allowed<Admin>,
    MemberId(user): MemberId,
    State(store): State<Store>,
) -> Result<StatusCode, Problem> {
    let store = store.by(access.caller.actor());
    let by = access.caller.role();
    store.remove_member(access.organization(), &user, by).await?;
    Ok(StatusCode::NO_CONTENT)
}
