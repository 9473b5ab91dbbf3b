//! What PostgreSQL's way of writing many rows at once asks for: one statement for all of them, a column an array.

use super::{
    change::{self, Arrivals, Insert},
    stored::{self, Stored},
};
use crate::{StoreError, counts::Cell, facets::value::Facet, query::Value, row::Kind};
use domain::OrganizationId;
use sqlx::{Arguments, AssertSqlSafe, Postgres, Transaction, error::BoxDynError, postgres::PgArguments};
use std::{collections::BTreeSet, sync::LazyLock};

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

/// Inserts the rows of arrays, the first of which holds payloads and the others columns.
static INSERT: LazyLock<String> = LazyLock::new(|| {
    let names = change::columns();
    let columns = names.join(", ");
    let arrays = change::kinds().zip(2..).map(|(kind, number)| match kind {
        Kind::Text => format!("${number}::text[]"),
        Kind::Integer | Kind::Code => format!("${number}::bigint[]"),
    });
    let arrays = arrays.collect::<Vec<_>>().join(", ");
    format!(
        "WITH given AS (
             SELECT nextval('execution_keys') AS execution_key, given.*
             FROM UNNEST($1::bytea[], {arrays}) AS given (payload, {columns})
         ), kept AS (
             INSERT INTO payloads (organization_id, execution_key, payload)
             SELECT organization_id, execution_key, payload FROM given
         ), recorded AS (
             INSERT INTO executions (execution_key, {columns}) SELECT execution_key, {columns} FROM given
             RETURNING organization_id, agent_key, execution_key
         )
         SELECT organization_id, agent_key, MIN(execution_key), MAX(execution_key) FROM recorded
         GROUP BY organization_id, agent_key"
    )
});

/// Adds an array of one column's values.
fn add_array(arguments: &mut PgArguments, values: Vec<Value<'_>>) -> Result<(), BoxDynError> {
    if matches!(values.first(), Some(Value::Text(_))) {
        let texts = values.into_iter().map(|value| match value {
            Value::Text(text) => text,
            Value::Integer(_) => None,
        });
        return arguments.add(texts.collect::<Vec<_>>());
    }
    let numbers = values.into_iter().map(|value| match value {
        Value::Integer(number) => number,
        Value::Text(_) => None,
    });
    arguments.add(numbers.collect::<Vec<_>>())
}

/// Inserts rows and their payloads, in one round trip.
pub(super) async fn insert(
    tx: &mut Transaction<'static, Postgres>,
    inserts: &[Insert<'_>],
) -> Result<Vec<Arrivals>, StoreError> {
    if inserts.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Vec<_>> = inserts.iter().map(|insert| insert.values().collect()).collect();
    let mut arguments = PgArguments::default();
    let sealed: Vec<&[u8]> = inserts.iter().map(|insert| &*insert.sealed).collect();
    arguments.add(sealed).map_err(sqlx::Error::Encode)?;
    for column in 0..change::columns().len() {
        let values = rows.iter().filter_map(|row| row.get(column).copied());
        add_array(&mut arguments, values.collect()).map_err(sqlx::Error::Encode)?;
    }
    let arrivals: Vec<(i64, i64, i64, i64)> = sqlx::query_as_with(AssertSqlSafe(INSERT.as_str()), arguments)
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
    .bind(
        facets
            .iter()
            .map(|facet| facet.field.kept_as())
            .collect::<Vec<_>>(),
    )
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
