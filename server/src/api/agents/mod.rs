//! `/api/agents`.

pub(crate) mod change;
mod create;
mod list;
mod show;

use crate::{
    body::{body, values::Line},
    state::AppState,
};
use domain::{Agent, agent::MAX_NAME};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about agents.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change))
}

/// One agent.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentAnswer {
    agent: Agent,
}

body! {
    /// What an agent is called.
    pub struct AgentName {
        /// One line of 1 to 100 characters. Several agents may share a name.
        name: Line<MAX_NAME> = "name",
    }
}
