//! What server functions share on the server: who asks, what the store is, and how a failure is answered.

mod api_keys;
mod audit;
mod connections;
pub mod cut;
mod executions;
mod failure;
mod flash;
mod members;
mod plain_form;
mod request;
mod retention;
pub mod status;
mod versions;

pub use api_keys::{key_change, new_api_key};
pub use audit::{audit_filter, audit_list};
pub use connections::{connection_change, new_connection};
pub use executions::{elsewhere, filter, older};
pub use failure::{fail, failed, forbidden, invalid, not_found};
pub use flash::Flash;
pub use members::{join_link, reset_link, role};
pub use request::origin;
pub use retention::agent_days;
pub use versions::new_version;

use crate::text;
use crate::{error::PageError, error_code::ErrorCode};
use axum::http::request::Parts;
use chrono::Utc;
use domain::{OrganizationId, Permission, Timestamp};
use leptos::prelude::use_context;
use service::{Caller, Service, Visitor};
use std::sync::Arc;
use store::{Session, Store};

/// What the server puts into every request's context.
#[derive(Clone)]
pub struct ServerContext {
    /// The use cases.
    pub service: Service,
    /// What is read without further ado.
    pub store: Store,
    /// Whether this is the demo with invented data.
    pub demo: bool,
    /// What people call the provider by which they may sign in, if there is one.
    pub sso: Option<Arc<str>>,
    /// Scheme, host and port under which people reach the server, without a `/` at the end: as it was told, or else as
    /// this reader did.
    pub origin: Arc<str>,
    /// Address of the stylesheet.
    pub stylesheet: String,
    /// How much of an execution a page shows.
    pub bounds: PageBounds,
}

/// How much of an execution a page shows.
#[derive(Debug, Clone, Copy)]
pub struct PageBounds {
    /// Bytes of one text.
    pub text: usize,
    /// Variables.
    pub variables: usize,
}

/// Who asks, and what is needed to answer.
pub struct Viewer {
    /// The use cases.
    pub service: Service,
    /// What is read without further ado.
    pub store: Store,
    /// The one who asks, as use cases know them.
    pub caller: Caller,
    /// The signed-in person.
    pub session: Session,
    /// The time of the answer.
    pub now: Timestamp,
}

impl Viewer {
    /// The organization that every query is about.
    pub fn organization(&self) -> OrganizationId {
        self.session.organization.id
    }

    /// Refuses unless the role has the permission, as the REST API does.
    pub fn require(self, permission: impl Into<Permission>) -> Result<Self, PageError> {
        if self.session.role.allows(permission) {
            Ok(self)
        } else {
            Err(forbidden())
        }
    }
}

/// The server's context.
pub fn context() -> Result<ServerContext, PageError> {
    use_context().ok_or_else(|| failed("no server context"))
}

/// The session of the request, if somebody is signed in.
pub fn session() -> Option<Session> {
    use_context::<Parts>()?
        .extensions
        .get::<Visitor>()?
        .session
        .clone()
}

/// Who asks; `SignedOut` where nobody is signed in.
pub fn viewer() -> Result<Viewer, PageError> {
    let visitor = use_context::<Parts>().and_then(|parts| parts.extensions.get::<Visitor>().cloned());
    let visitor = visitor.unwrap_or_default();
    let (Some(caller), Some(session)) = (visitor.caller(), visitor.session) else {
        return Err(fail(ErrorCode::SignedOut, text::failure::SIGNED_OUT));
    };
    let ServerContext { service, store, .. } = context()?;
    Ok(Viewer {
        service,
        store,
        caller,
        session,
        now: Utc::now(),
    })
}
