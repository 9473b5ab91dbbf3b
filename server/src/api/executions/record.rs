//! `POST /api/agents/{agentId}/executions`.

use super::{
    batch::{self, BatchAnswer},
    items::Items,
    schema,
};
use crate::{
    api::{
        location,
        responses::{Denied, Missing, WrongBody},
    },
    auth::{AgentAccess, Record},
    body::{self, Bodies, MAX_BYTES, MediaType, Received, aside, to_the_end},
    clock,
    path::AgentPath,
    problem::Problem,
};
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use domain::{ExecutionFields, ExecutionId, ExecutionSummary, FieldError, given::Bounds};
use serde::Serialize;
use service::Service;
use store::RecordResult;
use utoipa::ToSchema;

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// A recorded execution.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecordAnswer {
    execution_id: ExecutionId,
    execution: ExecutionSummary,
}

/// What is answered to one execution, or to several.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum Answer {
    /// To one that was there already.
    One(Box<RecordAnswer>),
    /// To an array or NDJSON.
    Many(BatchAnswer),
}

/// Records one execution, or up to 1,000 as an array or as NDJSON.
///
/// A given `executionId` makes a repeat harmless: the same content is answered like the first time, another one is a
/// conflict. A final status over a running execution finishes it. Of several, each is recorded whole or not at all, and
/// a wrong one does not stop the others; the answer names 100 wrong fields in all, unless the server is set to another
/// number, and counts the rest. What began before the time that executions are kept, and what was erased, is
/// not stored: one is refused with 410, several are answered `expired` or `erased`.
///
/// A key whose monthly budget is spent records what has been run and finishes what is running, and begins nothing more:
/// one that is `running` is refused with 429, several are answered `budget_spent`.
#[utoipa::path(
    post,
    path = "/api/agents/{agentId}/executions",
    tag = "Executions",
    operation_id = "recordExecutions",
    params(
        AgentPath,
        ("Idempotency-Key" = Option<String>, Header,
            description = "Taken as `executionId` of a single execution; where both are given they must agree"),
    ),
    request_body(
        description = "32 MiB at most, unpacked; may be sent with `Content-Encoding: gzip`. The bodies of one \
            organization that are under way may have 32 MiB together",
        content(
            (schema::RecordBody = "application/json"),
            (schema::ExecutionFields = "application/x-ndjson"),
        )
    ),
    responses(
        (status = 201, description = "Recorded", body = RecordAnswer,
            headers(("Location" = String, description = "Address of the execution"))),
        (status = 200, description = "It was there already; or what became of each of several", body = Answer),
        (status = 409, description = "Another execution has that identifier", body = Problem,
            content_type = "application/problem+json"),
        (status = 410, description = "Not stored: it began before what is kept (`expired`), or was erased (`erased`)",
            body = Problem, content_type = "application/problem+json"),
        WrongBody,
        Missing,
        Denied,
    )
)]
pub async fn record(
    access: AgentAccess<Record>,
    State(service): State<Service>,
    State(bodies): State<Bodies>,
    request: Request,
) -> Result<Response, Problem> {
    let media_type = MediaType::of(request.headers(), &[MediaType::Json, MediaType::Ndjson])?;
    let key = idempotency_key(request.headers())?;
    let organization = access.organization();
    let body = bodies.receive_json(request, organization, MAX_BYTES).await?;
    let turn = bodies.turn(organization, &body).await?;
    let bounds = bodies.bounds();
    to_the_end(async move {
        let items = match media_type {
            MediaType::Ndjson => Ok(Items::of_lines(body)),
            MediaType::Json => Items::of_array(body),
        };
        let answer = match items {
            Ok(_) if key.is_some() => Err(Problem::invalid_fields(vec![FieldError::new(
                IDEMPOTENCY_KEY,
                "goes with a single execution; give each of several its `executionId`",
            )])),
            Ok(items) => {
                let answer = batch::record(&access, &service, items, bounds).await;
                answer.map(|answer| Json(Answer::Many(answer)).into_response())
            }
            Err(one) => record_one(&access, &service, one, bounds, key).await,
        };
        drop(turn);
        answer
    })
    .await
}

async fn record_one(
    access: &AgentAccess<Record>,
    service: &Service,
    body: Received,
    bounds: Bounds,
    key: Option<ExecutionId>,
) -> Result<Response, Problem> {
    let now = clock::now();
    let given = aside(body.len(), move || body::execution(&body, bounds)).await??;
    let mut fields = ExecutionFields::parse_new(given, now).map_err(Problem::invalid_fields)?;
    fields.execution_id = agreed(fields.execution_id, key)?;
    let agent = access.agent_id();
    let recorded = service
        .record(&access.caller, agent, vec![fields])
        .await?
        .pop()
        .ok_or_else(|| Problem::internal("the store answered nothing to one execution"))?;
    let (status, execution) = match recorded.result {
        RecordResult::Created(execution) => (StatusCode::CREATED, execution),
        RecordResult::Finished(execution) | RecordResult::Unchanged(execution) => (StatusCode::OK, execution),
        RecordResult::Conflict => {
            return Err(Problem::conflict(
                "execution_conflict",
                "Another execution has this executionId; it stays as it is.",
            ));
        }
        RecordResult::Invalid(errors) => return Err(Problem::invalid_fields(errors)),
        RecordResult::Expired { days } => {
            return Err(Problem::gone(
                "expired",
                format!(
                    "Executions of this agent are kept {days} days; this one began before and is not stored."
                ),
            ));
        }
        RecordResult::Erased => {
            return Err(Problem::gone(
                "erased",
                "The execution of this executionId was erased; it is not stored again.",
            ));
        }
        RecordResult::BudgetSpent(spent) => return Err(Problem::budget_spent(&spent, now)),
    };
    let location = location(format!(
        "/api/agents/{agent}/executions/{}",
        recorded.execution_id
    ));
    let answer = Answer::One(Box::new(RecordAnswer {
        execution_id: recorded.execution_id,
        execution,
    }));
    Ok((status, location, Json(answer)).into_response())
}

/// The `Idempotency-Key`, plain or as a quoted string (draft-ietf-httpapi-idempotency-key-header).
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<ExecutionId>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    let text = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text);
    text.parse().map(Some).map_err(|error: domain::InvalidId| {
        Problem::invalid_fields(vec![FieldError::new(IDEMPOTENCY_KEY, error.to_string())])
    })
}

fn agreed(given: Option<ExecutionId>, key: Option<ExecutionId>) -> Result<Option<ExecutionId>, Problem> {
    match (given, key) {
        (Some(given), Some(key)) if given != key => Err(Problem::invalid_fields(vec![FieldError::new(
            IDEMPOTENCY_KEY,
            "must be the same as `executionId`, or one of them left out",
        )])),
        (given, key) => Ok(given.or(key)),
    }
}
