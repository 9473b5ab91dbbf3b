//! Deleting an organization: from the moment on nothing of it is answered, and then nothing of it is left, in any table.

use crate::support::{World, fields, now};
use chrono::Duration;
use domain::{
    Agent, AuditAction, AuditFilter, ConnectionKind, ExecutionFilter, OrganizationId, Retention, Role,
    SessionOrigin, TaskKind, UserId,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::AtomicU64,
};
use store::{
    Access, Identity, KeyCheck, LinkPurpose, NewConnection, NewInvitation, NewVersion, RecordedBy, Removed,
    SignInOrigin, Store, StoreError,
};
use testkit::{MASTER_KEY, TestDatabase, on_both_databases};

on_both_databases!(
    nothing_is_left_and_another_organization_is_untouched,
    nothing_of_it_answers_from_the_moment_on,
    another_process_goes_on_where_one_stopped,
    what_is_recorded_meanwhile_goes_too,
    two_processes_may_remove_at_once,
);

/// Rows of every table, each as one text.
type Dump = BTreeMap<String, Vec<String>>;

/// Tables that hold nothing of any organization.
const OF_NOBODY: [&str; 4] = [
    "_sqlx_migrations",
    "installation_key",
    "installation_notes",
    "master_key",
];
/// More audit events than go in one step.
const EVENTS: u64 = 2_500;
/// Text that stands in an organization's rows unencrypted.
const MARK: &str = "a mark that is found nowhere afterwards";

async fn run(database: &TestDatabase, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    if database.path().is_some() {
        let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    }
}

async fn texts(database: &TestDatabase, sql: &str) -> Vec<String> {
    let sql = AssertSqlSafe(sql.to_owned());
    let rows: Vec<(String,)> = if database.path().is_some() {
        let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
        sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap()
    } else {
        let mut connection = PgConnection::connect(&database.url).await.unwrap();
        sqlx::query_as(sql).fetch_all(&mut connection).await.unwrap()
    };
    rows.into_iter().map(|(text,)| text).collect()
}

/// Every row of every table of the schema.
async fn dump(database: &TestDatabase) -> Dump {
    let is_sqlite = database.path().is_some();
    let tables = if is_sqlite {
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    } else {
        "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
         WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
    };
    let mut dump = Dump::new();
    for table in texts(database, tables).await {
        let row = if is_sqlite {
            let columns = format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')");
            texts(database, &columns).await.join(" || ',' || ")
        } else {
            "CAST(t AS TEXT)".to_owned()
        };
        let mut rows = texts(database, &format!("SELECT {row} FROM {table} t")).await;
        rows.sort();
        dump.insert(table, rows);
    }
    dump
}

/// An organization with something in every table.
struct Tenant {
    id: OrganizationId,
    agent: Agent,
    key: domain::ApiKeyToken,
    owner: UserId,
}

impl Tenant {
    async fn furnish(world: &World, name: &str, shared: &str) -> Self {
        let store = &world.store;
        let id = store.ensure_organization(name, now()).await.unwrap().id;
        let agent = store
            .create_agent(id, &format!("{name}: {MARK}"), now())
            .await
            .unwrap();
        let version = NewVersion {
            model: "m".into(),
            temperature: None,
            system_prompt: Some(MARK.into()),
            user_prompt_template: "t".into(),
            activate: true,
        };
        store
            .create_version(id, &agent.agent_id, version, now())
            .await
            .unwrap();
        let mut tenant = Self {
            id,
            agent,
            key: store
                .create_api_key(id, "K", &"read".parse().unwrap(), now())
                .await
                .unwrap()
                .1,
            owner: store
                .add_user(id, &format!("ada@{name}.test"), Role::Owner, "hash", now())
                .await
                .unwrap()
                .id,
        };
        tenant.agent = store.agent(id, &tenant.agent.agent_id).await.unwrap();
        tenant.record(store, 450).await.unwrap();
        let listed = store
            .list(
                id,
                &tenant.agent.agent_id,
                &ExecutionFilter::default(),
                Default::default(),
            )
            .await
            .unwrap();
        store
            .erase_execution(id, &tenant.agent.agent_id, &listed.executions[0].execution_id)
            .await
            .unwrap();
        store.set_retention(id, Retention::Standard).await.unwrap();
        store.purge(Some(id), now(), &AtomicU64::new(0)).await.unwrap();
        store.rotate_organization_key(id).await.unwrap();
        let connection = NewConnection {
            name: MARK.to_owned(),
            kind: ConnectionKind::Demo,
            provider: None,
            access: Access {
                base_url: None,
                api_key: None,
                headers: Vec::new(),
            },
        };
        let made = store.create_connection(id, connection, now()).await;
        made.unwrap().unwrap();
        tenant.people(store, name, shared).await;
        let (id, agent) = (id.0, "SELECT agent_key FROM agents WHERE organization_id");
        for sql in [
            format!("INSERT INTO facet_days SELECT {id}, agent_key, 0, 1, 1 FROM agents WHERE organization_id = {id}"),
            format!(
                "INSERT INTO facet_counts (organization_id, agent_key, day, number, status, source, executions,
                     first_at, last_at) SELECT {id}, agent_key, 0, 1, 1, 1, 1, 0, 0 FROM ({agent} = {id}) AS a"
            ),
            format!("INSERT INTO api_key_spending VALUES ({id}, 'key', 0, 1)"),
        ] {
            run(&world.database, &sql).await;
        }
        if world.database.path().is_none() {
            run(
                &world.database,
                &format!("INSERT INTO api_key_requests VALUES ({id}, 'key', ARRAY[0], ARRAY[1], 0, FALSE)"),
            )
            .await;
        }
        tenant
    }

    async fn people(&self, store: &Store, name: &str, shared: &str) {
        let invitation = |email| NewInvitation {
            email,
            role: Role::Viewer,
            expires_at: now() + Duration::days(7),
            by_email: true,
        };
        let token = |number| store::token::hash(&format!("{name} {number}"));
        store
            .invite(self.id, &token(1), invitation("open@acme.test"), now())
            .await
            .unwrap();
        if !shared.is_empty() {
            store
                .invite(self.id, &token(2), invitation(shared), now())
                .await
                .unwrap();
            store
                .accept_invitation(&token(2), None, now())
                .await
                .unwrap()
                .unwrap();
        }
        let (origin, end) = (SessionOrigin::default(), now() + Duration::days(1));
        store
            .create_session(&token(3), &self.owner, self.id, &origin, now(), end)
            .await
            .unwrap();
        store
            .create_link(&token(4), LinkPurpose::SignIn, Some((&self.owner, self.id)), end)
            .await
            .unwrap();
        let identity = Identity {
            issuer: "https://sso.test",
            subject: name,
        };
        store.link_identity(identity, &self.owner, now()).await.unwrap();
        let browser = SignInOrigin::Browser(token(5));
        store
            .remember_sign_in(&self.owner, &[browser], now())
            .await
            .unwrap();
    }

    async fn record(&self, store: &Store, count: usize) -> Result<(), StoreError> {
        let one = json!({"status": "failed", "model": "m", "version": "V1", "errorCode": "E", "outputText": "text"});
        let recorded = store
            .record(
                self.id,
                &self.agent.agent_id,
                &RecordedBy::default(),
                now(),
                vec![fields(one); count],
            )
            .await;
        recorded.map(drop)
    }
}

/// Removes what is left of organizations that are deleted, and answers the steps.
async fn remove(store: &Store) -> Vec<Removed> {
    let mut steps = Vec::new();
    for organization in store.being_deleted().await.unwrap() {
        while let Some(step) = store.remove_deleted(organization).await.unwrap() {
            steps.push(step);
        }
    }
    while let Some(task) = store
        .claim_task(&[TaskKind::RemoveOrganization], now())
        .await
        .unwrap()
    {
        store.finish_task(&task, 0, now()).await.unwrap();
    }
    store
        .delete_ended_tasks(now() + chrono::TimeDelta::days(1))
        .await
        .unwrap();
    steps
}

async fn nothing_is_left_and_another_organization_is_untouched(database: TestDatabase) {
    let world = World::new(database).await;
    let other = Tenant::furnish(&world, "Other", "").await;
    let before = dump(&world.database).await;
    let tenant = Tenant::furnish(&world, "Globex", "ada@other.test").await;
    let full = dump(&world.database).await;
    assert_eq!(
        full.keys().collect::<BTreeSet<_>>(),
        before.keys().collect::<BTreeSet<_>>()
    );
    for (table, rows) in &full {
        let grew = rows.len() > before[table].len();
        assert_eq!(grew, !OF_NOBODY.contains(&table.as_str()), "{table}");
    }

    let id = tenant.id.0;
    let busy = format!(
        "INSERT INTO audit_events (organization_id, logged_at, event_id, action, actor_kind, details)
         WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < {EVENTS})
         SELECT {id}, number, 'event_' || number, 'agent.created', 'command_line', '{{}}' FROM numbers"
    );
    run(&world.database, &busy).await;

    world.store.delete_organization(tenant.id, now()).await.unwrap();
    let deleted = AuditFilter {
        actions: vec![AuditAction::OrganizationDeleted],
        ..Default::default()
    };
    let told = world
        .store
        .audit_events(tenant.id, &deleted, Default::default())
        .await;
    assert_eq!(told.unwrap().total, 1);
    let again = world.store.delete_organization(tenant.id, now()).await;
    assert!(matches!(again, Err(StoreError::NotFound("organization"))));

    let steps = remove(&world.store).await;
    assert!(steps.len() > 3, "in small steps: {steps:?}");
    assert!(
        steps
            .iter()
            .all(|step| step.organization == tenant.id && step.rows <= 1_000)
    );
    let rows: u64 = steps.iter().map(|step| step.rows).sum();
    assert!(rows > EVENTS, "the audit log too: {steps:?}");
    assert!(steps.last().is_some_and(|step| step.is_finished));
    for (table, rows) in dump(&world.database).await {
        assert_eq!(rows, before[&table], "{table}");
    }
    assert!(matches!(
        world.store.authenticate(&other.key, now()).await.unwrap(),
        KeyCheck::Valid(id, _) if id == other.id
    ));

    if let Some(path) = world.database.path() {
        world.store.close().await;
        let file = std::fs::read(path).unwrap();
        let mark = format!("Globex: {MARK}");
        assert!(!file.windows(mark.len()).any(|bytes| bytes == mark.as_bytes()));
    }
}

async fn nothing_of_it_answers_from_the_moment_on(database: TestDatabase) {
    let world = World::new(database).await;
    let other = Tenant::furnish(&world, "Other", "").await;
    let tenant = Tenant::furnish(&world, "Globex", "ada@other.test").await;
    let elsewhere = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    tenant.record(&elsewhere, 1).await.unwrap();
    world.store.delete_organization(tenant.id, now()).await.unwrap();
    let gone = |error: StoreError| matches!(error, StoreError::NotFound("organization"));
    for store in [&world.store, &elsewhere] {
        assert!(gone(store.organization(tenant.id).await.unwrap_err()));
        assert!(gone(store.organization_named("Globex").await.unwrap_err()));
        assert!(matches!(
            store.authenticate(&tenant.key, now()).await.unwrap(),
            KeyCheck::Unknown
        ));
        for number in [1, 3] {
            let token = store::token::hash(&format!("Globex {number}"));
            assert_eq!(store.session(&token, now()).await.unwrap(), None);
            assert!(store.open_invitation(&token, now()).await.unwrap().is_none());
            assert!(
                store
                    .accept_invitation(&token, Some("hash"), now())
                    .await
                    .unwrap()
                    .is_none()
            );
        }
        assert!(store.credentials("ada@globex.test").await.unwrap().is_none());
        let of_shared = store.organizations_of(&other.owner).await.unwrap();
        assert_eq!(of_shared.len(), 1, "{of_shared:?}");
        let recorded = tenant.record(store, 1).await;
        assert!(matches!(recorded, Err(StoreError::KeysDestroyed)), "{recorded:?}");
        // What somebody is just doing comes too late.
        let late = store
            .add_user(tenant.id, "late@globex.test", Role::Owner, "hash", now())
            .await;
        assert!(gone(late.unwrap_err()));
        let late = store
            .create_api_key(tenant.id, "Late", &"read".parse().unwrap(), now())
            .await;
        if let Ok((_, token)) = late {
            assert!(matches!(
                store.authenticate(&token, now()).await.unwrap(),
                KeyCheck::Unknown
            ));
        }
        // Jobs leave it alone.
        let much_later = now() + Duration::days(1_000);
        let purged = store
            .purge(Some(tenant.id), much_later, &AtomicU64::new(0))
            .await
            .unwrap();
        assert_eq!((purged.removed, purged.failures), (0, vec![]));
    }
    let fresh = world.store.ensure_organization("Globex", now()).await.unwrap();
    assert_ne!(fresh.id, tenant.id, "the name is free");
    remove(&world.store).await;
    assert_eq!(world.store.organization_named("Globex").await.unwrap(), fresh);
}

async fn another_process_goes_on_where_one_stopped(database: TestDatabase) {
    let world = World::new(database).await;
    let before = dump(&world.database).await;
    let tenant = Tenant::furnish(&world, "Globex", "").await;
    world.store.delete_organization(tenant.id, now()).await.unwrap();
    for _ in 0..2 {
        assert!(world.store.remove_deleted(tenant.id).await.unwrap().is_some());
    }
    world.store.close().await;
    let next = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    assert_eq!(next.being_deleted().await.unwrap(), [tenant.id]);
    remove(&next).await;
    assert_eq!(next.being_deleted().await.unwrap(), []);
    assert_eq!(dump(&world.database).await, before);
}

async fn what_is_recorded_meanwhile_goes_too(database: TestDatabase) {
    let world = World::new(database).await;
    let before = dump(&world.database).await;
    let tenant = Tenant::furnish(&world, "Globex", "").await;
    let elsewhere = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    let recording = async {
        let mut batches = 0;
        while tenant.record(&elsewhere, 3).await.is_ok() {
            batches += 1;
        }
        batches
    };
    let deleting = async {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        world.store.delete_organization(tenant.id, now()).await.unwrap();
        remove(&world.store).await
    };
    let (batches, _) = tokio::join!(recording, deleting);
    assert!(batches > 0);
    remove(&world.store).await;
    assert_eq!(dump(&world.database).await, before);
}

async fn two_processes_may_remove_at_once(database: TestDatabase) {
    let world = World::new(database).await;
    let before = dump(&world.database).await;
    let tenant = Tenant::furnish(&world, "Globex", "").await;
    let elsewhere = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    world.store.delete_organization(tenant.id, now()).await.unwrap();
    while !world.store.being_deleted().await.unwrap().is_empty() {
        let (one, another) = tokio::join!(
            world.store.remove_deleted(tenant.id),
            elsewhere.remove_deleted(tenant.id)
        );
        one.unwrap();
        another.unwrap();
    }
    remove(&world.store).await;
    assert_eq!(dump(&world.database).await, before);
}
