//! `GET /api/agents/{agentId}/executions/export`.

use crate::{
    api::{
        path::AgentPath,
        problem::Problem,
        query::{FilterParameters, QueryPairs},
        responses::{Denied, Missing, WrongParameters},
    },
    auth::{AgentAccess, Read},
    export::{Export, ExportError, ExportFormat},
};
use app::{Exports, WatchedExport};
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::IntoResponse,
};
use domain::{AgentId, ExecutionFilter, ExportName, FieldError, OrganizationId};
use futures_util::{StreamExt, stream};
use store::Store;
use tokio::sync::mpsc;

/// Pages that are read ahead of a slow reader.
const PAGES_AHEAD: usize = 2;

/// Bytes, and how many rows are written with them.
type Page = Result<(Bytes, u64), ExportError>;

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
    State(store): State<Store>,
    State(exports): State<Exports>,
    query: QueryPairs,
) -> Result<impl IntoResponse, Problem> {
    let format = format(&query)?;
    let name = watched_name(&query)?;
    let organization = access.organization();
    let (filter, _) = query.executions(&store, organization).await?;
    let agent = access.agent_id().clone();
    let agent_name = store.agent(organization, &agent).await?.name;
    let disposition = format!(
        "attachment; filename=\"{}\"",
        file_name(&agent_name, &agent, &query, format)
    );
    let watched = match name {
        Some(name) => Some(watch(&exports, &store, organization, &agent, &filter, name).await?),
        None => None,
    };
    let store = store.by(access.caller.actor());
    let mut export = Export::begin(store, organization, agent, filter, format).await?;
    let first = export.next().await?.map(Bytes::from);
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, body(export, first, watched)))
}

/// The export from its first bytes on, read ahead by a task that ends with its reader. How far it is counts by what the
/// reader took, not by what was read ahead.
fn body(mut export: Export, first: Option<Bytes>, watched: Option<WatchedExport>) -> Body {
    let (pages, taken) = mpsc::channel::<Page>(PAGES_AHEAD);
    tokio::spawn(async move {
        let mut page = Ok(first);
        while let Some(bytes) = page.transpose() {
            let failed = bytes.as_ref().is_err_and(|error| {
                tracing::error!(%error, rows = export.rows(), "an export broke off");
                true
            });
            let rows = export.rows();
            if pages.send(bytes.map(|bytes| (bytes, rows))).await.is_err() {
                return tracing::debug!(rows, "an export's reader left");
            }
            if failed {
                return;
            }
            page = export.next().await.map(|bytes| bytes.map(Bytes::from));
        }
    });
    let pages = stream::unfold((taken, watched), |(mut taken, watched)| async move {
        let Some(page) = taken.recv().await else {
            if let Some(watched) = watched {
                watched.finish();
            }
            return None;
        };
        if let (Ok((_, rows)), Some(watched)) = (&page, &watched) {
            watched.advance(*rows);
        }
        Some((page.map(|(bytes, _)| bytes), (taken, watched)))
    });
    // Whoever compresses asks once more after the end.
    Body::from_stream(pages.fuse())
}

/// The name under which somebody asks how far the export is.
fn watched_name(query: &QueryPairs) -> Result<Option<ExportName>, Problem> {
    let name = query.get("exportId").map(str::parse).transpose();
    name.map_err(|error: domain::InvalidId| {
        Problem::invalid_parameters(vec![FieldError::new("exportId", error.to_string())])
    })
}

async fn watch(
    exports: &Exports,
    store: &Store,
    organization: OrganizationId,
    agent: &AgentId,
    filter: &ExecutionFilter,
    name: ExportName,
) -> Result<WatchedExport, Problem> {
    let total = store.count(organization, agent, filter).await?;
    Ok(exports.watch(organization, name, total))
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
    format!("{agent}-executions{range}.{}", format.extension())
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Store(error) => error.into(),
            ExportError::Write(error) => Self::internal(error),
        }
    }
}
