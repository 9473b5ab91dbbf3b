//! `GET /api/agents/{agentId}/executions/events`.

use crate::{
    api::{
        query::{FilterParameters, QueryPairs},
        responses::{Denied, Missing, WrongParameters},
    },
    auth::{AgentAccess, Read},
    credentials::{Credentials, Permit},
    live::{Bound, Follower, Refusal, Subscription},
    path::AgentPath,
    problem::Problem,
    state::AppState,
};
use axum::{
    body::Body,
    extract::State,
    http::{Extensions, HeaderMap, HeaderName, HeaderValue, header::CONTENT_TYPE},
    response::IntoResponse,
};
use domain::{EventPosition, FieldError, Scope};
use service::Identity;

/// What a browser sends when it comes back.
const LAST_EVENT_ID: &str = "Last-Event-ID";
/// Its name as a parameter, for the first time.
const PARAMETER: &str = "lastEventId";
/// Seconds after which it may be tried again where somebody has as many streams as one may: they last.
const RETRY_SECONDS: u32 = 10;
/// Asks nginx, and those who learned it from nginx, not to hold anything back.
const NO_BUFFERING: (HeaderName, HeaderValue) = (
    HeaderName::from_static("x-accel-buffering"),
    HeaderValue::from_static("no"),
);

/// What happens to an agent's executions, as it happens, as server-sent events.
///
/// `execution.created`, `execution.updated` and `execution.deleted` carry the list's row. They tell of the filtered list:
/// a change by which a row enters the filter is `created`, and one by which it leaves it is `deleted`. Each `id` is a
/// position: a reader who comes back with the last one gets every later event once, in order. Where that is not possible
/// the stream says `resync`, and the list has to be read again. A comment every 15 seconds shows that it is alive.
///
/// One key or session may have 1,000 streams open and one organization 3,000, unless the server was told other numbers;
/// beyond them 429 with the code `too_many_streams` says which bound it is.
#[utoipa::path(
    get,
    path = "/api/agents/{agentId}/executions/events",
    tag = "Executions",
    operation_id = "followExecutions",
    params(
        AgentPath,
        ("lastEventId" = Option<i64>, Query,
            description = "The event after which to begin, or a list's `Event-Position`; from now on unless given"),
        ("Last-Event-ID" = Option<i64>, Header, description = "The same, as browsers send it; it comes first"),
        FilterParameters,
    ),
    responses(
        (status = 200, description = "The stream, which does not end by itself", body = String,
            content_type = "text/event-stream"),
        WrongParameters,
        Missing,
        Denied,
    )
)]
pub async fn events(
    access: AgentAccess<Read>,
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: Extensions,
    query: QueryPairs,
) -> Result<impl IntoResponse, Problem> {
    let organization = access.organization();
    let after = last_event_id(&headers, &query)?;
    let (filter, _) = query.executions(&state.store, organization).await?;
    let follower = match &access.caller.identity {
        Identity::Key(key) => Follower::Key(key.api_key_id.clone()),
        Identity::Person(session) => Follower::Session(session.id.clone()),
        Identity::Operator => return Err(Problem::unauthenticated()),
    };
    let subscription = Subscription {
        organization,
        agent: access.agent_id().clone(),
        filter,
        after,
        follower,
    };
    let permit = Permit {
        credentials: Credentials::of(&headers, &extensions),
        organization,
        scope: Scope::Read,
        agent: Some(access.agent_id().clone()),
    };
    let stream = state.live.open(subscription, permit).await?;
    let content_type = (CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    Ok(([content_type, NO_BUFFERING], Body::from_stream(stream)))
}

/// The header counts before the parameter: a browser that comes back sends both, and the address is the older one.
pub fn last_event_id(headers: &HeaderMap, query: &QueryPairs) -> Result<Option<EventPosition>, Problem> {
    let header = headers
        .get(LAST_EVENT_ID)
        .map(|value| value.to_str().unwrap_or("?"))
        .filter(|value| !value.is_empty());
    let (name, value) = match (header, query.get(PARAMETER)) {
        (Some(value), _) => (LAST_EVENT_ID, value),
        (None, Some(value)) => (PARAMETER, value),
        (None, None) => return Ok(None),
    };
    match value.parse() {
        Ok(EventPosition(position)) if position >= 0 => Ok(Some(EventPosition(position))),
        _ => Err(Problem::invalid_parameters(vec![FieldError::new(
            name,
            "must be the id of an event, or what a list says in `Event-Position`",
        )])),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::TooMany(bound) => too_many(bound),
            Refusal::Stopping => store::StoreError::Closed.into(),
            Refusal::Store(error) => error.into(),
        }
    }
}

fn too_many(bound: Bound) -> Problem {
    const CODE: &str = "too_many_streams";
    let who = match bound {
        Bound::Follower(most) => format!("The API key or session has {most} event streams open"),
        Bound::Organization(most) => format!("The organization has {most} event streams open"),
        Bound::Server => {
            let detail = "Too many event streams are open; try again in a moment.";
            return Problem::unavailable(CODE, detail);
        }
    };
    let detail = format!("{who}, which is as many as one may; close some, or try again later.");
    Problem::too_many(CODE, detail, RETRY_SECONDS)
}
