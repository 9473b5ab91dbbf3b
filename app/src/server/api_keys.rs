//! The limits of a key as a form gives them.

use super::Viewer;
use domain::{FieldError, KeyChange, KeyExpiry, KeyLimits, NanoDollars, money::InvalidAmount};

/// Reads the limits of a key that a form changes; empty fields take them away.
pub fn key_change(requests_per_minute: &str, monthly_budget: &str) -> Result<KeyChange, FieldError> {
    Ok(KeyChange {
        requests_per_minute: Some(requests(requests_per_minute)?),
        monthly_budget: Some(budget(monthly_budget)?),
    })
}

fn requests(text: &str) -> Result<Option<u32>, FieldError> {
    let wrong = || FieldError::new("requestsPerMinute", "must be a whole number");
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| wrong()),
    }
}

fn budget(text: &str) -> Result<Option<NanoDollars>, FieldError> {
    let wrong = |error: InvalidAmount| FieldError::new("monthlyBudgetUSD", error.to_string());
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(wrong),
    }
}

/// Reads what a form says of a key's limits; empty fields mean none. Days are those of the organization.
pub fn key_limits(
    viewer: &Viewer,
    agents: &[String],
    requests_per_minute: &str,
    monthly_budget: &str,
    expires: &str,
) -> Result<KeyLimits, FieldError> {
    let agent_ids: Result<Vec<_>, _> = agents.iter().map(|agent| agent.parse()).collect();
    let expiry: Option<KeyExpiry> = match expires.trim() {
        "" => None,
        text => Some(text.parse()?),
    };
    let zone = viewer.session.organization.zone();
    Ok(KeyLimits {
        agent_ids: agent_ids
            .map_err(|error: domain::InvalidId| FieldError::new("agentIds", error.to_string()))?,
        requests_per_minute: requests(requests_per_minute)?,
        monthly_budget: budget(monthly_budget)?,
        expires_at: expiry.map(|expiry| expiry.instant(viewer.now, zone)),
    })
}
