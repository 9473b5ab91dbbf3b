use crate::support::{PASSWORD, empty_server};
use insta::assert_snapshot;

fn form<'a>(token: &'a str, email: &'a str, password: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("token", token),
        ("organization", "Acme"),
        ("email", email),
        ("password", password),
    ]
}

#[tokio::test]
async fn the_link_makes_one_owner_and_signs_in() {
    let (client, store, token, _folder) = empty_server().await;
    let answer = client
        .submit("/auth/set-up", &form(&token, "Ada@Acme.example", PASSWORD))
        .await;
    assert_snapshot!(answer, @"303 See Other → /agents");
    let browser = client.clone().with("cookie", &answer.session());
    assert_eq!(browser.get("/api/api-keys").await.status, 200);
    assert!(store.credentials("ada@acme.example").await.unwrap().is_some());

    let again = client
        .submit("/auth/set-up", &form(&token, "eve@acme.example", PASSWORD))
        .await;
    assert!(again.header("location").ends_with("&error=link"), "{again}");
    assert_eq!(again.session(), "");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_the_link_still_works() {
    let (client, _store, token, _folder) = empty_server().await;
    let error = |fields: Vec<(&'static str, String)>| {
        let client = client.clone();
        async move {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            let answer = client.submit("/auth/set-up", &fields).await;
            answer
                .header("location")
                .rsplit_once("error=")
                .unwrap()
                .1
                .to_owned()
        }
    };
    let with = |token: &str, organization: &str, email: &str, password: &str| {
        vec![
            ("token", token.to_owned()),
            ("organization", organization.to_owned()),
            ("email", email.to_owned()),
            ("password", password.to_owned()),
        ]
    };
    assert_eq!(
        error(with("wrong", "Acme", "ada@acme.example", PASSWORD)).await,
        "link"
    );
    assert_eq!(
        error(with(&token, " ", "ada@acme.example", PASSWORD)).await,
        "organization"
    );
    assert_eq!(error(with(&token, "Acme", "ada", PASSWORD)).await, "email");
    assert_eq!(
        error(with(&token, "Acme", "ada@acme.example", "short")).await,
        "password"
    );
    let answer = client
        .submit("/auth/set-up", &form(&token, "ada@acme.example", PASSWORD))
        .await;
    assert_eq!(answer.header("location"), "/agents");
}

#[tokio::test]
async fn the_link_is_void_once_the_command_line_made_an_account() {
    let (client, store, token, _folder) = empty_server().await;
    let now = chrono::Utc::now();
    let organization = store.ensure_organization("Acme", now).await.unwrap();
    store
        .add_user(
            organization.id,
            "ada@acme.example",
            domain::Role::Owner,
            "hash",
            now,
        )
        .await
        .unwrap();
    let answer = client
        .submit("/auth/set-up", &form(&token, "eve@acme.example", PASSWORD))
        .await;
    assert!(answer.header("location").ends_with("&error=link"), "{answer}");
    assert!(store.credentials("eve@acme.example").await.unwrap().is_none());
}

#[tokio::test]
async fn the_form_offers_to_keep_executions_90_days_first() {
    let (client, store, token, _folder) = empty_server().await;
    let page = client
        .get(&format!("/set-up?token={token}"))
        .await
        .text()
        .to_owned();
    let offered: Vec<_> = page
        .split("<option value=\"")
        .skip(1)
        .filter_map(|option| option.split('"').next())
        .collect();
    assert_eq!(offered, ["standard", "pro", "none"]);
    let mut fields = form(&token, "ada@acme.example", PASSWORD).to_vec();
    fields.push(("retention", offered[0]));
    client.submit("/auth/set-up", &fields).await;
    let organization = store.organization_named("Acme").await.unwrap();
    assert_eq!(organization.retention, domain::Retention::Standard);
}
