//! `DELETE /api/members/{userId}`.

use super::MemberId;
use crate::{
    api::responses::{Denied, Missing},
    auth::{Caller, Identity},
    problem::Problem,
};
use axum::{extract::State, http::StatusCode};
use domain::Permission;
use store::Store;

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
    State(store): State<Store>,
) -> Result<StatusCode, Problem> {
    let (store, organization) = (store.by(caller.actor()), caller.organization);
    if let (Identity::Person(session), Ok(MemberId(user))) = (&caller.identity, &user)
        && session.user.id == *user
    {
        store.leave(organization, user).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    caller.require(Permission::Administer)?;
    caller.require_every_agent()?;
    store.remove_member(organization, &user?.0, caller.role()).await?;
    Ok(StatusCode::NO_CONTENT)
}
