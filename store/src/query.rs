//! How a statement is run: its text and its values, written once for both databases. A statement is prepared once on each
//! connection and kept.

use crate::{StoreError, backend::Backend, transaction::WriteTransaction};
use serde::Serialize;
use sqlx::{
    Arguments, AssertSqlSafe, Database, Encode, FromRow, Postgres, Sqlite, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgHasArrayType, PgRow, PgTypeInfo},
    sqlite::{SqliteRow, SqliteTypeInfo},
};
use std::borrow::Cow;

/// What a statement binds as `$1`, `$2`, …: a tuple of what both databases take.
pub(crate) trait Values<'q>: Bound<'q, Sqlite> + Bound<'q, Postgres> {}

impl<'q, T: Bound<'q, Sqlite> + Bound<'q, Postgres>> Values<'q> for T {}

/// What one database binds.
pub(crate) trait Bound<'q, DB: Database>: Send {
    /// The values as the database takes them.
    fn arguments(self) -> Result<DB::Arguments, sqlx::Error>;
}

impl<DB: Database> Bound<'_, DB> for () {
    fn arguments(self) -> Result<DB::Arguments, sqlx::Error> {
        Ok(DB::Arguments::default())
    }
}

/// Implements `Bound` for a tuple, and for each that ends as it does.
macro_rules! tuples {
    () => {};
    ($first:ident $one:ident $(, $type:ident $value:ident)*) => {
        impl<'q, DB: Database, $first, $($type),*> Bound<'q, DB> for ($first, $($type,)*)
        where
            $first: Encode<'q, DB> + Type<DB> + Send,
            $($type: Encode<'q, DB> + Type<DB> + Send,)*
        {
            fn arguments(self) -> Result<DB::Arguments, sqlx::Error> {
                let ($one, $($value,)*) = self;
                let mut arguments = DB::Arguments::default();
                arguments.add($one).map_err(sqlx::Error::Encode)?;
                $(arguments.add($value).map_err(sqlx::Error::Encode)?;)*
                Ok(arguments)
            }
        }
        tuples!($($type $value),*);
    };
}

tuples!(A a, B b, C c, D d, E e, F f, G g, H h, I i, J j, K k, L l, M m, N n, O o, P p, Q q, R r);

/// A number or a text, where a list of columns says which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Integer(Option<i64>),
    Text(Option<&'a str>),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Integer(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(text))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text)
    }
}

impl<'q, DB: Database> Bound<'q, DB> for Vec<Value<'q>>
where
    Option<i64>: Encode<'q, DB> + Type<DB>,
    Option<&'q str>: Encode<'q, DB> + Type<DB>,
{
    fn arguments(self) -> Result<DB::Arguments, sqlx::Error> {
        let mut arguments = DB::Arguments::default();
        for value in self {
            match value {
                Value::Integer(number) => arguments.add(number),
                Value::Text(text) => arguments.add(text),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        Ok(arguments)
    }
}

/// A list that is bound as one value: for SQLite the text of a JSON array, for `json_each`, for PostgreSQL an array.
pub(crate) struct List<'a, T>(pub &'a [T]);

impl<T> Type<Sqlite> for List<'_, T> {
    fn type_info() -> SqliteTypeInfo {
        <String as Type<Sqlite>>::type_info()
    }
}

impl<T: Serialize> Encode<'_, Sqlite> for List<'_, T> {
    fn encode_by_ref(
        &self,
        buffer: &mut <Sqlite as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Sqlite>::encode(serde_json::to_string(self.0)?, buffer)
    }
}

impl<T: PgHasArrayType> Type<Postgres> for List<'_, T> {
    fn type_info() -> PgTypeInfo {
        <[T] as Type<Postgres>>::type_info()
    }
}

impl<'q, T> Encode<'q, Postgres> for List<'_, T>
where
    for<'a> &'a [T]: Encode<'q, Postgres>,
{
    fn encode_by_ref(
        &self,
        buffer: &mut <Postgres as Database>::ArgumentBuffer,
    ) -> Result<IsNull, BoxDynError> {
        Encode::<Postgres>::encode(self.0, buffer)
    }
}

/// What is read from a row of either database.
pub(crate) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{
}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Gives a type that is one of two connections the ways to run a statement. The text of each is this crate's own.
macro_rules! runs_statements {
    ($type:ty, $self:ident, ($($receiver:tt)+), $inner:ident => $executor:expr) => {
        impl $type {
            /// Runs a statement of which no rows are wanted; answers how many it changed.
            pub(crate) async fn execute<'q>(
                $($receiver)+,
                sql: impl Into<Cow<'static, str>> + Send,
                values: impl Values<'q>,
            ) -> Result<u64, StoreError> {
                let sql = AssertSqlSafe(sql.into());
                Ok(match $self {
                    Self::Sqlite($inner) => sqlx::query_with::<Sqlite, _>(sql, Bound::<Sqlite>::arguments(values)?)
                        .execute($executor)
                        .await?
                        .rows_affected(),
                    Self::Postgres($inner) => sqlx::query_with::<Postgres, _>(sql, Bound::<Postgres>::arguments(values)?)
                        .execute($executor)
                        .await?
                        .rows_affected(),
                })
            }

            /// Every row.
            pub(crate) async fn fetch<'q, T: Record>(
                $($receiver)+,
                sql: impl Into<Cow<'static, str>> + Send,
                values: impl Values<'q>,
            ) -> Result<Vec<T>, StoreError> {
                let sql = AssertSqlSafe(sql.into());
                Ok(match $self {
                    Self::Sqlite($inner) => {
                        let query = sqlx::query_as_with::<Sqlite, T, _>(sql, Bound::<Sqlite>::arguments(values)?);
                        query.fetch_all($executor).await?
                    }
                    Self::Postgres($inner) => {
                        let query = sqlx::query_as_with::<Postgres, T, _>(sql, Bound::<Postgres>::arguments(values)?);
                        query.fetch_all($executor).await?
                    }
                })
            }

            /// The first row, if there is one.
            pub(crate) async fn fetch_optional<'q, T: Record>(
                $($receiver)+,
                sql: impl Into<Cow<'static, str>> + Send,
                values: impl Values<'q>,
            ) -> Result<Option<T>, StoreError> {
                let sql = AssertSqlSafe(sql.into());
                Ok(match $self {
                    Self::Sqlite($inner) => {
                        let query = sqlx::query_as_with::<Sqlite, T, _>(sql, Bound::<Sqlite>::arguments(values)?);
                        query.fetch_optional($executor).await?
                    }
                    Self::Postgres($inner) => {
                        let query = sqlx::query_as_with::<Postgres, T, _>(sql, Bound::<Postgres>::arguments(values)?);
                        query.fetch_optional($executor).await?
                    }
                })
            }

            /// The first row of a statement that always has one.
            pub(crate) async fn fetch_one<'q, T: Record>(
                $($receiver)+,
                sql: impl Into<Cow<'static, str>> + Send,
                values: impl Values<'q>,
            ) -> Result<T, StoreError> {
                let found = $self.fetch_optional(sql, values).await?;
                Ok(found.ok_or(sqlx::Error::RowNotFound)?)
            }
        }
    };
}

runs_statements!(Backend, self, (&self), pool => pool);
runs_statements!(WriteTransaction, self, (&mut self), transaction => &mut **transaction);
