//! Organizations, people, sessions, links, agents and versions.

use crate::support::{World, now};
use chrono::Duration;
use domain::{Role, SessionOrigin, VersionNumber};
use store::{LinkPurpose, NewVersion, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    people_and_sessions,
    links_work_once,
    agents_and_versions,
    organizations_are_apart,
    what_no_text_can_hold_names_nobody,
);

async fn people_and_sessions(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    assert!(store.has_no_users().await.unwrap());
    let user = store
        .add_user(*organization, " Mira@Example.com ", Role::Owner, "hash", now())
        .await
        .unwrap();
    assert!(!store.has_no_users().await.unwrap());
    let again = store
        .add_user(*organization, "mira@example.com", Role::Viewer, "hash", now())
        .await;
    assert!(matches!(again, Err(StoreError::Taken(_))));
    let wrong = store
        .add_user(*organization, "mira", Role::Viewer, "hash", now())
        .await;
    assert!(matches!(wrong, Err(StoreError::Invalid(error)) if error.field == "email"));

    let credentials = store.credentials("MIRA@example.com").await.unwrap().unwrap();
    assert_eq!(
        (credentials.user.id.clone(), credentials.password_hash.as_str()),
        (user.id.clone(), "hash")
    );
    assert!(store.credentials("nobody@example.com").await.unwrap().is_none());

    let (token, later) = ([7; 32], now() + Duration::days(1));
    store
        .create_session(
            &token,
            &user.id,
            *organization,
            &SessionOrigin::default(),
            now(),
            later,
        )
        .await
        .unwrap();
    let session = store.session(&token, now()).await.unwrap().unwrap();
    assert_eq!(
        (session.user.email.as_str(), session.role),
        ("mira@example.com", Role::Owner)
    );
    assert_eq!(session.organization.name, "Acme");
    assert_eq!(store.session(&token, later).await.unwrap(), None, "expired");
    store.delete_session(&token).await.unwrap();
    assert_eq!(store.session(&token, now()).await.unwrap(), None, "revoked");
}

async fn links_work_once(database: TestDatabase) {
    let World { store, .. } = &World::new(database).await;
    let later = now() + Duration::hours(1);
    store
        .create_link(&[1; 32], LinkPurpose::SetUp, None, later)
        .await
        .unwrap();
    store
        .create_link(&[2; 32], LinkPurpose::SetUp, None, later)
        .await
        .unwrap();
    assert!(
        !store
            .link_is_valid(&[1; 32], LinkPurpose::SetUp, now())
            .await
            .unwrap(),
        "voided by the newer one"
    );
    assert!(
        !store
            .link_is_valid(&[2; 32], LinkPurpose::SetUp, later)
            .await
            .unwrap(),
        "expired"
    );
    assert!(
        store
            .use_link(&[2; 32], LinkPurpose::SignIn, now())
            .await
            .unwrap()
            .is_none(),
        "another purpose"
    );
    assert!(
        store
            .use_link(&[2; 32], LinkPurpose::SetUp, now())
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        store
            .use_link(&[2; 32], LinkPurpose::SetUp, now())
            .await
            .unwrap()
            .is_none(),
        "used"
    );
}

async fn agents_and_versions(database: TestDatabase) {
    let World {
        store,
        organization,
        agent,
        ..
    } = &World::new(database).await;
    store
        .rename_agent(*organization, agent, "  Product copywriter ")
        .await
        .unwrap();
    let version = |model: &str, activate| NewVersion {
        model: model.into(),
        temperature: Some(0.7),
        system_prompt: Some("Be brief.".into()),
        user_prompt_template: "Write about {{product}}.".into(),
        activate,
    };
    let first = store
        .create_version(*organization, agent, version("gemini-1.5-pro", false), now())
        .await
        .unwrap();
    assert!(first.active, "the first one is in use at once");
    let second = store
        .create_version(*organization, agent, version("gpt-4o", false), now())
        .await
        .unwrap();
    assert_eq!((second.number, second.active), (VersionNumber(2), false));
    store
        .activate_version(*organization, agent, second.number, now())
        .await
        .unwrap();
    let put_in_use =
        |number: u32, until| store.put_in_use(*organization, agent, VersionNumber(number), until);
    assert_eq!(put_in_use(2, now()).await.unwrap(), Some(now()));
    let before = now() - Duration::microseconds(1);
    assert_eq!(put_in_use(2, before).await.unwrap(), None);
    assert_eq!(put_in_use(9, now()).await.unwrap(), None);
    let missing = store
        .activate_version(*organization, agent, VersionNumber(9), now())
        .await;
    assert!(matches!(missing, Err(StoreError::NotFound("version"))));

    let versions = store.versions(*organization, agent).await.unwrap();
    let shown: Vec<_> = versions
        .iter()
        .map(|version| (version.number.to_string(), version.active))
        .collect();
    assert_eq!(shown, [("V2".to_owned(), true), ("V1".to_owned(), false)]);
    assert_eq!(versions[0].user_prompt_template, "Write about {{product}}.");

    let shown = store.agent(*organization, agent).await.unwrap();
    assert_eq!(shown.name, "Product copywriter");
    assert_eq!(
        (shown.active_version, shown.model.as_deref()),
        (Some(VersionNumber(2)), Some("gpt-4o"))
    );
    assert_eq!(store.agents(*organization).await.unwrap(), [shown]);
    let hot = NewVersion {
        temperature: Some(3.0),
        ..version("m", false)
    };
    let refused = store.create_version(*organization, agent, hot, now()).await;
    assert!(matches!(refused, Err(StoreError::Invalid(error)) if error.field == "temperature"));
}

async fn organizations_are_apart(database: TestDatabase) {
    let world = World::new(database).await;
    let World {
        store,
        organization,
        agent,
        ..
    } = &world;
    world
        .record_one(serde_json::json!({"executionId": "exec_a", "status": "success"}))
        .await;
    let (key, _) = store
        .create_api_key(*organization, "Shop", &"read".parse().unwrap(), now())
        .await
        .unwrap();
    let person = store
        .add_user(*organization, "mira@acme.test", Role::Member, "hash", now())
        .await
        .unwrap();
    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    let id = "exec_a".parse().unwrap();

    let email = |organization| store.email_of_member(organization, person.id.as_str());
    assert_eq!(
        email(*organization).await.unwrap().as_deref(),
        Some("mira@acme.test")
    );
    assert_eq!(email(other).await.unwrap(), None);

    assert_eq!(store.agents(other).await.unwrap(), []);
    assert!(matches!(
        store.agent(other, agent).await,
        Err(StoreError::NotFound("agent"))
    ));
    assert!(matches!(
        store.rename_agent(other, agent, "x").await,
        Err(StoreError::NotFound("agent"))
    ));
    assert!(matches!(
        store.versions(other, agent).await,
        Err(StoreError::NotFound("agent"))
    ));
    assert!(matches!(
        store
            .list(other, agent, &Default::default(), Default::default())
            .await,
        Err(StoreError::NotFound("agent"))
    ));
    assert!(matches!(
        store.execution(other, agent, &id).await,
        Err(StoreError::NotFound("agent"))
    ));
    assert!(matches!(
        store.begin_export(other, agent).await,
        Err(StoreError::NotFound("agent"))
    ));
    assert_eq!(store.agent_of_execution(other, &id).await.unwrap(), None);
    let filter = Default::default();
    let execution = store.execution(*organization, agent, &id).await.unwrap();
    assert!(matches!(
        store.neighbors(other, agent, &filter, &execution.summary).await,
        Err(StoreError::NotFound("agent"))
    ));
    assert_eq!(store.api_keys(other, now()).await.unwrap(), []);
    assert!(matches!(
        store.revoke_api_key(other, &key.api_key_id, now()).await,
        Err(StoreError::NotFound("API key"))
    ));
    let grace = Duration::hours(24);
    assert!(matches!(
        store.rotate_api_key(other, &key.api_key_id, grace, now()).await,
        Err(StoreError::NotFound("API key"))
    ));
    assert_eq!(store.agent(*organization, agent).await.unwrap().name, "Writer");
}

/// PostgreSQL cannot be asked for U+0000 in a text.
async fn what_no_text_can_hold_names_nobody(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let found = store.organization_named("Ac\0me").await;
    assert!(
        matches!(found, Err(StoreError::NotFound("organization"))),
        "{found:?}"
    );
    let found = store.names_of_person(*organization, "mi\0ra").await;
    assert!(
        matches!(&found, Err(StoreError::Invalid(error)) if error.field == "executedBy"),
        "{found:?}"
    );
}
