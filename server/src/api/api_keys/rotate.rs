//! `POST /api/api-keys/{apiKeyId}/rotate`.

use super::{KeyId, create::NewApiKey};
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, Allowed},
    body::{self, Bodies, body, values::Whole},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::api_key::{GRACE_HOURS, MAX_GRACE_HOURS};
use service::Service;

body! {
    /// How a key is rotated.
    pub struct Rotation {
        /// For how many hours the old secret works beside the new one, 24 unless given; with 0 it ends at once.
        grace_hours: Option<Whole<0, MAX_GRACE_HOURS>> = "graceHours",
    }
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
    let Rotation { grace_hours } = body::read(json)?;
    let hours = grace_hours.map_or(GRACE_HOURS, |hours| hours.0);
    let (api_key, token) = service.rotate_api_key(&caller.caller, &key, hours).await?;
    let key = token.reveal();
    Ok(Json(NewApiKey { api_key, key }))
}
