//! Where there is no PostgreSQL it is said so, and where `CI` is set nothing is skipped.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::{Command, Output};

fn crash(ci: Option<&str>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crash"));
    command
        .args(["--binary", "/nonexistent", "--seed", "1"])
        .env_remove("AGENT_LEDGER_TEST_POSTGRES_URL")
        .env_remove("CI");
    if let Some(ci) = ci {
        command.env("CI", ci);
    }
    command.output().unwrap()
}

#[test]
fn it_is_skipped_by_name() {
    let output = crash(None);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        text.starts_with("crash: skipped on PostgreSQL, because AGENT_LEDGER_TEST_POSTGRES_URL is not set\n"),
        "{text}"
    );
}

#[test]
fn in_ci_it_fails() {
    let output = crash(Some("true"));
    assert!(!output.status.success());
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "crash: it needs PostgreSQL, and AGENT_LEDGER_TEST_POSTGRES_URL is not set\n"
    );
}
