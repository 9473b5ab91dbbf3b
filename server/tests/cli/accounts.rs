//! `user add`, `user reset-password`, `agent create`, `key create`, `migrate`.

use crate::support::Cli;
use domain::ApiKeyToken;
use service::{Service, Visitor};
use store::{KeyCheck, Store};

#[tokio::test]
async fn a_person_can_sign_in_with_the_password_that_was_piped_in() {
    let cli = Cli::new();
    let added = cli.add_user("Acme", "Ada@Acme.example");
    assert!(added.success && added.said.is_empty(), "{added:?}");
    assert!(added.answer.starts_with("user_"), "{added:?}");
    let store = Store::open(&cli.database.url, testkit::MASTER_KEY).await.unwrap();
    let known = store.credentials("ada@acme.example").await.unwrap().unwrap();
    assert_eq!(added.answer, format!("{}\n", known.user.id));
    let signed_in = Service::new(store, None)
        .sign_in(
            &Visitor::default(),
            "ada@acme.example",
            "correct horse battery".into(),
        )
        .await;
    assert!(signed_in.is_ok());
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
    // Of a name that is mistyped no organization is left without anybody in it.
    assert!(!cli.add_user("Acmee", "ada@acme.example").success);
    let listed = cli.run(&["key", "list", "--org", "Acmee"]);
    assert!(
        listed.said.contains("there is no organization named \"Acmee\""),
        "{listed:?}"
    );
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
    let KeyCheck::Valid(_, key) = store.authenticate(&token, chrono::Utc::now()).await.unwrap() else {
        panic!("the key does not work");
    };
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

#[test]
fn a_key_is_bounded_listed_rotated_and_revoked() {
    let (cli, agent) = Cli::with_agent();
    let of_acme = |arguments: &[&str]| cli.run(&[&["key"], arguments, &["--org", "Acme"]].concat());
    let made = of_acme(&[
        "create",
        "--name",
        "CI",
        "--scopes",
        "read",
        "--agents",
        &agent,
        "--expires",
        "90d",
        "--requests-per-minute",
        "60",
        "--monthly-budget",
        "2.50",
    ]);
    assert!(made.success, "{made:?}");
    let token: ApiKeyToken = made.answer.trim_end().parse().unwrap();
    let id = token.public.as_str();

    let row = || {
        let listed = of_acme(&["list"]);
        assert!(
            listed.success && !listed.answer.contains(&token.secret),
            "{listed:?}"
        );
        let lines: Vec<_> = listed.answer.lines().map(str::to_owned).collect();
        assert!(
            lines.len() == 2 && lines[0].starts_with("id\tname\tscopes"),
            "{lines:?}"
        );
        lines[1].split('\t').map(str::to_owned).collect::<Vec<_>>()
    };
    let listed = row();
    assert_eq!(listed[..5], [id, "CI", "read", &agent, "60"]);
    assert_eq!((listed[7].as_str(), listed[9].as_str()), ("", "active"));
    assert_eq!(listed[10..], ["2.5", "0"]);

    let rotated = of_acme(&["rotate", id, "--grace-hours", "0"]);
    let new: ApiKeyToken = rotated.answer.trim_end().parse().unwrap();
    assert!(new.public == token.public && new.secret != token.secret);
    let revoked = of_acme(&["revoke", id]);
    assert_eq!(revoked.answer, format!("{id}\n"));
    assert_eq!(row()[9], "revoked");
    let late = of_acme(&["rotate", id]);
    assert!(!late.success && late.said.contains("revoked"), "{late:?}");
}

#[test]
fn a_wrong_limit_is_told_by_its_flag() {
    let (cli, _) = Cli::with_agent();
    for (flag, value) in [
        ("--agents", "agent_none"),
        ("--expires", "yesterday"),
        ("--expires", "2020-01-01"),
        ("--requests-per-minute", "0"),
        ("--monthly-budget", "much"),
        ("--monthly-budget", "1000001"),
    ] {
        let arguments = [
            "key", "create", "--org", "Acme", "--name", "CI", "--scopes", "read", flag, value,
        ];
        let ended = cli.run(&arguments);
        assert!(!ended.success && ended.answer.is_empty(), "{ended:?}");
        assert!(ended.said.contains(flag), "{ended:?}");
    }
}

#[tokio::test]
async fn the_operator_resets_a_password_by_a_link() {
    let cli = Cli::new();
    cli.add_user("Acme", "ada@acme.example");
    let reset = |email| {
        cli.run(&[
            "user",
            "reset-password",
            "--email",
            email,
            "--public-url",
            "https://ledger.example/",
        ])
    };
    let nobody = reset("eve@acme.example");
    assert!(!nobody.success && nobody.answer.is_empty(), "{nobody:?}");
    assert!(nobody.said.contains("eve@acme.example"), "{nobody:?}");

    let made = reset("Ada@acme.example");
    assert!(made.success && made.said.is_empty(), "{made:?}");
    let link = made.answer.trim_end();
    let token = link
        .strip_prefix("https://ledger.example/reset-password?token=")
        .unwrap();
    let store = Store::open(&cli.database.url, testkit::MASTER_KEY).await.unwrap();
    let token = store::token::hash(token);
    let open = store.open_reset(&token, chrono::Utc::now()).await.unwrap();
    assert_eq!(open.as_deref(), Some("ada@acme.example"));
}
