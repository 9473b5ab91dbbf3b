//! `backup` and `restore`, and what proves a database whole.

use crate::support::{Cli, Ended};
use std::{
    fs,
    path::{Path, PathBuf},
};
use testkit::{TestDatabase, change_sqlite, lock_sqlite};

fn import(cli: &Cli, agent: &str, executions: std::ops::Range<u32>) {
    let lines: String = executions
        .map(|number| {
            format!("{{\"status\":\"success\",\"executionId\":\"n{number}\",\"outputText\":\"{number}\"}}\n")
        })
        .collect();
    let ended = cli.run_with_input(&["import", "--org", "Acme", "--agent", agent, "-"], &lines);
    assert!(ended.success, "{ended:?}");
}

fn executions(cli: &Cli, agent: &str) -> usize {
    let ended = cli.run(&["export", "--org", "Acme", "--agent", agent, "--format", "ndjson"]);
    assert!(ended.success, "{ended:?}");
    ended.answer.matches("\"executionId\"").count()
}

fn beside(cli: &Cli, name: &str) -> PathBuf {
    cli.database.path().unwrap().with_file_name(name)
}

fn backup(cli: &Cli, name: &str) -> PathBuf {
    let file = beside(cli, name);
    let ended = cli.run(&["backup", file.to_str().unwrap()]);
    assert!(ended.success, "{ended:?}");
    assert_eq!(Path::new(ended.answer.trim_end()), file);
    assert!(ended.said.contains("master key"), "{ended:?}");
    file
}

fn restore(cli: &Cli, file: &Path) -> Ended {
    cli.run(&["restore", file.to_str().unwrap()])
}

fn names(cli: &Cli) -> Vec<String> {
    let folder = fs::read_dir(cli.database.path().unwrap().parent().unwrap()).unwrap();
    let mut names: Vec<_> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    names.sort_unstable();
    names
}

#[test]
fn a_backup_takes_the_place_of_the_last_one_and_is_known() {
    let (cli, agent) = Cli::with_agent();
    let note = cli.run(&["doctor"]);
    assert!(note.answer.contains("no backup is known"), "{note:?}");
    for until in [5, 9] {
        import(&cli, &agent, 0..until);
        let file = backup(&cli, "backup.db");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
            let database = cli.database.path().unwrap();
            assert_eq!(database.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    assert_eq!(names(&cli), ["backup.db", "ledger.db"]);
    let known = cli.run(&["doctor"]);
    assert!(known.answer.contains("the newest backup is "), "{known:?}");
    let itself = cli.run(&["backup", cli.database.path().unwrap().to_str().unwrap()]);
    assert!(
        !itself.success && itself.said.contains("belongs to the database"),
        "{itself:?}"
    );
    let nowhere = cli.run(&["backup", "/nowhere/backup.db"]);
    assert!(
        !nowhere.success && nowhere.said.contains("make it first"),
        "{nowhere:?}"
    );
}

#[test]
fn dated_backups_are_kept_up_to_their_number() {
    let (cli, _) = Cli::with_agent();
    let stem = beside(&cli, "daily");
    fs::write(beside(&cli, "daily-20200101T000000Z.db"), "old").unwrap();
    fs::write(beside(&cli, "daily-20200102T000000Z.db"), "old").unwrap();
    let ended = cli.run(&["backup", stem.to_str().unwrap(), "--keep", "2"]);
    assert!(ended.success, "{ended:?}");
    let names = names(&cli);
    assert_eq!(names.len(), 3, "{names:?}");
    assert_eq!(names[0], "daily-20200102T000000Z.db");
    assert!(ended.answer.trim_end().ends_with(&names[1]), "{ended:?}");
}

#[tokio::test]
async fn a_backup_is_restored_where_the_log_of_a_killed_server_lies() {
    let (cli, agent) = Cli::with_agent();
    import(&cli, &agent, 0..3);
    let file = backup(&cli, "backup.db");
    let (database, log) = (cli.database.path().unwrap(), beside(&cli, "ledger.db-wal"));
    // Somebody who has the database open keeps its log.
    let mut other = lock_sqlite(&cli.database).await.unwrap();
    other.release().await.unwrap();
    import(&cli, &agent, 3..400);
    let old_log = fs::read(&log).unwrap();
    let used = restore(&cli, &file);
    assert!(!used.success && used.said.contains("stop it first"), "{used:?}");
    drop(other);
    while log.exists() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    // What is done without `restore`.
    fs::copy(&file, &database).unwrap();
    fs::write(&log, old_log).unwrap();
    let seen = cli.run(&["doctor"]);
    assert!(!seen.success && seen.answer.contains("is damaged"), "{seen:?}");
    fs::copy(&file, &database).unwrap();
    fs::write(&log, fs::read(&file).unwrap()).unwrap();
    let restored = restore(&cli, &file);
    assert!(restored.success, "{restored:?}");
    assert!(restored.said.contains("with 3 executions"), "{restored:?}");
    let aside = restored.answer.trim_end();
    assert!(Path::new(aside).exists() && Path::new(&format!("{aside}-wal")).exists());
    assert_eq!(executions(&cli, &agent), 3);
    assert!(file.exists());
}

#[tokio::test]
async fn what_cannot_be_restored_changes_nothing() {
    let (cli, agent) = Cli::with_agent();
    import(&cli, &agent, 0..300);
    let good = backup(&cli, "good.db");
    let damaged = beside(&cli, "damaged.db");
    let mut bytes = fs::read(&good).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 8192].fill(0x5a);
    fs::write(&damaged, bytes).unwrap();
    let text = beside(&cli, "text.db");
    fs::write(
        &text,
        "no database at all, and long enough to be looked at".repeat(100),
    )
    .unwrap();
    let foreign = TestDatabase::sqlite().unwrap();
    fs::write(foreign.path().unwrap(), "").unwrap();
    change_sqlite(&foreign, &["CREATE TABLE a (b)"]).await.unwrap();
    let newer = TestDatabase::sqlite().unwrap();
    fs::copy(&good, newer.path().unwrap()).unwrap();
    let later = "INSERT INTO _sqlx_migrations SELECT 9999, description, installed_on, success, checksum, execution_time
                 FROM _sqlx_migrations LIMIT 1";
    change_sqlite(&newer, &[later]).await.unwrap();
    let before = (names(&cli), fs::read(cli.database.path().unwrap()).unwrap());
    let refuse = |file: &Path, key: &str, words: &str| {
        let arguments = ["restore", file.to_str().unwrap()];
        let ended = cli.run_with_settings(&arguments, "", &[("AGENT_LEDGER_MASTER_KEY", key)]);
        assert!(!ended.success && ended.answer.is_empty(), "{ended:?}");
        assert!(ended.said.contains(words), "{words}: {ended:?}");
        assert_eq!(names(&cli), before.0);
        assert!(fs::read(cli.database.path().unwrap()).unwrap() == before.1);
    };
    let key = testkit::MASTER_KEY_BASE64;
    refuse(&damaged, key, "it is damaged");
    refuse(&text, key, "it is no SQLite database");
    refuse(&foreign.path().unwrap(), key, "it is no database of agent-ledger");
    refuse(
        &newer.path().unwrap(),
        key,
        "it is of a newer version: its schema is 9999",
    );
    refuse(&beside(&cli, "missing.db"), key, "there is no backup");
    refuse(&cli.database.path().unwrap(), key, "is the database itself");
    let another = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
    refuse(&good, another, "another master key");
    assert_eq!(executions(&cli, &agent), 300);
}

#[test]
fn a_backup_is_restored_where_there_is_no_database() {
    let (cli, agent) = Cli::with_agent();
    import(&cli, &agent, 0..2);
    let file = backup(&cli, "backup.db");
    fs::remove_file(cli.database.path().unwrap()).unwrap();
    let restored = restore(&cli, &file);
    assert!(restored.success && restored.answer.is_empty(), "{restored:?}");
    assert_eq!(executions(&cli, &agent), 2);
}

#[test]
fn postgres_has_its_own() {
    let cli = Cli {
        database: TestDatabase::sqlite().unwrap(),
    };
    for (command, words) in [
        ("backup", "pg_dump --format=custom"),
        ("restore", "pg_restore --clean"),
    ] {
        let ended = cli.run_elsewhere(&[command, "a.dump"], "postgres://u:s3cret@db.example/ledger");
        assert!(!ended.success && ended.said.contains(words), "{ended:?}");
        assert!(ended.said.contains("postgres://u@db.example/ledger"), "{ended:?}");
        assert!(ended.said.contains("AGENT_LEDGER_MASTER_KEY"), "{ended:?}");
    }
}

#[tokio::test]
async fn a_database_is_proved_whole() {
    let (cli, agent) = Cli::with_agent();
    import(&cli, &agent, 0..50);
    let whole = cli.run(&["doctor", "--verify"]);
    assert!(
        whole.answer.contains("the database is whole") && whole.answer.contains("50 payloads"),
        "{whole:?}"
    );
    change_sqlite(
        &cli.database,
        &[
            "UPDATE execution_counts SET executions = executions + 1 WHERE width = 3600",
            "UPDATE payloads SET payload = x'00' WHERE execution_key = (SELECT MIN(execution_key) FROM payloads)",
            "DELETE FROM payloads WHERE execution_key = (SELECT MAX(execution_key) FROM payloads)",
        ],
    )
    .await
    .unwrap();
    let broken = cli.run(&["doctor", "--verify"]);
    assert!(!broken.success, "{broken:?}");
    for words in [
        "counts of executions are wrong, those of 3600 seconds: 1",
        "executions without a payload: 1",
        "the payload of n0 cannot be opened",
    ] {
        assert!(broken.answer.contains(words), "{words}: {broken:?}");
    }
}

#[test]
fn a_mistyped_path_makes_nothing() {
    let cli = Cli::new();
    for arguments in [
        &["export", "--org", "Acme", "--agent", "agent_x"][..],
        &["key", "list", "--org", "Acme"],
        &["organization", "delete", "--org", "Acme", "--confirm", "Acme"],
        &["purge"],
        &["backup", "/tmp/never.db"],
    ] {
        let ended = cli.run(arguments);
        assert!(
            !ended.success && ended.said.contains("there is no database"),
            "{ended:?}"
        );
        assert!(names(&cli).is_empty(), "{arguments:?}");
    }
    let memory = cli.run_elsewhere(&["migrate"], "sqlite://:memory:");
    assert!(
        !memory.success && memory.said.contains("in memory keeps nothing"),
        "{memory:?}"
    );
}
