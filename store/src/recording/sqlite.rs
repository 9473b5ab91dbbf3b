//! What SQLite's way of writing many rows at once asks for: multi-row statements of a few fixed sizes, so that each is
//! prepared once and kept.

use super::{
    change::{self, Arrivals, Insert},
    stored::{self, Stored},
};
use crate::{
    StoreError,
    counts::Cell,
    facets::value::Facet,
    query::{Bound, Value},
    row::decode_error,
};
use domain::OrganizationId;
use sqlx::{AssertSqlSafe, Sqlite, Transaction};
use std::{
    collections::{BTreeMap, BTreeSet},
    iter,
};

/// Rows in one statement, largest first; the last is 1. SQLite binds 32,766 values at most.
const SIZES: [usize; 3] = [200, 20, 1];

/// What is stored under these identifiers.
pub(super) async fn load(
    tx: &mut Transaction<'static, Sqlite>,
    organization: OrganizationId,
    ids: &[&str],
) -> Result<Vec<Stored>, StoreError> {
    let wanted = serde_json::to_string(ids).map_err(decode_error)?;
    let columns = stored::columns();
    let sql = format!(
        "SELECT {columns}
         FROM json_each($2) AS wanted
         CROSS JOIN executions e ON e.organization_id = $1 AND e.execution_id = wanted.value
         JOIN payloads p ON p.execution_key = e.execution_key
         JOIN agents a ON a.organization_id = e.organization_id AND a.agent_key = e.agent_key"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(organization.0)
        .bind(wanted)
        .fetch_all(&mut **tx)
        .await?;
    let stored: Result<_, sqlx::Error> = rows.iter().map(stored::read).collect();
    Ok(stored?)
}

/// Sealed payloads of executions, by their keys.
pub(super) async fn sealed(
    tx: &mut Transaction<'static, Sqlite>,
    wanted: &[(OrganizationId, i64)],
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let keys: Vec<_> = wanted.iter().map(|(_, key)| key).collect();
    Ok(sqlx::query_as(
        "SELECT p.execution_key, p.payload
         FROM json_each($1) AS wanted CROSS JOIN payloads p ON p.execution_key = wanted.value",
    )
    .bind(serde_json::to_string(&keys).map_err(decode_error)?)
    .fetch_all(&mut **tx)
    .await?)
}

/// The last of the numbers that have been given to executions and to changes. The log keeps the newest entry of every
/// agent, so no number is given twice, whatever is deleted.
pub(super) async fn last_position(tx: &mut Transaction<'static, Sqlite>) -> Result<i64, StoreError> {
    let (last,): (i64,) = sqlx::query_as(
        "SELECT MAX(COALESCE((SELECT MAX(execution_key) FROM executions), 0),
             COALESCE((SELECT MAX(position) FROM execution_log), 0))",
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(last)
}

/// Inserts rows and their payloads.
pub(super) async fn insert(
    tx: &mut Transaction<'static, Sqlite>,
    inserts: &[Insert<'_>],
) -> Result<Vec<Arrivals>, StoreError> {
    if inserts.is_empty() {
        return Ok(Vec::new());
    }
    let last = last_position(tx).await?;
    let keyed: Vec<_> = (last + 1..).zip(inserts).collect();
    let columns = change::columns();
    let head = format!(
        "INSERT INTO executions (execution_key, {}) VALUES ",
        columns.join(", ")
    );
    for rows in chunks(&keyed) {
        let bound: Vec<_> = rows
            .iter()
            .flat_map(|(key, insert)| iter::once(Value::from(*key)).chain(insert.values()))
            .collect();
        let sql = values(&head, rows.len(), columns.len() + 1, "");
        sqlx::query_with(AssertSqlSafe(sql), Bound::<Sqlite>::arguments(bound)?)
            .execute(&mut **tx)
            .await?;
    }
    for rows in chunks(&keyed) {
        let sql = values(
            "INSERT INTO payloads (execution_key, payload) VALUES ",
            rows.len(),
            2,
            "",
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (key, insert) in rows {
            query = query.bind(key).bind(&*insert.sealed);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(arrivals(&keyed))
}

/// The first and last key of each agent's rows, in the order of the last ones, as the log wants them.
fn arrivals(keyed: &[(i64, &Insert<'_>)]) -> Vec<Arrivals> {
    let mut agents: BTreeMap<(OrganizationId, i64), (i64, i64)> = BTreeMap::new();
    for (key, insert) in keyed {
        let keys = agents
            .entry((insert.organization, insert.agent_key))
            .or_insert((*key, *key));
        keys.1 = *key;
    }
    let mut arrivals: Vec<_> = agents
        .into_iter()
        .map(|((organization, agent_key), (first, last))| Arrivals {
            organization,
            agent_key,
            first,
            last,
        })
        .collect();
    arrivals.sort_unstable_by_key(|arrived| arrived.last);
    arrivals
}

/// Adds to the counts.
pub(super) async fn add_counts(
    tx: &mut Transaction<'static, Sqlite>,
    changes: &[(&Cell, i64)],
) -> Result<(), StoreError> {
    for rows in chunks(changes) {
        let sql = values(
            "INSERT INTO execution_counts (organization_id, agent_key, width, bucket, status, source, executions)
             VALUES ",
            rows.len(),
            7,
            " ON CONFLICT DO UPDATE SET executions = executions + excluded.executions",
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for (cell, by) in rows {
            query = query
                .bind(cell.organization.0)
                .bind(cell.agent_key)
                .bind(cell.width)
                .bind(cell.bucket)
                .bind(cell.status)
                .bind(cell.source)
                .bind(by);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Adds values that may be there already.
pub(super) async fn add_facets(
    tx: &mut Transaction<'static, Sqlite>,
    facets: &BTreeSet<Facet>,
) -> Result<(), StoreError> {
    for rows in chunks(&facets.iter().collect::<Vec<_>>()) {
        let sql = values(
            "INSERT OR IGNORE INTO facets (organization_id, agent_key, kind, value) VALUES ",
            rows.len(),
            4,
            "",
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for facet in rows {
            query = query
                .bind(facet.organization.0)
                .bind(facet.agent_key)
                .bind(facet.field.kept_as())
                .bind(&facet.value);
        }
        query.execute(&mut **tx).await?;
    }
    Ok(())
}

/// Cuts rows into pieces of the fixed sizes.
fn chunks<T>(mut rows: &[T]) -> Vec<&[T]> {
    let mut chunks = Vec::new();
    for size in SIZES {
        while rows.len() >= size {
            let (chunk, rest) = rows.split_at(size);
            chunks.push(chunk);
            rows = rest;
        }
    }
    chunks
}

/// A statement with places for so many rows of so many columns.
fn values(head: &str, rows: usize, columns: usize, tail: &str) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    format!("{head}{}{tail}", vec![row; rows].join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_keep_every_row_in_order() {
        for length in [0, 1, 19, 20, 21, 199, 200, 1_234] {
            let rows: Vec<_> = (0..length).collect();
            assert_eq!(chunks(&rows).concat(), rows);
            assert!(chunks(&rows).iter().all(|chunk| SIZES.contains(&chunk.len())));
        }
    }
}
