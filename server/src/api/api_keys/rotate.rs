//! `POST /api/api-keys/{apiKeyId}/rotate`.

use super::{KeyId, create::NewApiKey};
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, Allowed},
    body::{Bodies, Fields, JsonBody},
    clock,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use chrono::TimeDelta;
use domain::api_key::{GRACE_HOURS, check_grace};
use store::Store;
use utoipa::ToSchema;

/// How a key is rotated.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct Rotation {
    /// For how many hours the old secret works beside the new one; with 0 it ends at once.
    #[schema(minimum = 0, maximum = 720, default = 24)]
    grace_hours: Option<u32>,
}

/// Gives a key another secret, and keeps everything else about it.
///
/// Both secrets work until the grace period is over; one from before the last rotation ends at once.
#[utoipa::path(
    post,
    path = "/api/api-keys/{apiKeyId}/rotate",
    tag = "API keys",
    operation_id = "rotateApiKey",
    params(("apiKeyId" = String, Path, description = "The key's public half")),
    request_body = Rotation,
    responses(
        (status = 200, description = "The key with its new secret", body = NewApiKey),
        (status = 409, description = "The key was revoked or has expired", body = Problem,
            content_type = "application/problem+json"),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn rotate(
    caller: Allowed<Admin>,
    KeyId(key): KeyId,
    State(store): State<Store>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<NewApiKey>, Problem> {
    let store = store.by(caller.caller.actor());
    let (json, _turn) = bodies.json(request, caller.organization()).await?;
    let grace = grace(json)?;
    let (api_key, token) = store
        .rotate_api_key(caller.organization(), &key, grace, clock::now())
        .await?;
    let key = token.reveal();
    Ok(Json(NewApiKey { api_key, key }))
}

pub(crate) fn grace(json: JsonBody) -> Result<TimeDelta, Problem> {
    let mut fields = Fields::of(json)?;
    let hours = fields.optional("graceHours", "a whole number from 0 to 720");
    let grace = fields.checked(check_grace(hours.unwrap_or(GRACE_HOURS)));
    fields.finish(grace)
}
