//! API keys: what they look like, and when they end.

use crate::{
    AgentId, ApiKeyId, DateBound, DollarSum, FieldError, NanoDollars, Scopes, SpentBudget, Timestamp,
    named::named,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Longest life of a key that is given in days.
pub const MAX_DAYS: u32 = 3_650;
/// How long the old secret goes on working after a rotation, in hours, unless somebody says otherwise.
pub const GRACE_HOURS: u32 = 24;
/// Longest time for which it can, in hours.
pub const MAX_GRACE_HOURS: u32 = 30 * 24;

/// An API key as it is shown: without its secret, which nobody keeps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// The public half.
    pub api_key_id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// What it allows.
    pub scopes: Scopes,
    /// The only agents that it may touch; none named means every one.
    pub agent_ids: Vec<AgentId>,
    /// Requests that it may make within any 60 seconds; without limit where there is none.
    pub requests_per_minute: Option<u32>,
    /// What its executions of a calendar month of UTC may cost before it begins no more; without limit where there is
    /// none.
    #[serde(rename = "monthlyBudgetUSD")]
    pub monthly_budget: Option<NanoDollars>,
    /// What its executions of this month of UTC cost so far, as far as their costs are known. What was deleted since
    /// counts too.
    #[serde(rename = "spentThisMonthUSD")]
    pub spent_this_month: DollarSum,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it ends by itself.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub revoked_at: Option<Timestamp>,
    /// Until when the secret before the last rotation works too.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub old_secret_until: Option<Timestamp>,
    /// When it was last used; other servers are heard of a few seconds later.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_used_at: Option<Timestamp>,
    /// From which address it was last used.
    pub last_used_from: Option<String>,
}

named! {
    /// Whether a key works.
    pub enum KeyState {
        /// It works.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
        /// Somebody ended it.
        Revoked = "revoked",
    }
}

impl ApiKey {
    /// Whether it works at `now`.
    pub fn state(&self, now: Timestamp) -> KeyState {
        if self.revoked_at.is_some() {
            KeyState::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            KeyState::Expired
        } else {
            KeyState::Active
        }
    }

    /// The budget, if there is one and it is spent at `now`, which is when the key was read.
    pub fn spent_budget(&self, now: Timestamp) -> Option<SpentBudget> {
        SpentBudget::of(self.monthly_budget?, self.spent_this_month, now)
    }

    /// Whether it may touch that agent.
    pub fn reaches(&self, agent: &AgentId) -> bool {
        self.reaches_every_agent() || self.agent_ids.contains(agent)
    }

    /// Whether it may touch every agent, and so what concerns all of them.
    pub fn reaches_every_agent(&self) -> bool {
        self.agent_ids.is_empty()
    }
}

/// When a key is to end, as somebody gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExpiry {
    /// So many days from now: `90d`.
    Days(u32),
    /// At an instant, or with the end of a day.
    At(DateBound),
}

impl FromStr for KeyExpiry {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        if let Some(days) = text.strip_suffix('d').and_then(|days| days.parse().ok()) {
            return Self::days(days);
        }
        DateBound::parse(text).map(Self::At).ok_or_else(|| {
            let detail = match text.parse() {
                Ok(days) if Self::days(days).is_ok() => format!("must have a unit: {days}d means {days} days"),
                _ => "must be days such as 90d, a date such as 2027-01-31, which means its end, or an RFC 3339 instant"
                    .to_owned(),
            };
            FieldError::new("expiresAt", detail)
        })
    }
}

impl KeyExpiry {
    /// So many days from now, from 1 to `MAX_DAYS`.
    pub fn days(days: u32) -> Result<Self, FieldError> {
        if (1..=MAX_DAYS).contains(&days) {
            Ok(Self::Days(days))
        } else {
            let detail = format!("must be from 1 to {MAX_DAYS} days");
            Err(FieldError::new("expiresInDays", detail))
        }
    }

    /// The instant that is meant, days being read in `zone`.
    #[cfg(feature = "zones")]
    pub fn instant(self, now: Timestamp, zone: crate::zones::Tz) -> Timestamp {
        match self {
            Self::Days(days) => now + chrono::Duration::days(days.into()),
            Self::At(bound) => crate::zones::end_of(bound, zone),
        }
    }
}

/// Checks for how long the old secret goes on working after a rotation, in hours.
pub fn check_grace(hours: u32) -> Result<chrono::Duration, FieldError> {
    if hours <= MAX_GRACE_HOURS {
        Ok(chrono::Duration::hours(hours.into()))
    } else {
        let detail = format!("must be from 0 to {MAX_GRACE_HOURS} hours, which are 30 days");
        Err(FieldError::new("graceHours", detail))
    }
}

/// An API key as its holder presents it: `al_<public>_<secret>`. `Debug` hides the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyToken {
    /// The public half.
    pub public: ApiKeyId,
    /// The secret half, letters and digits.
    pub secret: String,
}

impl ApiKeyToken {
    /// The whole key, to be shown once.
    pub fn reveal(&self) -> String {
        format!("al_{}_{}", self.public, self.secret)
    }
}

impl FromStr for ApiKeyToken {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (public, secret) = text
            .strip_prefix("al_")
            .and_then(|rest| rest.split_once('_'))
            .ok_or(())?;
        let well_formed =
            (16..=128).contains(&secret.len()) && secret.bytes().all(|b| b.is_ascii_alphanumeric());
        if !well_formed {
            return Err(());
        }
        Ok(Self {
            public: public.parse().map_err(|_| ())?,
            secret: secret.to_owned(),
        })
    }
}

impl fmt::Debug for ApiKeyToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeyToken({}, …)", self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_instant;

    #[test]
    fn a_key_survives_its_text_and_hides_in_debug() {
        let text = "al_pub123_0123456789abcdefABCDEF";
        let token: ApiKeyToken = text.parse().unwrap();
        assert_eq!(token.reveal(), text);
        assert!(!format!("{token:?}").contains("0123456789"));
        for wrong in [
            "",
            "al_",
            "al_x_short",
            "sk_x_0123456789abcdef",
            "al_x_0123456789abcde!",
        ] {
            assert!(wrong.parse::<ApiKeyToken>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_without_a_unit_are_told_it() {
        let told = |text: &str| text.parse::<KeyExpiry>().unwrap_err().detail;
        assert_eq!(told("90"), "must have a unit: 90d means 90 days");
        assert!(told("soon").starts_with("must be days such as 90d"));
    }

    #[test]
    fn the_grace_ends_with_thirty_days() {
        assert_eq!(check_grace(0), Ok(chrono::Duration::zero()));
        assert_eq!(check_grace(720), Ok(chrono::Duration::days(30)));
        assert_eq!(check_grace(721).unwrap_err().field, "graceHours");
    }

    #[cfg(feature = "zones")]
    #[test]
    fn an_expiry_is_days_a_day_or_an_instant() {
        let now = parse_instant("2026-01-01T12:00:00Z").unwrap();
        for (text, end) in [
            ("90d", "2026-04-01T12:00:00Z"),
            ("2026-01-31", "2026-01-31T18:14:59.999999Z"),
            ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"),
        ] {
            let expiry: KeyExpiry = text.parse().unwrap();
            let instant = expiry.instant(now, crate::zones::Tz::Asia__Kathmandu);
            assert_eq!(crate::time::rfc3339(instant), end, "{text}");
        }
        for wrong in ["", "0d", "3651d", "-1d", "soon", "2026-02-30"] {
            assert!(wrong.parse::<KeyExpiry>().is_err(), "{wrong}");
        }
    }
}
