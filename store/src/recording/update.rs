//! Writing what changes of rows that are there.

use super::change::{Heard, Update};
use crate::{
    StoreError,
    query::Value,
    row::{COLUMNS, Column, Definition},
    transaction::WriteTransaction,
};
use std::sync::LazyLock;

/// The columns that may change. By the others it is known.
fn changing() -> impl Iterator<Item = &'static Definition> {
    let known_by = [Column::ExecutionId, Column::ApiKeyId].map(|column| column as usize);
    let columns = COLUMNS.iter().enumerate();
    columns.filter_map(move |(index, column)| (!known_by.contains(&index)).then_some(column))
}

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let names = changing()
        .map(|column| column.name)
        .chain(["start_is_assumed", "heard_at"]);
    let sets = names.zip(3..).map(|(name, number)| format!("{name} = ${number}"));
    format!(
        "UPDATE executions SET {}, amended = 1 WHERE organization_id = $1 AND execution_key = $2",
        sets.collect::<Vec<_>>().join(", ")
    )
});

impl WriteTransaction {
    pub(super) async fn update(&mut self, update: &Update) -> Result<(), StoreError> {
        let Update {
            organization,
            execution_key,
            after,
            sealed,
            start_is_assumed,
            heard_at,
            ..
        } = update;
        let mut values = vec![Value::from(organization.0), Value::from(*execution_key)];
        values.extend(changing().map(|column| (column.value)(after)));
        values.push(Value::from(i64::from(*start_is_assumed)));
        values.push(Value::from(heard_at.map(|at| at.timestamp_micros())));
        self.execute(UPDATE.as_str(), values).await?;
        match self {
            Self::Sqlite(tx) => {
                sqlx::query("UPDATE payloads SET payload = $1 WHERE execution_key = $2")
                    .bind(sealed)
                    .bind(execution_key)
                    .execute(&mut **tx)
                    .await?;
            }
            Self::Postgres(tx) => {
                sqlx::query(
                    "UPDATE payloads SET payload = $1 WHERE execution_key = $2 AND organization_id = $3",
                )
                .bind(sealed)
                .bind(execution_key)
                .bind(organization.0)
                .execute(&mut **tx)
                .await?;
            }
        }
        Ok(())
    }

    /// Notes when something was heard of a running execution.
    pub(super) async fn hear(&mut self, heard: &Heard) -> Result<(), StoreError> {
        self.execute(
            "UPDATE executions SET heard_at = $3
             WHERE organization_id = $1 AND execution_key = $2 AND heard_at IS NOT NULL",
            (
                heard.organization.0,
                heard.execution_key,
                heard.at.timestamp_micros(),
            ),
        )
        .await?;
        Ok(())
    }
}
