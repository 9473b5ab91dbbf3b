//! For whoever watches the process: does it run, and can it work.

use crate::{problem::Problem, state::AppState};
use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};
use std::time::Duration;
use store::Store;

/// How long the database may take to answer that it does.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/healthz` and `/readyz`. They need no key and tell nothing else.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/healthz", get(runs))
        .route("/readyz", get(can_work))
}

async fn runs() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn can_work(State(store): State<Store>) -> Result<Json<Value>, Problem> {
    tokio::time::timeout(PATIENCE, store.is_ready())
        .await
        .map_err(|_| Problem::unavailable("database_unavailable", "The database does not answer."))?
        .map_err(|error| Problem::from(error).until_mended())?;
    Ok(Json(json!({ "status": "ready" })))
}
