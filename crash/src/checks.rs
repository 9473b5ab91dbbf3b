//! What must hold once the work has come to its end, whatever happened on the way.

use crate::{
    database::{Backend, Database},
    faults::Faults,
    fixture::{Fixture, ORGANIZATION, OWNER, PERSON, output_of},
    kind::Kind,
    stage::Copy,
};
use anyhow::{Context, Result};
use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use testkit::{Client, Server};

/// Kinds of work that are asked for, as the table of tasks calls them; the others are done again and again.
const ASKED_FOR: &str = "'erase_person', 'erase_agent', 'remove_organization', 'reencrypt'";
/// Widths of buckets in which every execution is counted, in seconds.
const WIDTHS: [i64; 4] = [2_764_800, 86_400, 3_600, 900];

/// What is wrong after the work has ended.
pub async fn faults(kind: Kind, copy: &Copy, server: &Server, fixture: &Fixture) -> Result<Vec<String>> {
    let mut faults = Faults::default();
    let mut database = Database::open(&copy.url).await?;
    common(&mut faults, &mut database).await?;
    let person = fixture.scale.person;
    let rest = Rest {
        server,
        faults: &mut faults,
    };
    match kind {
        Kind::Erasure => {
            rest.agent(&fixture.agent, &fixture.key, fixture.scale.others)
                .await?;
            erased(&mut faults, &mut database, server, fixture).await?;
        }
        Kind::Purge => {
            rest.agent(&fixture.agent, &fixture.key, fixture.scale.others)
                .await?;
            purged(&mut faults, &mut database, fixture).await?;
        }
        Kind::Reencryption => {
            rest.agent(&fixture.agent, &fixture.key, person + fixture.scale.others)
                .await?;
            reencrypted(&mut faults, &mut database, fixture).await?;
        }
        Kind::Deletion => {
            rest.nobody(&fixture.agent, &fixture.key).await?;
            deleted(&mut faults, &mut database, fixture).await?;
        }
    }
    let rest = Rest {
        server,
        faults: &mut faults,
    };
    rest.agent(
        &fixture.bystander,
        &fixture.bystander_key,
        fixture.scale.bystander,
    )
    .await?;
    database.close().await?;
    Ok(faults.told())
}

/// What is wrong where nobody asked for the work: everything must be as it was.
pub async fn untouched(kind: Kind, copy: &Copy, server: &Server, fixture: &Fixture) -> Result<Vec<String>> {
    let mut faults = Faults::default();
    let mut database = Database::open(&copy.url).await?;
    common(&mut faults, &mut database).await?;
    let action = match kind {
        Kind::Erasure => "person.erased",
        Kind::Deletion => "organization.deleted",
        Kind::Reencryption | Kind::Purge => "",
    };
    faults.same("audit events of it", audited(&mut database, action).await?, 0);
    let rest = Rest {
        server,
        faults: &mut faults,
    };
    rest.agent(
        &fixture.agent,
        &fixture.key,
        fixture.scale.person + fixture.scale.others,
    )
    .await?;
    database.close().await?;
    Ok(faults.told())
}

/// The tasks that have not ended, for whoever looks for the reason.
pub async fn open_tasks(copy: &Copy) -> Result<Vec<String>> {
    let mut database = Database::open(&copy.url).await?;
    let tasks = database
        .texts(
            "SELECT kind || ': attempts ' || attempts || ', done ' || done || ', failure ' || COALESCE(failure, 'none')
                 || ', lease ' || COALESCE(lease, 'none')
             FROM tasks WHERE ended_at IS NULL ORDER BY task_key",
        )
        .await?;
    database.close().await?;
    Ok(tasks)
}

/// What holds of every database that nobody works on.
async fn common(faults: &mut Faults, database: &mut Database) -> Result<()> {
    let mut none = async |what: &str, sql: &str| {
        let rows = database.number(sql).await?;
        faults.same(what, rows, 0);
        anyhow::Ok(())
    };
    none(
        "open tasks",
        &format!("SELECT COUNT(*) FROM tasks WHERE ended_at IS NULL AND kind IN ({ASKED_FOR})"),
    )
    .await?;
    none(
        "tasks that failed",
        "SELECT COUNT(*) FROM tasks WHERE outcome = 'failed'",
    )
    .await?;
    none(
        "tasks that have ended and still tell of whom",
        "SELECT COUNT(*) FROM tasks WHERE ended_at IS NOT NULL AND payload IS NOT NULL",
    )
    .await?;
    none(
        "payloads without an execution",
        "SELECT COUNT(*) FROM payloads p
         WHERE NOT EXISTS (SELECT 1 FROM executions e WHERE e.execution_key = p.execution_key)",
    )
    .await?;
    none(
        "executions without a payload",
        "SELECT COUNT(*) FROM executions e
         WHERE NOT EXISTS (SELECT 1 FROM payloads p WHERE p.execution_key = e.execution_key)",
    )
    .await?;
    for width in WIDTHS {
        none(
            &format!("buckets of {width} s that are counted wrongly"),
            &format!(
                "SELECT COUNT(*) FROM (
                     SELECT 1 AS one FROM (
                         SELECT organization_id, agent_key, bucket, status, source, executions
                         FROM execution_counts WHERE width = {width}
                         UNION ALL
                         SELECT organization_id, agent_key, executed_at / {micros} * {width}, status, source, -1
                         FROM executions
                     ) AS counted
                     GROUP BY organization_id, agent_key, bucket, status, source HAVING SUM(executions) <> 0
                 ) AS wrong",
                micros = width * 1_000_000
            ),
        )
        .await?;
    }
    none(
        "days that are counted wrongly by model and version",
        "SELECT COUNT(*) FROM facet_days d WHERE d.counted = 1 AND
             (SELECT COALESCE(SUM(c.executions), 0) FROM facet_counts c
              WHERE c.organization_id = d.organization_id AND c.agent_key = d.agent_key AND c.day = d.day)
             <> (SELECT COUNT(*) FROM executions e
                 WHERE e.organization_id = d.organization_id AND e.agent_key = d.agent_key
                   AND e.executed_at >= d.day * 1000000 AND e.executed_at < (d.day + 86400) * 1000000)",
    )
    .await?;
    none(
        "models that no execution has and that can be filtered for",
        "SELECT COUNT(*) FROM facets f WHERE f.kind = 2 AND NOT EXISTS (
             SELECT 1 FROM executions e
             WHERE e.organization_id = f.organization_id AND e.agent_key = f.agent_key AND e.model = f.value)",
    )
    .await?;
    if database.backend() == Backend::Sqlite {
        let mut none = async |what: &str, sql: &str| {
            let rows = database.number(sql).await?;
            faults.same(what, rows, 0);
            anyhow::Ok(())
        };
        none(
            "complaints of SQLite about its file",
            "SELECT COUNT(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        )
        .await?;
        none(
            "references to rows that there are not",
            "SELECT COUNT(*) FROM pragma_foreign_key_check",
        )
        .await?;
    }
    Ok(())
}

async fn erased(
    faults: &mut Faults,
    database: &mut Database,
    server: &Server,
    fixture: &Fixture,
) -> Result<()> {
    let sql = format!("SELECT COUNT(*) FROM executions WHERE executed_by = '{PERSON}'");
    faults.same("executions of the person", database.number(&sql).await?, 0);
    faults.same(
        "identifiers that do not come back",
        database.number("SELECT COUNT(*) FROM erased_executions").await?,
        fixture.scale.person as i64,
    );
    faults.same(
        "audit events of the erasure",
        audited(database, "person.erased").await?,
        1,
    );
    let dry_run = json!({ "executedBy": PERSON, "dryRun": true });
    let mut client = with_key(server, &fixture.key).await?;
    let answer = client
        .call(Method::POST, "/api/erasures", Bytes::from(dry_run.to_string()))
        .await?;
    let answer: Value = serde_json::from_slice(&answer.body)?;
    faults.same(
        "executions that another erasure would find",
        answer["executions"].as_i64().unwrap_or(-1),
        0,
    );
    Ok(())
}

async fn purged(faults: &mut Faults, database: &mut Database, fixture: &Fixture) -> Result<()> {
    let gone = fixture.scale.person as i64;
    let of = fixture.organization;
    let removed = format!(
        "SELECT CAST(COALESCE(SUM(removed), 0) AS BIGINT) FROM retention_runs WHERE organization_id = {of}"
    );
    faults.same(
        "executions that retention says to have deleted",
        database.number(&removed).await?,
        gone,
    );
    let events = database
        .texts("SELECT details FROM audit_events WHERE action = 'executions.purged'")
        .await?;
    let mut told = 0;
    for event in &events {
        let details: Value = serde_json::from_str(event)?;
        told += details["executions"].as_i64().unwrap_or_default();
    }
    faults.same("deleted executions that the audit log tells of", told, gone);
    Ok(())
}

async fn reencrypted(faults: &mut Faults, database: &mut Database, fixture: &Fixture) -> Result<()> {
    let of = fixture.organization;
    let states = database
        .texts(&format!(
            "SELECT state FROM organization_keys WHERE organization_id = {of} ORDER BY number"
        ))
        .await?;
    faults.same(
        "states of the keys",
        states.join(", "),
        "destroyed, active".to_owned(),
    );
    let wrapped = format!(
        "SELECT COUNT(DISTINCT wrapped_key) FROM organization_keys WHERE organization_id = {of} AND state = 'destroyed'
             AND wrapped_key IN (SELECT wrapped_key FROM organization_keys WHERE state <> 'destroyed')"
    );
    faults.same(
        "destroyed keys that are still used",
        database.number(&wrapped).await?,
        0,
    );
    faults.same(
        "organizations whose payloads are still to be encrypted",
        database.number("SELECT COUNT(*) FROM reencryptions").await?,
        0,
    );
    faults.same(
        "audit events of the rotation",
        audited(database, "encryption.rotated").await?,
        1,
    );
    Ok(())
}

async fn deleted(faults: &mut Faults, database: &mut Database, fixture: &Fixture) -> Result<()> {
    let of = fixture.organization;
    for table in tables_of_organizations(database).await? {
        let rows = database
            .number(&format!(
                "SELECT COUNT(*) FROM {table} WHERE organization_id = {of}"
            ))
            .await?;
        faults.same(&format!("rows of the organization in {table}"), rows, 0);
    }
    let people = format!("SELECT COUNT(*) FROM users WHERE email = '{OWNER}'");
    faults.same(
        "people of the organization alone",
        database.number(&people).await?,
        0,
    );
    let named = format!("SELECT COUNT(*) FROM organizations WHERE name = '{ORGANIZATION}'");
    faults.same("organizations of that name", database.number(&named).await?, 0);
    Ok(())
}

/// Every table with a column of that name, whatever migration it came with.
async fn tables_of_organizations(database: &mut Database) -> Result<Vec<String>> {
    let sql = match database.backend() {
        Backend::Sqlite => {
            "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND c.name = 'organization_id' ORDER BY m.name"
        }
        Backend::Postgres => {
            "SELECT CAST(c.table_name AS TEXT) FROM information_schema.columns c
             JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
             WHERE c.table_schema = 'public' AND c.column_name = 'organization_id' AND t.table_type = 'BASE TABLE'
             ORDER BY c.table_name"
        }
    };
    let tables = database.texts(sql).await?;
    anyhow::ensure!(
        tables.iter().any(|table| table == "executions"),
        "no table of organizations was found"
    );
    Ok(tables)
}

async fn audited(database: &mut Database, action: &str) -> Result<i64> {
    database
        .number(&format!(
            "SELECT COUNT(*) FROM audit_events WHERE action = '{action}'"
        ))
        .await
}

async fn with_key(server: &Server, key: &str) -> Result<Client> {
    let authorization = format!("Bearer {key}");
    let headers = [
        ("authorization", authorization.as_str()),
        ("content-type", "application/json"),
    ];
    Client::connect(server.address(), &headers).await
}

/// What the REST API says.
struct Rest<'a> {
    server: &'a Server,
    faults: &'a mut Faults,
}

impl Rest<'_> {
    /// That the agent has so many executions by its list, and that each opens.
    async fn agent(self, agent: &str, key: &str, executions: usize) -> Result<()> {
        let mut client = with_key(self.server, key).await?;
        let list = client
            .get(&format!("/api/agents/{agent}/executions?limit=1"))
            .await?;
        let list: Value = serde_json::from_slice(&list.body)?;
        let total = list["pagination"]["total"]
            .as_i64()
            .context("a list without a total")?;
        self.faults
            .same("executions by the list's total", total, executions as i64);
        let export = client
            .get(&format!("/api/agents/{agent}/executions/export?format=ndjson"))
            .await?;
        let (mut rows, mut closed) = (0, 0);
        for line in std::str::from_utf8(&export.body)?.lines() {
            let execution: Value = serde_json::from_str(line)?;
            let id = execution["executionId"].as_str().unwrap_or_default();
            rows += 1;
            closed += i64::from(execution["outputText"] != output_of(id));
        }
        self.faults
            .same("executions that are exported", rows, executions as i64);
        self.faults.same("payloads that do not open", closed, 0);
        Ok(())
    }

    /// That the key opens nothing.
    async fn nobody(self, agent: &str, key: &str) -> Result<()> {
        let mut client = with_key(self.server, key).await?;
        let path = format!("/api/agents/{agent}/executions");
        let answer = client.call(Method::GET, &path, Bytes::new()).await?;
        self.faults.same(
            "the answer to a key of the organization",
            answer.status,
            StatusCode::UNAUTHORIZED,
        );
        Ok(())
    }
}
