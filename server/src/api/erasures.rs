//! `POST /api/erasures`.

use super::responses::{Denied, WrongBody};
use crate::{
    auth::{Admin, Allowed},
    body::{self, Bodies, body, values::Somebody},
    problem::Problem,
    state::AppState,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{AgentId, TaskId, Timestamp};
use serde::Serialize;
use service::Service;
use store::PersonalData;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The call that erases what a person executed.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(erase))
}

body! {
    /// Whose executions go.
    pub struct NewErasure {
        /// `executedBy` as it was recorded, or the e-mail address of a member.
        executed_by: Somebody = "executedBy",
        /// Whether to tell how many would go, and erase nothing; false unless given.
        dry_run: Option<bool> = "dryRun",
    }
}

/// What goes, or would go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Erasure {
    /// How many executions.
    executions: u64,
    /// The same by agent, where there are any.
    agents: Vec<ErasureOfAgent>,
    /// The task that does it; not with `dryRun`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    task_id: Option<TaskId>,
}

/// What goes of one agent, or would go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ErasureOfAgent {
    /// The agent.
    agent_id: AgentId,
    /// What people call it.
    name: String,
    /// How many executions.
    executions: u64,
    /// When the oldest of them began.
    #[schema(value_type = String, format = DateTime)]
    oldest: Timestamp,
}

/// Erases everything that one person executed, for good. Nothing but the ids is kept, so that recording it again is
/// answered with `erased` and stores nothing.
///
/// It goes on after the answer, whatever becomes of the server: `GET /api/tasks` tells how far it is, and the same call with
/// `dryRun` how many are left.
#[utoipa::path(
    post,
    path = "/api/erasures",
    tag = "Executions",
    operation_id = "erasePerson",
    request_body = NewErasure,
    responses(
        (status = 200, description = "What would go, with `dryRun`", body = Erasure),
        (status = 202, description = "What is being erased", body = Erasure),
        WrongBody,
        Denied,
    )
)]
async fn erase(
    access: Allowed<Admin>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<(StatusCode, Json<Erasure>), Problem> {
    let (json, _turn) = bodies.json(request, access.organization()).await?;
    let NewErasure { executed_by, dry_run } = body::read(json)?;
    let who = executed_by.0;
    let data = service.personal_data(&access.caller, &who).await?;
    let mut erasure = Erasure {
        executions: data.iter().map(|one| one.executions).sum(),
        agents: data.into_iter().map(of_agent).collect(),
        task_id: None,
    };
    if dry_run.unwrap_or(false) {
        return Ok((StatusCode::OK, Json(erasure)));
    }
    let begun = service.erase_person(&access.caller, &who).await?;
    erasure.executions = begun.executions;
    erasure.task_id = Some(begun.task);
    Ok((StatusCode::ACCEPTED, Json(erasure)))
}

fn of_agent(data: PersonalData) -> ErasureOfAgent {
    ErasureOfAgent {
        agent_id: data.agent_id,
        name: data.name,
        executions: data.executions,
        oldest: data.oldest,
    }
}
