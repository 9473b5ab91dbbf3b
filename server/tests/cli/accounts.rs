//! `user add`, `agent create`, `key create`, `migrate`.

use crate::support::Cli;
use domain::ApiKeyToken;
use store::Store;

#[tokio::test]
async fn a_person_can_sign_in_with_the_password_that_was_piped_in() {
    let cli = Cli::new();
    let added = cli.add_user("Acme", "Ada@Acme.example");
    assert!(added.success && added.said.is_empty(), "{added:?}");
    assert!(added.answer.starts_with("user_"), "{added:?}");
    let store = Store::open(&cli.database.url, testkit::MASTER_KEY).await.unwrap();
    let known = store.credentials("ada@acme.example").await.unwrap().unwrap();
    assert_eq!(added.answer, format!("{}\n", known.user.id));
    let known =
        server::auth::password::verify_aside("correct horse battery".into(), Some(known.password_hash));
    assert!(known.await);
}

#[test]
fn a_wrong_person_is_refused_and_nothing_is_answered() {
    let cli = Cli::new();
    assert!(cli.add_user("Acme", "ada@acme.example").success);
    for (arguments, input, why) in [
        (
            ["--email", "ada@acme.example", "--role", "member"],
            "another horse battery",
            "taken",
        ),
        (
            ["--email", "bob@acme.example", "--role", "member"],
            "short",
            "12 characters",
        ),
        (
            ["--email", "nobody", "--role", "member"],
            "correct horse battery",
            "nobody",
        ),
        (
            ["--email", "bob@acme.example", "--role", "king"],
            "correct horse battery",
            "viewer",
        ),
    ] {
        let arguments = [
            &["user", "add", "--org", "Acme", "--password-stdin"],
            &arguments[..],
        ]
        .concat();
        let ended = cli.run_with_input(&arguments, input);
        assert!(!ended.success && ended.answer.is_empty(), "{ended:?}");
        assert!(ended.said.contains(why), "{why}: {ended:?}");
        assert!(!ended.said.contains("horse"), "the password is told: {ended:?}");
    }
}

#[tokio::test]
async fn a_key_is_printed_once_and_works() {
    let (cli, _) = Cli::with_agent();
    let ended = cli.run(&[
        "key",
        "create",
        "--org",
        "Acme",
        "--name",
        "CI",
        "--scopes",
        "record,read",
    ]);
    assert!(ended.success && ended.said.is_empty(), "{ended:?}");
    let key = ended.answer.strip_suffix('\n').unwrap();
    let token: ApiKeyToken = key.parse().unwrap();
    assert!(
        key.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    );
    let store = Store::open(&cli.database.url, testkit::MASTER_KEY).await.unwrap();
    let (_, key) = store.authenticate(&token).await.unwrap().unwrap();
    assert_eq!(
        (key.name.as_str(), key.scopes.to_string().as_str()),
        ("CI", "record,read")
    );
}

#[test]
fn only_user_add_makes_an_organization() {
    let cli = Cli::new();
    for arguments in [
        &["agent", "create", "--org", "Acme", "--name", "Support"][..],
        &[
            "key", "create", "--org", "Acme", "--name", "CI", "--scopes", "read",
        ],
        &["import", "--org", "Acme", "--agent", "agent_a", "-"],
        &["export", "--org", "Acme", "--agent", "agent_a"],
    ] {
        let ended = cli.run(arguments);
        assert!(!ended.success && ended.answer.is_empty(), "{ended:?}");
        assert!(ended.said.contains("user add"), "{ended:?}");
    }
}

#[test]
fn migrating_answers_nothing_and_may_be_repeated() {
    let cli = Cli::new();
    for _ in 0..2 {
        let ended = cli.run(&["migrate"]);
        assert!(ended.success && ended.answer.is_empty(), "{ended:?}");
        assert!(ended.said.contains("up to date"), "{ended:?}");
    }
}
