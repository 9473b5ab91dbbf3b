//! Tasks: who works on them, for how long, and what is left of them.

use crate::{
    migrations::run,
    support::{World, now, page},
};
use chrono::TimeDelta;
use domain::{
    AuditAction, AuditFilter, OrganizationId, Role, Rule, Task, TaskFailure, TaskKind, TaskQuery, TaskState,
};
use serde_json::json;
use store::{
    BegunErasure, ClaimedTask, ErasePerson, MasterKey, NewInvitation, SendPasswordReset, Store, StoreError,
};
use testkit::{MASTER_KEY, TestDatabase, on_both_databases};

on_both_databases!(
    tasks_are_claimed_once_and_the_longest_due_first,
    tasks_of_dead_processes_are_claimed_again,
    tasks_of_one_key_are_one_and_are_done_once_more_when_asked_for_meanwhile,
    tasks_that_fail_are_retried_or_end,
    task_payloads_are_sealed_and_follow_the_keys,
    task_payloads_of_the_installation_survive_a_new_master_key,
    tasks_are_their_organizations_alone,
    tasks_are_listed_by_state_and_page,
    tasks_of_dead_processes_are_not_running,
    periodic_tasks_are_scheduled_once,
    invitation_links_end_together,
);

const KINDS: [TaskKind; 2] = [TaskKind::ErasePerson, TaskKind::Reencrypt];

async fn begin(world: &World, name: &str, seconds: i64) -> BegunErasure {
    let at = now() + TimeDelta::seconds(seconds);
    let begun = world
        .store
        .begin_erasing_person(world.organization, vec![name.to_owned()], at);
    begun.await.unwrap()
}

async fn claim(store: &Store, seconds: i64) -> Option<ClaimedTask> {
    store
        .claim_task(&KINDS, now() + TimeDelta::seconds(seconds))
        .await
        .unwrap()
}

/// The organization's tasks that are not done.
async fn open_tasks(store: &Store, organization: OrganizationId) -> Vec<Task> {
    tasks_of(store, organization, &[]).await
}

async fn tasks_of(store: &Store, organization: OrganizationId, states: &[TaskState]) -> Vec<Task> {
    let query = TaskQuery {
        states: states.to_vec(),
        page: page(100, 0),
    };
    let found = store.tasks(organization, &query, now()).await.unwrap();
    assert_eq!(found.total, found.tasks.len() as u64);
    found.tasks
}

/// As if whoever holds leases had died some time ago.
async fn let_leases_run_out(world: &World) {
    run(
        &world.database.url,
        "UPDATE tasks SET leased_until = 0 WHERE lease IS NOT NULL".to_owned(),
    )
    .await;
}

async fn tasks_are_claimed_once_and_the_longest_due_first(database: TestDatabase) {
    let world = World::new(database).await;
    let other = Store::open(&world.database.url, MASTER_KEY).await.unwrap();
    let later = begin(&world, "later", 60).await;
    let first = begin(&world, "first", 0).await;
    let second = begin(&world, "second", 1).await;
    assert!(claim(&world.store, -1).await.is_none(), "nothing is due");
    let (one, two) = tokio::join!(claim(&world.store, 30), claim(&other, 30));
    let mut claimed = [one.unwrap().id, two.unwrap().id];
    claimed.sort();
    let mut due = [first.task, second.task];
    due.sort();
    assert_eq!(claimed, due);
    assert!(claim(&world.store, 30).await.is_none(), "the third is not due");
    assert_eq!(claim(&other, 60).await.unwrap().id, later.task);
    assert!(claim(&world.store, 600).await.is_none());
    other.close().await;
}

async fn tasks_of_dead_processes_are_claimed_again(database: TestDatabase) {
    let world = World::new(database).await;
    begin(&world, "ada", 0).await;
    let dead = claim(&world.store, 0).await.unwrap();
    assert!(world.store.renew_task(&dead, 7).await.unwrap());
    assert!(claim(&world.store, 0).await.is_none());
    let_leases_run_out(&world).await;
    let alive = claim(&world.store, 0).await.unwrap();
    assert_eq!((alive.id == dead.id, alive.attempts, alive.done), (true, 2, 7));
    // Whoever comes back has nothing more to say.
    assert!(!world.store.renew_task(&dead, 9).await.unwrap());
    world.store.finish_task(&dead, 9, now()).await.unwrap();
    world
        .store
        .fail_task(&dead, TaskFailure::Internal, now())
        .await
        .unwrap();
    assert!(world.store.renew_task(&alive, 8).await.unwrap());
    // What is given back counts as never begun.
    world.store.release_task(&alive, 8).await.unwrap();
    let again = claim(&world.store, 0).await.unwrap();
    assert_eq!((again.attempts, again.done), (2, 8));
}

async fn tasks_of_one_key_are_one_and_are_done_once_more_when_asked_for_meanwhile(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    world.record_one(json!({"status": "success"})).await;
    store.rotate_organization_key(organization).await.unwrap();
    store.rotate_organization_key(organization).await.unwrap();
    let open = open_tasks(store, organization).await;
    assert_eq!(open.len(), 1, "{open:?}");
    let soon = chrono::Utc::now() + TimeDelta::minutes(1);
    let claimed = store.claim_task(&KINDS, soon).await.unwrap().unwrap();
    store.rotate_organization_key(organization).await.unwrap();
    assert!(store.claim_task(&KINDS, soon).await.unwrap().is_none());
    store.finish_task(&claimed, 1, now()).await.unwrap();
    let again = store.claim_task(&KINDS, soon).await.unwrap().unwrap();
    assert_eq!((&again.id, again.attempts), (&claimed.id, 1));
    store.finish_task(&again, 1, now()).await.unwrap();
    assert!(store.claim_task(&KINDS, soon).await.unwrap().is_none());
    assert_eq!(open_tasks(store, organization).await, []);
    let done = tasks_of(store, organization, &[TaskState::Done]).await;
    assert_eq!(done[0].state, TaskState::Done);
    // Ended long ago, it goes.
    assert_eq!(store.delete_ended_tasks(now()).await.unwrap(), 0);
    let later = now() + TimeDelta::seconds(1);
    assert_eq!(store.delete_ended_tasks(later).await.unwrap(), 1);
}

async fn tasks_that_fail_are_retried_or_end(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    let task = begin(&world, "ada", 0).await.task;
    let claimed = claim(store, 0).await.unwrap();
    let later = now() + TimeDelta::minutes(5);
    store
        .retry_task_after(&claimed, TaskFailure::Database, later)
        .await
        .unwrap();
    let found = store.task(organization, &task, now()).await.unwrap();
    assert_eq!(
        (found.state, found.failure),
        (TaskState::Retrying, Some(TaskFailure::Database))
    );
    assert_eq!((found.next_attempt_at, found.is_late), (Some(later), false));
    let late = later + TimeDelta::seconds(61);
    assert!(store.task(organization, &task, late).await.unwrap().is_late);
    assert!(claim(store, 0).await.is_none());
    let hastened = store
        .retry_task(organization, &task, now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(hastened.next_attempt_at, Some(now()));
    let claimed = claim(store, 0).await.unwrap();
    assert_eq!(claimed.attempts, 2);
    // Somebody works on it: nothing is to be hastened.
    let running = store
        .retry_task(organization, &task, now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(running.state, TaskState::Running);
    store
        .fail_task(&claimed, TaskFailure::Unreadable, now())
        .await
        .unwrap();
    let failed = store.task(organization, &task, now()).await.unwrap();
    assert_eq!((failed.state, failed.ended_at), (TaskState::Failed, Some(now())));
    let ended = store.retry_task(organization, &task, now()).await;
    assert!(matches!(ended, Ok(Err(Rule::TaskEnded))), "{ended:?}");
    let told = store
        .audit_events(organization, &AuditFilter::default(), page(10, 0))
        .await
        .unwrap();
    let actions: Vec<_> = told.events.iter().map(|event| event.action).collect();
    assert!(actions.contains(&AuditAction::TaskFailed) && actions.contains(&AuditAction::TaskRetried));
}

async fn task_payloads_are_sealed_and_follow_the_keys(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    world
        .record_one(json!({"status": "success", "outputText": "text"}))
        .await;
    begin(&world, "ada@acme.test", 0).await;
    let in_the_clear = "SELECT COUNT(*) FROM tasks WHERE CAST(payload AS TEXT) LIKE '%acme.test%'";
    if world.database.path().is_some() {
        assert_eq!(crate::encryption::number(&world.database, in_the_clear).await, 0);
    }
    store.rotate_organization_key(organization).await.unwrap();
    while store.reencrypt(organization).await.unwrap().is_some() {}
    let claimed = store
        .claim_task(&[TaskKind::ErasePerson], now())
        .await
        .unwrap()
        .unwrap();
    let told: ErasePerson = store.task_payload(&claimed).await.unwrap().unwrap();
    assert_eq!(told.names, ["ada@acme.test"]);
    store.finish_task(&claimed, 0, now()).await.unwrap();
    let left = "SELECT COUNT(*) FROM tasks WHERE payload IS NOT NULL";
    assert_eq!(crate::encryption::number(&world.database, left).await, 0);
}

async fn task_payloads_of_the_installation_survive_a_new_master_key(database: TestDatabase) {
    let world = World::new(database).await;
    let asked = world.store.send_password_reset("ada@acme.test", 2, now());
    assert!(asked.await.unwrap());
    world
        .store
        .rotate_master_key(MasterKey::from([7; 32]))
        .await
        .unwrap();
    let fresh = Store::open(&world.database.url, [7; 32]).await.unwrap();
    for store in [&fresh, &world.store] {
        let claimed = store
            .claim_task(&[TaskKind::SendPasswordReset], now())
            .await
            .unwrap()
            .unwrap();
        let told: SendPasswordReset = store.task_payload(&claimed).await.unwrap().unwrap();
        assert_eq!(told.email, "ada@acme.test");
        store.release_task(&claimed, 0).await.unwrap();
    }
    let asked = |email| world.store.send_password_reset(email, 2, now());
    assert!(asked("b@acme.test").await.unwrap());
    assert!(!asked("c@acme.test").await.unwrap(), "two wait already");
    fresh.close().await;
}

async fn tasks_are_their_organizations_alone(database: TestDatabase) {
    let world = World::new(database).await;
    let other = world.store.ensure_organization("Else", now()).await.unwrap().id;
    let task = begin(&world, "ada", 0).await.task;
    assert_eq!(tasks_of(&world.store, other, &TaskState::ALL).await, []);
    for refused in [
        world.store.task(other, &task, now()).await,
        world
            .store
            .retry_task(other, &task, now())
            .await
            .map(|retried| retried.unwrap()),
    ] {
        assert!(
            matches!(refused, Err(StoreError::NotFound("task"))),
            "{refused:?}"
        );
    }
}

async fn tasks_are_listed_by_state_and_page(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    let mut begun = Vec::new();
    for second in 0..5 {
        begun.push(begin(&world, "ada", second).await.task);
    }
    // The five stand in five ways, in the order in which they were begun.
    let later = now() + TimeDelta::minutes(5);
    let claimed = claim(store, 0).await.unwrap();
    store.finish_task(&claimed, 3, now()).await.unwrap();
    let claimed = claim(store, 1).await.unwrap();
    store
        .fail_task(&claimed, TaskFailure::Internal, now())
        .await
        .unwrap();
    let claimed = claim(store, 2).await.unwrap();
    store
        .retry_task_after(&claimed, TaskFailure::Database, later)
        .await
        .unwrap();
    let _running = claim(store, 3).await.unwrap();
    let stand = [
        TaskState::Done,
        TaskState::Failed,
        TaskState::Retrying,
        TaskState::Running,
        TaskState::Waiting,
    ];
    for (task, state) in begun.iter().zip(stand) {
        let found = tasks_of(store, organization, &[state]).await;
        assert_eq!((found.len(), found[0].state), (1, state));
        assert_eq!(&found[0].task_id, task);
        assert_eq!(
            store.task(organization, task, now()).await.unwrap(),
            found[0],
            "one is told as in the list"
        );
    }
    let open: Vec<_> = open_tasks(store, organization)
        .await
        .into_iter()
        .map(|task| task.task_id)
        .collect();
    let newest_first: Vec<_> = begun.iter().skip(1).rev().cloned().collect();
    assert_eq!(open, newest_first);
    let query = TaskQuery {
        states: TaskState::ALL.to_vec(),
        page: page(2, 3),
    };
    let last = store.tasks(organization, &query, now()).await.unwrap();
    let ids: Vec<_> = last.tasks.iter().map(|task| &task.task_id).collect();
    assert_eq!((last.total, ids), (5, vec![&begun[1], &begun[0]]));
    let beyond = TaskQuery {
        page: page(2, u64::MAX),
        ..query
    };
    let beyond = store.tasks(organization, &beyond, now()).await.unwrap();
    assert_eq!((beyond.total, beyond.tasks), (5, Vec::new()));
}

async fn tasks_of_dead_processes_are_not_running(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    let task = begin(&world, "ada", 0).await.task;
    claim(store, 0).await.unwrap();
    let running = store.task(organization, &task, now()).await.unwrap();
    assert_eq!((running.state, running.failure), (TaskState::Running, None));
    assert_eq!((running.next_attempt_at, running.is_late), (None, false));
    let_leases_run_out(&world).await;
    assert_eq!(tasks_of(store, organization, &[TaskState::Running]).await, []);
    let found = tasks_of(store, organization, &[TaskState::Retrying]).await;
    assert_eq!(found[0].failure, Some(TaskFailure::Interrupted));
    assert_eq!(found[0].next_attempt_at, Some(now()));
    let late = now() + TimeDelta::seconds(61);
    assert!(store.task(organization, &task, late).await.unwrap().is_late);
    // Who asks for it is told of; nobody has to wait for a time that is over.
    let hastened = store
        .retry_task(organization, &task, late)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((hastened.next_attempt_at, hastened.is_late), (Some(late), false));
    let alive = claim(store, 61).await.unwrap();
    assert_eq!((alive.id, alive.attempts), (task, 2));
}

async fn periodic_tasks_are_scheduled_once(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, kinds) = (&world.store, [TaskKind::Purge, TaskKind::TrimEvents]);
    for _ in 0..2 {
        store.schedule_tasks(&kinds, now()).await.unwrap();
    }
    let purge = store
        .claim_task(&[TaskKind::Purge], now())
        .await
        .unwrap()
        .unwrap();
    assert!(
        store
            .claim_periodic_task(TaskKind::Purge, now())
            .await
            .unwrap()
            .is_none()
    );
    let next = now() + TimeDelta::minutes(15);
    store.reschedule_task(&purge, next).await.unwrap();
    assert!(
        store
            .claim_task(&[TaskKind::Purge], now())
            .await
            .unwrap()
            .is_none()
    );
    // A command does not wait for its time.
    let asked = store.claim_periodic_task(TaskKind::Purge, now()).await.unwrap();
    store.release_task(&asked.unwrap(), 0).await.unwrap();
    let again = store.claim_task(&[TaskKind::Purge], next).await.unwrap().unwrap();
    assert_eq!((again.id, again.attempts), (purge.id, 1));
}

async fn invitation_links_end_together(database: TestDatabase) {
    let world = World::new(database).await;
    let (store, organization) = (&world.store, world.organization);
    let new = NewInvitation {
        email: "eve@acme.test",
        role: Role::Member,
        expires_at: now() + TimeDelta::days(7),
        by_email: true,
    };
    let invitation = store.invite(organization, &[1; 32], new, now()).await.unwrap();
    let letter = store
        .claim_task(&[TaskKind::SendInvitation], now())
        .await
        .unwrap()
        .unwrap();
    let told: store::SendInvitation = store.task_payload(&letter).await.unwrap().unwrap();
    assert_eq!(told.invitation_id, invitation.invitation_id);
    // Sent three days later, it counts from then.
    let sent_at = now() + TimeDelta::days(3);
    let end = sent_at + TimeDelta::days(7);
    let (sent, name) = store
        .add_invitation_link(organization, &invitation.invitation_id, &[2; 32], sent_at, end)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (sent.email.as_str(), sent.expires_at, name.as_str()),
        ("eve@acme.test", end, "Acme")
    );
    let just_before = end - TimeDelta::seconds(1);
    for token in [[1; 32], [2; 32]] {
        assert!(
            store
                .open_invitation(&token, just_before)
                .await
                .unwrap()
                .is_some()
        );
        assert!(store.open_invitation(&token, end).await.unwrap().is_none());
    }
    let joined = store
        .accept_invitation(&[2; 32], Some("hash"), sent_at)
        .await
        .unwrap();
    assert!(joined.is_some());
    assert!(store.open_invitation(&[1; 32], sent_at).await.unwrap().is_none());
    let late = store.add_invitation_link(organization, &invitation.invitation_id, &[3; 32], sent_at, end);
    assert!(late.await.unwrap().is_none(), "accepted already");
}
