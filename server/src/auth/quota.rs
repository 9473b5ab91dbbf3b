//! The limit of requests that a key has: held where the key is taken, told in the answer's `RateLimit` and
//! `RateLimit-Policy` fields (draft-ietf-httpapi-ratelimit-headers-10).

use crate::{clock, problem::Problem};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, request::Parts},
    middleware::Next,
    response::Response,
};
use domain::{ApiKey, OrganizationId};
use std::sync::{Arc, OnceLock};
use store::{Quota, Store};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// Where a request's quota is left for its answer.
#[derive(Clone, Default)]
struct Told(Arc<OnceLock<Quota>>);

/// Counts the request, and refuses it where it is one too many.
pub(super) async fn admit(
    parts: &Parts,
    store: &Store,
    organization: OrganizationId,
    key: &ApiKey,
) -> Result<(), Problem> {
    let Some(limit) = key.requests_per_minute else {
        return Ok(());
    };
    let quota = store
        .count_request(organization, &key.api_key_id, limit, clock::now())
        .await?;
    if let Some(Told(told)) = parts.extensions.get() {
        let _ = told.set(quota);
    }
    if quota.exceeded {
        return Err(Problem::too_many_requests(quota.limit, quota.resets_in));
    }
    Ok(())
}

/// Tells in the answer what is left of the key's limit, where it has one.
pub async fn tell_quota(mut request: Request, next: Next) -> Response {
    let told = Told::default();
    request.extensions_mut().insert(told.clone());
    let mut response = next.run(request).await;
    if let Some(quota) = told.0.get() {
        let policy = format!("\"minute\";q={};w=60", quota.limit);
        let state = format!("\"minute\";r={};t={}", quota.remaining, quota.resets_in);
        for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, state)] {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    response
}
