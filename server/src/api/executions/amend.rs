//! `PATCH /api/agents/{agentId}/executions/{executionId}`.

use super::{ExecutionAnswer, PathExecution, schema};
use crate::{
    answers::json,
    api::responses::{Denied, Missing, WrongBody},
    auth::{AgentAccess, Record},
    body::{self, Bodies, MAX_BYTES, MediaType, aside, to_the_end},
    clock,
    path::{AgentPath, ExecutionPath},
    problem::Problem,
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::{ExecutionFields, ExecutionId, FieldError, GivenExecution, OrganizationId};
use service::{Service, answers::Answers};
use store::AmendOutcome;

/// Finishes or amends a running execution: the given fields go over its own. A final one is never changed, unless it was
/// given up (`ABANDONED`); saying the same again is answered like the first time. Each call counts as a word of a running
/// execution, also an empty object.
#[utoipa::path(
    patch,
    path = "/api/agents/{agentId}/executions/{executionId}",
    tag = "Executions",
    operation_id = "amendExecution",
    params(AgentPath, ExecutionPath),
    request_body = schema::ExecutionFields,
    responses(
        (status = 200, description = "The execution as it is now", body = ExecutionAnswer),
        (status = 409, description = "It is final, and says something else", body = Problem,
            content_type = "application/problem+json"),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn amend(
    access: AgentAccess<Record>,
    PathExecution(id): PathExecution,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Response, Problem> {
    let organization = access.organization();
    service
        .store
        .expect_execution(organization, access.agent_id(), &id)
        .await?;
    MediaType::of(request.headers(), &[MediaType::Json])?;
    let body = bodies.receive_json(request, organization, MAX_BYTES).await?;
    let turn = bodies.turn(organization, &body).await?;
    let bounds = bodies.bounds();
    to_the_end(async move {
        let given = aside(body.len(), move || body::execution(&body, bounds)).await??;
        let fields = parse(given, &id)?;
        let amended = service
            .amend(&access.caller, access.agent_id(), &id, fields)
            .await?;
        drop(turn);
        answer(&service.answers, organization, amended).await
    })
    .await
}

async fn answer(
    answers: &Answers,
    organization: OrganizationId,
    amended: AmendOutcome,
) -> Result<Response, Problem> {
    match amended {
        AmendOutcome::Amended(execution) | AmendOutcome::Unchanged(execution) => {
            let answer = |execution| ExecutionAnswer { execution };
            Ok(json(answers, organization, execution, answer).await?)
        }
        AmendOutcome::Final => Err(Problem::conflict(
            "execution_final",
            "The execution is final and says something else; a final execution is never changed.",
        )),
        AmendOutcome::Invalid(errors) => Err(Problem::invalid_fields(errors)),
    }
}

pub(crate) fn parse(given: GivenExecution, id: &ExecutionId) -> Result<ExecutionFields, Problem> {
    let fields = ExecutionFields::parse(given, clock::now()).map_err(Problem::invalid_fields)?;
    if fields.execution_id.as_ref().is_some_and(|given| given != id) {
        return Err(Problem::invalid_fields(vec![FieldError::new(
            "executionId",
            "must be the one in the address, or left out",
        )]));
    }
    Ok(fields)
}
