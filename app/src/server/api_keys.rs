//! The limits of a key as a form gives them.

use super::Viewer;
use domain::{FieldError, KeyExpiry, KeyLimits};

/// Reads what a form says of a key's limits; empty fields mean none. Days are those of the organization.
pub fn key_limits(
    viewer: &Viewer,
    agents: &[String],
    requests_per_minute: &str,
    expires: &str,
) -> Result<KeyLimits, FieldError> {
    let agent_ids: Result<Vec<_>, _> = agents.iter().map(|agent| agent.parse()).collect();
    let requests_per_minute = match requests_per_minute.trim() {
        "" => None,
        text => {
            let wrong = || FieldError::new("requestsPerMinute", "must be a whole number");
            Some(text.parse().map_err(|_| wrong())?)
        }
    };
    let expiry: Option<KeyExpiry> = match expires.trim() {
        "" => None,
        text => Some(text.parse()?),
    };
    let zone = viewer.session.organization.zone();
    Ok(KeyLimits {
        agent_ids: agent_ids
            .map_err(|error: domain::InvalidId| FieldError::new("agentIds", error.to_string()))?,
        requests_per_minute,
        expires_at: expiry.map(|expiry| expiry.instant(viewer.now, zone)),
    })
}
