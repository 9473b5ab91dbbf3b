//! `POST /api/api-keys/{apiKeyId}/rotate`.

use super::{KeyId, create::NewApiKey};
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, Allowed},
    body::{Bodies, Fields, JsonBody},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::api_key::GRACE_HOURS;
use service::Service;
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
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<NewApiKey>, Problem> {
    let (json, _turn) = bodies.json(request, caller.organization()).await?;
    let (api_key, token) = service
        .rotate_api_key(&caller.caller, &key, grace_hours(json)?)
        .await?;
    let key = token.reveal();
    Ok(Json(NewApiKey { api_key, key }))
}

pub(crate) fn grace_hours(json: JsonBody) -> Result<u32, Problem> {
    let mut fields = Fields::of(json)?;
    let hours = fields.optional("graceHours", "a whole number from 0 to 720");
    fields.finish(Some(hours.unwrap_or(GRACE_HOURS)))
}
