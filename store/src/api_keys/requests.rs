//! How many requests a key made within the last minute: on SQLite in this process's memory, since one server is the
//! rule there, on PostgreSQL in a row that all servers share. Refused requests do not count.

use super::window::{Quota, SECOND, Slot, WINDOW, Window};
use crate::{Store, StoreError, backend::Backend};
use domain::{ApiKeyId, OrganizationId, Timestamp};
/// `Window::count` as one statement, so that servers wait for one another no longer than it takes. What is said of a
/// row that is there is worked out once the row is held; by then the clock read first may be behind the row's.
const COUNT: &str = "
    INSERT INTO api_key_requests AS counted (organization_id, api_key_id, moments, requests, asked_at, exceeded)
    SELECT $1, $2, ARRAY[now], ARRAY[1::BIGINT], now, FALSE
    FROM (SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS now) clock
    ON CONFLICT (organization_id, api_key_id) DO UPDATE SET (moments, requests, asked_at, exceeded) = (
        WITH kept AS MATERIALIZED (
            SELECT at, number FROM unnest(counted.moments, counted.requests) AS slot (at, number)
            WHERE abs(excluded.asked_at - at) < $4
        ), asked AS MATERIALIZED (
            SELECT greatest(excluded.asked_at, max(at)) AS now, coalesce(sum(number), 0) >= $3 AS exceeded FROM kept
        ), slots AS (
            SELECT at, number FROM kept
            UNION ALL
            SELECT now, 1 FROM asked WHERE NOT exceeded
        ), merged AS (
            SELECT max(at) AS at, sum(number)::BIGINT AS number FROM slots GROUP BY at / $5
        )
        SELECT array_agg(merged.at ORDER BY merged.at), array_agg(merged.number ORDER BY merged.at),
            min(asked.now), bool_and(asked.exceeded)
        FROM asked CROSS JOIN merged
    )
    RETURNING moments, requests, asked_at, exceeded";

impl Store {
    /// Counts a request of a key that may make `limit` of them, 1 at least, within any 60 seconds. `now` counts on
    /// SQLite alone: servers that share a PostgreSQL go by its clock.
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
                let (moments, requests, asked_at, exceeded): (Vec<i64>, Vec<i64>, i64, bool) =
                    sqlx::query_as(COUNT)
                        .bind(organization.0)
                        .bind(api_key.as_str())
                        .bind(i64::from(limit))
                        .bind(WINDOW)
                        .bind(SECOND)
                        .fetch_one(pool)
                        .await?;
                let slots = moments.into_iter().zip(requests);
                let window = Window::of(slots.map(|(at, requests)| Slot { at, requests }));
                Ok(window.quota(limit, asked_at, exceeded))
            }
        }
    }
}
