//! `PATCH /api/api-keys/{apiKeyId}`.

use super::{ApiKeyAnswer, DOLLARS, KeyId, REQUESTS};
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
use domain::{FieldError, KeyChange};
use service::Service;
use utoipa::ToSchema;

/// What changes about a key's limits; what is left out stays, and null takes a limit away.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct ApiKeyChange {
    /// Requests that it may make within any 60 seconds.
    #[schema(minimum = 1, maximum = 100_000)]
    requests_per_minute: Option<u32>,
    /// What its executions of a calendar month of UTC may cost before it begins no more.
    #[schema(rename = "monthlyBudgetUSD", minimum = 0, maximum = 1_000_000)]
    monthly_budget: Option<f64>,
}

/// Changes what bounds a key, on every server from its next request on.
#[utoipa::path(
    patch,
    path = "/api/api-keys/{apiKeyId}",
    tag = "API keys",
    operation_id = "changeApiKey",
    params(("apiKeyId" = String, Path, description = "The key's public half")),
    request_body = ApiKeyChange,
    responses(
        (status = 200, description = "The key with its limits as they are now", body = ApiKeyAnswer),
        (status = 409, description = "The key was revoked or has expired", body = Problem,
            content_type = "application/problem+json"),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn change(
    caller: Allowed<Admin>,
    KeyId(key): KeyId,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<ApiKeyAnswer>, Problem> {
    let organization = caller.organization();
    // Whether there is such a key is settled before the body is read.
    service.store.api_key(organization, &key, clock::now()).await?;
    let (json, _turn) = bodies.json(request, organization).await?;
    let api_key = service.change_api_key(&caller.caller, &key, parse(json)?).await?;
    Ok(Json(ApiKeyAnswer { api_key }))
}

pub(crate) fn parse(json: JsonBody) -> Result<KeyChange, Problem> {
    let mut fields = Fields::of(json)?;
    if fields.is_empty() {
        fields.wrong(FieldError::new("", "must say what changes"));
    }
    let change = KeyChange {
        requests_per_minute: fields.nullable("requestsPerMinute", REQUESTS),
        monthly_budget: fields.nullable("monthlyBudgetUSD", DOLLARS),
    };
    fields.finish(Some(change))
}
