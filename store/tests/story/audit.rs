//! The audit log: one event for each change, in the same transaction, and nobody changes it afterwards.

use crate::support::{World, now, page};
use chrono::{Duration, TimeDelta, Utc};
use domain::{
    Actor, AgentId, ApiKeyId, AuditAction, AuditEvent, AuditFilter, ExecutionId, InvitationId, KeyChange,
    NanoDollars, OrganizationId, Retention, Role, SessionId, SessionOrigin, UserId, VersionNumber, zones,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::sync::atomic::AtomicU64;
use store::{AuditCursor, KeyRefusal, MasterKey, NewInvitation, NewVersion, Note, Store, StoreError, User};
use testkit::{TestDatabase, on_both_databases};

on_both_databases!(
    every_change_leaves_one_event_or_is_not_made,
    nobody_changes_or_deletes_an_event,
    a_purge_that_removed_something_leaves_one_event,
    guessing_fills_no_disk,
    events_are_filtered_counted_and_paged,
    no_secret_comes_into_the_log,
);

/// Every change in the order in which it is made, and what the log calls it.
const CHANGES: &[(&str, AuditAction)] = &[
    ("set_time_zone", AuditAction::SettingsChanged),
    ("set_retention", AuditAction::RetentionChanged),
    ("set_agent_retention", AuditAction::RetentionChanged),
    ("add_user", AuditAction::MemberAdded),
    ("change_role", AuditAction::MemberRoleChanged),
    ("invite", AuditAction::MemberInvited),
    ("withdraw_invitation", AuditAction::InvitationWithdrawn),
    ("accept_invitation", AuditAction::MemberJoined),
    ("create_session", AuditAction::SessionSignedIn),
    ("switch_session", AuditAction::SessionSwitched),
    ("delete_session", AuditAction::SessionEnded),
    ("change_password", AuditAction::PasswordChanged),
    ("end_session", AuditAction::SessionEnded),
    ("create_agent", AuditAction::AgentCreated),
    ("rename_agent", AuditAction::AgentRenamed),
    ("create_version", AuditAction::VersionCreated),
    ("activate_version", AuditAction::VersionActivated),
    ("create_api_key", AuditAction::ApiKeyCreated),
    ("rotate_api_key", AuditAction::ApiKeyRotated),
    ("change_api_key", AuditAction::ApiKeyChanged),
    ("revoke_api_key", AuditAction::ApiKeyRevoked),
    ("erase_execution", AuditAction::ExecutionErased),
    ("begin_erasing_agent", AuditAction::AgentErased),
    ("begin_erasing_person", AuditAction::PersonErased),
    ("end_other_sessions", AuditAction::SessionEnded),
    ("leave", AuditAction::MemberLeft),
    ("remove_member", AuditAction::MemberRemoved),
    ("rotate_organization_key", AuditAction::EncryptionRotated),
    ("rotate_master_key", AuditAction::EncryptionMasterRotated),
];

struct Things {
    store: Store,
    organization: OrganizationId,
    agent: AgentId,
    execution: ExecutionId,
    key: ApiKeyId,
    bob: UserId,
    carol: UserId,
    session: SessionId,
    invitation: InvitationId,
}

fn actor() -> Actor {
    let origin = SessionOrigin {
        ip_address: Some("192.0.2.7".into()),
        user_agent: Some("a browser".into()),
    };
    Actor::person(&"user_ada".parse().unwrap(), "ada@acme.test", origin)
}

fn version() -> NewVersion {
    NewVersion {
        model: "m".into(),
        temperature: None,
        system_prompt: None,
        user_prompt_template: "t".into(),
        activate: false,
    }
}

fn invitation(email: &str) -> NewInvitation<'_> {
    NewInvitation {
        email,
        role: Role::Viewer,
        expires_at: now() + Duration::days(7),
        by_email: false,
    }
}

async fn sign_in(
    store: &Store,
    user: &UserId,
    organization: OrganizationId,
    token: u8,
) -> Result<(), StoreError> {
    let (origin, end) = (SessionOrigin::default(), Utc::now() + Duration::days(1));
    store
        .create_session(&[token; 32], user, organization, &origin, now(), end)
        .await
}

impl Things {
    async fn of(world: &World) -> Self {
        let World {
            store,
            organization,
            agent,
            ..
        } = world;
        let (organization, agent) = (*organization, agent.clone());
        let recorded = world
            .record(vec![json!({"status": "success", "executedBy": "eve"})])
            .await;
        store
            .create_version(organization, &agent, version(), now())
            .await
            .unwrap();
        store
            .create_version(organization, &agent, version(), now())
            .await
            .unwrap();
        let scopes = "read".parse().unwrap();
        let (key, _) = store
            .create_api_key(organization, "K", &scopes, now())
            .await
            .unwrap();
        let owner = store
            .add_user(organization, "o@acme.test", Role::Owner, "hash", now())
            .await;
        owner.unwrap();
        let bob = store
            .add_user(organization, "bob@acme.test", Role::Member, "hash", now())
            .await;
        let bob = bob.unwrap().id;
        let carol = store
            .add_user(organization, "carol@acme.test", Role::Viewer, "hash", now())
            .await;
        let carol = carol.unwrap().id;
        for token in [4, 5] {
            sign_in(store, &carol, organization, token).await.unwrap();
        }
        sign_in(store, &bob, organization, 1).await.unwrap();
        let sessions = store.sessions_of(&bob, now()).await.unwrap();
        sign_in(store, &bob, organization, 3).await.unwrap();
        let withdrawn = store
            .invite(organization, &[9; 32], invitation("w@acme.test"), now())
            .await;
        store
            .invite(organization, &[8; 32], invitation("j@acme.test"), now())
            .await
            .unwrap();
        Self {
            store: store.by(actor()),
            organization,
            agent,
            execution: recorded[0].execution_id.clone(),
            key: key.api_key_id,
            bob,
            carol,
            session: sessions[0].session_id.clone(),
            invitation: withdrawn.unwrap().invitation_id,
        }
    }

    async fn events(&self, filter: AuditFilter) -> Vec<AuditEvent> {
        let read = self
            .store
            .audit_events(self.organization, &filter, page(100, 0))
            .await;
        read.unwrap().events
    }

    /// Everything that changes are made to.
    async fn state(&self) -> String {
        let (store, organization) = (&self.store, self.organization);
        format!(
            "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            store.organization(organization).await.unwrap(),
            store.agents(organization).await.unwrap(),
            store.versions(organization, &self.agent).await.unwrap(),
            store.api_keys(organization, now()).await.unwrap(),
            store.members(organization).await.unwrap(),
            store.invitations(organization, now()).await.unwrap(),
            store.sessions_of(&self.bob, now()).await.unwrap(),
            store.sessions_of(&self.carol, now()).await.unwrap(),
        )
    }

    async fn change(&self, name: &str) -> Result<(), StoreError> {
        let (store, organization, agent) = (&self.store, self.organization, &self.agent);
        match name {
            "set_time_zone" => store.set_time_zone(organization, zones::Tz::Europe__Berlin).await,
            "set_retention" => store.set_retention(organization, Retention::Standard).await,
            "set_agent_retention" => {
                let set = store.set_agent_retention(organization, agent, Some(30)).await;
                set.map(drop)
            }
            "add_user" => {
                let added = store
                    .add_user(organization, "new@acme.test", Role::Viewer, "hash", now())
                    .await;
                added.map(drop)
            }
            "change_role" => {
                let changed = store
                    .change_role(organization, &self.bob, Role::Admin, Role::Owner)
                    .await;
                changed.map(drop)
            }
            "invite" => {
                let invited = store
                    .invite(organization, &[7; 32], invitation("i@acme.test"), now())
                    .await;
                invited.map(drop)
            }
            "withdraw_invitation" => store.withdraw_invitation(organization, &self.invitation).await,
            "accept_invitation" => store
                .accept_invitation(&[8; 32], Some("hash"), now())
                .await
                .map(drop),
            "create_session" => sign_in(store, &self.bob, organization, 2).await,
            "switch_session" => store.switch_session(&[1; 32], organization).await.map(drop),
            "delete_session" => store.delete_session(&[3; 32]).await,
            "change_password" => store.change_password(&self.bob, "new hash", &[1; 32]).await,
            "end_session" => store.end_session(&self.bob, &self.session).await,
            "create_agent" => store.create_agent(organization, "New", now()).await.map(drop),
            "rename_agent" => store.rename_agent(organization, agent, "Renamed").await.map(drop),
            "create_version" => {
                let made = store.create_version(organization, agent, version(), now()).await;
                made.map(drop)
            }
            "activate_version" => {
                store
                    .activate_version(organization, agent, VersionNumber(2), now())
                    .await
            }
            "create_api_key" => {
                let made = store
                    .create_api_key(organization, "L", &"read".parse().unwrap(), now())
                    .await;
                made.map(drop)
            }
            "rotate_api_key" => {
                let rotated = store
                    .rotate_api_key(organization, &self.key, TimeDelta::hours(1), now())
                    .await;
                rotated.map(drop)
            }
            "change_api_key" => {
                let change = KeyChange {
                    monthly_budget: Some(NanoDollars::from_dollars(1.0)),
                    ..KeyChange::default()
                };
                let changed = store.change_api_key(organization, &self.key, change, now()).await;
                changed.map(drop)
            }
            "revoke_api_key" => store
                .revoke_api_key(organization, &self.key, now())
                .await
                .map(drop),
            "erase_execution" => store.erase_execution(organization, agent, &self.execution).await,
            "begin_erasing_agent" => store
                .begin_erasing_agent(organization, agent, now())
                .await
                .map(drop),
            "begin_erasing_person" => store
                .begin_erasing_person(organization, vec!["eve".to_owned()], now())
                .await
                .map(drop),
            "end_other_sessions" => store.end_other_sessions(&self.carol, &[4; 32]).await.map(drop),
            "leave" => store.leave(organization, &self.carol).await.map(drop),
            "remove_member" => store
                .remove_member(organization, &self.bob, Role::Owner)
                .await
                .map(drop),
            "rotate_organization_key" => store.rotate_organization_key(organization).await.map(drop),
            "rotate_master_key" => store.rotate_master_key(MasterKey::from([7; 32])).await,
            _ => panic!("{name}"),
        }
    }
}

/// Runs SQL that the program itself has not.
async fn run(database: &TestDatabase, sql: &str) -> Result<(), sqlx::Error> {
    if database.path().is_some() {
        let mut connection = SqliteConnection::connect(&database.url).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await?;
        connection.close().await
    } else {
        let mut connection = PgConnection::connect(&database.url).await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&mut connection)
            .await?;
        connection.close().await
    }
}

async fn every_change_leaves_one_event_or_is_not_made(database: TestDatabase) {
    let world = World::new(database).await;
    let things = Things::of(&world).await;
    let (block, unblock) = if world.database.path().is_some() {
        (
            "CREATE TRIGGER blocked BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'full'); END",
            "DROP TRIGGER blocked",
        )
    } else {
        (
            "ALTER TABLE audit_events ADD CONSTRAINT blocked CHECK (false) NOT VALID",
            "ALTER TABLE audit_events DROP CONSTRAINT blocked",
        )
    };
    run(&world.database, block).await.unwrap();
    let before = things.state().await;
    for (name, _) in CHANGES.iter().copied() {
        let refused = things.change(name).await;
        assert!(
            matches!(refused, Err(StoreError::Database(_))),
            "{name}: {refused:?}"
        );
        assert_eq!(things.state().await, before, "{name}");
    }
    run(&world.database, unblock).await.unwrap();

    let mut seen = things.events(AuditFilter::default()).await.len();
    for (name, action) in CHANGES.iter().copied() {
        things.change(name).await.unwrap();
        let all = things.events(AuditFilter::default()).await;
        assert_eq!(all.len(), seen + 1, "{name}");
        seen += 1;
        let actions = vec![action];
        let mut told = things
            .events(AuditFilter {
                actions,
                ..Default::default()
            })
            .await;
        told.retain(|event| event.actor.origin.ip_address.is_some());
        match action {
            // The person alone knows from where, which is said with the session.
            AuditAction::SessionSignedIn => {}
            AuditAction::MemberJoined => assert_eq!(told[0].actor.name.as_deref(), Some("j@acme.test")),
            _ => assert_eq!(told[0].actor, actor(), "{name}"),
        }
    }
    // What changes nothing is not told.
    things
        .store
        .revoke_api_key(things.organization, &things.key, now())
        .await
        .unwrap();
    things
        .store
        .set_retention(things.organization, Retention::Standard)
        .await
        .unwrap();
    assert_eq!(things.events(AuditFilter::default()).await.len(), seen);
}

async fn nobody_changes_or_deletes_an_event(database: TestDatabase) {
    let world = World::new(database).await;
    let organization = world.organization;
    let total = || async {
        let read = world
            .store
            .audit_events(organization, &AuditFilter::default(), page(1, 0))
            .await;
        read.unwrap().total
    };
    let before = total().await;
    assert!(before >= 2);
    let mut refused = vec![
        "UPDATE audit_events SET details = '{}'",
        "UPDATE audit_events SET organization_id = organization_id + 1",
        "DELETE FROM audit_events",
        "DELETE FROM audit_events WHERE action = 'agent.created'",
    ];
    if world.database.path().is_some() {
        refused.push("INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events");
    } else {
        refused.push("TRUNCATE audit_events");
    }
    for sql in refused {
        let error = run(&world.database, sql).await.unwrap_err().to_string();
        assert!(error.contains("neither changed nor deleted"), "{sql}: {error}");
    }
    assert_eq!(total().await, before);

    // An organization takes its log along, and leaves those of others.
    let empty = world.store.ensure_organization("Empty", now()).await.unwrap().id;
    let filter = AuditFilter::default();
    let read = world
        .store
        .audit_events(empty, &filter, page(1, 0))
        .await
        .unwrap();
    assert_eq!(read.total, 1);
    run(&world.database, "DELETE FROM organizations WHERE name = 'Empty'")
        .await
        .unwrap();
    let read = world
        .store
        .audit_events(empty, &filter, page(1, 0))
        .await
        .unwrap();
    assert_eq!((read.total, total().await), (0, before));
}

async fn a_purge_that_removed_something_leaves_one_event(database: TestDatabase) {
    let world = World::new(database).await;
    let old = json!({"status": "success", "executedAt": "2025-06-01T00:00:00Z"});
    world.record(vec![old.clone(), old.clone(), old]).await;
    world
        .store
        .set_retention(world.organization, Retention::Standard)
        .await
        .unwrap();
    for removed in [3, 0] {
        assert_eq!(
            world
                .store
                .purge(None, now(), &AtomicU64::new(0))
                .await
                .unwrap()
                .removed,
            removed
        );
    }
    let filter = AuditFilter {
        actions: vec![AuditAction::ExecutionsPurged],
        ..Default::default()
    };
    let read = world
        .store
        .audit_events(world.organization, &filter, page(10, 0))
        .await
        .unwrap();
    assert_eq!(read.total, 1);
    assert_eq!(read.events[0].actor, Actor::system());
    assert_eq!(read.events[0].details["executions"], 3);
}

async fn guessing_fills_no_disk(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let bob = store
        .add_user(*organization, "bob@acme.test", Role::Member, "hash", now())
        .await
        .unwrap();
    let guess = async |user: &User, at| store.note_refused_sign_in(user, at).await.unwrap();
    for _ in 0..30 {
        guess(&bob, now()).await;
    }
    let filter = AuditFilter {
        actions: AuditAction::named("session"),
        subject: Some("BOB@".into()),
        ..Default::default()
    };
    let told = async || {
        store
            .audit_events(*organization, &filter, page(100, 0))
            .await
            .unwrap()
    };
    assert_eq!(told().await.total, 20);
    let last: Vec<_> = told()
        .await
        .events
        .into_iter()
        .filter(|event| !event.details.is_empty())
        .collect();
    assert_eq!(last.len(), 1, "one says that more are untold");
    guess(&bob, now() + Duration::minutes(61)).await;
    assert_eq!(told().await.total, 21);

    // What is of another kind or about somebody else is counted by itself.
    for _ in 0..30 {
        store.note_throttled_sign_in(&bob, now()).await.unwrap();
    }
    assert_eq!(told().await.total, 41);
    let scopes = "read".parse().unwrap();
    for name in ["K", "L"] {
        let (key, _) = store
            .create_api_key(*organization, name, &scopes, now())
            .await
            .unwrap();
        for _ in 0..30 {
            store
                .note_refused_key(*organization, &key, KeyRefusal::Expired, now())
                .await
                .unwrap();
        }
    }
    let filter = AuditFilter {
        actions: vec![AuditAction::ApiKeyRefused],
        ..Default::default()
    };
    let keys = store
        .audit_events(*organization, &filter, page(100, 0))
        .await
        .unwrap();
    assert_eq!(keys.total, 40);
    assert!(
        keys.events
            .iter()
            .all(|event| event.details["reason"] == "expired")
    );
    let untold = keys
        .events
        .iter()
        .filter(|event| event.details.contains_key("furtherOnesUntold"));
    assert_eq!(untold.count(), 2);
}

async fn events_are_filtered_counted_and_paged(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let other = store.ensure_organization("Globex", now()).await.unwrap().id;
    let origin = SessionOrigin::default();
    for minute in 0..25_i64 {
        let name = if minute % 2 == 0 {
            "Mira_1@acme.test"
        } else {
            "Zoë@acme.test"
        };
        let user = format!("user_{}", minute % 2).parse().unwrap();
        let store = store.by(Actor::person(&user, name, origin.clone()));
        let note = Note::new(AuditAction::ExecutionsExported).about("agent", "agent_1", Some("100% of it"));
        store
            .note(*organization, note, now() + Duration::minutes(minute))
            .await
            .unwrap();
    }
    let count = async |filter: AuditFilter| {
        let read = store
            .audit_events(*organization, &filter, page(3, 0))
            .await
            .unwrap();
        assert!(read.events.len() <= 3);
        read.total
    };
    let by = |actor: &str| AuditFilter {
        actor: Some(actor.into()),
        ..Default::default()
    };
    assert_eq!(count(by("mira_1@")).await, 13);
    assert_eq!(count(by("user_1")).await, 12);
    assert_eq!(count(by("Zoë")).await, 12);
    assert_eq!(count(by("m%a")).await, 0, "no letter has a meaning");
    assert_eq!(count(by("system")).await, 2);
    let about = AuditFilter {
        subject: Some("100% OF".into()),
        from: Some(now() + Duration::minutes(5)),
        to: Some(now() + Duration::minutes(9)),
        ..Default::default()
    };
    assert_eq!(count(about).await, 5);

    // Page by page, and read through: the same, newest first.
    let all = AuditFilter::default();
    let mut pages = Vec::new();
    for offset in [0, 10, 20] {
        let read = store
            .audit_events(*organization, &all, page(10, offset))
            .await
            .unwrap();
        assert_eq!(read.total, 27);
        pages.extend(read.events);
    }
    let mut cursor = AuditCursor::until(now() + Duration::hours(1));
    let mut through = Vec::new();
    loop {
        let next = store
            .next_audit_events(*organization, &all, &mut cursor, 4)
            .await
            .unwrap();
        if next.is_empty() {
            break;
        }
        through.extend(next);
    }
    assert_eq!(pages, through);
    assert!(pages.is_sorted_by(|one, next| one.at >= next.at));
    let read = store.audit_events(other, &all, page(100, 0)).await.unwrap();
    assert_eq!(read.total, 1, "another organization sees its own alone");
}

async fn no_secret_comes_into_the_log(database: TestDatabase) {
    let World {
        store, organization, ..
    } = &World::new(database).await;
    let scopes = "read,admin".parse().unwrap();
    let (key, token) = store
        .create_api_key(*organization, "K", &scopes, now())
        .await
        .unwrap();
    let rotated = store
        .rotate_api_key(*organization, &key.api_key_id, TimeDelta::hours(1), now())
        .await;
    let bob = store
        .add_user(*organization, "bob@acme.test", Role::Member, "$argon2id$x", now())
        .await;
    let bob = bob.unwrap().id;
    sign_in(store, &bob, *organization, 0xab).await.unwrap();
    store
        .change_password(&bob, "$argon2id$y", &[0xab; 32])
        .await
        .unwrap();
    store
        .invite(*organization, &[0xcd; 32], invitation("i@acme.test"), now())
        .await
        .unwrap();
    let read = store
        .audit_events(*organization, &AuditFilter::default(), page(100, 0))
        .await
        .unwrap();
    let told = serde_json::to_string(&read.events).unwrap();
    assert!(told.contains(key.api_key_id.as_str()));
    for secret in [
        token.secret,
        rotated.unwrap().unwrap().1.secret,
        "argon2id".to_owned(),
        "ab".repeat(32),
        "cd".repeat(16),
    ] {
        assert!(!told.contains(&secret), "{secret}");
    }
}
