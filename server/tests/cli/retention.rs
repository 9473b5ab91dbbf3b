//! `retention`, `purge`, `erase`.

use crate::support::Cli;
use chrono::{TimeDelta, Utc};
use domain::time::rfc3339;

/// Lines of an import: executions that began these numbers of days ago.
fn aged(days: &[i64]) -> String {
    let lines = days.iter().map(|days| {
        let at = rfc3339(Utc::now() - TimeDelta::days(*days));
        format!(
            r#"{{"executionId":"exec_{days}","status":"success","executedAt":"{at}","executedBy":"mira"}}"#
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn import(cli: &Cli, agent: &str, lines: &str) -> String {
    let ended = cli.run_with_input(&["import", "--org", "Acme", "--agent", agent, "-"], lines);
    assert!(ended.success, "{ended:?}");
    ended.said
}

#[test]
fn how_long_executions_are_kept_is_told_and_set() {
    let (cli, agent) = Cli::with_agent();
    let told = |arguments: &[&str]| {
        let ended = cli.run(&[&["retention", "--org", "Acme"], arguments].concat());
        assert!(ended.success && ended.said.is_empty(), "{ended:?}");
        ended.answer.trim_end().to_owned()
    };
    assert_eq!(told(&[]), "none");
    assert_eq!(told(&["--plan", "enterprise", "--days", "400"]), "enterprise 400");
    assert_eq!(told(&["--plan", "standard"]), "standard 90");
    assert_eq!(told(&["--agent", &agent]), "90");
    assert_eq!(told(&["--agent", &agent, "--days", "7"]), "7");
    assert_eq!(told(&["--agent", &agent, "--days", "0"]), "90");
    assert_eq!(told(&["--plan", "none"]), "none");
    for (wrong, why) in [
        (&["--plan", "gold"][..], "--plan must be one of"),
        (&["--plan", "enterprise"], "--days must be 365"),
        (&["--days", "10"], "--agent"),
        (&["--agent", &agent, "--plan", "pro"], "--plan"),
    ] {
        let ended = cli.run(&[&["retention", "--org", "Acme"], wrong].concat());
        assert!(!ended.success && ended.said.contains(why), "{why}: {ended:?}");
    }
}

#[test]
fn a_dry_run_tells_what_a_purge_then_does() {
    let (cli, agent) = Cli::with_agent();
    let lines = aged(&[1, 89, 91, 200]);
    import(&cli, &agent, &lines);
    assert_eq!(cli.run(&["purge"]).answer, "0\n", "everything is kept");
    cli.run(&["retention", "--org", "Acme", "--plan", "standard"]);
    let told = cli.run(&["purge", "--dry-run"]);
    let oldest = rfc3339(Utc::now() - TimeDelta::days(200));
    let line = told.answer.trim_end();
    assert!(
        line.starts_with(&format!("Acme\t{agent}\t90\t2\t{}", &oldest[..10])),
        "{line}"
    );
    assert_eq!(told.said, "2 executions would go\n");
    assert_eq!(cli.run(&["purge", "--org", "Acme"]).answer, "2\n");
    assert_eq!(cli.run(&["purge", "--dry-run"]).answer, "");
    assert_eq!(
        import(&cli, &agent, &lines),
        "0 created, 2 unchanged, 0 conflicts, 0 invalid, 2 older than they are kept\n"
    );
}

#[test]
fn what_is_erased_does_not_come_back() {
    let (cli, agent) = Cli::with_agent();
    import(&cli, &agent, &aged(&[1, 2, 3]));
    let erase = |arguments: &[&str]| cli.run(&[&["erase", "--org", "Acme"], arguments].concat());
    let one = ["--agent", &agent, "--execution", "exec_1"];
    assert_eq!(erase(&[&one[..], &["--dry-run"]].concat()).answer, "1\n");
    assert_eq!(erase(&one).answer, "1\n");
    let again = erase(&one);
    assert!(
        !again.success && again.said.contains("no such execution"),
        "{again:?}"
    );
    let told = erase(&["--executed-by", "mira", "--dry-run"]);
    assert_eq!(told.answer, "2\n");
    assert!(told.said.contains("2 executions of Support"), "{told:?}");
    assert_eq!(erase(&["--executed-by", "mira"]).answer, "2\n");
    assert_eq!(
        import(&cli, &agent, &aged(&[1, 2, 3, 4])),
        "1 created, 0 unchanged, 0 conflicts, 0 invalid, 3 erased before\n"
    );
    assert_eq!(erase(&["--agent", &agent, "--dry-run"]).answer, "1\n");
    assert_eq!(erase(&["--agent", &agent]).answer, "1\n");
    for wrong in [
        &[][..],
        &["--agent", &agent, "--executed-by", "mira"],
        &["--execution", "exec_1"],
    ] {
        assert!(!erase(wrong).success, "{wrong:?}");
    }
}
