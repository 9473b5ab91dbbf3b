//! `GET /api/agents/{agentId}/executions/events`.

use crate::support::{Client, TestApp};
use insta::assert_snapshot;
use serde_json::json;
use server::{
    http::{router, serve},
    state::{AppState, Options},
};
use service::Service;
use std::time::{Duration, Instant};
use store::{RecordedBy, Store};
use testkit::TestDatabase;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

async fn record(key: &Client, app: &TestApp, id: &str, status: &str) {
    let body = json!({"executionId": id, "status": status, "outputText": "private"});
    let answer = key.post(&app.executions(), body).await;
    assert!(answer.status.is_success(), "{answer}");
}

#[tokio::test]
async fn the_stream_opens_at_once_and_says_where_it_is() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    record(&key, &app, "exec_1", "success").await;
    let mut stream = key
        .clone()
        .with("accept-encoding", "gzip")
        .follow(&app.events())
        .await;
    assert_eq!(stream.status, 200);
    let header = |name: &str| {
        stream
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(header("content-type").as_deref(), Some("text/event-stream"));
    assert_eq!(header("cache-control").as_deref(), Some("no-store"));
    assert_eq!(header("x-accel-buffering").as_deref(), Some("no"));
    assert_eq!(
        header("content-encoding"),
        None,
        "what is compressed is held back"
    );
    let opening = stream.block().await.unwrap();
    let (retry, id) = opening.split_once('\n').unwrap();
    let retry: u64 = retry.strip_prefix("retry: ").unwrap().parse().unwrap();
    assert!((500..2_500).contains(&retry), "{retry} ms");
    assert_eq!(id, "id: 1");
}

#[tokio::test]
async fn rows_are_told_without_payloads() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    let mut stream = key.follow(&app.events()).await;
    record(&key, &app, "exec_1", "running").await;
    record(&key, &app, "exec_1", "success").await;
    let created = stream.next().await.unwrap();
    assert_eq!(created.told(), "execution.created exec_1 running");
    let updated = stream.next().await.unwrap();
    assert_eq!(updated.told(), "execution.updated exec_1 success");
    assert!(updated.id > created.id);
    let listed = key.get(&app.executions()).await.json();
    assert_eq!(updated.data, listed["executions"][0], "the list's row");
    assert!(!updated.data.to_string().contains("private"));
}

#[tokio::test]
async fn a_filtered_stream_tells_what_enters_and_what_leaves() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    let mut running = key.follow(&format!("{}?status=running", app.events())).await;
    let mut failed = key
        .follow(&format!("{}?status=failed,canceled", app.events()))
        .await;
    record(&key, &app, "exec_1", "running").await;
    record(&key, &app, "exec_2", "success").await;
    record(&key, &app, "exec_1", "failed").await;
    record(&key, &app, "exec_3", "running").await;
    record(&key, &app, "exec_4", "canceled").await;
    assert_eq!(
        running.told(3).await,
        [
            "execution.created exec_1 running",
            "execution.deleted exec_1 failed",
            "execution.created exec_3 running",
        ]
    );
    assert_eq!(
        failed.told(2).await,
        [
            "execution.created exec_1 failed",
            "execution.created exec_4 canceled"
        ]
    );
}

#[tokio::test]
async fn a_list_and_its_stream_join_without_a_gap() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    record(&key, &app, "exec_1", "running").await;
    let listed = key.get(&app.executions()).await;
    let position = listed.header("event-position");
    record(&key, &app, "exec_2", "success").await;
    record(&key, &app, "exec_1", "success").await;

    let path = format!("{}?lastEventId={position}", app.events());
    let mut stream = key.follow(&path).await;
    let missed = stream.next().await.unwrap();
    assert_eq!(missed.told(), "execution.created exec_2 success");
    assert_eq!(stream.told(1).await, ["execution.updated exec_1 success"]);
    record(&key, &app, "exec_3", "success").await;
    assert_eq!(stream.told(1).await, ["execution.created exec_3 success"]);

    // The header is newer than the address.
    let back = key.clone().with("last-event-id", &missed.id.to_string());
    drop(stream);
    record(&key, &app, "exec_4", "success").await;
    let mut stream = back.follow(&path).await;
    assert_eq!(
        stream.told(3).await,
        [
            "execution.updated exec_1 success",
            "execution.created exec_3 success",
            "execution.created exec_4 success",
        ]
    );
}

#[tokio::test]
async fn a_stream_without_events_knows_its_place_too() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    record(&key, &app, "exec_1", "success").await;
    let mut stream = key.follow(&app.events()).await;
    let opening = stream.block().await.unwrap();
    let id = opening.rsplit_once("id: ").unwrap().1;
    drop(stream);
    record(&key, &app, "exec_2", "success").await;
    let mut stream = key.clone().with("last-event-id", id).follow(&app.events()).await;
    assert_eq!(stream.told(1).await, ["execution.created exec_2 success"]);
}

#[tokio::test]
async fn nothing_is_missed_or_told_twice_by_somebody_who_keeps_coming_back() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    let writer = {
        let (key, path) = (key.clone(), app.executions());
        tokio::spawn(async move {
            for number in 0..120 {
                let body = json!({"executionId": format!("exec_{number}"), "status": "success"});
                key.post(&path, body).await;
            }
        })
    };
    let mut told = Vec::new();
    let mut last = "0".to_owned();
    while told.len() < 120 {
        let mut stream = key
            .clone()
            .with("last-event-id", &last)
            .follow(&app.events())
            .await;
        for _ in 0..(120 - told.len()).min(7) {
            told.push(
                stream.next().await.unwrap().data["executionId"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        last = stream.last_event_id;
    }
    writer.await.unwrap();
    let all: Vec<_> = (0..120).map(|number| format!("exec_{number}")).collect();
    assert_eq!(told, all);
}

#[tokio::test]
async fn out_of_reach_is_a_resync_and_the_stream_goes_on() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    for id in ["exec_1", "exec_2", "exec_3"] {
        record(&key, &app, id, "success").await;
    }
    let later = chrono::Utc::now() + chrono::Duration::hours(1);
    app.store.trim_events(later).await.unwrap();
    // Trimmed away, and never given.
    for position in ["1", "999"] {
        let mut stream = key
            .clone()
            .with("last-event-id", position)
            .follow(&app.events())
            .await;
        let resync = stream.next().await.unwrap();
        assert_eq!(resync.told(), "resync");
        let listed = key.get(&app.executions()).await;
        assert_eq!(resync.id.to_string(), listed.header("event-position"));
        let id = format!("exec_after_{position}");
        record(&key, &app, &id, "success").await;
        assert_eq!(stream.told(1).await, [format!("execution.created {id} success")]);
        app.store.trim_events(later).await.unwrap();
    }
}

#[tokio::test]
async fn who_reads_too_slowly_is_told_to_read_the_list_again() {
    let app = TestApp::start().await;
    let key = app.key("read,record").await;
    let mut stream = key.follow(&app.events()).await;
    for number in 0..60 {
        record(&key, &app, &format!("exec_{number}"), "success").await;
        // Longer than what is told together.
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert_eq!(stream.told(1).await, ["resync"], "nothing was kept for it");
    assert_eq!(
        stream.last_event_id,
        key.get(&app.executions()).await.header("event-position")
    );
    record(&key, &app, "exec_last", "success").await;
    assert_eq!(stream.told(1).await, ["execution.created exec_last success"]);
}

#[tokio::test]
async fn an_ill_formed_position_is_refused() {
    let app = TestApp::start().await;
    let key = app.key("read").await;
    for wrong in ["x", "-1", "1.5", "99999999999999999999"] {
        let answer = key.get(&format!("{}?lastEventId={wrong}", app.events())).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    let both = key.clone().with("last-event-id", "soon");
    assert_snapshot!(both.get(&format!("{}?lastEventId=1", app.events())).await, @r#"
    400 Bad Request
    {
      "type": "about:blank",
      "title": "Bad Request",
      "status": 400,
      "detail": "Some parameters are wrong; `errors` names each.",
      "code": "invalid_parameters",
      "errors": [
        {
          "field": "Last-Event-ID",
          "detail": "must be the id of an event, or what a list says in `Event-Position`"
        }
      ]
    }
    "#);
    let answer = key.get(&format!("{}?status=done", app.events())).await;
    assert_eq!(answer.json()["errors"][0]["field"], "status");
}

#[tokio::test]
async fn only_who_may_read_is_told() {
    let app = TestApp::start().await;
    let path = app.events();
    assert_eq!(app.anonymous().get(&path).await.status, 401);
    assert_eq!(app.key("record").await.get(&path).await.status, 403);
    assert_eq!(app.stranger().await.get(&path).await.status, 404);
    assert_eq!(app.owner().await.follow(&path).await.status, 200);
    let viewer = app.colleague(domain::Role::Viewer).await;
    assert_eq!(viewer.follow(&path).await.status, 200);
}

/// A server whose streams show quickly that they are alive.
fn lively(store: &Store) -> AppState {
    let options = Options {
        heartbeat: Some(Duration::from_millis(50)),
        ..Options::default()
    };
    AppState::new(Service::new(store.clone(), None), options)
}

#[tokio::test]
async fn a_quiet_stream_shows_that_it_is_alive() {
    let app = TestApp::start().await;
    let key = Client::new(router(lively(&app.store))).with("authorization", &app.bearer("read").await);
    let mut stream = key.follow(&app.events()).await;
    stream.block().await.unwrap();
    for _ in 0..3 {
        assert_eq!(stream.block().await.unwrap(), ":");
    }
}

#[tokio::test]
async fn a_stream_ends_with_the_right_to_read_it() {
    let app = TestApp::start().await;
    let client = Client::new(router(lively(&app.store)));
    let (key, token) = app
        .store
        .create_api_key(
            app.organization,
            "Test",
            &"read".parse().unwrap(),
            chrono::Utc::now(),
        )
        .await
        .unwrap();
    let bearer = format!("Bearer {}", token.reveal());
    let mut by_key = client.with("authorization", &bearer).follow(&app.events()).await;
    let session = store::token::Token::fresh();
    let now = chrono::Utc::now();
    app.store
        .create_session(
            &session.hash(),
            &app.owner,
            app.organization,
            &domain::SessionOrigin::default(),
            now,
            now + chrono::Duration::hours(1),
        )
        .await
        .unwrap();
    let mut by_session = Client::new(router(lively(&app.store)))
        .with("cookie", &format!("al_session={}", session.reveal()))
        .follow(&app.events())
        .await;
    by_key.block().await.unwrap();
    by_session.block().await.unwrap();

    app.store
        .revoke_api_key(app.organization, &key.api_key_id, now)
        .await
        .unwrap();
    assert!(by_key.next().await.is_none());
    assert_eq!(by_session.block().await.unwrap(), ":", "the other one goes on");
    app.store.delete_session(&session.hash()).await.unwrap();
    assert!(by_session.next().await.is_none());
}

/// The heartbeat is far off: the batch itself asks.
#[tokio::test]
async fn nothing_is_told_once_the_right_to_read_it_has_ended() {
    let app = TestApp::start().await;
    let recorder = app.key("record").await;
    let (now, scopes) = (chrono::Utc::now(), "read".parse().unwrap());
    let mut streams = Vec::new();
    let (key, token) = app
        .store
        .create_api_key(app.organization, "Reader", &scopes, now)
        .await
        .unwrap();
    let reader = app
        .anonymous()
        .with("authorization", &format!("Bearer {}", token.reveal()));
    for _ in 0..3 {
        streams.push(reader.follow(&app.events()).await);
    }
    record(&recorder, &app, "exec_1", "success").await;
    for stream in &mut streams {
        assert_eq!(stream.told(1).await, ["execution.created exec_1 success"]);
    }
    app.store
        .revoke_api_key(app.organization, &key.api_key_id, now)
        .await
        .unwrap();
    record(&recorder, &app, "exec_2", "success").await;
    for stream in &mut streams {
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn what_another_process_records_in_the_file_is_noticed() {
    let app = TestApp::start().await;
    let key = app.key("read").await;
    let mut stream = key.follow(&app.events()).await;
    let import = app.other_store().await;
    let now = chrono::Utc::now();
    let fields =
        domain::ExecutionFields::parse(json!({"executionId": "exec_1", "status": "success"}), now).unwrap();
    let agent = app.agent.parse().unwrap();
    import
        .record(
            app.organization,
            &agent,
            &RecordedBy::default(),
            now,
            vec![fields],
        )
        .await
        .unwrap();
    let recorded = Instant::now();
    assert_eq!(stream.told(1).await, ["execution.created exec_1 success"]);
    assert!(recorded.elapsed() < Duration::from_secs(5));
    import.close().await;
}

#[tokio::test]
async fn a_restart_in_between_loses_nothing() {
    let app = TestApp::start().await;
    let bearer = app.bearer("read,record").await;
    let client = |state| Client::new(router(state)).with("authorization", &bearer);
    let before = client(app.state.clone());
    let mut stream = before.follow(&app.events()).await;
    record(&before, &app, "exec_1", "running").await;
    assert_eq!(stream.told(1).await, ["execution.created exec_1 running"]);
    record(&before, &app, "exec_2", "success").await;
    app.state.live.close();
    // It may have told of the second execution, or not have come to it.
    let mut told = Vec::new();
    while let Some(sent) = stream.next().await {
        told.push(sent.told());
    }
    app.store.close().await;

    let store = app.other_store().await;
    let after = client(AppState::new(Service::new(store, None), Options::default()));
    record(&after, &app, "exec_1", "success").await;
    let back = after.with("last-event-id", &stream.last_event_id);
    let mut stream = back.follow(&app.events()).await;
    told.extend(stream.told(2 - told.len()).await);
    assert_eq!(
        told,
        [
            "execution.created exec_2 success",
            "execution.updated exec_1 success"
        ]
    );
}

#[tokio::test]
async fn open_streams_do_not_hold_up_the_end() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(serve(listener, app.state.clone(), stop.clone()));
    let key = app.bearer("record,read").await;
    let mut connections = Vec::new();
    for _ in 0..20 {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let request = format!(
            "GET {} HTTP/1.1\r\nhost: {address}\r\nauthorization: {key}\r\n\r\n",
            app.events()
        );
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut start = [0; 512];
        let length = connection.read(&mut start).await.unwrap();
        assert!(start[..length].starts_with(b"HTTP/1.1 200 OK\r\n"));
        connections.push(connection);
    }
    let stopped = Instant::now();
    stop.cancel();
    server.await.unwrap().unwrap();
    assert!(
        stopped.elapsed() < Duration::from_secs(2),
        "{:?}",
        stopped.elapsed()
    );
    for mut connection in connections {
        let mut rest = String::new();
        connection.read_to_string(&mut rest).await.unwrap();
        assert!(rest.ends_with("0\r\n\r\n"), "ended, not cut off: {rest}");
    }
    let refused = app.key("read").await.get(&app.events()).await;
    assert_eq!(
        (refused.status.as_u16(), refused.json()["code"].as_str()),
        (503, Some("stopping"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_servers_on_one_postgresql_tell_of_each_other() {
    let name = "two_servers_on_one_postgresql_tell_of_each_other";
    let Some(database) = TestDatabase::postgres(name).await.unwrap() else {
        return;
    };
    let now = chrono::Utc::now();
    let (here, there) = (
        Store::open(&database.url, testkit::MASTER_KEY).await.unwrap(),
        Store::open(&database.url, testkit::MASTER_KEY).await.unwrap(),
    );
    let organization = here.ensure_organization("Acme", now).await.unwrap().id;
    let agent = here
        .create_agent(organization, "Support", now)
        .await
        .unwrap()
        .agent_id;
    let scopes = "read,record".parse().unwrap();
    let (_, token) = here
        .create_api_key(organization, "Test", &scopes, now)
        .await
        .unwrap();
    let bearer = format!("Bearer {}", token.reveal());
    let client = |store: &Store| {
        let state = AppState::new(Service::new(store.clone(), None), Options::default());
        Client::new(router(state)).with("authorization", &bearer)
    };
    let (at_one, at_other) = (client(&here), client(&there));
    let executions = format!("/api/agents/{agent}/executions");
    let events = format!("{executions}/events");
    let mut stream = at_one.follow(&events).await;
    let mut last = Duration::ZERO;
    for number in 0..10 {
        let begun = Instant::now();
        let body = json!({"executionId": format!("exec_{number}"), "status": "success"});
        assert_eq!(at_other.post(&executions, body).await.status, 201);
        assert_eq!(
            stream.told(1).await,
            [format!("execution.created exec_{number} success")]
        );
        last = begun.elapsed();
    }
    assert!(last < Duration::from_secs(5));
    // What one server told, the other goes on from.
    at_one
        .post(
            &executions,
            json!({"executionId": "exec_last", "status": "running"}),
        )
        .await;
    let mut stream = at_other
        .with("last-event-id", &stream.last_event_id)
        .follow(&events)
        .await;
    assert_eq!(stream.told(1).await, ["execution.created exec_last running"]);
    for store in [here, there] {
        store.close().await;
    }
}
