//! Where the master key comes from, and changing keys.

use crate::support::{Cli, Ended, PASSWORD};
use std::path::{Path, PathBuf};
use testkit::MASTER_KEY_BASE64;

const ANOTHER_KEY: &str = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

fn configured_in(folder: &Path) -> [(&str, &str); 1] {
    [("XDG_CONFIG_HOME", folder.to_str().unwrap())]
}

fn migrate(cli: &Cli, settings: &[(&str, &str)]) -> Ended {
    cli.run_with_settings(&["migrate"], "", settings)
}

fn said_in_one_sentence(ended: &Ended, words: &[&str]) {
    assert!(!ended.success && ended.answer.is_empty(), "{ended:?}");
    assert_eq!(ended.said.lines().count(), 1, "{ended:?}");
    for word in words {
        assert!(ended.said.contains(word), "{word}: {ended:?}");
    }
}

#[test]
fn a_new_database_gets_a_key_of_its_own_and_is_lost_without_it() {
    let (cli, folder) = (Cli::new(), tempfile::tempdir().unwrap());
    let settings = configured_in(folder.path());
    let first = migrate(&cli, &settings);
    assert!(first.success && first.answer.is_empty(), "{first:?}");
    let key = only_file(&folder.path().join("agent-ledger"));
    assert!(
        first.said.contains("Back it up") && first.said.contains(key.to_str().unwrap()),
        "{first:?}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
    let again = migrate(&cli, &settings);
    assert!(again.success && !again.said.contains("Back it up"), "{again:?}");

    // A further server, on another machine.
    let elsewhere = tempfile::tempdir().unwrap();
    let refused = migrate(&cli, &configured_in(elsewhere.path()));
    said_in_one_sentence(&refused, &["encrypted", "--master-key-file", "from a backup"]);
    assert!(
        !elsewhere.path().join("agent-ledger").exists(),
        "no key is made in vain"
    );
    let refused = migrate(&cli, &[("AGENT_LEDGER_MASTER_KEY", ANOTHER_KEY)]);
    said_in_one_sentence(
        &refused,
        &[
            "another master key",
            "AGENT_LEDGER_MASTER_KEY",
            "--master-key-file",
        ],
    );
    assert!(!refused.said.contains(ANOTHER_KEY));

    let copied = ("AGENT_LEDGER_MASTER_KEY_FILE", key.to_str().unwrap());
    assert!(migrate(&cli, &[copied]).success);
    let printed = format!("cat '{}'", key.display());
    assert!(migrate(&cli, &[("AGENT_LEDGER_MASTER_KEY_COMMAND", &printed)]).success);
}

fn only_file(folder: &Path) -> PathBuf {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[test]
fn each_database_has_a_key_of_its_own_and_what_was_shared_is_still_found() {
    let (one, other, folder) = (Cli::new(), Cli::new(), tempfile::tempdir().unwrap());
    let settings = configured_in(folder.path());
    let keys = folder.path().join("agent-ledger");
    assert!(migrate(&one, &settings).success);
    // As it was once called.
    let shared = keys.join("master.key");
    std::fs::rename(only_file(&keys), &shared).unwrap();
    assert!(migrate(&one, &settings).success);
    assert!(migrate(&other, &settings).success);
    assert_eq!(std::fs::read_dir(&keys).unwrap().count(), 2);

    let new = folder.path().join("new.key");
    std::fs::write(&new, ANOTHER_KEY).unwrap();
    let rotate = [
        "encryption",
        "rotate-master",
        "--new-master-key-file",
        new.to_str().unwrap(),
    ];
    let rotated = one.run_with_settings(&rotate, "", &settings);
    assert!(
        rotated.success && rotated.said.contains("where servers find it"),
        "{rotated:?}"
    );
    std::fs::remove_file(shared).unwrap();
    assert!(migrate(&one, &settings).success);
    assert!(migrate(&other, &settings).success);

    // A database that is moved finds its key.
    let moved = one.database.path().unwrap().with_file_name("moved.db");
    std::fs::rename(one.database.path().unwrap(), &moved).unwrap();
    std::fs::rename(&moved, other.database.path().unwrap()).unwrap();
    assert!(migrate(&other, &settings).success);
}

#[test]
fn what_is_no_key_is_told_and_not_repeated() {
    let cli = Cli::new();
    let refused = migrate(&cli, &[("AGENT_LEDGER_MASTER_KEY", "not-a-key")]);
    said_in_one_sentence(&refused, &["AGENT_LEDGER_MASTER_KEY", "32 bytes"]);
    assert!(!refused.said.contains("not-a-key"));
    let refused = migrate(&cli, &[("AGENT_LEDGER_MASTER_KEY_FILE", "/nowhere/master.key")]);
    said_in_one_sentence(&refused, &["/nowhere/master.key", "openssl rand"]);
    let both = [
        ("AGENT_LEDGER_MASTER_KEY", MASTER_KEY_BASE64),
        ("AGENT_LEDGER_MASTER_KEY_COMMAND", "true"),
    ];
    said_in_one_sentence(&migrate(&cli, &both), &["more than once"]);
}

#[test]
fn the_settings_are_shown_without_secrets() {
    let settings = [
        ("AGENT_LEDGER_MASTER_KEY", MASTER_KEY_BASE64),
        ("AGENT_LEDGER_MASTER_KEY_COMMAND", "kms --token s3cret"),
        ("AGENT_LEDGER_MASTER_KEY_FILE", "/etc/master.key"),
    ];
    let shown = Cli::new().run_with_settings(&["serve", "--print-config"], "", &settings);
    for line in [
        "AGENT_LEDGER_MASTER_KEY=***",
        "AGENT_LEDGER_MASTER_KEY_COMMAND=***",
        "AGENT_LEDGER_MASTER_KEY_FILE=/etc/master.key",
    ] {
        assert!(
            shown.answer.lines().any(|shown| shown == line),
            "{line}: {shown:?}"
        );
    }
    assert!(!shown.answer.contains(MASTER_KEY_BASE64) && !shown.answer.contains("s3cret"));
}

#[test]
fn empty_variables_count_as_none() {
    let shown = Cli::new().run_with_settings(&["serve", "--print-config"], "", &[]);
    assert!(shown.success, "{shown:?}");
    let names: Vec<_> = shown
        .answer
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0))
        .filter(|name| *name != "AGENT_LEDGER_DATABASE_URL")
        .collect();
    assert!(names.len() > 20, "{names:?}");
    let empty: Vec<_> = names.iter().map(|name| (*name, "")).collect();
    let again = Cli::new().run_with_settings(&["serve", "--print-config"], "", &empty);
    let without_database = |answer: &str| {
        let mut lines: Vec<_> = answer.lines().map(str::to_owned).collect();
        lines.retain(|line| !line.starts_with("AGENT_LEDGER_DATABASE_URL"));
        lines
    };
    assert_eq!(
        without_database(&again.answer),
        without_database(&shown.answer),
        "{again:?}"
    );
}

#[test]
fn both_kinds_of_keys_are_changed() {
    let (cli, agent) = Cli::with_agent();
    let line = r#"{"executionId": "exec_a", "status": "success", "outputText": "text"}"#;
    let import = ["import", "--org", "Acme", "--agent", &agent, "-"];
    assert!(cli.run_with_input(&import, line).success);
    let rotated = cli.run(&["encryption", "rotate", "--org", "Acme"]);
    assert!(rotated.success, "{rotated:?}");
    assert_eq!(rotated.answer, "2\n");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("new.key");
    let rotate_master = [
        "encryption",
        "rotate-master",
        "--new-master-key-file",
        file.to_str().unwrap(),
    ];
    said_in_one_sentence(&cli.run(&rotate_master), &["new.key", "openssl rand"]);
    std::fs::write(&file, ANOTHER_KEY).unwrap();
    let rotated = cli.run(&rotate_master);
    assert!(rotated.success && rotated.answer.is_empty(), "{rotated:?}");

    let export = ["export", "--org", "Acme", "--agent", &agent, "--format", "ndjson"];
    said_in_one_sentence(&cli.run(&export), &["another master key"]);
    let new = [("AGENT_LEDGER_MASTER_KEY_FILE", file.to_str().unwrap())];
    let exported = cli.run_with_settings(&export, "", &new);
    assert!(
        exported.success && exported.answer.contains(r#""outputText":"text""#),
        "{exported:?}"
    );
    let add = [
        "user",
        "add",
        "--org",
        "Other",
        "--email",
        "ben@other.example",
        "--role",
        "owner",
        "--password-stdin",
    ];
    assert!(
        cli.run_with_settings(&add, PASSWORD, &new).success,
        "new organizations as well"
    );
}
