//! `PATCH /api/agents/{agentId}/executions/{executionId}`.

use super::{ExecutionAnswer, PathExecution, schema};
use crate::{
    answers::Answers,
    api::{
        body,
        path::{AgentPath, ExecutionPath},
        problem::Problem,
        responses::{Denied, Missing, WrongBody},
    },
    auth::{AgentAccess, Record},
    clock,
};
use axum::{
    extract::{Request, State},
    response::Response,
};
use domain::{ExecutionFields, ExecutionId, FieldError};
use serde_json::Value;
use store::{AmendOutcome, Store};

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
    State(store): State<Store>,
    State(answers): State<Answers>,
    request: Request,
) -> Result<Response, Problem> {
    let (organization, agent) = (access.organization(), access.agent_id());
    store.expect_execution(organization, agent, &id).await?;
    let fields = parse(body::json(request).await?, &id)?;
    match store
        .amend(organization, agent, &id, fields, clock::now())
        .await?
    {
        AmendOutcome::Amended(execution) | AmendOutcome::Unchanged(execution) => {
            let answer = |execution| ExecutionAnswer { execution };
            Ok(answers.json(organization, execution, answer).await?)
        }
        AmendOutcome::Final => Err(Problem::conflict(
            "execution_final",
            "The execution is final and says something else; a final execution is never changed.",
        )),
        AmendOutcome::Invalid(errors) => Err(Problem::invalid_fields(errors)),
    }
}

pub(crate) fn parse(json: Value, id: &ExecutionId) -> Result<ExecutionFields, Problem> {
    let fields = ExecutionFields::parse(json, clock::now()).map_err(Problem::invalid_fields)?;
    if fields.execution_id.as_ref().is_some_and(|given| given != id) {
        return Err(Problem::invalid_fields(vec![FieldError::new(
            "executionId",
            "must be the one in the address, or left out",
        )]));
    }
    Ok(fields)
}
