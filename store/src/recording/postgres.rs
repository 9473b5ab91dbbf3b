//! What PostgreSQL's way of writing many rows at once asks for: one statement for all of them, a column an array.

use super::{
    change::{Arrivals, Insert},
    stored::{self, Stored},
};
use crate::{StoreError, counts::Cell, facets::value::Facet, row};
use domain::{Choice, NanoDollars, OrganizationId};
use sqlx::{AssertSqlSafe, Postgres, Transaction};
use std::collections::BTreeSet;

/// What is stored under these identifiers. The rows stay locked, so that of two servers that finish the same
/// execution the second sees what the first made of it. One look-up for each identifier, whatever the planner thinks
/// of a table that it has no statistics of.
pub(super) async fn load(
    tx: &mut Transaction<'static, Postgres>,
    organization: OrganizationId,
    ids: &[&str],
) -> Result<Vec<Stored>, StoreError> {
    let columns = stored::columns();
    let sql = format!(
        "SELECT {columns}
         FROM UNNEST($2::text[]) AS wanted (execution_id)
         CROSS JOIN LATERAL (
             SELECT * FROM executions e
             WHERE e.organization_id = $1 AND e.execution_id = wanted.execution_id LIMIT 1 FOR UPDATE
         ) AS e
         JOIN payloads p ON p.organization_id = e.organization_id AND p.execution_key = e.execution_key
         JOIN agents a ON a.organization_id = e.organization_id AND a.agent_key = e.agent_key"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(organization.0)
        .bind(ids)
        .fetch_all(&mut **tx)
        .await?;
    let stored: Result<_, sqlx::Error> = rows.iter().map(stored::read).collect();
    Ok(stored?)
}

/// Sealed payloads of executions, by their keys.
pub(super) async fn sealed(
    tx: &mut Transaction<'static, Postgres>,
    wanted: &[(OrganizationId, i64)],
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let (organizations, keys): (Vec<_>, Vec<_>) = wanted
        .iter()
        .map(|(organization, key)| (organization.0, *key))
        .unzip();
    Ok(sqlx::query_as(
        "SELECT p.execution_key, p.payload
         FROM UNNEST($1::bigint[], $2::bigint[]) AS wanted (organization_id, execution_key)
         JOIN payloads p ON p.organization_id = wanted.organization_id AND p.execution_key = wanted.execution_key",
    )
    .bind(organizations)
    .bind(keys)
    .fetch_all(&mut **tx)
    .await?)
}

/// Inserts rows and their payloads, in one round trip.
pub(super) async fn insert(
    tx: &mut Transaction<'static, Postgres>,
    inserts: &[Insert<'_>],
) -> Result<Vec<Arrivals>, StoreError> {
    fn column<'a, T>(inserts: &'a [Insert<'_>], value: impl Fn(&'a Insert<'_>) -> T) -> Vec<T> {
        inserts.iter().map(value).collect()
    }
    if inserts.is_empty() {
        return Ok(Vec::new());
    }
    let arrivals: Vec<(i64, i64, i64, i64)> = sqlx::query_as(
        "WITH given AS (
             SELECT nextval('execution_keys') AS execution_key, given.* FROM UNNEST(
                 $1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                 $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[],
                 $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::bigint[],
                 $21::bytea[], $22::bigint[]
             ) AS given (organization_id, agent_key, execution_id, status, source, executed_at, latency_ms,
                 uncached_input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
                 tokens_used, cost_nanos, model, version, error_code, executed_by, api_key_id, amended, payload,
                 heard_at)
         ), kept AS (
             INSERT INTO payloads (organization_id, execution_key, payload)
             SELECT organization_id, execution_key, payload FROM given
         ), recorded AS (
         INSERT INTO executions (execution_key, organization_id, agent_key, execution_id, status, source, executed_at,
             latency_ms, uncached_input_tokens, cache_read_tokens, cache_write_tokens, output_tokens,
             reasoning_tokens, tokens_used, cost_nanos, model, version, error_code, executed_by, api_key_id, amended,
             heard_at)
         SELECT execution_key, organization_id, agent_key, execution_id, status, source, executed_at,
             latency_ms, uncached_input_tokens, cache_read_tokens, cache_write_tokens, output_tokens,
             reasoning_tokens, tokens_used, cost_nanos, model, version, error_code, executed_by, api_key_id, amended,
             heard_at
         FROM given RETURNING organization_id, agent_key, execution_key
         )
         SELECT organization_id, agent_key, MIN(execution_key), MAX(execution_key) FROM recorded
         GROUP BY organization_id, agent_key",
    )
    .bind(column(inserts, |insert| insert.organization.0))
    .bind(column(inserts, |insert| insert.agent_key))
    .bind(column(inserts, |insert| insert.summary.execution_id.as_str()))
    .bind(column(inserts, |insert| i64::from(insert.summary.status.code())))
    .bind(column(inserts, |insert| i64::from(insert.summary.source.code())))
    .bind(column(inserts, |insert| insert.summary.executed_at.timestamp_micros()))
    .bind(column(inserts, |insert| insert.summary.latency_ms))
    .bind(column(inserts, |insert| row::uncached_input(&insert.summary.tokens)))
    .bind(column(inserts, |insert| insert.summary.tokens.cache_read_tokens))
    .bind(column(inserts, |insert| insert.summary.tokens.cache_write_tokens))
    .bind(column(inserts, |insert| insert.summary.tokens.output_tokens))
    .bind(column(inserts, |insert| insert.summary.tokens.reasoning_tokens))
    .bind(column(inserts, |insert| insert.summary.tokens.tokens_used))
    .bind(column(inserts, |insert| insert.summary.cost.map(NanoDollars::nanos)))
    .bind(column(inserts, |insert| insert.summary.model.as_deref()))
    .bind(column(inserts, |insert| insert.summary.version.as_deref()))
    .bind(column(inserts, |insert| insert.summary.error_code.as_deref()))
    .bind(column(inserts, |insert| insert.summary.executed_by.as_deref()))
    .bind(column(inserts, |insert| insert.summary.api_key_id.as_ref().map(|id| id.as_str())))
    .bind(column(inserts, |insert| i64::from(insert.amended)))
    .bind(column(inserts, |insert| &*insert.sealed))
    .bind(column(inserts, |insert| insert.heard_at.map(|at| at.timestamp_micros())))
    .fetch_all(&mut **tx)
    .await?;
    Ok(arrivals
        .into_iter()
        .map(|(organization, agent_key, first, last)| Arrivals {
            organization: OrganizationId(organization),
            agent_key,
            first,
            last,
        })
        .collect())
}

/// Adds to the counts, in the order of the cells.
pub(super) async fn add_counts(
    tx: &mut Transaction<'static, Postgres>,
    changes: &[(&Cell, i64)],
) -> Result<(), StoreError> {
    fn column(changes: &[(&Cell, i64)], value: impl Fn(&Cell) -> i64) -> Vec<i64> {
        changes.iter().map(|(cell, _)| value(cell)).collect()
    }
    sqlx::query(
        "INSERT INTO execution_counts (organization_id, agent_key, width, bucket, status, source, executions)
         SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
             $7::bigint[])
         ON CONFLICT (organization_id, agent_key, width, bucket, status, source)
         DO UPDATE SET executions = execution_counts.executions + excluded.executions",
    )
    .bind(column(changes, |cell| cell.organization.0))
    .bind(column(changes, |cell| cell.agent_key))
    .bind(column(changes, |cell| cell.width))
    .bind(column(changes, |cell| cell.bucket))
    .bind(column(changes, |cell| cell.status))
    .bind(column(changes, |cell| cell.source))
    .bind(changes.iter().map(|(_, by)| *by).collect::<Vec<_>>())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Adds values that may be there already.
pub(super) async fn add_facets(
    tx: &mut Transaction<'static, Postgres>,
    facets: &BTreeSet<Facet>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO facets (organization_id, agent_key, kind, value)
         SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) ON CONFLICT DO NOTHING",
    )
    .bind(
        facets
            .iter()
            .map(|facet| facet.organization.0)
            .collect::<Vec<_>>(),
    )
    .bind(facets.iter().map(|facet| facet.agent_key).collect::<Vec<_>>())
    .bind(facets.iter().map(|facet| facet.kind as i64).collect::<Vec<_>>())
    .bind(
        facets
            .iter()
            .map(|facet| facet.value.as_str())
            .collect::<Vec<_>>(),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
