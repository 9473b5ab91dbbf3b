//! `audit`.

use crate::support::Cli;
use serde_json::Value;

#[test]
fn what_the_command_line_did_is_written_out() {
    let (cli, agent) = Cli::with_agent();
    cli.run(&["export", "--org", "Acme", "--agent", &agent]);
    let told = |arguments: &[&str]| -> Vec<String> {
        let ended = cli.run(&[&["audit", "--org", "Acme"], arguments].concat());
        assert!(ended.success && ended.said.is_empty(), "{ended:?}");
        let events = ended
            .answer
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        events
            .map(|event| {
                assert_eq!(event["actor"]["kind"], "command_line", "{event}");
                event["action"].as_str().unwrap().to_owned()
            })
            .collect()
    };
    let expected = [
        "audit.exported",
        "executions.exported",
        "agent.created",
        "member.added",
        "organization.created",
    ];
    assert_eq!(told(&[]), expected);
    assert_eq!(told(&["--action", "agent,member.added"]), expected[2..4]);
    assert_eq!(told(&["--subject", "ada@"]), ["member.added"]);
    let wrong = cli.run(&["audit", "--org", "Acme", "--action", "nonsense"]);
    assert!(
        !wrong.success && wrong.said.contains("--action must be"),
        "{wrong:?}"
    );
    let csv = cli.run(&["audit", "--org", "Acme", "--format", "csv"]);
    assert!(csv.answer.starts_with("Event ID,At,"), "{csv:?}");
}
