//! `PATCH /api/agents/{agentId}`.

use super::AgentAnswer;
use crate::{
    api::responses::{Denied, Missing, WrongBody},
    auth::{Admin, AgentAccess},
    body::{
        self, Bodies, body,
        values::{Line, Whole},
    },
    path::AgentPath,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
};
use domain::{agent::MAX_NAME, retention::ENTERPRISE_DAYS};
use service::{AgentChange as Change, Service};

body! {
    /// What changes; what is left out stays.
    pub struct AgentChange {
        /// One line of 1 to 100 characters. Several agents may share a name.
        name: Option<Line<MAX_NAME>> = "name",
        /// How many days the agent's executions are kept: fewer than the organization keeps its own, 36,500 at most. Null
        /// is as many.
        retention_days: Option<Option<Whole<1, { *ENTERPRISE_DAYS.end() }>>> = "retentionDays",
    }
}

/// Gives an agent another name, or keeps its executions for another time.
#[utoipa::path(
    patch,
    path = "/api/agents/{agentId}",
    tag = "Agents",
    operation_id = "changeAgent",
    params(AgentPath),
    request_body = AgentChange,
    responses(
        (status = 200, description = "The agent as it is now", body = AgentAnswer),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn change(
    access: AgentAccess<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Json<AgentAnswer>, Problem> {
    let (json, _turn) = bodies.json(request, access.organization()).await?;
    let AgentChange { name, retention_days } = body::read_change(json)?;
    let change = Change {
        name: name.map(|name| name.0),
        retention_days: retention_days.map(|days| days.map(|days| days.0)),
    };
    let agent = service
        .change_agent(&access.caller, access.agent_id(), change)
        .await?;
    Ok(Json(AgentAnswer { agent }))
}
