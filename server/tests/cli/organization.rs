//! `organization delete`.

use crate::support::Cli;
use std::fs;

#[test]
fn an_organization_is_deleted_and_another_stays() {
    let (cli, agent) = Cli::with_agent();
    cli.add_user("Globex", "noor@globex.example");
    let file = tempfile::NamedTempFile::new().unwrap();
    let line = "{\"status\":\"success\",\"executedBy\":\"a name that is found nowhere afterwards\"}\n";
    fs::write(file.path(), line.repeat(300)).unwrap();
    let path = file.path().to_str().unwrap();
    let imported = cli.run(&["import", "--org", "Acme", "--agent", &agent, path]);
    assert!(imported.success, "{imported:?}");

    let delete = |org, confirm| cli.run(&["organization", "delete", "--org", org, "--confirm", confirm]);
    let refused = delete("Acme", "acme");
    assert!(!refused.success);
    assert!(refused.said.contains("--confirm must be \"Acme\""), "{refused:?}");
    let deleted = delete("Acme", "Acme");
    assert!(deleted.success, "{deleted:?}");
    assert_eq!(deleted.answer, "300\n");
    let again = delete("Acme", "Acme");
    assert!(
        again.said.contains("there is no organization named \"Acme\""),
        "{again:?}"
    );

    let bytes = fs::read(cli.database.path().unwrap()).unwrap();
    let mark = b"a name that is found nowhere afterwards";
    assert!(!bytes.windows(mark.len()).any(|found| found == mark));
    let other = cli.run(&["agent", "create", "--org", "Globex", "--name", "Support"]);
    assert!(other.success, "{other:?}");
}
