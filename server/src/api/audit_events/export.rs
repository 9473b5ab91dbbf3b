//! `GET /api/audit-events/export`.

use super::AuditParameters;
use crate::{
    api::{
        executions::export_format,
        query::QueryPairs,
        responses::{Denied, WrongParameters},
    },
    auth::{Admin, Allowed},
    credentials::{Credentials, Permit},
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
use domain::Scope;
use futures_util::{StreamExt, stream};
use service::Service;

/// Every event that passes the filter, newest first, as a file; the export itself is one of them. Where it cannot be
/// completed, the connection is cut instead of ended.
#[utoipa::path(
    get,
    path = "/api/audit-events/export",
    tag = "Audit log",
    operation_id = "exportAuditEvents",
    params(
        ("format" = Option<String>, Query, description = "`csv` unless given, or `ndjson`, an event a line"),
        AuditParameters,
    ),
    responses(
        (status = 200, description = "The file", headers(
            ("Content-Disposition" = String, description = "Its name"),
        ), content((String = "text/csv"), (String = "application/x-ndjson"))),
        WrongParameters,
        Denied,
    )
)]
pub async fn export(
    access: Allowed<Admin>,
    State(service): State<Service>,
    headers: HeaderMap,
    extensions: Extensions,
    query: QueryPairs,
) -> Result<impl IntoResponse, Problem> {
    let format = export_format(&query)?;
    let (filter, _) = query.audit_events(&service.store, access.organization()).await?;
    let mut export = service.begin_audit_export(&access.caller, filter, format).await?;
    let first = export.next().await?;
    let permit = Permit {
        credentials: Credentials::of(&headers, &extensions),
        organization: access.organization(),
        scope: Scope::Admin,
        agent: None,
    };
    let reader = (export, permit, service.store);
    let pages = stream::unfold((first, Some(reader)), |(page, reader)| async move {
        let (page, (mut export, permit, store)) = (page?, reader?);
        let next = match permit.require(&store).await {
            Ok(()) => export.next().await,
            Err(error) => Err(error.into()),
        };
        // After a failure nothing follows: the connection is cut.
        let rest = match next {
            Ok(next) => (next, Some((export, permit, store))),
            Err(error) => {
                tracing::error!(%error, "an export of the audit log broke off");
                return Some((Err(error), (None, None)));
            }
        };
        Some((Ok(Bytes::from(page)), rest))
    });
    let headers = [
        (CONTENT_TYPE, format.media_type().to_owned()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"audit-log.{}\"", format.as_str()),
        ),
    ];
    // Whoever compresses asks once more after the end.
    Ok((headers, Body::from_stream(pages.fuse())))
}
