//! What SQLite says when its file is damaged, or is no database at all.

use sqlx::sqlite::SqliteError;
use std::sync::atomic::{AtomicU64, Ordering};

/// SQLite's primary result codes `SQLITE_CORRUPT` and `SQLITE_NOTADB`.
const CODES: [i32; 2] = [11, 26];

/// How often anybody in this process has met damage.
static MET: AtomicU64 = AtomicU64::new(0);

/// Whether the error says that the file is damaged. If so it is remembered that somebody met damage.
pub(crate) fn is_met(error: &sqlx::Error) -> bool {
    let code = error
        .as_database_error()
        .filter(|error| error.try_downcast_ref::<SqliteError>().is_some())
        .and_then(|error| error.code()?.parse::<i32>().ok());
    // The lowest byte of an extended code is the primary one.
    let is_damage = code.is_some_and(|code| CODES.contains(&(code & 0xff)));
    if is_damage {
        MET.fetch_add(1, Ordering::Relaxed);
    }
    is_damage
}

/// How often anybody in this process has met damage, in whichever database.
pub(crate) fn times_met() -> u64 {
    MET.load(Ordering::Relaxed)
}
