//! `/api/agents`.

pub(crate) mod change;
mod create;
mod list;
mod show;

use crate::{
    body::{Fields, JsonBody},
    problem::Problem,
    state::AppState,
};
use domain::Agent;
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

/// What an agent is called.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
struct AgentName {
    /// One line of 1 to 100 characters. Several agents may share a name.
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    name: String,
}

pub(crate) fn name(json: JsonBody) -> Result<String, Problem> {
    let mut fields = Fields::of(json)?;
    let name = fields.name("name");
    fields.finish(name)
}
