//! A server on a real port: what only a connection shows.

use crate::support::{Client, TestApp, raw};
use serde_json::{Value, json};
use server::{
    http::serve,
    state::{AppState, Options},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn the_callers_address_is_kept_and_the_server_stops_when_told() {
    let app = TestApp::start().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = tokio::spawn(server::http::serve(listener, app.state.clone(), stop.clone()));

    let key = app.bearer("record,read").await;
    let body = r#"{"executionId":"exec_1","status":"success"}"#;
    let recorded = raw::request(address, "POST", &app.executions(), &key, body).await;
    assert!(recorded.starts_with("HTTP/1.1 201 Created\r\n"), "{recorded}");
    let detail = raw::request(address, "GET", &app.execution("exec_1"), &key, "").await;
    assert!(detail.contains(r#""ipAddress":"127.0.0.1""#), "{detail}");

    stop.cancel();
    server.await.unwrap().unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

/// How long a client may take nothing in these tests.
const STALL: Duration = Duration::from_secs(1);

/// A server that lets stalled clients go soon, and one who records so much that they stall.
async fn impatient() -> (TestApp, SocketAddr, Client) {
    let app = TestApp::start().await;
    let options = Options {
        stall: Some(STALL),
        ..Options::default()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let state = AppState::new(app.service(), options);
    tokio::spawn(serve(listener, state, CancellationToken::new()));
    let recorder = app.key("record").await;
    (app, address, recorder)
}

/// Opens an event stream and reads how it begins.
async fn follow(app: &TestApp, address: SocketAddr) -> TcpStream {
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "GET {} HTTP/1.1\r\nhost: {address}\r\nauthorization: {}\r\n\r\n",
        app.events(),
        app.bearer("read").await
    );
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut beginning = [0; 512];
    let length = connection.read(&mut beginning).await.unwrap();
    assert!(beginning[..length].starts_with(b"HTTP/1.1 200 OK\r\n"));
    connection
}

/// More events than a client's window holds, and fewer than the system keeps for it.
async fn record_many(app: &TestApp, recorder: &Client) {
    for _ in 0..6 {
        let model = "m".repeat(60);
        let many: Vec<Value> = vec![json!({"status": "success", "model": model}); 500];
        let recorded = recorder.post(&app.executions(), many.into()).await;
        assert_eq!(recorded.status, 200);
        sleep(Duration::from_millis(100)).await;
    }
}

/// Whether the server has given a connection up: it answers whatever comes over it with a reset.
async fn is_given_up(connection: &TcpStream) -> bool {
    let _ = connection.try_write(b"\r\n");
    sleep(Duration::from_millis(50)).await;
    connection.take_error().unwrap().is_some()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reader_that_stalls_is_let_go() {
    let (app, address, recorder) = impatient().await;
    let stalled = follow(&app, address).await;
    record_many(&app, &recorder).await;
    let begun = Instant::now();
    while !is_given_up(&stalled).await {
        assert!(begun.elapsed() < STALL * 15, "it is still held");
        sleep(Duration::from_millis(50)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reader_that_is_slow_or_has_nothing_to_read_is_kept() {
    let (app, address, recorder) = impatient().await;
    let (mut slow, idle) = (follow(&app, address).await, follow(&app, address).await);
    sleep(STALL * 2).await;
    assert!(!is_given_up(&idle).await);
    drop(idle);
    let taken = async {
        let (begun, mut taken) = (Instant::now(), 0);
        while begun.elapsed() < STALL * 6 {
            let mut piece = vec![0; 64 << 10];
            taken += slow.read(&mut piece).await.unwrap();
            assert!(!is_given_up(&slow).await);
            sleep(STALL / 4).await;
        }
        taken
    };
    let (taken, ()) = tokio::join!(taken, record_many(&app, &recorder));
    assert!(taken > 200_000, "{taken}");
}
