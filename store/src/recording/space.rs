//! Free space of a SQLite file, given back to the file system. PostgreSQL's autovacuum sees to its own.

use crate::{StoreError, backend::Backend};
use sqlx::{AssertSqlSafe, SqliteConnection};

/// Pages that are given back at once, so that recording never waits long for it: 256 KiB.
const PAGES: u32 = 64;
/// What `PRAGMA auto_vacuum` says of a file that can give pages back.
const INCREMENTAL: i64 = 2;

/// Gives some pages back; answers how many are still free. 0 where the file was made before it could.
pub(super) async fn give_back(backend: &Backend) -> Result<u64, StoreError> {
    let Backend::Sqlite(pool) = backend else {
        return Ok(0);
    };
    let mut connection = pool.acquire().await?;
    let (mode,): (i64,) = sqlx::query_as("PRAGMA auto_vacuum")
        .fetch_one(&mut *connection)
        .await?;
    if mode != INCREMENTAL {
        return Ok(0);
    }
    let before = free_pages(&mut connection).await?;
    sqlx::query(AssertSqlSafe(format!("PRAGMA incremental_vacuum({PAGES})")))
        .execute(&mut *connection)
        .await?;
    let after = free_pages(&mut connection).await?;
    // Whatever keeps it from getting anywhere, trying on would not help.
    Ok(if after < before { after } else { 0 })
}

async fn free_pages(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let (free,): (i64,) = sqlx::query_as("PRAGMA freelist_count")
        .fetch_one(connection)
        .await?;
    Ok(free.unsigned_abs())
}
