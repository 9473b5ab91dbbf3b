//! `GET /api/agents/{agentId}/executions/export`.

use crate::{
    answers::next_piece,
    api::{
        query::{FilterParameters, QueryPairs},
        responses::{Denied, Missing, WrongParameters},
    },
    auth::{AgentAccess, Read},
    credentials::{Credentials, Permit},
    path::AgentPath,
    problem::Problem,
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{
        Extensions, HeaderMap,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
    response::IntoResponse,
};
use domain::{AgentId, ExportFormat, ExportName, FieldError, Scope};
use futures_util::{Stream, StreamExt, stream};
use service::{Error, Export, ExportError, Service, WatchedExport};
use std::{sync::Arc, time::Duration};
use store::Store;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    time::sleep,
};

/// Pages, and bytes of them, that are read ahead of a slow reader.
const PAGES_AHEAD: usize = 2;
const BYTES_AHEAD: u32 = 1 << 20;
/// How long an export waits for memory before it asks again.
const PAUSE: Duration = Duration::from_millis(200);

/// Bytes, how many rows are written with them, and what they take of `BYTES_AHEAD`.
type Page = Result<(Bytes, u64, Option<OwnedSemaphorePermit>), ExportError>;

/// Every execution of an agent that passes the filter, newest first, as a file. There is no limit on rows, and rows that
/// are recorded meanwhile stay out. Where it cannot be completed, the connection is cut instead of ended.
#[utoipa::path(
    get,
    path = "/api/agents/{agentId}/executions/export",
    tag = "Executions",
    operation_id = "exportExecutions",
    params(
        AgentPath,
        ("format" = Option<String>, Query,
            description = "`csv`, the summary columns, unless given; `ndjson`, whole executions, as recording takes them"),
        ("exportId" = Option<String>, Query,
            description = "1 to 64 of `A-Z a-z 0-9 _ -`: a name under which our own page asks how far the export is"),
        FilterParameters,
    ),
    responses(
        (status = 200, description = "The file", headers(
            ("Content-Disposition" = String, description = "Its name, made of agent and range"),
        ), content((String = "text/csv"), (String = "application/x-ndjson"))),
        WrongParameters,
        Missing,
        Denied,
    )
)]
pub async fn export(
    access: AgentAccess<Read>,
    State(service): State<Service>,
    headers: HeaderMap,
    extensions: Extensions,
    query: QueryPairs,
) -> Result<impl IntoResponse, Problem> {
    let format = format(&query)?;
    let name = watched_name(&query)?;
    let organization = access.organization();
    let (filter, _) = query.executions(&service.store, organization).await?;
    let agent = access.agent_id().clone();
    let permit = Permit {
        credentials: Credentials::of(&headers, &extensions),
        organization,
        scope: Scope::Read,
        agent: Some(agent.clone()),
    };
    let agent_name = service.store.agent(organization, &agent).await?.name;
    let disposition = format!(
        "attachment; filename=\"{}\"",
        file_name(&agent_name, &agent, &query, format)
    );
    let watched = match name {
        Some(name) => Some(
            service
                .watch_export(&access.caller, &agent, &filter, name)
                .await?,
        ),
        None => None,
    };
    let mut export = service
        .begin_export(&access.caller, agent, filter, format)
        .await?;
    let first = export.next().await?;
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    let permitted = Permitted {
        export,
        permit,
        store: service.store,
    };
    Ok((headers, body(permitted, first, watched)))
}

/// An export that goes on for as long as its reader may.
struct Permitted {
    export: Export,
    permit: Permit,
    store: Store,
}

/// The export from its first bytes on, read ahead by a task that ends with its reader. How far it is counts by what the
/// reader took, not by what was read ahead.
fn body(mut permitted: Permitted, first: Option<Bytes>, watched: Option<WatchedExport>) -> Body {
    let (pages, taken) = mpsc::channel::<Page>(PAGES_AHEAD);
    tokio::spawn(async move {
        let ahead = Arc::new(Semaphore::new(BYTES_AHEAD as usize));
        let mut page = Ok(first);
        while let Some(bytes) = page.transpose() {
            let failed = bytes.as_ref().is_err_and(|error| {
                tracing::error!(%error, rows = permitted.export.rows(), "an export broke off");
                true
            });
            let rows = permitted.export.rows();
            let send = async {
                let page = match bytes {
                    Ok(bytes) => {
                        let most =
                            u32::try_from(bytes.len()).map_or(BYTES_AHEAD, |length| length.min(BYTES_AHEAD));
                        Ok((bytes, rows, ahead.clone().acquire_many_owned(most).await.ok()))
                    }
                    Err(error) => Err(error),
                };
                pages.send(page).await.is_ok()
            };
            let is_sent = tokio::select! {
                is_sent = send => is_sent,
                () = pages.closed() => false,
            };
            if !is_sent {
                return tracing::debug!(rows, "an export's reader left");
            }
            if failed {
                return;
            }
            page = tokio::select! {
                page = next(&mut permitted, &ahead) => page,
                () = pages.closed() => return tracing::debug!(rows, "an export's reader left"),
            };
        }
    });
    Body::from_stream(pieces(taken, watched))
}

/// The next page, once something of what is ahead is taken. Whoever reads an export waits for memory as long as it takes.
async fn next(permitted: &mut Permitted, ahead: &Semaphore) -> Result<Option<Bytes>, ExportError> {
    _ = ahead.acquire().await;
    loop {
        permitted.permit.require(&permitted.store).await?;
        match permitted.export.next().await {
            Err(ExportError::Service(Error::Exhausted(_))) => sleep(PAUSE).await,
            page => return page,
        }
    }
}

/// Pages in pieces. A page counts as taken when the reader asks for more than it.
fn pieces(
    taken: mpsc::Receiver<Page>,
    watched: Option<WatchedExport>,
) -> impl Stream<Item = Result<Bytes, ExportError>> + Send {
    let pieces = stream::unfold(
        (taken, watched, Bytes::new(), 0, None),
        |(mut taken, watched, mut page, mut rows, mut place)| async move {
            while page.is_empty() {
                drop(place.take());
                match taken.recv().await {
                    None => {
                        if let Some(watched) = watched {
                            watched.finish();
                        }
                        return None;
                    }
                    Some(Err(error)) => return Some((Err(error), (taken, watched, page, rows, place))),
                    Some(Ok(next)) => (page, rows, place) = next,
                }
            }
            let piece = next_piece(&mut page)?;
            if let (true, Some(watched)) = (page.is_empty(), &watched) {
                watched.advance(rows);
            }
            Some((Ok(piece), (taken, watched, page, rows, place)))
        },
    );
    // Whoever compresses asks once more after the end.
    pieces.fuse()
}

/// The name under which somebody asks how far the export is.
fn watched_name(query: &QueryPairs) -> Result<Option<ExportName>, Problem> {
    let name = query.get("exportId").map(str::parse).transpose();
    name.map_err(|error: domain::InvalidId| {
        Problem::invalid_parameters(vec![FieldError::new("exportId", error.to_string())])
    })
}

/// The format that `format` names.
pub fn format(query: &QueryPairs) -> Result<ExportFormat, Problem> {
    let Some(name) = query.get("format") else {
        return Ok(ExportFormat::Csv);
    };
    ExportFormat::from_name(name)
        .ok_or_else(|| Problem::invalid_parameters(vec![FieldError::new("format", "must be csv or ndjson")]))
}

/// `product-copywriter-executions-2025-11-01-to-2025-11-18.csv`: letters, digits and `_ - .` alone, whatever the agent
/// is called and whatever was asked.
fn file_name(name: &str, agent: &AgentId, query: &QueryPairs, format: ExportFormat) -> String {
    let bound = |name| {
        let text = query.get(name)?;
        Some(
            text.chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect::<String>(),
        )
    };
    let range = match (bound("startDate"), bound("endDate")) {
        (None, None) => String::new(),
        (Some(start), None) => format!("-from-{start}"),
        (None, Some(end)) => format!("-to-{end}"),
        (Some(start), Some(end)) => format!("-{start}-to-{end}"),
    };
    let words: Vec<_> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let agent = if words.is_empty() {
        agent.to_string()
    } else {
        words.join("-")
    };
    format!("{agent}-executions{range}.{}", format.as_str())
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Service(error) => error.into(),
            ExportError::Write(error) => Self::internal(error),
        }
    }
}
