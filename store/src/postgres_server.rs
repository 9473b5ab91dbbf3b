//! The way to a PostgreSQL server: whether it lets us in, and how many connections it has for us.

use crate::StoreError;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, Row, postgres::PgConnectOptions};
use std::{str::FromStr, time::Duration};

/// Connections that a server has to PostgreSQL where there is place: one waits for news, a few of them are for long reads.
pub(crate) const MOST: u32 = 19;
/// Without fewer it cannot work.
pub(crate) const FEWEST: u32 = 4;
/// How long a PostgreSQL server may take to let us in at the start.
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether the URL names a PostgreSQL database.
pub(crate) fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres:") || url.starts_with("postgresql:")
}

pub(crate) fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    let unreadable = |cause: String| StoreError::UnreadableUrl(cause);
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // A password with such a letter ends where that begins; what is left would name another host.
    if behind.contains('#') || (behind.contains('@') && !authority.contains('@')) {
        return Err(unreadable(
            "its password has a letter that stands for something else in a URL".to_owned(),
        ));
    }
    let options = PgConnectOptions::from_str(url).map_err(|error| unreadable(error.to_string()))?;
    // PgBouncer refuses settings at the start of a connection that it does not know.
    Ok(options.application_name("agent-ledger").extra_float_digits(None))
}

pub(crate) fn host_of(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => folder.display().to_string(),
        None => options.get_host().to_owned(),
    }
}

/// Of so many connections, those for long reads.
pub(crate) fn long_reads_of(places: u32) -> u32 {
    if places < 10 { 1 } else { 2 }
}

/// Of so many connections, those for calls; one is for rewriting.
pub(crate) fn calls_of(places: u32) -> u32 {
    places - 1 - long_reads_of(places)
}

/// Whether a PostgreSQL server lets us in, and how many connections this process may have; 0 on SQLite. A pool would try
/// for a long time in silence.
///
/// # Errors
/// `Unreachable`, or `PooledByTransaction` where each statement may be answered by another connection.
pub(crate) async fn places(url: &str) -> Result<u32, StoreError> {
    if !is_postgres(url) {
        return Ok(0);
    }
    let options = options(url)?;
    let unreachable = |cause: String| StoreError::Unreachable {
        place: format!("{}, port {}", host_of(&options), options.get_port()),
        cause,
    };
    let connect = async || match tokio::time::timeout(PATIENCE, options.connect()).await {
        Ok(connected) => connected.map_err(|error| unreachable(error.to_string())),
        Err(_) => Err(unreachable(format!(
            "no answer within {} seconds",
            PATIENCE.as_secs()
        ))),
    };
    let mut first = connect().await?;
    // Where there is a place for one connection alone, nothing can be compared.
    if let Ok(mut second) = connect().await {
        let same = backend_of(&mut first).await? == backend_of(&mut second).await?;
        second.close().await?;
        if same {
            return Err(StoreError::PooledByTransaction);
        }
    }
    let left = left(&mut first).await?;
    first.close().await?;
    let places = left.clamp(FEWEST, MOST);
    if left < MOST {
        tracing::warn!(
            left,
            "PostgreSQL has few connections left for this role or altogether; this process makes do with {places}"
        );
    }
    Ok(places)
}

/// How many connections PostgreSQL still has for us, this one included: of the role's, of the database's, and of all. The
/// limits of superusers are others', as are those of a pool in between.
async fn left(connection: &mut PgConnection) -> Result<u32, StoreError> {
    let statement = "SELECT CAST(LEAST(
             COALESCE((SELECT NULLIF(rolconnlimit, -1) FROM pg_roles WHERE rolname = current_user AND NOT rolsuper)
                 - (SELECT COUNT(*) FROM pg_stat_activity WHERE usename = current_user), 1000),
             COALESCE((SELECT NULLIF(datconnlimit, -1) FROM pg_database WHERE datname = current_database())
                 - (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()), 1000),
             CAST(current_setting('max_connections') AS BIGINT)
                 - CAST(current_setting('superuser_reserved_connections') AS BIGINT)
                 - (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
         ) + 1 AS BIGINT)";
    let row = connection.fetch_one(sqlx::raw_sql(statement)).await?;
    Ok(u32::try_from(row.try_get::<i64, _>(0)?).unwrap_or_default())
}

/// The process of the server that answers just now.
async fn backend_of(connection: &mut PgConnection) -> Result<i32, StoreError> {
    // Not prepared, since that is what does not work then.
    let row = connection
        .fetch_one(sqlx::raw_sql("SELECT pg_backend_pid()"))
        .await?;
    Ok(row.try_get(0)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_as_a_url_is_told_without_its_password() {
        for url in [
            "postgres://u:s3#cret@db.example/x",
            "postgres://u:5432?s3cret@db.example/x",
            "postgres://u:5432/s3cret@db.example/x",
            "postgres://u:s3cret@db.example:port/x",
        ] {
            let refusal = options(url).unwrap_err().to_string();
            assert!(
                refusal.contains("write %23 for #") && !refusal.contains("cret"),
                "{refusal}"
            );
        }
        for url in [
            "postgres://u:s3%23cret@db.example/x?sslmode=require",
            "postgres:///x?host=/run&user=u",
        ] {
            assert!(options(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn few_connections_are_shared_out() {
        for places in FEWEST..=MOST {
            assert!(calls_of(places) >= 2, "{places}");
            assert_eq!(calls_of(places) + long_reads_of(places) + 1, places);
        }
        assert_eq!(calls_of(MOST), 16);
    }
}
