//! The organization's audit log.

use super::{audit_list::AuditList, wire::Answer};
use crate::error::PageError;
use leptos::{prelude::*, server_fn::codec::PostUrl};

/// One page. `query` is the address's own query string.
#[server(prefix = "/_fn", endpoint = "audit-events", input = PostUrl, output = Answer)]
pub async fn load_audit_events(query: String) -> Result<AuditList, PageError> {
    let viewer = crate::server::viewer()?.require(domain::Permission::Administer)?;
    let (query, filter, ignored) = crate::server::audit_filter(&query, &viewer.session.organization);
    let page = viewer
        .store
        .audit_events(viewer.organization(), &filter, query.page)
        .await?;
    Ok(crate::server::audit_list(
        &query,
        page,
        ignored,
        &viewer.session.organization,
    ))
}
