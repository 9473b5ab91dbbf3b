//! The REST API under `/api`: one folder per noun, one file per verb, one place for refusals.

pub(crate) mod account;
pub(crate) mod agents;
pub(crate) mod api_keys;
mod audit_events;
mod connections;
mod docs;
pub(crate) mod erasures;
pub(crate) mod executions;
pub(crate) mod invitations;
pub(crate) mod members;
pub(crate) mod organization;
mod parameters;
pub(crate) mod query;
mod responses;
mod retention;
mod tasks;
pub(crate) mod versions;

use crate::{problem::Problem, state::AppState};
use axum::{
    Router,
    extract::Request,
    http::{
        HeaderName, HeaderValue,
        header::{CONTENT_ENCODING, CONTENT_TYPE, Entry, LOCATION},
    },
    middleware::{self, Next},
    response::{AppendHeaders, IntoResponse, Response},
    routing::any,
};
use parameters::Parameters;
use tower_http::{decompression::RequestDecompressionLayer, timeout::TimeoutLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// Every call, and its description.
fn calls() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(docs::Document::openapi())
        .merge(agents::router())
        .merge(versions::router())
        .merge(executions::router())
        .merge(api_keys::router())
        .merge(connections::router())
        .merge(organization::router())
        .merge(members::router())
        .merge(invitations::router())
        .merge(erasures::router())
        .merge(tasks::router())
        .merge(account::router())
        .merge(audit_events::router())
        .merge(docs::router())
}

/// The OpenAPI document, generated from the handlers.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = calls().into_openapi();
    parameters::describe(&mut document);
    document
}

/// Everything under `/api`, each request bounded by `timeout`.
pub fn router(state: &AppState, timeout: TimeoutLayer) -> Router<AppState> {
    let (calls, mut document) = calls().split_for_parts();
    parameters::describe(&mut document);
    let parameters = Parameters::of(&document, state.clone());
    let calls = calls.route_layer(middleware::from_fn_with_state(
        parameters,
        parameters::refuse_unknown,
    ));
    let unknown = || async { Problem::not_found("path") };
    calls
        .merge(docs::page())
        .layer(axum::Extension(docs::Rendered::from(&document)))
        .route("/api", any(unknown))
        .route("/api/", any(unknown))
        .route("/api/{*path}", any(unknown))
        .layer(RequestDecompressionLayer::new().pass_through_unaccepted(true))
        .layer(middleware::map_request(name_coding))
        .layer(timeout)
        .layer(middleware::from_fn(refuse_in_one_shape))
}

/// Writes the body's coding as the layer that undoes it knows it: in small letters, and `x-gzip`, which is the same as
/// `gzip` (RFC 9110, section 8.4.1), by its name.
async fn name_coding(mut request: Request) -> Request {
    let Entry::Occupied(mut coding) = request.headers_mut().entry(CONTENT_ENCODING) else {
        return request;
    };
    let given = coding.get().as_bytes().trim_ascii().to_ascii_lowercase();
    let given: &[u8] = if given == b"x-gzip" { b"gzip" } else { &given };
    if let Ok(name) = HeaderValue::from_bytes(given) {
        coding.insert(name);
    }
    request
}

/// Gives refusals of the router and of layers the shape of all others.
async fn refuse_in_one_shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let is_bare = response.status().is_client_error() && !response.headers().contains_key(CONTENT_TYPE);
    if !is_bare {
        return response;
    }
    let (bare, _) = response.into_parts();
    let mut response = Problem::of_status(bare.status).into_response();
    for (name, value) in &bare.headers {
        response
            .headers_mut()
            .entry(name)
            .or_insert_with(|| value.clone());
    }
    response
}

/// The address of what was made.
fn location(path: String) -> AppendHeaders<[(HeaderName, String); 1]> {
    AppendHeaders([(LOCATION, path)])
}
