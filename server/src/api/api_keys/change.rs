//! `PATCH /api/api-keys/{apiKeyId}`.

use super::{ApiKeyAnswer, KeyId};
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, Allowed},
    body::{self, Bodies, body, values::Whole},
    clock,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::{KeyChange, NanoDollars, key_limits::MAX_REQUESTS_PER_MINUTE};
use service::Service;

body! {
    /// What changes about a key's limits; what is left out stays, and null takes a limit away.
    pub struct ApiKeyChange {
        /// Requests that it may make within any 60 seconds.
        requests_per_minute: Option<Option<Whole<1, MAX_REQUESTS_PER_MINUTE>>> = "requestsPerMinute",
        /// What its executions of a calendar month of UTC may cost before it begins no more.
        monthly_budget: Option<Option<NanoDollars>> = "monthlyBudgetUSD",
    }
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
    let given: ApiKeyChange = body::read_change(json)?;
    let change = KeyChange {
        requests_per_minute: given.requests_per_minute.map(|limit| limit.map(|limit| limit.0)),
        monthly_budget: given.monthly_budget,
    };
    let api_key = service.change_api_key(&caller.caller, &key, change).await?;
    Ok(Json(ApiKeyAnswer { api_key }))
}
