//! API keys: what bounds them, how they are rotated, when they were last used.

use crate::support::{World, now};
use chrono::Duration;
use domain::{ApiKeyToken, KeyChange, KeyLimits, NanoDollars, Rule, Timestamp};
use store::{KeyCheck, KeyRefusal, Store, StoreError};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    a_key_works_until_it_is_revoked,
    a_key_has_its_limits,
    limits_are_changed_from_the_next_request_on,
    a_rotated_key_works_with_both_secrets_for_a_while,
    the_last_use_is_remembered,
);

async fn check(store: &Store, token: &ApiKeyToken, at: Timestamp) -> KeyCheck {
    store.authenticate(token, at).await.unwrap()
}

async fn refusal(store: &Store, token: &ApiKeyToken, at: Timestamp) -> Option<KeyRefusal> {
    match check(store, token, at).await {
        KeyCheck::Refused(_, key, refusal) if key.api_key_id == token.public => Some(refusal),
        _ => None,
    }
}

async fn works(store: &Store, token: &ApiKeyToken, at: Timestamp) -> bool {
    matches!(check(store, token, at).await, KeyCheck::Valid(..))
}

async fn a_key_works_until_it_is_revoked(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let (key, token) = store
        .create_api_key(*organization, "Shop", &"record,read".parse().unwrap(), now())
        .await
        .unwrap();
    assert_eq!(
        check(store, &token, now()).await,
        KeyCheck::Valid(*organization, Box::new(key.clone()))
    );

    let mut wrong = token.clone();
    wrong.secret = "x".repeat(40);
    assert_eq!(
        check(store, &wrong, now()).await,
        KeyCheck::Refused(*organization, Box::new(key.clone()), KeyRefusal::WrongSecret)
    );
    let mut nobodys = token.clone();
    nobodys.public = "Unknown12345".parse().unwrap();
    assert_eq!(check(store, &nobodys, now()).await, KeyCheck::Unknown);

    let revoked = store
        .revoke_api_key(*organization, &key.api_key_id, now())
        .await
        .unwrap();
    assert_eq!(revoked.revoked_at, Some(now()));
    let again = store
        .revoke_api_key(*organization, &key.api_key_id, now() + Duration::days(1))
        .await
        .unwrap();
    assert_eq!(again.revoked_at, Some(now()), "revoking twice changes nothing");
    assert_eq!(refusal(store, &token, now()).await, Some(KeyRefusal::Revoked));
    assert_eq!(
        refusal(store, &wrong, now()).await,
        Some(KeyRefusal::WrongSecret),
        "only who holds the secret learns more"
    );
    assert_eq!(store.api_keys(*organization, now()).await.unwrap(), [revoked]);
}

async fn a_key_has_its_limits(database: TestDatabase) {
    let World {
        store,
        organization,
        agent,
        ..
    } = &World::new(database).await;
    let end = now() + Duration::days(90);
    let scopes = "read".parse().unwrap();
    let limits = KeyLimits {
        agent_ids: vec![agent.clone(), agent.clone()],
        requests_per_minute: Some(60),
        monthly_budget: NanoDollars::from_nanos(1),
        expires_at: Some(end),
    };
    let (key, token) = store
        .create_limited_api_key(*organization, "Shop", &scopes, limits.clone(), now())
        .await
        .unwrap();
    assert_eq!(key.agent_ids, std::slice::from_ref(agent));
    assert_eq!((key.requests_per_minute, key.expires_at), (Some(60), Some(end)));
    assert_eq!(key.monthly_budget, NanoDollars::from_nanos(1));
    assert_eq!(store.api_keys(*organization, now()).await.unwrap(), [key]);
    assert!(works(store, &token, end - Duration::microseconds(1)).await);
    assert_eq!(refusal(store, &token, end).await, Some(KeyRefusal::Expired));

    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    let foreign = store
        .create_limited_api_key(other, "Shop", &scopes, limits.clone(), now())
        .await;
    assert!(matches!(foreign, Err(StoreError::Invalid(error)) if error.field == "agentIds"));
    let late = store
        .create_limited_api_key(*organization, "Shop", &scopes, limits, end)
        .await;
    assert!(matches!(late, Err(StoreError::Invalid(error)) if error.field == "expiresAt"));
}

async fn limits_are_changed_from_the_next_request_on(database: TestDatabase) {
    let World {
        store,
        organization,
        database,
        ..
    } = &World::new(database).await;
    let scopes = "read".parse().unwrap();
    let (key, token) = store
        .create_api_key(*organization, "Shop", &scopes, now())
        .await
        .unwrap();
    let elsewhere = Store::open(&database.url, testkit::MASTER_KEY).await.unwrap();
    let change = |change| store.change_api_key(*organization, &key.api_key_id, change, now());
    let found = async || match check(&elsewhere, &token, now()).await {
        KeyCheck::Valid(_, key) => (key.requests_per_minute, key.monthly_budget),
        other => panic!("{other:?}"),
    };
    let budget = NanoDollars::from_dollars(2.5);
    let both = KeyChange {
        requests_per_minute: Some(Some(60)),
        monthly_budget: Some(budget),
    };
    let changed = change(both).await.unwrap().unwrap();
    assert_eq!(
        (changed.requests_per_minute, changed.monthly_budget),
        (Some(60), budget)
    );
    assert_eq!(found().await, (Some(60), budget));
    let without_limit = KeyChange {
        requests_per_minute: Some(None),
        ..KeyChange::default()
    };
    change(without_limit).await.unwrap().unwrap();
    assert_eq!(found().await, (None, budget), "what is left out stays");

    let wrong = KeyChange {
        requests_per_minute: Some(Some(0)),
        ..KeyChange::default()
    };
    let refused = change(wrong).await;
    assert!(matches!(refused, Err(StoreError::Invalid(error)) if error.field == "requestsPerMinute"));
    let other = store.ensure_organization("Other", now()).await.unwrap().id;
    let foreign = store.change_api_key(other, &key.api_key_id, both, now()).await;
    assert!(matches!(foreign, Err(StoreError::NotFound(_))));
    store
        .revoke_api_key(*organization, &key.api_key_id, now())
        .await
        .unwrap();
    assert!(matches!(change(both).await, Ok(Err(Rule::KeyEnded))));
}

async fn a_rotated_key_works_with_both_secrets_for_a_while(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let (key, first) = store
        .create_api_key(*organization, "Shop", &"read".parse().unwrap(), now())
        .await
        .unwrap();
    let rotate = |grace, at| store.rotate_api_key(*organization, &key.api_key_id, grace, at);
    let (rotated, second) = rotate(Duration::hours(24), now()).await.unwrap().unwrap();
    assert_eq!(rotated.api_key_id, key.api_key_id);
    let end = now() + Duration::hours(24);
    assert_eq!(rotated.old_secret_until, Some(end));
    for token in [&first, &second] {
        assert!(works(store, token, end - Duration::microseconds(1)).await);
    }
    assert_eq!(refusal(store, &first, end).await, Some(KeyRefusal::Replaced));
    assert!(works(store, &second, end).await);

    let (_, third) = rotate(Duration::zero(), now()).await.unwrap().unwrap();
    assert!(works(store, &third, now()).await);
    assert_eq!(refusal(store, &second, now()).await, Some(KeyRefusal::Replaced));
    assert_eq!(
        refusal(store, &first, now()).await,
        Some(KeyRefusal::WrongSecret),
        "of one before the last nothing is kept"
    );

    store
        .revoke_api_key(*organization, &key.api_key_id, now())
        .await
        .unwrap();
    let late = rotate(Duration::zero(), now()).await;
    assert!(matches!(late, Ok(Err(Rule::KeyEnded))));
}

async fn the_last_use_is_remembered(database: TestDatabase) {
    let World {
        store,
        organization,
        database,
        ..
    } = &World::new(database).await;
    let (key, _) = store
        .create_api_key(*organization, "Shop", &"read".parse().unwrap(), now())
        .await
        .unwrap();
    let use_at = |minutes, from: &str| {
        let at = now() + Duration::minutes(minutes);
        store.note_key_use(*organization, &key.api_key_id, Some(from.parse().unwrap()), at);
    };
    use_at(1, "192.0.2.1");
    use_at(2, "2001:db8::1");
    let used = Some((now() + Duration::minutes(2), "2001:db8::1".to_owned()));
    let told = async |store: &Store| {
        let key = store.api_keys(*organization, now()).await.unwrap().remove(0);
        key.last_used_at.zip(key.last_used_from)
    };
    assert_eq!(told(store).await, used, "here at once");
    let elsewhere = Store::open(&database.url, testkit::MASTER_KEY).await.unwrap();
    assert_eq!(told(&elsewhere).await, None);
    store.write_key_uses().await.unwrap();
    assert_eq!(told(&elsewhere).await, used);

    use_at(1, "192.0.2.1");
    store.write_key_uses().await.unwrap();
    assert_eq!(told(&elsewhere).await, used, "an earlier one changes nothing");
    use_at(3, "192.0.2.3");
    store.close().await;
    let last = Some((now() + Duration::minutes(3), "192.0.2.3".to_owned()));
    assert_eq!(told(&elsewhere).await, last, "nothing is lost with the end");
}
