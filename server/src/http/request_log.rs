//! One line a request, and the cause of what failed, once.

use crate::{peer::RequestSource, problem::Cause};
use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};
use std::time::Instant;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Logs a request when its answer begins. Neither query nor headers are logged: links carry tokens there.
pub async fn log(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let id = format!("{:016x}", rand::random::<u64>());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let source = request.extensions().get::<RequestSource>();
    let from = source
        .and_then(|source| source.address)
        .map(tracing::field::display);
    let mut response = next.run(request).await;
    let duration_ms = begun.elapsed().as_micros() as f64 / 1_000.0;
    let status = response.status().as_u16();
    match response.extensions_mut().remove::<Cause>() {
        Some(Cause(cause)) => {
            tracing::error!(request_id = id, %method, path, from, status, duration_ms, %cause, "request failed");
        }
        None => tracing::debug!(request_id = id, %method, path, from, status, duration_ms, "request"),
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}
