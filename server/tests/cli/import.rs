//! `import`.

use crate::support::{Cli, Ended};
use std::fs;

fn import(cli: &Cli, agent: &str, lines: &str) -> Ended {
    cli.run_with_input(&["import", "--org", "Acme", "--agent", agent, "-"], lines)
}

#[test]
fn a_repeated_import_records_nothing_twice() {
    let (cli, agent) = Cli::with_agent();
    let lines = "{\"status\":\"success\",\"executionId\":\"a\"}\r\n\r\n\
                 {\"status\":\"failed\",\"errorCode\":\"TIMEOUT\"}\n{\"status\":\"failed\",\"errorCode\":\"TIMEOUT\"}";
    let first = import(&cli, &agent, lines);
    assert!(first.success && first.answer.is_empty(), "{first:?}");
    assert_eq!(first.said, "3 created, 0 unchanged, 0 conflicts, 0 invalid\n");
    let second = import(&cli, &agent, lines);
    assert!(second.success, "{second:?}");
    assert_eq!(second.said, "0 created, 3 unchanged, 0 conflicts, 0 invalid\n");
}

#[test]
fn wrong_lines_are_named_and_the_rest_is_recorded() {
    let (cli, agent) = Cli::with_agent();
    let lines = "{\"status\":\"success\",\"executionId\":\"a\"}\nnot json\n{\"status\":\"done\",\"latencyMs\":-1}\n\
                 {\"status\":\"failed\",\"executionId\":\"a\"}\n{\"status\":\"success\",\"executionId\":\"b\"}\n";
    let ended = import(&cli, &agent, lines);
    assert!(!ended.success, "{ended:?}");
    for expected in [
        "line 2: is not JSON",
        "line 3: status must be one of",
        "latencyMs must be",
        "line 4: a is there already",
        "2 created, 0 unchanged, 1 conflicts, 2 invalid",
        "3 lines were not recorded",
    ] {
        assert!(ended.said.contains(expected), "{expected}: {}", ended.said);
    }
}

#[test]
fn a_run_that_begins_and_ends_in_the_file_can_be_imported_again() {
    let (cli, agent) = Cli::with_agent();
    let lines = "{\"status\":\"running\",\"executionId\":\"a\",\"executedAt\":\"2025-11-18T09:45:00Z\"}\n\
                 {\"status\":\"success\",\"executionId\":\"a\",\"latencyMs\":5}\n";
    assert_eq!(
        import(&cli, &agent, lines).said,
        "1 created, 1 finished, 0 unchanged, 0 conflicts, 0 invalid\n"
    );
    assert_eq!(
        import(&cli, &agent, lines).said,
        "0 created, 2 unchanged, 0 conflicts, 0 invalid\n"
    );
    let another = "{\"status\":\"failed\",\"executionId\":\"a\",\"executedAt\":\"2025-11-18T10:00:00Z\"}";
    assert!(import(&cli, &agent, another).said.contains("1 conflicts"));
}

#[test]
fn many_batches_from_a_file() {
    let (cli, agent) = Cli::with_agent();
    let file = cli.database.path().unwrap().with_file_name("many.ndjson");
    let lines: String = (0..2_345)
        .map(|number| format!("{{\"status\":\"success\",\"executionId\":\"n{number}\"}}\n"))
        .collect();
    fs::write(&file, lines).unwrap();
    let ended = cli.run(&[
        "import",
        "--org",
        "Acme",
        "--agent",
        &agent,
        file.to_str().unwrap(),
    ]);
    assert_eq!(ended.said, "2345 created, 0 unchanged, 0 conflicts, 0 invalid\n");
}

#[test]
fn what_cannot_be_read_or_found_is_named() {
    let (cli, agent) = Cli::with_agent();
    for (agent, file, why) in [
        (agent.as_str(), "/nowhere/lines.ndjson", "/nowhere/lines.ndjson"),
        ("agent_unknown", "-", "no such agent"),
    ] {
        let ended = cli.run(&["import", "--org", "Acme", "--agent", agent, file]);
        assert!(!ended.success && ended.said.contains(why), "{ended:?}");
    }
}

#[test]
fn an_array_is_imported_item_by_item_and_a_rehearsal_records_nothing() {
    let (cli, agent) = Cli::with_agent();
    let array = "[{\"status\":\"success\",\"executionId\":\"a\"},\n{\"status\":\"done\"}]";
    let arguments = ["import", "--org", "Acme", "--agent", &agent, "--dry-run", "-"];
    let rehearsed = cli.run_with_input(&arguments, array);
    assert!(!rehearsed.success, "{rehearsed:?}");
    for said in [
        "item 2: status must be one of",
        "1 could be recorded, 1 invalid; nothing was recorded",
    ] {
        assert!(rehearsed.said.contains(said), "{said}: {rehearsed:?}");
    }
    let imported = import(&cli, &agent, array);
    assert!(imported.said.contains("1 created"), "{imported:?}");
    assert!(
        imported.said.contains("1 items were not recorded"),
        "{imported:?}"
    );
}

#[test]
fn an_import_of_which_nothing_is_kept_fails_and_says_why() {
    let (cli, agent) = Cli::with_agent();
    assert!(
        cli.run(&["retention", "--org", "Acme", "--plan", "standard"])
            .success
    );
    let old = "{\"status\":\"success\",\"executionId\":\"a\",\"executedAt\":\"2020-01-01T00:00:00Z\"}";
    let ended = import(&cli, &agent, old);
    assert!(
        !ended.success && ended.said.contains("agent-ledger retention --org \"Acme\""),
        "{ended:?}"
    );
    let new = format!("{old}\n{{\"status\":\"success\",\"executionId\":\"b\"}}");
    assert!(import(&cli, &agent, &new).success);
    let csv = import(&cli, &agent, "Execution ID,Status\na,success\n");
    assert!(!csv.success && csv.said.contains("looks like CSV"), "{csv:?}");
}
