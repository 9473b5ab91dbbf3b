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
use axum::{
    body::{Body, Bytes},
    extract::State,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::IntoResponse,
};
use domain::{AgentId, FieldError};
use store::Store;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Pages that are read ahead of a slow reader.
const PAGES_AHEAD: usize = 2;

type Page = Result<Bytes, ExportError>;

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
    query: QueryPairs,
) -> Result<impl IntoResponse, Problem> {
    let format = format(&query)?;
    let organization = access.organization();
    let (filter, _) = query.executions(&store, organization).await?;
    let agent = access.agent_id().clone();
    let disposition = format!("attachment; filename=\"{}\"", file_name(&agent, &query, format));
    let mut export = Export::begin(store, organization, agent, filter, format).await?;
    let first = export.next().await?.map(Bytes::from);
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, body(export, first)))
}

/// The rest of the export, read ahead by a task that ends with its reader.
fn body(mut export: Export, first: Option<Bytes>) -> Body {
    let Some(first) = first else {
        return Body::empty();
    };
    let (pages, stream) = mpsc::channel::<Page>(PAGES_AHEAD);
    tokio::spawn(async move {
        let mut page = Ok(first);
        loop {
            let failed = page.as_ref().is_err_and(|error| {
                tracing::error!(%error, rows = export.rows(), "an export broke off");
                true
            });
            if pages.send(page).await.is_err() || failed {
                return;
            }
            page = match export.next().await {
                Ok(Some(bytes)) => Ok(bytes.into()),
                Ok(None) => return,
                Err(error) => Err(error),
            };
        }
    });
    Body::from_stream(ReceiverStream::new(stream))
}

fn format(query: &QueryPairs) -> Result<ExportFormat, Problem> {
    let Some(name) = query.get("format") else {
        return Ok(ExportFormat::Csv);
    };
    ExportFormat::from_name(name)
        .ok_or_else(|| Problem::invalid_parameters(vec![FieldError::new("format", "must be csv or ndjson")]))
}

/// `agent_1-executions-2025-11-01-to-2025-11-18.csv`: letters, digits and `_ - .` alone, whatever was asked.
fn file_name(agent: &AgentId, query: &QueryPairs, format: ExportFormat) -> String {
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
