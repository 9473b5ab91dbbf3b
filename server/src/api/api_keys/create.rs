//! `POST /api/api-keys`.

use crate::{
    api::responses::{Denied, WrongBody},
    auth::{Admin, Allowed},
    body::{
        self, Bodies, body,
        values::{Line, Whole},
    },
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{
    AgentId, ApiKey, FieldError, KeyExpiry, NanoDollars, Scopes, agent::MAX_NAME, api_key::MAX_DAYS,
    key_limits::MAX_REQUESTS_PER_MINUTE,
};
use serde::Serialize;
use service::{NewApiKey as Given, Service};
use utoipa::ToSchema;

body! {
    /// A key that is to be made.
    pub struct ApiKeyFields {
        /// What people call it: one line of 1 to 100 characters.
        name: Line<MAX_NAME> = "name",
        /// What it allows, at least one.
        scopes: Scopes = "scopes",
        /// The only agents that it may touch, 100 at most; every one unless some are named.
        agent_ids: Option<Vec<AgentId>> = "agentIds",
        /// Requests that it may make within any 60 seconds; without limit unless given.
        requests_per_minute: Option<Whole<1, MAX_REQUESTS_PER_MINUTE>> = "requestsPerMinute",
        /// What its executions of a calendar month of UTC may cost before it begins no more; without limit unless given.
        monthly_budget: Option<NanoDollars> = "monthlyBudgetUSD",
        /// When it ends by itself: an RFC 3339 instant, or a date, which means its end in the organization's time zone.
        expires_at: Option<KeyExpiry> = "expiresAt",
        /// The same in days from now; one of the two may be given.
        expires_in_days: Option<Whole<1, MAX_DAYS>> = "expiresInDays",
    }
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
    let new = body::read::<ApiKeyFields>(json)?.key()?;
    let (api_key, token) = service.create_api_key(&caller.caller, new).await?;
    let key = token.reveal();
    Ok((StatusCode::CREATED, Json(NewApiKey { api_key, key })))
}

impl ApiKeyFields {
    pub(crate) fn key(self) -> Result<Given, Problem> {
        let days = self.expires_in_days.map(|days| KeyExpiry::Days(days.0));
        if self.expires_at.is_some() && days.is_some() {
            let detail = "goes without `expiresAt`: give one of them";
            return Err(Problem::invalid_fields(FieldError::new("expiresInDays", detail)));
        }
        Ok(Given {
            name: self.name.0,
            scopes: self.scopes,
            agent_ids: self.agent_ids.unwrap_or_default(),
            requests_per_minute: self.requests_per_minute.map(|limit| limit.0),
            monthly_budget: self.monthly_budget,
            expiry: self.expires_at.or(days),
        })
    }
}
