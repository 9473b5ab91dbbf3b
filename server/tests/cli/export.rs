//! `export`.

use crate::support::Cli;
use std::fs;

const LINES: &str = r#"{"status":"success","executionId":"a","executedAt":"2025-11-18T09:45:00Z","latencyMs":1250,"inputTokens":400,"outputTokens":50,"costUSD":0.0023,"model":"gemini-1.5-pro","version":"V3","outputText":"Grüße, \"Welt\" 👋"}
{"status":"failed","executionId":"b","executedAt":"2025-11-18T09:30:00Z","source":"dashboard","errorCode":"TIMEOUT","model":"=cmd()"}
"#;
const HEADER: &str = "Execution ID,Status,Source,Executed At,Latency (ms),Tokens,Cost (USD),Model,Version";

fn imported() -> (Cli, String) {
    let (cli, agent) = Cli::with_agent();
    let ended = cli.run_with_input(&["import", "--org", "Acme", "--agent", &agent, "-"], LINES);
    assert!(ended.success, "{ended:?}");
    (cli, agent)
}

#[test]
fn csv_is_the_answer_alone() {
    let (cli, agent) = imported();
    let ended = cli.run(&["export", "--org", "Acme", "--agent", &agent]);
    assert!(ended.success && ended.said.is_empty(), "{ended:?}");
    let rows: Vec<_> = ended.answer.split("\r\n").collect();
    assert_eq!(
        rows,
        [
            HEADER,
            "a,success,api,2025-11-18T09:45:00Z,1250,450,0.0023,gemini-1.5-pro,V3",
            "b,failed,dashboard,2025-11-18T09:30:00Z,,,,'=cmd(),",
            "",
        ]
    );
}

#[test]
fn filters_are_the_lists_own() {
    let (cli, agent) = imported();
    let rows = |filter: &[&str]| {
        let ended = cli.run(&[&["export", "--org", "Acme", "--agent", &agent], filter].concat());
        assert!(ended.success, "{ended:?}");
        ended.answer.matches("\r\n").count() - 1
    };
    assert_eq!(rows(&["--status", "failed"]), 1);
    assert_eq!(rows(&["--status", "failed,success", "--source", "workflow"]), 0);
    assert_eq!(rows(&["--start-date", "2025-11-18T09:31:00Z"]), 1);
    assert_eq!(
        rows(&["--start-date", "2025-11-18", "--end-date", "2025-11-18"]),
        2
    );
    assert_eq!(rows(&["--version", "V3", "--model", "gemini-1.5-pro"]), 1);
    let wrong = cli.run(&["export", "--org", "Acme", "--agent", &agent, "--status", "done"]);
    assert!(!wrong.success && wrong.answer.is_empty(), "{wrong:?}");
    assert!(wrong.said.contains("--status must be"), "{wrong:?}");
}

#[test]
fn what_was_exported_can_be_imported() {
    let (cli, agent) = imported();
    let exported = cli.run(&["export", "--org", "Acme", "--agent", &agent, "--format", "ndjson"]);
    let (other, agent) = Cli::with_agent();
    let imported = other.run_with_input(
        &["import", "--org", "Acme", "--agent", &agent, "-"],
        &exported.answer,
    );
    assert_eq!(imported.said, "2 created, 0 unchanged, 0 conflicts, 0 invalid\n");
    let again = other.run(&["export", "--org", "Acme", "--agent", &agent, "--format", "ndjson"]);
    let without_agent = |text: &str| text.replace(&agent, "").len();
    assert_eq!(
        without_agent(&again.answer) + 2 * agent.len(),
        exported.answer.len()
    );
    assert!(
        again.answer.contains("Grüße, \\\"Welt\\\" 👋"),
        "{}",
        again.answer
    );
}

#[test]
fn a_file_takes_its_name_once_it_is_whole() {
    let (cli, agent) = imported();
    let file = cli.database.path().unwrap().with_file_name("out.csv");
    let ended = cli.run(&[
        "export",
        "--org",
        "Acme",
        "--agent",
        &agent,
        "--output",
        file.to_str().unwrap(),
    ]);
    assert!(ended.success && ended.answer.is_empty(), "{ended:?}");
    assert!(ended.said.starts_with("2 executions written"), "{ended:?}");
    assert!(fs::read_to_string(&file).unwrap().starts_with(HEADER));
    assert!(!file.with_file_name("out.csv.part").exists());
}
