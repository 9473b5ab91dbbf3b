//! What rests is encrypted: with keys that the master key wraps, bound to where it belongs, and changed while
//! everything goes on.

use crate::{
    migrations::{fillings, run},
    support::{World, fields, now},
};
use domain::{AgentId, Execution, ExecutionFilter, OrganizationId, Status};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::{io::ErrorKind, process::Command};
use store::{AmendOutcome, LockedStore, MasterKey, RecordResult, RecordedBy, Store, StoreError};
use testkit::{MASTER_KEY, TestDatabase, on_both_databases};

on_both_databases!(
    no_text_is_in_the_raw_bytes,
    what_belongs_elsewhere_is_refused,
    a_tampered_payload_is_an_error,
    one_damaged_payload_holds_nobody_up,
    what_was_never_encrypted_is_not_taken,
    another_master_key_is_refused,
    two_open_a_new_database_at_once,
    two_make_the_first_key_at_once,
    older_payloads_are_encrypted_online,
    keys_change_while_recording_goes_on,
    a_running_process_finds_the_new_master_key,
    destroyed_keys_open_nothing,
);

const NEEDLE: &str = "needle-8f2kQ1q9zv7xw3m5t6y0pLr4";
const MARKER: &str = "an agent that the search finds";

/// Bytes as SQL writes them.
fn literal(database: &TestDatabase, bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match database.path() {
        Some(_) => format!("x'{digits}'"),
        None => format!("'\\x{digits}'::bytea"),
    }
}

pub async fn number(database: &TestDatabase, sql: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT CAST(({sql}) AS BIGINT)"));
    let (number,) = match database.path() {
        Some(_) => {
            let mut connection = SqliteConnection::connect(&database.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut connection).await.unwrap()
        }
        None => {
            let mut connection = PgConnection::connect(&database.url).await.unwrap();
            sqlx::query_as(sql).fetch_one(&mut connection).await.unwrap()
        }
    };
    number
}

/// How many payloads begin with these bytes.
async fn payloads_beginning(database: &TestDatabase, bytes: &[u8]) -> i64 {
    let sql = format!(
        "SELECT COUNT(*) FROM payloads WHERE substr(payload, 1, {}) = {}",
        bytes.len(),
        literal(database, bytes)
    );
    number(database, &sql).await
}

/// What a thief of the database has: file and log, or a dump. None where there is no program that makes one.
pub fn stolen(database: &TestDatabase) -> Option<Vec<u8>> {
    if let Some(path) = database.path() {
        let log = path.with_extension("db-wal");
        return Some([std::fs::read(path).unwrap(), std::fs::read(log).unwrap()].concat());
    }
    match Command::new("pg_dump").arg(&database.url).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("skipped: searching a dump of PostgreSQL, because there is no pg_dump");
            None
        }
        dump => {
            let dump = dump.unwrap();
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            Some(dump.stdout)
        }
    }
}

/// Whether the text is there, as it is or as a dump writes bytes.
pub fn is_in(stolen: &[u8], text: &str) -> bool {
    let digits: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    [text, &digits].iter().any(|wanted| {
        stolen
            .windows(wanted.len())
            .any(|bytes| bytes == wanted.as_bytes())
    })
}

/// Every execution, whole, newest first.
async fn everything(world: &World, store: &Store) -> Vec<Execution> {
    let (organization, agent) = (world.organization, &world.agent);
    let mut cursor = store.begin_export(organization, agent).await.unwrap();
    let mut all = Vec::new();
    loop {
        let page = store
            .export_executions(organization, agent, &ExecutionFilter::default(), &mut cursor, 100)
            .await
            .unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page.into_inner().into_iter().map(Result::unwrap));
    }
}

/// Puts stored payloads back into the form of the time before there was encryption, and says so as the migration does.
async fn make_older(world: &World, level: i32) {
    let mut sql = String::new();
    for execution in everything(world, &world.store).await {
        let json = serde_json::to_vec(&execution.payload).unwrap();
        let older = [&[1][..], &zstd::bulk::compress(&json, level).unwrap()].concat();
        sql.push_str(&format!(
            "UPDATE payloads SET payload = {} WHERE execution_key = (
                 SELECT execution_key FROM executions WHERE execution_id = '{}');",
            literal(&world.database, &older),
            execution.summary.execution_id
        ));
    }
    sql.push_str("DELETE FROM organization_keys;");
    let url = &world.database.url;
    run(url, sql).await;
    let migration = match world.database.path() {
        Some(_) => include_str!("../../../migrations/sqlite/0004_encryption.sql"),
        None => include_str!("../../../migrations/postgres/0004_encryption.sql"),
    };
    run(url, fillings(migration)).await;
}

/// Takes steps until there is nothing to be done; how many payloads were brought under the active key.
async fn reencrypt(store: &Store, organization: OrganizationId) -> usize {
    let mut payloads = 0;
    while let Some(step) = store.reencrypt(organization).await.unwrap() {
        assert_eq!(step.damaged, []);
        payloads += step.payloads;
    }
    payloads
}

async fn no_text_is_in_the_raw_bytes(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .store
        .create_agent(world.organization, MARKER, now())
        .await
        .unwrap();
    let execution = json!({
        "executionId": "exec_a", "status": "failed", "errorMessage": NEEDLE, "inputVariables": {"a": NEEDLE},
        "systemPrompt": NEEDLE, "userPrompt": NEEDLE, "outputText": NEEDLE, "metadata": {"a": NEEDLE},
        "ipAddress": "203.0.113.24", "userAgent": NEEDLE,
    });
    world.record_one(execution).await;
    let ended = json!({"status": "success", "outputText": NEEDLE});
    world
        .record_one(json!({"executionId": "exec_b", "status": "running", "userPrompt": NEEDLE}))
        .await;
    let id = "exec_b".parse().unwrap();
    world
        .store
        .amend(world.organization, &world.agent, &id, fields(ended), now())
        .await
        .unwrap();
    let Some(bytes) = stolen(&world.database) else {
        return;
    };
    assert!(is_in(&bytes, MARKER), "what is not encrypted is found");
    assert!(!is_in(&bytes, NEEDLE));
    // A level at which zstd leaves letters as they are, so that the search would find them.
    make_older(&world, -1).await;
    assert!(is_in(&stolen(&world.database).unwrap(), NEEDLE));
    world.store.close().await;
    let again = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    assert_eq!(reencrypt(&again, world.organization).await, 2);
    let bytes = stolen(&world.database).unwrap();
    assert!(is_in(&bytes, MARKER));
    assert!(!is_in(&bytes, NEEDLE), "nothing is left of the older form");
}

async fn what_belongs_elsewhere_is_refused(database: TestDatabase) {
    let world = World::new(database).await;
    let there = world.store.ensure_organization("Other", now()).await.unwrap().id;
    let agent_there = world
        .store
        .create_agent(there, "Writer", now())
        .await
        .unwrap()
        .agent_id;
    for id in ["exec_a", "exec_b"] {
        world
            .record_one(json!({"executionId": id, "status": "success", "outputText": id}))
            .await;
    }
    let same = fields(json!({"executionId": "exec_a", "status": "success", "outputText": "theirs"}));
    world
        .store
        .record(there, &agent_there, &RecordedBy::default(), now(), vec![same])
        .await
        .unwrap();
    let payload_of = |id: &str, organization: i64| {
        format!(
            "execution_key = (SELECT execution_key FROM executions
                 WHERE execution_id = '{id}' AND organization_id = {organization})"
        )
    };
    let here = world.organization.0;
    for from in [payload_of("exec_b", here), payload_of("exec_a", there.0)] {
        let swap = format!(
            "UPDATE payloads SET payload = (SELECT payload FROM payloads WHERE {from}) WHERE {}",
            payload_of("exec_a", here)
        );
        run(&world.database.url, swap).await;
        let read = world
            .store
            .execution(world.organization, &world.agent, &"exec_a".parse().unwrap())
            .await;
        assert!(matches!(read, Err(StoreError::DamagedPayload(_))), "{read:?}");
    }
    // Nor is the other organization's key one of this one's.
    let same_key = format!(
        "UPDATE organization_keys SET wrapped_key = (
             SELECT wrapped_key FROM organization_keys WHERE organization_id = {}) WHERE organization_id = {here}",
        there.0
    );
    run(&world.database.url, same_key).await;
    let fresh = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    let read = fresh
        .execution(world.organization, &world.agent, &"exec_b".parse().unwrap())
        .await;
    assert!(matches!(read, Err(StoreError::WrongMasterKey)), "{read:?}");
}

async fn one_damaged_payload_holds_nobody_up(database: TestDatabase) {
    let world = World::new(database).await;
    let one = |number: usize, status: &str| {
        json!({
            "executionId": format!("exec_{number:02}"), "status": status, "inputVariables": {"name": "Ada"},
            "executedAt": format!("2025-11-18T09:45:{number:02}Z"),
        })
    };
    let successes = (0..50).map(|number| one(number, "success"));
    world.record(successes.chain([one(50, "failed")]).collect()).await;
    let damage = "UPDATE payloads SET payload = substr(payload, 1, 40) WHERE execution_key =
         (SELECT execution_key FROM executions WHERE execution_id = 'exec_20')";
    run(&world.database.url, damage.to_owned()).await;

    let again = [19, 20, 21, 51].map(|number| one(number, "success"));
    let results: Vec<_> = world.record(again.to_vec()).await;
    let results: Vec<_> = results.into_iter().map(|recorded| recorded.result).collect();
    assert!(
        matches!(
            &results[..],
            [
                RecordResult::Unchanged(_),
                RecordResult::Invalid(_),
                RecordResult::Unchanged(_),
                RecordResult::Created(_)
            ]
        ),
        "{results:?}"
    );

    let (store, organization, agent) = (&world.store, world.organization, &world.agent);
    let mut cursor = store.begin_export(organization, agent).await.unwrap();
    let page = store
        .export_executions(organization, agent, &ExecutionFilter::default(), &mut cursor, 100)
        .await
        .unwrap();
    let damaged: Vec<_> = page.iter().filter_map(|one| one.as_ref().err()).collect();
    assert_eq!((page.len(), damaged.len()), (52, 1));
    assert_eq!(damaged[0].execution_id.as_str(), "exec_20");

    let failed = "exec_50".parse().unwrap();
    let failed = store.execution(organization, agent, &failed).await.unwrap();
    let hints = store
        .hints(organization, agent, &failed, domain::zones::Tz::UTC)
        .await;
    assert!(hints.is_ok(), "{hints:?}");
}

async fn what_was_never_encrypted_is_not_taken(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "success", "outputText": "text"}))
        .await;
    let json = br#"{"outputText":"forged"}"#;
    let forged = [&[1][..], &zstd::bulk::compress(json, 1).unwrap()].concat();
    let forged = literal(&world.database, &forged);
    run(
        &world.database.url,
        format!("UPDATE payloads SET payload = {forged}"),
    )
    .await;
    let id = "exec_a".parse().unwrap();
    let read = world.store.execution(world.organization, &world.agent, &id).await;
    assert!(matches!(read, Err(StoreError::DamagedPayload(_))), "{read:?}");
}

async fn a_tampered_payload_is_an_error(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "running", "outputText": "text"}))
        .await;
    let other_bytes = literal(&world.database, &[&[2, 0, 0, 0, 1][..], &[9; 60]].concat());
    run(
        &world.database.url,
        format!("UPDATE payloads SET payload = {other_bytes}"),
    )
    .await;
    let (organization, agent, id) = (world.organization, &world.agent, "exec_a".parse().unwrap());
    let read = world.store.execution(organization, agent, &id).await;
    let Err(error) = read else {
        panic!("{read:?}");
    };
    assert!(error.to_string().contains("exec_a is damaged"), "{error}");
    let ended = world
        .store
        .amend(
            organization,
            agent,
            &id,
            fields(json!({"status": "success"})),
            now(),
        )
        .await;
    let Ok(AmendOutcome::Invalid(errors)) = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(errors[0].field, "executionId");
    assert!(errors[0].detail.contains("damaged"), "{errors:?}");
    assert_eq!(world.total(&[Status::Running]).await, 1, "the list goes on");
    // Another key's turn passes it by.
    world.store.rotate_organization_key(organization).await.unwrap();
    let step = world.store.reencrypt(organization).await.unwrap().unwrap();
    assert_eq!(step.damaged, [id]);
    assert!(
        world
            .store
            .reencrypt(organization)
            .await
            .unwrap()
            .unwrap()
            .is_finished
    );
    assert_eq!(world.store.reencrypt(organization).await.unwrap(), None);
}

async fn another_master_key_is_refused(database: TestDatabase) {
    let locked = LockedStore::make(&database.url).await.unwrap();
    assert!(locked.is_new().await.unwrap());
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "success", "outputText": "text"}))
        .await;
    let url = &world.database.url;
    assert!(!locked.is_new().await.unwrap());
    let refused = locked.unlock(MasterKey::fresh(), |_| None).await;
    assert!(matches!(refused, Err(StoreError::WrongMasterKey)));
    let refused = Store::open(url, MasterKey::fresh()).await;
    assert!(matches!(refused, Err(StoreError::WrongMasterKey)));
    // A database that has lost its fingerprint does not take just any key for its own.
    let without = "CREATE TABLE lost AS SELECT * FROM master_key; DELETE FROM master_key;";
    run(url, without.to_owned()).await;
    assert!(!LockedStore::make(url).await.unwrap().is_new().await.unwrap());
    let refused = Store::open(url, MasterKey::fresh()).await;
    assert!(matches!(refused, Err(StoreError::WrongMasterKey)));
    run(url, "INSERT INTO master_key SELECT * FROM lost;".to_owned()).await;
    let opened = Store::open(url, MASTER_KEY).await.unwrap();
    assert_eq!(everything(&world, &opened).await.len(), 1);
}

async fn two_open_a_new_database_at_once(database: TestDatabase) {
    let (first, second) = (MasterKey::fresh(), MasterKey::fresh());
    let (opened, other) = tokio::join!(
        Store::open(&database.url, first.clone()),
        Store::open(&database.url, second.clone())
    );
    let (master, store, refused) = match (opened, other) {
        (Ok(store), Err(refused)) => (first, store, refused),
        (Err(refused), Ok(store)) => (second, store, refused),
        (Ok(_), Ok(_)) => panic!("both keys were taken"),
        (Err(one), Err(other)) => panic!("{one}; {other}"),
    };
    assert!(matches!(refused, StoreError::WrongMasterKey), "{refused}");
    store.ensure_organization("Acme", now()).await.unwrap();
    Store::open(&database.url, master).await.unwrap();
}

async fn two_make_the_first_key_at_once(database: TestDatabase) {
    let world = World::new(database).await;
    let other = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    run(&world.database.url, "DELETE FROM organization_keys;".to_owned()).await;
    // Fresh ones, that know of no key.
    let stores = [
        Store::open(&world.database.url, MASTER_KEY).await.unwrap(),
        Store::open(&world.database.url, MASTER_KEY).await.unwrap(),
    ];
    let record = |store: Store, id: &str| {
        let one = fields(json!({"executionId": id, "status": "success", "outputText": id}));
        let (organization, agent) = (world.organization, world.agent.clone());
        async move {
            store
                .record(organization, &agent, &RecordedBy::default(), now(), vec![one])
                .await
                .unwrap();
        }
    };
    let [one, two] = stores.clone();
    tokio::join!(record(one, "exec_a"), record(two, "exec_b"));
    assert_eq!(
        number(&world.database, "SELECT COUNT(*) FROM organization_keys").await,
        1
    );
    for store in stores.iter().chain([&other]) {
        let texts: Vec<_> = everything(&world, store)
            .await
            .into_iter()
            .map(|execution| execution.payload.output_text.unwrap())
            .collect();
        assert_eq!(texts, ["exec_b", "exec_a"]);
    }
}

async fn older_payloads_are_encrypted_online(database: TestDatabase) {
    let world = World::new(database).await;
    let executions = (0..450).map(|number| {
        json!({"executionId": format!("exec_{number:03}"), "status": "success", "outputText": format!("text {number}")})
    });
    world.record(executions.collect()).await;
    world
        .record_one(json!({"executionId": "exec_z", "status": "running", "outputText": "text"}))
        .await;
    make_older(&world, 1).await;
    let (database, organization, agent) = (&world.database, world.organization, &world.agent);
    assert_eq!(payloads_beginning(database, &[1]).await, 451);
    let first = Store::open(&database.url, MASTER_KEY).await.unwrap();
    let before = everything(&world, &first).await;
    assert_eq!(before.len(), 451, "the older form is readable");
    let step = first.reencrypt(organization).await.unwrap().unwrap();
    assert_eq!(
        (step.organization, step.payloads, step.is_finished),
        (organization, 200, false)
    );
    assert_eq!(payloads_beginning(database, &[1]).await, 251);
    assert_eq!(
        everything(&world, &first).await,
        before,
        "and while it is half done"
    );
    first.close().await;

    // Another process goes on, while there is recording.
    let second = Store::open(&database.url, MASTER_KEY).await.unwrap();
    let id = "exec_z".parse().unwrap();
    second
        .amend(
            organization,
            agent,
            &id,
            fields(json!({"status": "success"})),
            now(),
        )
        .await
        .unwrap();
    assert_eq!(payloads_beginning(database, &[1]).await, 250);
    assert_eq!(reencrypt(&second, world.organization).await, 250);
    assert_eq!(payloads_beginning(database, &[1]).await, 0);
    assert_eq!(payloads_beginning(database, &[2, 0, 0, 0, 1]).await, 451);
    let after = everything(&world, &second).await;
    let others = |executions: &[Execution]| {
        let others = executions
            .iter()
            .filter(|execution| execution.summary.execution_id != id);
        others.cloned().collect::<Vec<_>>()
    };
    assert_eq!(others(&after), others(&before));
    assert_eq!(world.total(&[]).await, 451);
    assert_eq!(world.total(&[Status::Success]).await, 451);
    assert_eq!(second.reencrypt(organization).await.unwrap(), None);
}

/// Records in batches, some of it running first and ended afterwards, and says how many executions that makes.
async fn keep_recording(store: Store, world: &World, writer: usize) -> u64 {
    let (organization, agent): (_, &AgentId) = (world.organization, &world.agent);
    let mut recorded = 0;
    for batch in 0..15 {
        let executions = (0..20).map(|number| {
            let status = if number == 0 { "running" } else { "success" };
            let id = format!("exec_{writer}_{batch}_{number}");
            fields(json!({"executionId": id, "status": status, "outputText": id, "metadata": {"n": number}}))
        });
        let answers = store
            .record(
                organization,
                agent,
                &RecordedBy::default(),
                now(),
                executions.collect(),
            )
            .await
            .unwrap();
        recorded += answers.len() as u64;
        let id = format!("exec_{writer}_{batch}_0").parse().unwrap();
        store
            .amend(
                organization,
                agent,
                &id,
                fields(json!({"status": "success"})),
                now(),
            )
            .await
            .unwrap();
        store.execution(organization, agent, &id).await.unwrap();
    }
    recorded
}

async fn keys_change_while_recording_goes_on(database: TestDatabase) {
    let world = World::new(database).await;
    let url = &world.database.url;
    let (old, new) = (MasterKey::from(MASTER_KEY), MasterKey::fresh());
    let given = new.clone();
    let other = LockedStore::make(url).await.unwrap();
    let other = other
        .unlock(old.clone(), move |_| Some(given.clone()))
        .await
        .unwrap();
    let operator = Store::open(url, old.clone()).await.unwrap();
    let change = async {
        let pause = || tokio::time::sleep(std::time::Duration::from_millis(20));
        pause().await;
        assert_eq!(
            operator
                .rotate_organization_key(world.organization)
                .await
                .unwrap(),
            2
        );
        for _ in 0..3 {
            // On whichever server; both at once do no harm.
            let (one, two) = tokio::join!(
                world.store.reencrypt(world.organization),
                other.reencrypt(world.organization)
            );
            one.unwrap();
            two.unwrap();
            pause().await;
        }
        operator.rotate_master_key(new.clone()).await.unwrap();
        pause().await;
        assert_eq!(
            operator
                .rotate_organization_key(world.organization)
                .await
                .unwrap(),
            3
        );
        while other.reencrypt(world.organization).await.unwrap().is_some() {
            pause().await;
        }
    };
    let (recorded, ()) = tokio::join!(
        async {
            let (first, second) = tokio::join!(
                keep_recording(other.clone(), &world, 1),
                keep_recording(other.clone(), &world, 2)
            );
            first + second
        },
        change
    );
    reencrypt(&other, world.organization).await;
    assert!(matches!(
        Store::open(url, old).await,
        Err(StoreError::WrongMasterKey)
    ));
    let fresh = Store::open(url, new).await.unwrap();
    let all = everything(&world, &fresh).await;
    assert_eq!(all.len() as u64, recorded);
    for execution in &all {
        let id = execution.summary.execution_id.as_str();
        assert_eq!(execution.payload.output_text.as_deref(), Some(id));
        assert_eq!(execution.summary.status, Status::Success);
    }
    assert_eq!(world.total(&[]).await, recorded);
    let under_the_newest = payloads_beginning(&world.database, &[2, 0, 0, 0, 3]).await;
    assert_eq!(under_the_newest as u64, recorded);
    let destroyed = "SELECT COUNT(*) FROM organization_keys WHERE state = 'destroyed'";
    assert_eq!(number(&world.database, destroyed).await, 2);
    assert_eq!(
        number(&world.database, "SELECT COUNT(*) FROM organization_keys").await,
        3
    );
}

async fn a_running_process_finds_the_new_master_key(database: TestDatabase) {
    let world = World::new(database).await;
    let url = &world.database.url;
    let new = MasterKey::fresh();
    let given = new.clone();
    let follows = LockedStore::make(url).await.unwrap();
    let follows = follows
        .unlock(MASTER_KEY.into(), move |_| Some(given.clone()))
        .await
        .unwrap();
    let stays = &world.store;
    let operator = Store::open(url, MASTER_KEY).await.unwrap();
    operator.rotate_master_key(new).await.unwrap();
    follows.ensure_organization("Made there", now()).await.unwrap();
    // Without the new key, what is known goes on, and what is not is refused.
    assert!(matches!(
        world.record_one(json!({"status": "success"})).await,
        store::RecordResult::Created(_)
    ));
    let refused = stays.ensure_organization("Made here", now()).await;
    assert!(matches!(refused, Err(StoreError::WrongMasterKey)), "{refused:?}");
    let refused = stays.rotate_organization_key(world.organization).await;
    assert!(matches!(refused, Err(StoreError::WrongMasterKey)), "{refused:?}");
    let refused = stays.rotate_master_key(MasterKey::fresh()).await;
    assert!(matches!(refused, Err(StoreError::WrongMasterKey)), "{refused:?}");
}

async fn destroyed_keys_open_nothing(database: TestDatabase) {
    let world = World::new(database).await;
    world
        .record_one(json!({"executionId": "exec_a", "status": "success", "outputText": "text"}))
        .await;
    let (organization, agent) = (world.organization, &world.agent);
    world.store.rotate_organization_key(organization).await.unwrap();
    world
        .store
        .delete_organization(organization, now())
        .await
        .unwrap();
    let fresh = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    for store in [&world.store, &fresh] {
        let read = store
            .execution(organization, agent, &"exec_a".parse().unwrap())
            .await;
        assert!(matches!(read, Err(StoreError::KeysDestroyed)), "{read:?}");
        let one = vec![fields(json!({"status": "success"}))];
        let recorded = store
            .record(organization, agent, &RecordedBy::default(), now(), one)
            .await;
        assert!(matches!(recorded, Err(StoreError::KeysDestroyed)), "{recorded:?}");
        assert_eq!(store.reencrypt(organization).await.unwrap(), None);
    }
    let left = format!(
        "SELECT COUNT(*) FROM organization_keys WHERE wrapped_key <> {}",
        literal(&world.database, &[0; 60])
    );
    assert_eq!(number(&world.database, &left).await, 0);
}
