//! Every door, behind what all of them share.

use super::{headers, health, host, pages, panics, request_log, source, strict};
use crate::{api, auth, page::assets, state::AppState};
use axum::{Router, http::StatusCode, middleware};
use std::time::Duration;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

/// How long a request may take until its answer begins, its body included.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The whole server as a service.
pub fn router(state: AppState) -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT);
    let pages = pages::router(&state)
        .merge(auth::router())
        .layer(middleware::from_fn(auth::refuse_cross_site));
    let for_programs = health::router()
        .merge(api::router(&state, timeout))
        .layer(middleware::from_fn(auth::tell_quota));
    pages
        .layer(timeout)
        .merge(for_programs)
        .layer(middleware::from_fn_with_state(
            state.clone(),
            auth::attach_visitor,
        ))
        .layer(CompressionLayer::new())
        .merge(assets::router())
        .layer(middleware::from_fn_with_state(state.clone(), strict::ask))
        .layer(CatchPanicLayer::custom(panics::answer))
        .layer(middleware::from_fn(host::check))
        .layer(middleware::from_fn(headers::secure))
        .layer(middleware::from_fn(request_log::log))
        .layer(middleware::from_fn_with_state(state.clone(), source::find))
        .with_state(state)
}
