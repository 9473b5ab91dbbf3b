//! What bounds an API key, beside its scopes.

use crate::{AgentId, DollarSum, FieldError, NanoDollars, Timestamp, time};

/// Most agents to which a key can be limited by name.
pub const MAX_AGENTS: usize = 100;
/// Highest limit of requests per minute.
pub const MAX_REQUESTS_PER_MINUTE: u32 = 100_000;

/// A key's budget that is spent. The key begins no execution before the next month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpentBudget {
    /// What the executions of a month may cost.
    pub budget: NanoDollars,
    /// What those of this month cost so far; may be more, since what has begun may end.
    pub spent: DollarSum,
    /// When the next month of UTC begins.
    pub opens_at: Timestamp,
}

impl SpentBudget {
    /// The budget of the month of `now`, if it is spent.
    pub fn of(budget: NanoDollars, spent: DollarSum, now: Timestamp) -> Option<Self> {
        (spent.nanos() >= budget.nanos()).then(|| Self {
            budget,
            spent,
            opens_at: time::month(now).end,
        })
    }
}

/// What changes about a key's limits: `None` leaves one as it is, `Some(None)` takes it away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyChange {
    /// Requests within any 60 seconds, from 1 to `MAX_REQUESTS_PER_MINUTE`.
    pub requests_per_minute: Option<Option<u32>>,
    /// What the executions of a month may cost.
    pub monthly_budget: Option<Option<NanoDollars>>,
}

impl KeyChange {
    /// Names what cannot be, if anything.
    pub fn checked(self) -> Result<Self, FieldError> {
        check_requests(self.requests_per_minute.flatten())?;
        Ok(self)
    }
}

fn check_requests(limit: Option<u32>) -> Result<(), FieldError> {
    match limit {
        Some(limit) if !(1..=MAX_REQUESTS_PER_MINUTE).contains(&limit) => Err(FieldError::new(
            "requestsPerMinute",
            format!("must be from 1 to {MAX_REQUESTS_PER_MINUTE}"),
        )),
        _ => Ok(()),
    }
}

/// What bounds a key, beside its scopes. By default, nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyLimits {
    /// The only agents that it may touch; none named means every one.
    pub agent_ids: Vec<AgentId>,
    /// Requests that it may make within any 60 seconds, from 1 to `MAX_REQUESTS_PER_MINUTE`.
    pub requests_per_minute: Option<u32>,
    /// What its executions of a calendar month of UTC may cost before it begins no more.
    pub monthly_budget: Option<NanoDollars>,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
}

impl KeyLimits {
    /// Names what cannot be, if anything: an end that is over, a limit out of range, too many agents. Each agent counts
    /// once.
    pub fn checked(mut self, now: Timestamp) -> Result<Self, FieldError> {
        self.agent_ids.sort();
        self.agent_ids.dedup();
        if self.agent_ids.len() > MAX_AGENTS {
            let detail = format!("may name {MAX_AGENTS} agents at most; a key without any reaches all");
            return Err(FieldError::new("agentIds", detail));
        }
        check_requests(self.requests_per_minute)?;
        if self.expires_at.is_some_and(|end| end <= now) {
            return Err(FieldError::new("expiresAt", "must be in the future"));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_instant;

    #[test]
    fn limits_are_checked_field_by_field() {
        let now = parse_instant("2026-01-01T00:00:00Z").unwrap();
        let wrong = |limits: KeyLimits| limits.checked(now).unwrap_err().field;
        let of = KeyLimits::default;
        assert_eq!(
            wrong(KeyLimits {
                expires_at: Some(now),
                ..of()
            }),
            "expiresAt"
        );
        for limit in [0, MAX_REQUESTS_PER_MINUTE + 1] {
            let limits = KeyLimits {
                requests_per_minute: Some(limit),
                ..of()
            };
            assert_eq!(wrong(limits), "requestsPerMinute");
        }
        let agents = |count| {
            let agent_ids = (0..count)
                .map(|number| format!("agent_{number}").parse().unwrap())
                .collect();
            KeyLimits { agent_ids, ..of() }
        };
        assert!(agents(MAX_AGENTS).checked(now).is_ok());
        assert_eq!(wrong(agents(MAX_AGENTS + 1)), "agentIds");
    }

    #[test]
    fn a_budget_is_spent_with_its_last_nano() {
        let now = parse_instant("2026-12-15T00:00:00Z").unwrap();
        let budget = NanoDollars::from_nanos(10).unwrap();
        let of = |nanos| SpentBudget::of(budget, DollarSum::from_nanos(nanos), now);
        assert_eq!(of(9), None);
        for nanos in [10, 11] {
            let spent = of(nanos).unwrap();
            assert_eq!((spent.budget, spent.spent.nanos()), (budget, nanos));
            assert_eq!(crate::time::rfc3339(spent.opens_at), "2027-01-01T00:00:00Z");
        }
        let nothing = NanoDollars::from_nanos(0).unwrap();
        assert!(SpentBudget::of(nothing, DollarSum::default(), now).is_some());
    }
}
