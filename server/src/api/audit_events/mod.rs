//! `/api/audit-events`.

mod export;
mod list;

use crate::state::AppState;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The calls about the audit log.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list::list))
        .routes(routes!(export::export))
}

/// Which events.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; `AuditQuery` reads them")]
pub struct AuditParameters {
    /// Only these: names of actions, such as `api_key.created`, or of groups of them, such as `api_key`; may repeat or be
    /// separated by commas.
    action: Option<Vec<String>>,
    /// Only what this one did: an id, a kind, or a part of a name.
    #[param(example = "mira@example.com")]
    actor: Option<String>,
    /// Only what was done to this: an id, a kind, or a part of a name.
    subject: Option<String>,
    /// Then or later: an RFC 3339 instant, a date, which means that whole day, or a local time without offset.
    #[param(rename = "startDate", example = "2025-11-01")]
    start_date: Option<String>,
    /// Then or earlier, in the same ways.
    #[param(rename = "endDate", example = "2025-11-18T09:45:00Z")]
    end_date: Option<String>,
    /// IANA name of the zone in which dates and local times are read; the organization's unless given.
    #[param(rename = "timeZone", example = "Europe/Berlin")]
    time_zone: Option<String>,
}
