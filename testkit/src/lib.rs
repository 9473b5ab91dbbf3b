//! What tests, the bench, siege and crash, and `cargo xtask convert` share: real data of others, turned into the import format;
//! databases, servers and clients of their own. No part of the product.

mod azure;
mod client;
mod database;
mod error;
mod ledger;
mod memory;
mod oidc;
mod shared_data;
mod smtp;
mod tensorzero;
pub mod tls;

pub use azure::azure;
pub use client::{Answer, Client};
pub use database::{
    MASTER_KEY, MASTER_KEY_BASE64, POSTGRES_VARIABLE, SqliteLock, TestDatabase, change_postgres,
    change_sqlite, lock_sqlite, with_database,
};
pub use error::ConvertError;
pub use ledger::{Ledger, Server};
pub use memory::Memory;
pub use oidc::{CLIENT as OIDC_CLIENT, OidcProvider, Signing, Spoiled};
pub use shared_data::SharedData;
pub use smtp::{Conduct, Received, SmtpServer};
pub use tensorzero::tensorzero;

use serde_json::Value;

/// Executions as the REST call and `import` take them: one JSON object per line.
pub fn ndjson(executions: &[Value]) -> String {
    executions
        .iter()
        .map(|execution| format!("{execution}\n"))
        .collect()
}
