//! A look at a database from outside: what an operator should know of it, and whether a master key opens it, without
//! changing anything.

use crate::{Lock, MasterKey, StoreError, backend::Backend, installation_notes, tasks, vault};
use domain::{Task, Timestamp, time};
use std::net::IpAddr;

/// What a look at a database shows.
#[derive(Debug, Clone)]
pub struct Checkup {
    /// The newest migration that was applied; none where there are no tables yet.
    pub schema: Option<i64>,
    /// The newest migration that this program has.
    pub newest_schema: i64,
    /// How it was reached, where that is PostgreSQL.
    pub connection: Option<Connection>,
    /// What the master key is worth that was brought along.
    pub lock: Lock,
    /// What the tables say, where they are of this program's schema.
    pub organizations: Vec<OrganizationCheckup>,
    /// Who said for whom requests were forwarded and was not believed, and when last, the newest first; of tables of
    /// this program's schema.
    pub untrusted_proxies: Vec<(IpAddr, Timestamp)>,
    /// Tasks that are no organization's, and are open or have failed, the newest first; of tables of this program's
    /// schema.
    pub tasks: Vec<Task>,
    /// Where the newest backup was written that is known, and when; of tables of this program's schema.
    pub backup: Option<(String, Timestamp)>,
    /// What damage of a SQLite file was found first, if any.
    pub damage: Option<String>,
}

/// A connection to PostgreSQL.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The server's host name or address, or the folder of its socket.
    pub host: String,
    /// Whether it is encrypted.
    pub is_encrypted: bool,
    /// The database's clock.
    pub time: Timestamp,
}

/// What the tables say of one organization.
#[derive(Debug, Clone)]
pub struct OrganizationCheckup {
    /// Its name.
    pub name: String,
    /// Its retention plan; `none` where everything is kept.
    pub retention_plan: String,
    /// When a deletion of old executions last succeeded.
    pub purged_at: Option<Timestamp>,
    /// Why the last one failed, if it did.
    pub purge_failure: Option<String>,
    /// People who own it.
    pub owners: i64,
    /// Whether payloads are left that are not encrypted, or not with its active key.
    pub has_older_payloads: bool,
    /// API keys that work and never end by themselves.
    pub endless_keys: i64,
    /// API keys with the scope `admin` that work, were made before the given time, and were never used.
    pub unused_admin_keys: i64,
}

impl Checkup {
    /// Looks at a database, and tries the master key. `None` where there is no such SQLite file. API keys made after
    /// `unused_since` may yet be used.
    pub async fn look(
        url: &str,
        master: Option<&MasterKey>,
        now: Timestamp,
        unused_since: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let Some(backend) = Backend::for_looking(url)? else {
            return Ok(None);
        };
        let checkup = look(&backend, url, master, now, unused_since).await;
        backend.close().await;
        checkup.map(Some)
    }
}

async fn look(
    backend: &Backend,
    url: &str,
    master: Option<&MasterKey>,
    now: Timestamp,
    unused_since: Timestamp,
) -> Result<Checkup, StoreError> {
    let schema = backend.schema().await?;
    let newest_schema = backend.newest_schema();
    let damage = backend.quick_check().await?;
    let (lock, organizations, untrusted_proxies, tasks, backup) = if schema == Some(newest_schema) {
        (
            vault::try_key(backend, master).await?,
            organizations(backend, now, unused_since).await?,
            installation_notes::untrusted_proxies(backend).await?,
            tasks::installation_tasks(backend, now).await?,
            installation_notes::newest_backup(backend).await?,
        )
    } else {
        (Lock::Unknown, Vec::new(), Vec::new(), Vec::new(), None)
    };
    Ok(Checkup {
        schema,
        newest_schema,
        connection: connection(backend, url).await?,
        lock,
        organizations,
        untrusted_proxies,
        tasks,
        backup,
        damage,
    })
}

async fn connection(backend: &Backend, url: &str) -> Result<Option<Connection>, StoreError> {
    let Backend::Postgres(pool) = backend else {
        return Ok(None);
    };
    let (is_encrypted, micros): (bool, i64) = sqlx::query_as(
        "SELECT COALESCE((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), FALSE),
         CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)",
    )
    .fetch_one(pool)
    .await?;
    Ok(Some(Connection {
        host: Backend::postgres_host(url)?,
        is_encrypted,
        time: time::from_micros(micros),
    }))
}

async fn organizations(
    backend: &Backend,
    now: Timestamp,
    unused_since: Timestamp,
) -> Result<Vec<OrganizationCheckup>, StoreError> {
    type Row = (String, String, Option<i64>, Option<String>, i64, i64, i64, i64);
    let rows: Vec<Row> = backend
        .fetch(
            "SELECT o.name, o.retention_plan, r.last_succeeded_at, r.failure,
                    (SELECT COUNT(*) FROM memberships m
                     WHERE m.organization_id = o.organization_id AND m.role = 'owner'),
                    (SELECT COUNT(*) FROM reencryptions e WHERE e.organization_id = o.organization_id),
                    (SELECT COUNT(*) FROM api_keys k
                     WHERE k.organization_id = o.organization_id AND k.revoked_at IS NULL
                         AND k.expires_at IS NULL),
                    (SELECT COUNT(*) FROM api_keys k
                     WHERE k.organization_id = o.organization_id AND k.revoked_at IS NULL
                       AND (k.expires_at IS NULL OR k.expires_at > $1)
                       AND k.last_used_at IS NULL AND k.created_at < $2
                       AND ',' || k.scopes || ',' LIKE '%,admin,%')
             FROM organizations o LEFT JOIN retention_runs r ON r.organization_id = o.organization_id
             WHERE o.deleting_at IS NULL ORDER BY o.organization_id",
            (now.timestamp_micros(), unused_since.timestamp_micros()),
        )
        .await?;
    Ok(rows
        .into_iter()
        .map(
            |(name, retention_plan, purged_at, purge_failure, owners, older, endless_keys, unused)| {
                OrganizationCheckup {
                    name,
                    retention_plan,
                    purged_at: purged_at.map(time::from_micros),
                    purge_failure,
                    owners,
                    has_older_payloads: older > 0,
                    endless_keys,
                    unused_admin_keys: unused,
                }
            },
        )
        .collect())
}
