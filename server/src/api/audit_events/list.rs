//! `GET /api/audit-events`.

use super::AuditParameters;
use crate::{
    api::{
        query::{PageParameters, QueryPairs},
        responses::{Denied, WrongParameters},
    },
    auth::{Admin, Allowed},
    problem::Problem,
};
use axum::{Json, extract::State};
use domain::{AuditEvent, Pagination};
use serde::Serialize;
use store::Store;
use utoipa::ToSchema;

/// One page of the audit log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEventList {
    /// Newest first.
    audit_events: Vec<AuditEvent>,
    pagination: Pagination,
}

/// Who did what in the organization, when, and from where: one page, newest first, with the exact number of all events
/// that pass the filter.
#[utoipa::path(
    get,
    path = "/api/audit-events",
    tag = "Audit log",
    operation_id = "listAuditEvents",
    params(AuditParameters, PageParameters),
    responses((status = 200, description = "The page", body = AuditEventList), WrongParameters, Denied)
)]
pub async fn list(
    access: Allowed<Admin>,
    State(store): State<Store>,
    query: QueryPairs,
) -> Result<Json<AuditEventList>, Problem> {
    let organization = access.organization();
    let (filter, request) = query.audit_events(&store, organization).await?;
    let page = store.audit_events(organization, &filter, request).await?;
    Ok(Json(AuditEventList {
        audit_events: page.events,
        pagination: Pagination::new(request, page.total),
    }))
}
