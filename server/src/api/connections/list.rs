//! `GET /api/connections`.

use crate::{
    api::{
        query::{PageParameters, QueryPairs},
        responses::{Denied, WrongParameters},
    },
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{Connection, Pagination};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// One page of connections.
#[derive(Serialize, ToSchema)]
pub struct ConnectionList {
    /// By name.
    connections: Vec<Connection>,
    pagination: Pagination,
}

/// The organization's connections to providers of models: one page, by name. Secrets are not shown.
#[utoipa::path(
    get,
    path = "/api/connections",
    tag = "Connections",
    operation_id = "listConnections",
    params(PageParameters),
    responses((status = 200, description = "The page", body = ConnectionList), WrongParameters, Denied)
)]
pub async fn list(
    access: Allowed<Admin>,
    State(store): State<Store>,
    query: QueryPairs,
) -> Result<Json<ConnectionList>, Problem> {
    let page = query.page()?;
    let all = store.connections(access.organization()).await?;
    let pagination = Pagination::new(page, all.len() as u64);
    let skipped = usize::try_from(page.offset).unwrap_or(usize::MAX);
    let shown = all.into_iter().skip(skipped).take(page.limit.rows() as usize);
    Ok(Json(ConnectionList {
        connections: shown.collect(),
        pagination,
    }))
}
