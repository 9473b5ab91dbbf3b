//! The log of what happens to executions, written in the transaction that makes it happen. It is what `events` reads.

use super::{
    change::{Arrivals, Update},
    sqlite,
};
use crate::{StoreError, events::signals::CHANNEL, row::decode_error, transaction::WriteTransaction};
use domain::{ExecutionSummary, OrganizationId};
use sqlx::{AssertSqlSafe, Postgres, Sqlite, Transaction};

/// Stands in the log for an execution's key where many executions were removed at once. No execution has it.
pub(crate) const MANY: i64 = 0;

/// An entry that is to be appended.
pub(super) struct Entry {
    organization: OrganizationId,
    agent_key: i64,
    what: What,
}

enum What {
    /// Executions of these keys were recorded.
    Recorded { first: i64, last: i64 },
    /// An execution was changed; its row before, as JSON. The position is drawn when the entry is written.
    Changed { execution_key: i64, before: String },
}

/// An execution was changed or removed; `before` is its row before that.
pub(super) fn changed(
    organization: OrganizationId,
    agent_key: i64,
    execution_key: i64,
    before: &ExecutionSummary,
) -> Result<Entry, StoreError> {
    Ok(Entry {
        organization,
        agent_key,
        what: What::Changed {
            execution_key,
            before: serde_json::to_string(before).map_err(decode_error)?,
        },
    })
}

impl WriteTransaction {
    /// Logs one entry for each agent's recorded executions, then one for each update.
    pub(super) async fn log(&mut self, arrivals: &[Arrivals], updates: &[Update]) -> Result<(), StoreError> {
        let mut entries = Vec::with_capacity(arrivals.len() + updates.len());
        for arrived in arrivals {
            entries.push(Entry {
                organization: arrived.organization,
                agent_key: arrived.agent_key,
                what: What::Recorded {
                    first: arrived.first,
                    last: arrived.last,
                },
            });
        }
        for update in updates {
            entries.push(changed(
                update.organization,
                update.agent_key,
                update.execution_key,
                &update.before,
            )?);
        }
        self.append(&entries).await
    }

    /// Appends entries. On PostgreSQL the agents' rows are held.
    pub(super) async fn append(&mut self, entries: &[Entry]) -> Result<(), StoreError> {
        let now = chrono::Utc::now().timestamp_micros();
        match self {
            Self::Sqlite(tx) => append_to_sqlite(tx, entries, now).await,
            Self::Postgres(tx) => append_to_postgres(tx, entries, now).await,
        }
    }
}

async fn append_to_sqlite(
    tx: &mut Transaction<'static, Sqlite>,
    entries: &[Entry],
    now: i64,
) -> Result<(), StoreError> {
    let mut last = sqlite::last_position(tx).await?;
    for entry in entries {
        let (first, position) = match entry.what {
            What::Recorded { first, last } => (first, last),
            What::Changed { .. } => {
                last += 1;
                (last, last)
            }
        };
        let (execution_key, before) = entry.change().unzip();
        sqlx::query(
            "INSERT INTO execution_log (organization_id, agent_key, position, previous, first_key, execution_key,
                 before_row, logged_at)
             VALUES ($1, $2, $3, COALESCE(
                 (SELECT MAX(position) FROM execution_log WHERE organization_id = $1 AND agent_key = $2), 0
             ), $4, $5, $6, $7)",
        )
        .bind(entry.organization.0)
        .bind(entry.agent_key)
        .bind(position)
        .bind(first)
        .bind(execution_key)
        .bind(before)
        .bind(now)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Appends, and wakes whoever listens on any server, in one round trip. PostgreSQL sends what it is told at commit.
async fn append_to_postgres(
    tx: &mut Transaction<'static, Postgres>,
    entries: &[Entry],
    now: i64,
) -> Result<(), StoreError> {
    fn column<'a, T>(entries: &'a [Entry], value: impl Fn(&'a Entry) -> T) -> Vec<T> {
        entries.iter().map(value).collect()
    }
    let sql = format!(
        "WITH given AS (
             SELECT organization_id, agent_key, COALESCE(last_key, nextval('execution_keys')) AS position, first_key,
                 execution_key, before_row
             FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[])
                 AS given (organization_id, agent_key, first_key, last_key, execution_key, before_row)
         ), appended AS (
             INSERT INTO execution_log (organization_id, agent_key, position, previous, first_key, execution_key,
                 before_row, logged_at)
             SELECT organization_id, agent_key, position, COALESCE(
                     LAG(position) OVER (PARTITION BY organization_id, agent_key ORDER BY position),
                     (SELECT MAX(l.position) FROM execution_log l
                         WHERE l.organization_id = given.organization_id AND l.agent_key = given.agent_key),
                     0
                 ), COALESCE(first_key, position), execution_key, before_row, $7
             FROM given
             RETURNING organization_id, agent_key
         )
         SELECT pg_notify('{CHANNEL}', organization_id || '/' || agent_key)
         FROM (SELECT DISTINCT organization_id, agent_key FROM appended) AS agents"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(column(entries, |entry| entry.organization.0))
        .bind(column(entries, |entry| entry.agent_key))
        .bind(column(entries, |entry| entry.keys().map(|(first, _)| first)))
        .bind(column(entries, |entry| entry.keys().map(|(_, last)| last)))
        .bind(column(entries, |entry| entry.change().map(|(key, _)| key)))
        .bind(column(entries, |entry| entry.change().map(|(_, before)| before)))
        .bind(now)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

impl Entry {
    /// Many executions of the agent were removed at once.
    pub(super) fn many(organization: OrganizationId, agent_key: i64) -> Self {
        Self {
            organization,
            agent_key,
            what: What::Changed {
                execution_key: MANY,
                before: String::new(),
            },
        }
    }

    /// First and last key of what was recorded.
    fn keys(&self) -> Option<(i64, i64)> {
        match self.what {
            What::Recorded { first, last } => Some((first, last)),
            What::Changed { .. } => None,
        }
    }

    /// Key of what was changed, and its row before.
    fn change(&self) -> Option<(i64, &str)> {
        match &self.what {
            What::Recorded { .. } => None,
            What::Changed {
                execution_key,
                before,
            } => Some((*execution_key, before)),
        }
    }
}
