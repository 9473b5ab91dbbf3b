//! The worker: what is begun comes to its end, whatever becomes of who began it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::{TimeDelta, Utc};
use domain::{
    AgentId, AuditAction, AuditFilter, ExecutionFields, Limit, OrganizationId, PageRequest, Role, Status,
    Task, TaskFailure, TaskId, TaskQuery, TaskState,
};
use serde_json::json;
use service::{
    Caller, Service,
    mail::{Mailer, Sender, Smtp},
    tasks,
};
use std::time::{Duration, Instant};
use store::{RecordedBy, Store};
use testkit::{
    Conduct, MASTER_KEY, SmtpServer, TestDatabase, change_postgres, change_sqlite, on_both_databases,
};
use tokio::{task::JoinHandle, time::sleep};
use tokio_util::sync::CancellationToken;

on_both_databases!(
    work_of_a_dead_worker_goes_on,
    work_stops_in_order_and_goes_on,
    work_that_a_command_waits_for_may_be_somebody_elses,
    an_organization_has_a_hundred_invitations_an_hour_sent,
    letters_are_sent_again_until_the_mail_server_takes_them,
    letters_that_are_refused_end_and_are_told_of,
    older_payloads_are_encrypted_until_none_is_left,
    silent_executions_are_given_up_once_the_worker_has_listened_for_long_enough,
);

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

struct World {
    store: Store,
    organization: OrganizationId,
    agent: AgentId,
    database: TestDatabase,
}

impl World {
    async fn new(database: TestDatabase) -> Self {
        let store = Store::open(&database.url, MASTER_KEY).await.unwrap();
        let now = Utc::now();
        let organization = store.ensure_organization("Acme", now).await.unwrap().id;
        let agent = store
            .create_agent(organization, "Writer", now)
            .await
            .unwrap()
            .agent_id;
        Self {
            store,
            organization,
            agent,
            database,
        }
    }

    /// As another process would.
    async fn opened_again(&self) -> Store {
        Store::open(&self.database.url, MASTER_KEY).await.unwrap()
    }

    async fn record(&self, count: usize, by: &str) {
        let execution = json!({"status": "success", "executedBy": by, "outputText": "text"});
        let fields = ExecutionFields::parse(execution, Utc::now()).unwrap();
        let caller = RecordedBy::default();
        let recorded = self.store.record(
            self.organization,
            &self.agent,
            &caller,
            Utc::now(),
            vec![fields; count],
        );
        recorded.await.unwrap();
    }

    async fn left_of(&self, person: &str) -> u64 {
        let names = [person.to_owned()];
        let data = self.store.personal_data(self.organization, &names).await.unwrap();
        data.iter().map(|data| data.executions).sum()
    }

    async fn task(&self, task: &TaskId) -> Task {
        self.store.any_task(task, Utc::now()).await.unwrap()
    }

    async fn until(&self, task: &TaskId, state: TaskState) -> Task {
        let began = Instant::now();
        loop {
            let found = self.task(task).await;
            if found.state == state {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "{found:?}");
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// As if `LEASE` had gone by since the last renewal.
    async fn let_leases_run_out(&self) {
        let statement = ["UPDATE tasks SET leased_until = 0 WHERE lease IS NOT NULL"];
        match self.database.path() {
            Some(_) => change_sqlite(&self.database, &statement).await.unwrap(),
            None => change_postgres(&self.database, &statement).await.unwrap(),
        }
    }
}

fn worker(service: Service, stop: &CancellationToken) -> JoinHandle<()> {
    let settings = tasks::Settings {
        abandon_after: TimeDelta::minutes(15),
    };
    tokio::spawn(tasks::run(service, settings, stop.clone()))
}

/// A worker whose process ends without a word.
struct Mortal(tokio::runtime::Runtime);

impl Mortal {
    fn begin(store: Store) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let settings = tasks::Settings {
            abandon_after: TimeDelta::minutes(15),
        };
        runtime.spawn(tasks::run(
            Service::new(store, None),
            settings,
            CancellationToken::new(),
        ));
        Self(runtime)
    }

    fn die(self) {
        self.0.shutdown_background();
    }
}

async fn work_of_a_dead_worker_goes_on(database: TestDatabase) {
    let world = World::new(database).await;
    for _ in 0..4 {
        world.record(500, "ada").await;
    }
    world.record(10, "eve").await;
    let names = vec!["ada".to_owned()];
    let begun = world
        .store
        .begin_erasing_person(world.organization, names, Utc::now())
        .await
        .unwrap();
    assert_eq!(begun.executions, 2_000);
    let mortal = Mortal::begin(world.opened_again().await);
    while world.left_of("ada").await == 2_000 {
        sleep(Duration::from_millis(1)).await;
    }
    mortal.die();
    assert!(world.left_of("ada").await > 0, "it was quicker than its end");
    world.let_leases_run_out().await;
    let stop = CancellationToken::new();
    let other = worker(Service::new(world.store.clone(), None), &stop);
    let done = world.until(&begun.task, TaskState::Done).await;
    assert_eq!((done.total, done.attempts, done.failure), (Some(2_000), 2, None));
    assert_eq!((world.left_of("ada").await, world.left_of("eve").await), (0, 10));
    stop.cancel();
    other.await.unwrap();
}

async fn work_stops_in_order_and_goes_on(database: TestDatabase) {
    let world = World::new(database).await;
    for _ in 0..4 {
        world.record(500, "ada").await;
    }
    let names = vec!["ada".to_owned()];
    let begun = world
        .store
        .begin_erasing_person(world.organization, names, Utc::now())
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let first = worker(Service::new(world.store.clone(), None), &stop);
    while world.left_of("ada").await == 2_000 {
        sleep(Duration::from_millis(1)).await;
    }
    stop.cancel();
    first.await.unwrap();
    let found = world.task(&begun.task).await;
    assert_eq!((found.state, found.attempts), (TaskState::Waiting, 0));
    assert!(found.done > 0 && found.done < 2_000, "{found:?}");
    // The next one need not wait for a lease.
    let stop = CancellationToken::new();
    let second = worker(Service::new(world.store.clone(), None), &stop);
    let done = world.until(&begun.task, TaskState::Done).await;
    assert_eq!((done.attempts, world.left_of("ada").await), (1, 0));
    stop.cancel();
    second.await.unwrap();
}

async fn work_that_a_command_waits_for_may_be_somebody_elses(database: TestDatabase) {
    let world = World::new(database).await;
    world.record(300, "ada").await;
    let begin = || {
        let names = vec!["ada".to_owned()];
        world
            .store
            .begin_erasing_person(world.organization, names, Utc::now())
    };
    // Nobody else is there: the command does it.
    let service = Service::new(world.store.clone(), None);
    let task = begin().await.unwrap().task;
    assert_eq!(service.complete(&task).await.unwrap(), 300);
    // Somebody else is at it.
    world.record(300, "ada").await;
    let task = begin().await.unwrap().task;
    let stop = CancellationToken::new();
    let other = worker(Service::new(world.opened_again().await, None), &stop);
    world.until(&task, TaskState::Running).await;
    service.complete(&task).await.unwrap();
    assert_eq!(world.left_of("ada").await, 0);
    stop.cancel();
    other.await.unwrap();
}

fn mailer(port: u16) -> Mailer {
    let smtp = Smtp::parse(&format!("smtp://localhost:{port}"), None, None).unwrap();
    Mailer::new(Sender {
        smtp,
        from: "Agent Ledger <ledger@acme.example>".parse().unwrap(),
        public_url: "https://ledger.acme.example".to_owned(),
    })
}

async fn invite(world: &World, service: &Service) -> TaskId {
    let operator = Caller::operator(world.organization);
    let invited = service.invite(&operator, "eve@acme.example", Role::Member);
    assert!(invited.await.unwrap().is_emailed);
    let tasks = world
        .store
        .tasks(world.organization, &TaskQuery::default(), Utc::now())
        .await
        .unwrap()
        .tasks;
    tasks[0].task_id.clone()
}

async fn an_organization_has_a_hundred_invitations_an_hour_sent(database: TestDatabase) {
    let world = World::new(database).await;
    let service = Service::new(world.store.clone(), Some(mailer(9)));
    let operator = Caller::operator(world.organization);
    let invite = async |service: &Service, email: &str| service.invite(&operator, email, Role::Member).await;
    for number in 0..100 {
        invite(&service, &format!("{number}@acme.example")).await.unwrap();
        assert!(
            invite(&service, "nobody").await.is_err(),
            "what is not sent does not count"
        );
    }
    // Whichever server is asked.
    let other = Service::new(world.store.clone(), Some(mailer(9)));
    for service in [&service, &other] {
        let refused = invite(service, "eve@acme.example").await.err();
        let wait = match refused {
            Some(service::Error::TooManyLetters(wait)) => wait,
            _ => Duration::ZERO,
        };
        assert!(wait > Duration::from_secs(3_500), "{wait:?}");
    }
    // By a link that the inviter hands over, without a letter.
    let without = Service::new(world.store.clone(), None);
    invite(&without, "eve@acme.example").await.unwrap();
}

async fn letters_are_sent_again_until_the_mail_server_takes_them(database: TestDatabase) {
    let world = World::new(database).await;
    let nobody = std::net::TcpListener::bind("localhost:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let unlucky = Service::new(world.store.clone(), Some(mailer(nobody)));
    let task = invite(&world, &unlucky).await;
    let stop = CancellationToken::new();
    let first = worker(unlucky, &stop);
    let waiting = world.until(&task, TaskState::Retrying).await;
    assert_eq!(waiting.failure, Some(TaskFailure::MailServerUnavailable));
    assert!(waiting.next_attempt_at.unwrap() > Utc::now());
    stop.cancel();
    first.await.unwrap();

    // A later start has a mail server again.
    let mut mail = SmtpServer::start(Conduct::Plain).await.unwrap();
    let stop = CancellationToken::new();
    let lucky = worker(Service::new(world.store.clone(), Some(mailer(mail.port))), &stop);
    world
        .store
        .retry_task(world.organization, &task, Utc::now())
        .await
        .unwrap()
        .unwrap();
    let letter = mail.next().await.unwrap();
    assert_eq!(letter.to, "eve@acme.example");
    let link = letter
        .link()
        .unwrap()
        .strip_prefix("/join?token=")
        .unwrap()
        .to_owned();
    let token = store::token::hash(&link);
    let open = world.store.open_invitation(&token, Utc::now());
    assert!(open.await.unwrap().is_some());
    world.until(&task, TaskState::Done).await;
    stop.cancel();
    lucky.await.unwrap();
}

async fn letters_that_are_refused_end_and_are_told_of(database: TestDatabase) {
    let world = World::new(database).await;
    let mail = SmtpServer::start(Conduct::Refuses).await.unwrap();
    let service = Service::new(world.store.clone(), Some(mailer(mail.port)));
    let task = invite(&world, &service).await;
    let stop = CancellationToken::new();
    let worker = worker(service, &stop);
    let failed = world.until(&task, TaskState::Failed).await;
    assert_eq!(
        (failed.failure, failed.attempts),
        (Some(TaskFailure::MailRefused), 1)
    );
    let page = PageRequest {
        limit: Limit::new(10).unwrap(),
        offset: 0,
    };
    let events = world
        .store
        .audit_events(world.organization, &AuditFilter::default(), page)
        .await
        .unwrap();
    assert!(
        events
            .events
            .iter()
            .any(|event| event.action == AuditAction::TaskFailed)
    );
    stop.cancel();
    worker.await.unwrap();
}

async fn older_payloads_are_encrypted_until_none_is_left(database: TestDatabase) {
    let world = World::new(database).await;
    world.record(300, "ada").await;
    world
        .store
        .rotate_organization_key(world.organization)
        .await
        .unwrap();
    let tasks = world
        .store
        .tasks(world.organization, &TaskQuery::default(), Utc::now())
        .await
        .unwrap()
        .tasks;
    let stop = CancellationToken::new();
    let worker = worker(Service::new(world.store.clone(), None), &stop);
    let done = world.until(&tasks[0].task_id, TaskState::Done).await;
    assert_eq!(done.done, 300);
    assert_eq!(world.store.reencrypt(world.organization).await.unwrap(), None);
    stop.cancel();
    worker.await.unwrap();
}

async fn silent_executions_are_given_up_once_the_worker_has_listened_for_long_enough(database: TestDatabase) {
    let world = World::new(database).await;
    let fields =
        ExecutionFields::parse(json!({"executionId": "exec_a", "status": "running"}), Utc::now()).unwrap();
    let long_ago = Utc::now() - TimeDelta::hours(1);
    world
        .store
        .record(
            world.organization,
            &world.agent,
            &RecordedBy::default(),
            long_ago,
            vec![fields],
        )
        .await
        .unwrap();
    let status = async || {
        let id = "exec_a".parse().unwrap();
        let execution = world
            .store
            .execution(world.organization, &world.agent, &id)
            .await
            .unwrap();
        execution.summary.status
    };
    let begin = |abandon_after| {
        let (service, stop) = (Service::new(world.store.clone(), None), CancellationToken::new());
        let settings = tasks::Settings { abandon_after };
        (tokio::spawn(tasks::run(service, settings, stop.clone())), stop)
    };
    let (patient, stop) = begin(TimeDelta::minutes(15));
    sleep(Duration::from_millis(100)).await;
    assert_eq!(
        status().await,
        Status::Running,
        "the worker has listened for a moment only"
    );
    stop.cancel();
    patient.await.unwrap();
    let (hasty, stop) = begin(TimeDelta::milliseconds(1));
    let began = Instant::now();
    while status().await == Status::Running {
        assert!(began.elapsed() < PATIENCE);
        sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(status().await, Status::Failed);
    stop.cancel();
    hasty.await.unwrap();
}
