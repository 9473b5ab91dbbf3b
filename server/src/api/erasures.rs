//! `POST /api/erasures`.

use super::responses::{Denied, WrongBody};
use crate::{
    auth::{Admin, Allowed},
    body::{Bodies, Fields, JsonBody},
    problem::Problem,
    state::AppState,
};
use axum::{
    Json,
    extract::{Request, State},
    http::StatusCode,
};
use domain::{AgentId, FieldError, TaskId, Timestamp, fields::check_text};
use serde::Serialize;
use service::Service;
use store::PersonalData;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The call that erases what a person executed.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(erase))
}

/// Whose executions go.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes the body; `Fields` reads it")]
pub struct NewErasure {
    /// `executedBy` as it was recorded, or the e-mail address of a member.
    #[schema(example = "mira@example.com")]
    executed_by: String,
    /// Whether to tell how many would go, and erase nothing; false unless given.
    dry_run: Option<bool>,
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
    let (who, dry_run) = parse(json)?;
    let data = service.personal_data(&access.caller, &who).await?;
    let mut erasure = Erasure {
        executions: data.iter().map(|one| one.executions).sum(),
        agents: data.into_iter().map(of_agent).collect(),
        task_id: None,
    };
    if dry_run {
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

pub(crate) fn parse(json: JsonBody) -> Result<(String, bool), Problem> {
    let mut fields = Fields::of(json)?;
    let who: Option<String> = fields.required("executedBy", "a string");
    let who = who.and_then(|who| fields.checked(somebody(who.trim())));
    let dry_run = fields.optional("dryRun", "true or false").unwrap_or(false);
    fields.finish(who.map(|who| (who, dry_run)))
}

fn somebody(who: &str) -> Result<String, FieldError> {
    if who.is_empty() {
        return Err(FieldError::new("executedBy", "must name somebody"));
    }
    check_text("executedBy", who)?;
    Ok(who.to_owned())
}
