//! What the doctor finds.

use crate::{listen::Pair, support::Cli};
use serde_json::Value;
use std::{path::Path, process::Command};
use testkit::{MASTER_KEY, MASTER_KEY_BASE64, TestDatabase};

/// Runs it with these flags and settings; whether it was content, and its findings as `check severity says`.
fn doctor(cli: &Cli, flags: &[&str], settings: &[(&str, &str)]) -> (bool, Vec<String>) {
    let ended = cli.run_with_settings(&[&["doctor", "--json"], flags].concat(), "", settings);
    let answer: Value = serde_json::from_str(&ended.answer).unwrap();
    let findings = answer["findings"].as_array().unwrap().iter().map(|finding| {
        let text = |name: &str| finding[name].as_str().unwrap().to_owned();
        assert_eq!(finding["remedy"].is_null(), text("severity") == "ok", "{finding}");
        format!("{} {} {}", text("check"), text("severity"), text("says"))
    });
    (ended.success, findings.collect())
}

fn found(findings: &[String], beginning: &str, words: &str) {
    assert!(
        findings
            .iter()
            .any(|finding| finding.starts_with(beginning) && finding.contains(words)),
        "{beginning} … {words}: {findings:#?}"
    );
}

const KEY: [(&str, &str); 1] = [("AGENT_LEDGER_MASTER_KEY", MASTER_KEY_BASE64)];

#[test]
fn a_healthy_installation_has_nothing_worse_than_notes() {
    let (cli, _) = Cli::with_agent();
    #[cfg(unix)]
    {
        let file = cli.database.path().unwrap();
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        std::fs::set_permissions(file.parent().unwrap(), private).unwrap();
    }
    // New organizations owe nothing; a plan that has run is what it should be.
    assert!(
        cli.run(&["retention", "--org", "Acme", "--plan", "standard"])
            .success
    );
    assert!(cli.run(&["purge"]).success);
    let pair = Pair::fresh();
    let (certificate, key) = (pair.certificate.to_str().unwrap(), pair.key.to_str().unwrap());
    let flags = [
        "--addr",
        "0.0.0.0:3000",
        "--tls-cert",
        certificate,
        "--tls-key",
        key,
    ];
    let (is_content, findings) = doctor(&cli, &flags, &KEY);
    found(&findings, "tls ok", "valid until");
    found(&findings, "version ok", "of this program's version");
    found(&findings, "retention ok", "standard");
    found(&findings, "encryption ok", "Acme");
    found(&findings, "owners note", "one owner alone");
    found(&findings, "tasks ok", "no background task");
    found(&findings, "backup note", "no backup is known");
    found(
        &findings,
        "master_key ok",
        "AGENT_LEDGER_MASTER_KEY opens the database",
    );
    let is_disk_full = findings
        .iter()
        .any(|finding| finding.starts_with("disk_space") && !finding.contains(" ok "));
    assert_eq!(is_content, !is_disk_full, "{findings:#?}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_sick_installation_is_told_what_ails_it() {
    use std::os::unix::fs::PermissionsExt;
    let (cli, _) = Cli::with_agent();
    let file = cli.database.path().unwrap();
    let folder = file.parent().unwrap();
    let key_file = folder.join("master.key");
    std::fs::write(&key_file, MASTER_KEY_BASE64).unwrap();
    let allow = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    allow(&key_file, 0o644);
    allow(&file, 0o644);
    allow(folder, 0o755);
    assert!(
        cli.run(&[
            "key", "create", "--org", "Acme", "--name", "Old", "--scopes", "admin"
        ])
        .success
    );
    assert!(cli.run(&["encryption", "rotate", "--org", "Acme"]).success);
    change(
        &cli.database,
        &[
            "UPDATE api_keys SET created_at = 0",
            "UPDATE organizations SET retention_plan = 'standard'",
            "INSERT INTO retention_runs (organization_id, last_succeeded_at, last_removed, removed) VALUES (1, 0, 0, 0)",
            "INSERT INTO organizations (organization_id, name, time_zone, created_at)
             SELECT 2, 'Acme Robotics (demo)', time_zone, created_at FROM organizations",
            "INSERT INTO retention_runs (organization_id, last_removed, removed, failed_at, failure)
             VALUES (2, 0, 0, 1, 'the database is locked')",
        ],
    )
    .await;
    let flags = [
        "--addr",
        "0.0.0.0:3000",
        "--plain-http",
        "--trusted-proxy",
        "0.0.0.0/0",
    ];
    let settings = [("AGENT_LEDGER_MASTER_KEY_FILE", key_file.to_str().unwrap())];
    let (is_content, findings) = doctor(&cli, &flags, &settings);
    assert!(!is_content);
    found(&findings, "tls warning", "plain HTTP is spoken on 0.0.0.0:3000");
    found(&findings, "trusted_proxies problem", "everybody");
    found(&findings, "master_key problem", "others than its owner");
    found(&findings, "master_key warning", "beside the database");
    found(&findings, "database_file warning", "every user of this machine");
    found(&findings, "retention warning", "were last deleted at 1970-01-01");
    found(&findings, "retention warning", "the database is locked");
    found(&findings, "encryption warning", "\"Acme\"");
    found(&findings, "api_keys note", "never end: 1");
    found(&findings, "api_keys warning", "never used: 1");
    found(&findings, "owners problem", "nobody owns");
    found(&findings, "demo warning", "the demo");
    allow(folder, 0o700);

    let spoken = cli.run_with_settings(&["doctor"], "", &settings);
    assert!(
        spoken.answer.contains("problem  others than its owner"),
        "{spoken:?}"
    );
    assert!(spoken.answer.contains("→ chmod 600 "), "{spoken:?}");
    assert!(spoken.said.starts_with("agent-ledger: problems: "), "{spoken:?}");
}

#[tokio::test]
async fn proxies_that_nobody_believed_are_told_with_their_flag() {
    let (cli, _) = Cli::with_agent();
    change(
        &cli.database,
        &[
            "INSERT INTO installation_notes (kind, subject, noted_at)
             VALUES ('untrusted_proxy', '10.0.0.5', (unixepoch() - 6 * 86400) * 1000000)",
            "INSERT INTO installation_notes (kind, subject, noted_at)
             VALUES ('untrusted_proxy', '2001:db8::5', unixepoch() * 1000000)",
            "INSERT INTO installation_notes (kind, subject, noted_at)
             VALUES ('untrusted_proxy', '10.0.0.6', (unixepoch() - 8 * 86400) * 1000000)",
        ],
    )
    .await;
    let told = |flags: &[&str]| {
        let (_, findings) = doctor(&cli, flags, &KEY);
        let proxies = findings
            .into_iter()
            .filter(|finding| finding.starts_with("trusted_proxies"));
        proxies.collect::<Vec<_>>()
    };
    let findings = told(&[]);
    assert_eq!(findings.len(), 2, "{findings:#?}");
    found(&findings, "trusted_proxies warning", "10.0.0.5");
    found(&findings, "trusted_proxies warning", "2001:db8::5");
    let spoken = cli.run(&["doctor"]);
    assert!(spoken.answer.contains("--trusted-proxy 10.0.0.5"), "{spoken:?}");
    let findings = told(&["--trusted-proxy", "10.0.0.0/8,2001:db8::5"]);
    assert!(findings.is_empty(), "{findings:#?}");
}

#[tokio::test]
async fn tasks_of_the_installation_that_do_not_go_on_are_told_with_what_helps() {
    let (cli, _) = Cli::with_agent();
    change(
        &cli.database,
        &[
            "INSERT INTO tasks (task_id, kind, organization_id, created_at, run_after, attempts, done, failure, outcome, ended_at)
             VALUES
                 ('task_1', 'send_password_reset', NULL, 0, 9000000000000000, 3, 0, 'mail_server_unavailable', NULL, NULL),
                 ('task_2', 'send_password_reset', NULL, 0, 9000000000000000, 1, 0, 'mail_server_unavailable', NULL, NULL),
                 ('task_3', 'send_password_reset', NULL, 0, 0, 33, 0, 'mail_refused', 'failed', unixepoch() * 1000000),
                 ('task_4', 'remove_organization', NULL, 0, 0, 1, 0, 'internal', 'failed', unixepoch() * 1000000),
                 ('task_5', 'abandon', NULL, 0, 0, 0, 0, NULL, NULL, NULL),
                 ('task_6', 'purge', NULL, 0, 9000000000000000, 0, 0, NULL, NULL, NULL),
                 ('task_7', 'erase_person', 1, 0, 0, 1, 0, 'internal', 'failed', unixepoch() * 1000000)",
        ],
    )
    .await;
    let (is_content, findings) = doctor(&cli, &[], &KEY);
    assert!(!is_content);
    let told = findings.iter().filter(|finding| finding.starts_with("tasks "));
    assert_eq!(told.count(), 4, "{findings:#?}");
    found(
        &findings,
        "tasks warning sending a link to another password (2 times)",
        "cannot be reached",
    );
    found(
        &findings,
        "tasks note sending a link to another password failed",
        "not tried again",
    );
    found(
        &findings,
        "tasks warning removing a deleted organization",
        "not tried again",
    );
    found(
        &findings,
        "tasks warning giving up silent executions",
        "no server has begun it",
    );
    let spoken = cli.run(&["doctor"]);
    assert!(
        spoken
            .answer
            .contains("→ see that the mail server of --smtp-url answers"),
        "{spoken:?}"
    );
    assert!(
        spoken.answer.contains("→ start the server; if it runs,"),
        "{spoken:?}"
    );
}

/// Changes a database behind the program's back.
async fn change(database: &TestDatabase, statements: &[&'static str]) {
    testkit::change_sqlite(database, statements).await.unwrap();
}

#[tokio::test]
async fn other_versions_are_told_and_left_as_they_are() {
    let (cli, _) = Cli::with_agent();
    change(&cli.database, &["DELETE FROM _sqlx_migrations WHERE version > 3"]).await;
    for _ in 0..2 {
        let (is_content, findings) = doctor(&cli, &[], &KEY);
        assert!(!is_content);
        found(&findings, "version warning", "its schema is 3");
    }
    change(
        &cli.database,
        &["UPDATE _sqlx_migrations SET version = 9999 WHERE version = 3"],
    )
    .await;
    let (_, findings) = doctor(&cli, &[], &KEY);
    found(&findings, "version problem", "is old");
}

#[test]
fn what_is_not_there_is_not_made() {
    let cli = Cli::new();
    let (_, findings) = doctor(&cli, &[], &KEY);
    found(&findings, "version note", "there is no database");
    assert!(!cli.database.path().unwrap().exists());
    let unreachable = Command::new(env!("CARGO_BIN_EXE_agent-ledger"))
        .args([
            "doctor",
            "--database-url",
            "postgres://ledger:s3cret@127.0.0.1:1/ledger",
        ])
        .env("AGENT_LEDGER_MASTER_KEY", MASTER_KEY_BASE64)
        .output()
        .unwrap();
    let said = String::from_utf8(unreachable.stdout).unwrap();
    assert!(
        !unreachable.status.success() && said.contains("cannot be read"),
        "{said}"
    );
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn a_master_key_is_tried_on_the_database() {
    let cli = Cli::new();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("another.key");
    let (path, home) = (file.to_str().unwrap(), folder.path().to_str().unwrap());
    std::fs::write(&file, [7; 32]).unwrap();
    let another = [("AGENT_LEDGER_MASTER_KEY_FILE", path)];
    let none = [("XDG_CONFIG_HOME", home)];

    // Nothing is there to be tried, then a database that has no key of its own yet.
    found(
        &doctor(&cli, &[], &none).1,
        "master_key note",
        "the first start makes one",
    );
    found(&doctor(&cli, &[], &another).1, "master_key ok", "can be read");
    assert!(cli.add_user("Acme", "ada@acme.example").success);
    found(&doctor(&cli, &[], &KEY).1, "master_key ok", "opens the database");

    let wrong = doctor(&cli, &[], &another);
    found(
        &wrong.1,
        "master_key problem",
        "another.key does not open the database",
    );
    let missing = doctor(&cli, &[], &none);
    found(&missing.1, "master_key problem", "no master key is given");
    let unreadable = doctor(&cli, &[], &[("AGENT_LEDGER_MASTER_KEY", "s3cret")]);
    found(&unreadable.1, "master_key problem", "is no master key");
    let twice = doctor(&cli, &[], &[KEY[0], another[0]]);
    found(&twice.1, "master_key problem", "named more than once");
    for (is_content, findings) in [wrong, missing, unreadable, twice] {
        assert!(!is_content);
        assert!(
            !findings.iter().any(|finding| finding.contains("s3cret")),
            "{findings:#?}"
        );
        // The rest is looked at all the same.
        found(&findings, "owners note", "Acme");
    }
    assert!(!folder.path().join("agent-ledger").exists(), "nothing is made");
}

/// On a file system of its own, in a name space of its own, which some systems allow nobody.
#[cfg(target_os = "linux")]
#[test]
fn little_space_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let on = |size: &str, arguments: &[&str]| {
        let script = "mount -t tmpfs -o size=$1 none \"$0\" && shift && exec \"$@\"";
        Command::new("unshare")
            .args(["--map-root-user", "--mount", "sh", "-c", script, path, size])
            .args(arguments)
            .env("AGENT_LEDGER_MASTER_KEY", MASTER_KEY_BASE64)
            .output()
    };
    if !on("1m", &["true"]).is_ok_and(|tried| tried.status.success()) {
        eprintln!("skipped: little_space_is_told, because this system lets nobody mount a file system");
        return;
    }
    let url = format!("sqlite://{path}/ledger.db");
    let doctor = [
        env!("CARGO_BIN_EXE_agent-ledger"),
        "doctor",
        "--json",
        "--database-url",
        &url,
    ];
    for (size, severity, is_content) in [
        ("50m", "problem", false),
        ("500m", "warning", false),
        ("2g", "ok", true),
    ] {
        let ended = on(size, &doctor).unwrap();
        let answer: Value = serde_json::from_slice(&ended.stdout).unwrap();
        let findings = answer["findings"].as_array().unwrap();
        let space = findings
            .iter()
            .find(|finding| finding["check"] == "disk_space")
            .unwrap();
        assert_eq!(space["severity"], severity, "{size}: {space}");
        assert_eq!(ended.status.success(), is_content, "{size}: {answer:#}");
    }
}

#[test]
fn certificates_are_judged_by_their_time() {
    let (cli, pair) = (Cli::new(), Pair::fresh());
    let (certificate, key) = (pair.certificate.to_str().unwrap(), pair.key.to_str().unwrap());
    let flags = ["--tls-cert", certificate, "--tls-key", key];
    let today = chrono::Utc::now().date_naive();
    for (from, until, told) in [
        (-30, -1, "tls problem the TLS certificate has expired"),
        (-30, 7, "tls warning"),
        (7, 30, "tls problem"),
    ] {
        use chrono::Datelike;
        let date = |days| {
            let day = today + chrono::Duration::days(days);
            rcgen::date_time_ymd(day.year(), day.month() as u8, day.day() as u8)
        };
        let made = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date(from), date(until));
        std::fs::write(certificate, params.self_signed(&made).unwrap().pem()).unwrap();
        std::fs::write(key, made.serialize_pem()).unwrap();
        found(&doctor(&cli, &flags, &KEY).1, told, "");
    }
    std::fs::remove_file(key).unwrap();
    found(&doctor(&cli, &flags, &KEY).1, "tls problem", "--tls-key");
}

#[tokio::test]
async fn a_postgres_is_looked_at_as_it_is() {
    let Some(database) = TestDatabase::postgres("a_postgres_is_looked_at_as_it_is")
        .await
        .unwrap()
    else {
        return;
    };
    let cli = Cli { database };
    let (_, findings) = doctor(&cli, &[], &KEY);
    found(&findings, "version note", "the database is empty");
    found(&findings, "clock ok", "");
    found(&findings, "database_connection", "");
    let store = store::Store::open(&cli.database.url, MASTER_KEY).await.unwrap();
    store
        .ensure_organization("Acme", chrono::Utc::now())
        .await
        .unwrap();
    store.close().await;
    let (_, findings) = doctor(&cli, &[], &KEY);
    found(&findings, "version ok", "");
    found(&findings, "retention note", "keeps every execution for ever");
    found(&findings, "owners problem", "nobody owns");
}

#[tokio::test]
async fn clocks_that_are_apart_are_told() {
    let Some(database) = TestDatabase::postgres("clocks_that_are_apart_are_told")
        .await
        .unwrap()
    else {
        return;
    };
    let cli = Cli { database };
    // A clock that comes before the database's own.
    let clock = [
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
             AS $$ SELECT pg_catalog.clock_timestamp() - interval '1 hour' $$",
        "DO $$ BEGIN
             EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', current_database());
         END $$",
    ];
    testkit::change_postgres(&cli.database, &clock).await.unwrap();
    let (is_content, findings) = doctor(&cli, &[], &KEY);
    assert!(!is_content);
    let apart = findings.iter().find_map(|finding| {
        finding.strip_prefix("clock warning this machine's clock and the database's are ")
    });
    let seconds = apart.and_then(|apart| apart.split(' ').next()?.parse::<u32>().ok());
    assert!(
        seconds.is_some_and(|seconds| seconds.abs_diff(3_600) < 60),
        "{findings:#?}"
    );
}
