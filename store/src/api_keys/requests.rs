//! How many requests a key made within the current minute: on SQLite in this process's memory, since one server is the
//! rule there, on PostgreSQL in a row that all servers share.
//!
//! A minute begins with the first request after the last one was over, so within each of them the limit holds exactly.
//! Refused requests count no further.

use crate::{Store, StoreError, backend::Backend};
use domain::{ApiKeyId, OrganizationId, Timestamp};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// How long a window lasts, in microseconds.
const WINDOW: i64 = 60_000_000;
/// Windows that may be remembered before those that are over are dropped.
const MANY: usize = 10_000;

/// What is left of a key's limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Requests that may be made within a minute.
    pub limit: u32,
    /// How many more may be made within the current one.
    pub remaining: u32,
    /// Seconds until the next one begins, from 1 to 60.
    pub resets_in: u8,
    /// Whether this request is one too many.
    pub exceeded: bool,
}

impl Quota {
    fn new(limit: u32, requests: i64, left: i64) -> Self {
        let seconds = (left.clamp(1, WINDOW) + 999_999) / 1_000_000;
        Self {
            limit,
            remaining: u32::try_from(i64::from(limit) - requests).unwrap_or(0),
            resets_in: u8::try_from(seconds).unwrap_or(1),
            exceeded: requests > i64::from(limit),
        }
    }
}

/// The windows of this process.
#[derive(Debug, Default)]
pub(super) struct Windows(Mutex<HashMap<(OrganizationId, ApiKeyId), Window>>);

#[derive(Debug, Clone, Copy)]
struct Window {
    began_at: i64,
    requests: i64,
}

impl Window {
    /// A clock that was put back ends it too.
    fn is_over(self, now: i64) -> bool {
        !(0..WINDOW).contains(&(now - self.began_at))
    }
}

impl Windows {
    fn count(&self, key: (OrganizationId, ApiKeyId), limit: u32, now: i64) -> Quota {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= MANY {
            windows.retain(|_, window| !window.is_over(now));
        }
        let fresh = Window {
            began_at: now,
            requests: 0,
        };
        let window = windows.entry(key).or_insert(fresh);
        if window.is_over(now) {
            *window = fresh;
        }
        window.requests = (window.requests + 1).min(i64::from(limit) + 1);
        Quota::new(limit, window.requests, window.began_at + WINDOW - now)
    }
}

/// A request that waited for another's row comes with an earlier moment than that row: it belongs to the same window.
const COUNT: &str = "
    WITH clock AS (SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now)
    INSERT INTO api_key_requests AS counted (organization_id, api_key_id, began_at, requests)
    SELECT $1, $2, now, 1 FROM clock
    ON CONFLICT (organization_id, api_key_id) DO UPDATE SET
        began_at = CASE WHEN abs(excluded.began_at - counted.began_at) < $4 THEN counted.began_at
                        ELSE excluded.began_at END,
        requests = CASE WHEN abs(excluded.began_at - counted.began_at) < $4 THEN least(counted.requests, $3) + 1
                        ELSE 1 END
    RETURNING requests, began_at + $4 - (SELECT now FROM clock)";

impl Store {
    /// Counts a request of a key that may make `limit` of them within a minute. `now` counts on SQLite alone: servers
    /// that share a PostgreSQL go by its clock.
    pub async fn count_request(
        &self,
        organization: OrganizationId,
        api_key: &ApiKeyId,
        limit: u32,
        now: Timestamp,
    ) -> Result<Quota, StoreError> {
        match &self.backend {
            Backend::Sqlite(_) => {
                let windows = &self.key_activity.windows;
                Ok(windows.count((organization, api_key.clone()), limit, now.timestamp_micros()))
            }
            Backend::Postgres(pool) => {
                let (requests, left): (i64, i64) = sqlx::query_as(COUNT)
                    .bind(organization.0)
                    .bind(api_key.as_str())
                    .bind(i64::from(limit))
                    .bind(WINDOW)
                    .fetch_one(pool)
                    .await?;
                Ok(Quota::new(limit, requests, left))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(windows: &Windows, key: &str, now: i64) -> (u32, u8, bool) {
        let quota = windows.count((OrganizationId(1), key.parse().unwrap()), 2, now);
        (quota.remaining, quota.resets_in, quota.exceeded)
    }

    #[test]
    fn a_minute_has_its_number_of_requests_and_no_more() {
        let windows = Windows::default();
        assert_eq!(count(&windows, "a", 0), (1, 60, false));
        assert_eq!(count(&windows, "a", 30_000_000), (0, 30, false));
        assert_eq!(count(&windows, "a", 59_000_001), (0, 1, true));
        assert_eq!(count(&windows, "b", 59_000_001), (1, 60, false), "another key");
        assert_eq!(count(&windows, "a", WINDOW), (1, 60, false), "the next minute");
        assert_eq!(count(&windows, "a", 0), (1, 60, false), "the clock was put back");
    }

    #[test]
    fn memory_is_bounded() {
        let windows = Windows::default();
        for key in 0..MANY {
            count(&windows, &key.to_string(), 0);
        }
        count(&windows, "later", WINDOW);
        assert_eq!(windows.0.lock().unwrap().len(), 1);
    }
}
