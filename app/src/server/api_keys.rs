//! Keys as forms have them.

use domain::{FieldError, KeyChange, NanoDollars, agent::parse_name, money::InvalidAmount};
use service::NewApiKey;

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

/// Reads the form of a new key; empty fields mean no limit, and no agents every one.
pub fn new_api_key(
    name: String,
    scopes: &[String],
    agents: &[String],
    requests_per_minute: &str,
    monthly_budget: &str,
    expires: &str,
) -> Result<NewApiKey, FieldError> {
    let agent_ids: Result<Vec<_>, _> = agents.iter().map(|agent| agent.parse()).collect();
    Ok(NewApiKey {
        name: parse_name("name", &name)?,
        scopes: scopes.join(",").parse()?,
        agent_ids: agent_ids
            .map_err(|error: domain::InvalidId| FieldError::new("agentIds", error.to_string()))?,
        requests_per_minute: requests(requests_per_minute)?,
        monthly_budget: budget(monthly_budget)?,
        expiry: match expires.trim() {
            "" => None,
            text => Some(text.parse()?),
        },
    })
}
