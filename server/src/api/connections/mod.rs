//! `/api/connections`.

mod change;
mod create;
mod delete;
mod list;
mod show;
mod test;

use crate::{path, problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{Connection, ConnectionId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about connections.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, delete::delete))
        .routes(routes!(test::test))
}

/// A connection, without its secrets.
#[derive(Serialize, ToSchema)]
pub struct ConnectionAnswer {
    connection: Connection,
}

/// The connection of a path.
pub struct Id(ConnectionId);

impl<S: Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Ok(Self(path::parameter(parts, "connectionId", "connection").await?))
    }
}
