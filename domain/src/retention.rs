//! How long executions are kept. Age counts from the start of the run, in days of 24 hours.

use crate::{FieldError, Timestamp};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// Days that the plan `standard` keeps.
pub const STANDARD_DAYS: u32 = 90;
/// Days that the plan `pro` keeps.
pub const PRO_DAYS: u32 = 180;
/// Fewest and most days that the plan `enterprise` may keep.
pub const ENTERPRISE_DAYS: std::ops::RangeInclusive<u32> = 365..=36_500;

/// How long an organization's executions are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retention {
    /// For ever.
    #[default]
    None,
    /// 90 days.
    Standard,
    /// 180 days.
    Pro,
    /// As many days as were agreed: a year and more.
    Enterprise(u32),
}

impl Retention {
    /// The names of the plans, in the order in which they are offered.
    pub const PLANS: [&str; 4] = ["standard", "pro", "enterprise", "none"];

    /// The plan of that name; `days` go with `enterprise` alone, which needs them.
    pub fn parse(plan: &str, days: Option<u32>) -> Result<Self, FieldError> {
        let (fewest, most) = (ENTERPRISE_DAYS.start(), ENTERPRISE_DAYS.end());
        let fixed = match (plan, days) {
            ("none", None) => Self::None,
            ("standard", None | Some(STANDARD_DAYS)) => Self::Standard,
            ("pro", None | Some(PRO_DAYS)) => Self::Pro,
            ("enterprise", Some(days)) if ENTERPRISE_DAYS.contains(&days) => Self::Enterprise(days),
            ("enterprise", _) => {
                let detail = format!("must be {fewest} to {most} for the plan enterprise");
                return Err(FieldError::new("days", detail));
            }
            ("none" | "standard" | "pro", Some(_)) => {
                return Err(FieldError::new(
                    "days",
                    "can be chosen for the plan enterprise alone",
                ));
            }
            _ => {
                let detail = format!("must be one of {}", Self::PLANS.join(", "));
                return Err(FieldError::new("plan", detail));
            }
        };
        Ok(fixed)
    }

    /// The name of the plan.
    pub fn plan(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Standard => "standard",
            Self::Pro => "pro",
            Self::Enterprise(_) => "enterprise",
        }
    }

    /// How many days executions are kept; `None` is for ever.
    pub fn days(self) -> Option<u32> {
        match self {
            Self::None => None,
            Self::Standard => Some(STANDARD_DAYS),
            Self::Pro => Some(PRO_DAYS),
            Self::Enterprise(days) => Some(days),
        }
    }

    /// How many days an agent's executions are kept that has so many days of its own: the fewer of both.
    pub fn days_of_agent(self, own: Option<u32>) -> Option<u32> {
        self.days().into_iter().chain(own).min()
    }

    /// The most days that an agent may have of its own: fewer than the organization's.
    pub fn most_agent_days(self) -> u32 {
        self.days().map_or(*ENTERPRISE_DAYS.end(), |days| days - 1)
    }

    /// Checks an agent's own number of days: at least one, and fewer than the organization's.
    pub fn check_agent_days(self, own: u32) -> Result<u32, FieldError> {
        let most = self.most_agent_days();
        if (1..=most).contains(&own) {
            return Ok(own);
        }
        let why = match self.days() {
            Some(_) => ", fewer than the organization's",
            None => "",
        };
        Err(FieldError::new(
            "retentionDays",
            format!("must be a whole number from 1 to {most}{why}"),
        ))
    }
}

/// The instant before which nothing is kept. It is not before 1970, when recorded time begins.
pub fn kept_since(days: u32, now: Timestamp) -> Timestamp {
    let since = now.checked_sub_signed(TimeDelta::days(days.into()));
    since.unwrap_or_default().max(Timestamp::default())
}

/// What the job that deletes what is too old says of its runs in one organization.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionRuns {
    /// When it last came to its end; null before the first time.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_succeeded_at: Option<Timestamp>,
    /// How many executions it then removed.
    pub last_removed: u64,
    /// How many it has removed in all.
    pub removed: u64,
    /// When it last failed, unless it has succeeded since.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub failed_at: Option<Timestamp>,
    /// What then failed, in a sentence.
    pub failure: Option<String>,
    /// What the server's clock said when deletion began to wait for an owner's word, since the clock had gone forward by
    /// more than 7 days; null while it does not wait.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub waits_since: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    #[test]
    fn plans_read_as_they_are_written() {
        for retention in [
            Retention::None,
            Retention::Standard,
            Retention::Pro,
            Retention::Enterprise(365),
            Retention::Enterprise(36_500),
        ] {
            assert_eq!(
                Retention::parse(retention.plan(), retention.days()),
                Ok(retention)
            );
        }
        assert_eq!(Retention::parse("pro", None), Ok(Retention::Pro));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (plan, days, field) in [
            ("gold", None, "plan"),
            ("", Some(90), "plan"),
            ("none", Some(90), "days"),
            ("standard", Some(91), "days"),
            ("pro", Some(90), "days"),
            ("enterprise", None, "days"),
            ("enterprise", Some(364), "days"),
            ("enterprise", Some(36_501), "days"),
        ] {
            let error = Retention::parse(plan, days).unwrap_err();
            assert_eq!(error.field, field, "{plan} {days:?}");
        }
    }

    #[test]
    fn an_agent_keeps_the_fewer_days() {
        let days = |retention: Retention, own| retention.days_of_agent(own);
        assert_eq!(days(Retention::None, None), None);
        assert_eq!(days(Retention::None, Some(7)), Some(7));
        assert_eq!(days(Retention::Standard, Some(7)), Some(7));
        assert_eq!(days(Retention::Standard, Some(100)), Some(90));
        assert_eq!(days(Retention::Pro, None), Some(180));
        assert_eq!(Retention::Standard.check_agent_days(89), Ok(89));
        assert_eq!(Retention::None.check_agent_days(36_500), Ok(36_500));
        for (retention, own) in [
            (Retention::Standard, 90),
            (Retention::None, 0),
            (Retention::None, 36_501),
        ] {
            assert_eq!(
                retention.check_agent_days(own).unwrap_err().field,
                "retentionDays"
            );
        }
    }

    #[test]
    fn what_is_kept_begins_that_many_days_ago() {
        let now = time::parse_instant("2025-11-18T09:45:00Z").unwrap();
        assert_eq!(time::rfc3339(kept_since(90, now)), "2025-08-20T09:45:00Z");
        assert_eq!(time::rfc3339(kept_since(36_500, now)), "1970-01-01T00:00:00Z");
    }
}
