//! `POST /api/api-keys`.

use super::{DOLLARS, REQUESTS};
use crate::{
    api::responses::{Denied, WrongBody},
    auth::{Admin, Allowed},
    body::{Bodies, Fields, JsonBody},
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{ApiKey, FieldError, KeyExpiry, Scope, Scopes};
use serde::Serialize;
use service::{NewApiKey as Given, Service};
use utoipa::ToSchema;

/// A key that is to be made.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `parse` reads it")]
pub struct ApiKeyFields {
    /// What people call it: one line of 1 to 100 characters.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    name: String,
    /// What it allows, at least one.
    #[schema(min_items = 1)]
    scopes: Vec<Scope>,
    /// The only agents that it may touch, 100 at most; every one unless some are named.
    agent_ids: Option<Vec<String>>,
    /// Requests that it may make within any 60 seconds; without limit unless given.
    #[schema(minimum = 1, maximum = 100_000)]
    requests_per_minute: Option<u32>,
    /// What its executions of a calendar month of UTC may cost before it begins no more; without limit unless given.
    #[schema(rename = "monthlyBudgetUSD", minimum = 0, maximum = 1_000_000)]
    monthly_budget: Option<f64>,
    /// When it ends by itself: an RFC 3339 instant, or a date, which means its end in the organization's time zone.
    #[schema(example = "2027-01-31")]
    expires_at: Option<String>,
    /// The same in days from now; one of the two may be given.
    #[schema(minimum = 1, maximum = 3_650)]
    expires_in_days: Option<u32>,
}

/// A key with its secret.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKey {
    pub(super) api_key: ApiKey,
    /// The whole key. It is shown here and never again.
    #[schema(example = "al_4fJx0Qm2_c81yVbT6…")]
    pub(super) key: String,
}

/// Makes a key.
#[utoipa::path(
    post,
    path = "/api/api-keys",
    tag = "API keys",
    operation_id = "createApiKey",
    request_body = ApiKeyFields,
    responses((status = 201, description = "The new key", body = NewApiKey), WrongBody, Denied)
)]
pub async fn create(
    caller: Allowed<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<(StatusCode, Json<NewApiKey>), Problem> {
    let (json, _turn) = bodies.json(request, caller.organization()).await?;
    let (api_key, token) = service.create_api_key(&caller.caller, parse(json)?).await?;
    let key = token.reveal();
    Ok((StatusCode::CREATED, Json(NewApiKey { api_key, key })))
}

pub(crate) fn parse(json: JsonBody) -> Result<Given, Problem> {
    let mut fields = Fields::of(json)?;
    let name = fields.name("name");
    let scopes: Option<Vec<Scope>> = fields.required("scopes", "a list out of record, read, execute, admin");
    let scopes = scopes.and_then(|given| fields.checked(Scopes::try_from(given)));
    let agent_ids = fields.optional("agentIds", "a list of agents' ids");
    let requests_per_minute = fields.optional("requestsPerMinute", REQUESTS);
    let monthly_budget = fields.optional("monthlyBudgetUSD", DOLLARS);
    let expiry = expiry(&mut fields);
    let given = name.zip(scopes).map(|(name, scopes)| Given {
        name,
        scopes,
        agent_ids: agent_ids.unwrap_or_default(),
        requests_per_minute,
        monthly_budget,
        expiry,
    });
    fields.finish(given)
}

fn expiry(fields: &mut Fields) -> Option<KeyExpiry> {
    let at: Option<String> = fields.optional("expiresAt", "a date or an RFC 3339 instant");
    let days: Option<u32> = fields.optional("expiresInDays", "a whole number from 1 to 3650");
    match (at, days) {
        (Some(_), Some(_)) => {
            let detail = "goes without `expiresAt`: give one of them";
            fields.wrong(FieldError::new("expiresInDays", detail));
            None
        }
        (Some(at), None) => fields.checked(at.parse()),
        (None, Some(days)) => fields.checked(KeyExpiry::days(days)),
        (None, None) => None,
    }
}
