//! How many connections and event streams one address, one key and one organization may have.

use crate::support::{
    Client, TestApp,
    tls::{Http2, Pair, connect},
};
use futures_util::future::join_all;
use server::{
    http::{Certificate, raise_handles, router, serve_with},
    limits::Limits,
    state::{AppState, Options},
};
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    time::{sleep, timeout},
};
use tokio_rustls::rustls::version::TLS13;
use tokio_util::sync::{CancellationToken, DropGuard};

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(20);
/// What one address may have.
const MOST: usize = 100;

async fn served(
    app: &TestApp,
    options: Options,
    certificate: Option<Certificate>,
) -> (SocketAddr, DropGuard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let state = AppState::new(app.service(), options);
    tokio::spawn(serve_with(listener, certificate, state, stop.clone()));
    (address, stop.drop_guard())
}

fn limits(limits: Limits) -> Options {
    Options {
        limits,
        ..Options::default()
    }
}

/// Connections over which nothing is said.
async fn idle(address: SocketAddr) -> Vec<TcpStream> {
    let mut idle = Vec::new();
    for _ in 0..MOST {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    idle
}

fn request(path: &str, headers: &[(&str, &str)]) -> String {
    let mut request = format!("GET {path} HTTP/1.1\r\nhost: ledger.example\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request + "\r\n"
}

/// Asks, and reads up to the end of the connection.
async fn last_answer(mut connection: TcpStream, path: &str, headers: &[(&str, &str)]) -> String {
    connection
        .write_all(request(path, headers).as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, connection.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}

/// Asks, and reads how the answer begins.
async fn answer(connection: &mut TcpStream, path: &str, headers: &[(&str, &str)]) -> String {
    connection
        .write_all(request(path, headers).as_bytes())
        .await
        .unwrap();
    let mut beginning = [0; 4_096];
    let length = timeout(PATIENCE, connection.read(&mut beginning))
        .await
        .unwrap()
        .unwrap();
    String::from_utf8_lossy(&beginning[..length]).into_owned()
}

/// Asks as a stranger over a connection of its own: the status.
async fn status(address: SocketAddr) -> String {
    let connection = TcpStream::connect(address).await.unwrap();
    let answer = last_answer(connection, "/healthz", &[("connection", "close")]).await;
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn beyond_the_bound_of_an_address_only_those_who_are_known_are_answered() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, Options::default(), None).await;
    let mut idle = idle(address).await;
    let open = || async { TcpStream::connect(address).await.unwrap() };

    let refused = last_answer(open().await, "/api/agents", &[]).await;
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    for part in [
        "\r\nretry-after: 1\r\n",
        "\r\ncontent-type: application/problem+json\r\n",
        "\r\nconnection: close\r\n",
        r#""code":"too_many_connections""#,
    ] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    let wrong = format!("Bearer al_{}_{}", "a".repeat(16), "b".repeat(32));
    let refused = last_answer(open().await, "/api/agents", &[("authorization", &wrong)]).await;
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    let refused = last_answer(open().await, "/sign-in", &[("cookie", "al_session=x")]).await;
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    assert!(refused.contains("\r\ncontent-type: text/plain"), "{refused}");

    let (mut silent, begun) = (open().await, Instant::now());
    let read = timeout(PATIENCE, silent.read(&mut [0])).await.unwrap();
    assert_eq!(read.unwrap(), 0);
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());

    // Who is known is let in, and over that connection whoever comes next.
    let key = app.bearer("read").await;
    let mut known = open().await;
    let first = answer(&mut known, "/api/agents", &[("authorization", &key)]).await;
    assert!(first.starts_with("HTTP/1.1 200 "), "{first}");
    let second = answer(&mut known, "/api/agents", &[]).await;
    assert!(second.starts_with("HTTP/1.1 401 "), "{second}");
    assert_eq!(status(address).await, "429");

    // One of those who were there before becomes known, and its place is free.
    let first = answer(&mut idle[0], "/api/agents", &[("authorization", &key)]).await;
    assert!(first.starts_with("HTTP/1.1 200 "), "{first}");
    assert_eq!(status(address).await, "200");
    drop(idle.pop());
    assert_eq!(status(address).await, "200");
}

#[tokio::test]
async fn a_session_makes_a_connection_known_too() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, Options::default(), None).await;
    let mut idle = idle(address).await;
    let token = store::token::Token::fresh();
    let now = chrono::Utc::now();
    app.store
        .create_session(
            &token.hash(),
            &app.owner,
            app.organization,
            &domain::SessionOrigin::default(),
            now,
            now + chrono::Duration::hours(1),
        )
        .await
        .unwrap();
    let cookie = format!("al_session={}", token.reveal());
    let mut known = TcpStream::connect(address).await.unwrap();
    let first = answer(&mut known, "/api/agents", &[("cookie", &cookie)]).await;
    assert!(first.starts_with("HTTP/1.1 200 "), "{first}");
    assert_eq!(status(address).await, "429");
    answer(&mut idle[0], "/account", &[("cookie", &cookie)]).await;
    assert_eq!(status(address).await, "200");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn another_address_is_another_ones() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, Options::default(), None).await;
    let _idle = idle(address).await;
    assert_eq!(status(address).await, "429");
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let other = socket.connect(address).await.unwrap();
    let answer = last_answer(other, "/healthz", &[("connection", "close")]).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
}

#[tokio::test]
async fn trusted_proxies_are_not_counted() {
    let app = TestApp::start().await;
    let options = Options {
        trusted_proxies: vec!["127.0.0.1".parse().unwrap()],
        ..Options::default()
    };
    let (address, _stop) = served(&app, options, None).await;
    let _idle = idle(address).await;
    assert_eq!(status(address).await, "200");
}

#[tokio::test]
async fn over_tls_strangers_beyond_the_bound_are_refused_too() {
    let app = TestApp::start().await;
    let (pair, trusted) = Pair::fresh();
    let certificate = Certificate::read(&pair.certificate, &pair.key).unwrap();
    let options = limits(Limits {
        connections_per_address: 0,
        ..Limits::default()
    });
    let (address, _stop) = served(&app, options, Some(certificate)).await;
    let begun = Instant::now();
    let mut silent = connect(address, &trusted, "h2", &TLS13).await.unwrap();
    let _ = timeout(PATIENCE, silent.read_to_end(&mut Vec::new()))
        .await
        .unwrap();
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());

    let stranger = Http2::open(address, &trusted).await;
    assert_eq!(stranger.get("/healthz", &[]).await.0, 429);
    timeout(PATIENCE, async {
        while !stranger.is_closed() {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();

    let key = app.bearer("read").await;
    let known = Http2::open(address, &trusted).await;
    let (status, _) = known.get("/api/agents", &[("authorization", &key)]).await;
    assert_eq!(status, 200);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(known.get("/healthz", &[]).await.0, 200);
}

#[tokio::test]
async fn a_key_may_open_a_thousand_streams_at_the_same_moment_and_no_more() {
    raise_handles();
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, Options::default(), None).await;
    let (path, key) = (app.events(), app.bearer("read").await);
    let follow = || async {
        let mut connection = TcpStream::connect(address).await.unwrap();
        let beginning = answer(&mut connection, &path, &[("authorization", &key)]).await;
        (beginning, connection)
    };
    let mut streams = join_all((0..1_000).map(|_| follow())).await;
    for (beginning, _) in &streams {
        assert!(beginning.starts_with("HTTP/1.1 200 "), "{beginning}");
    }
    let (refused, _) = follow().await;
    assert!(refused.starts_with("HTTP/1.1 429 "), "{refused}");
    assert!(refused.contains("\r\nretry-after: 10\r\n"), "{refused}");
    assert!(
        refused.contains(r#""code":"too_many_streams""#) && refused.contains("1000"),
        "{refused}"
    );
    streams.pop();
    timeout(PATIENCE, async {
        while follow().await.0.starts_with("HTTP/1.1 429 ") {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_bound_that_is_reached_is_named_and_places_come_back() {
    let app = TestApp::start().await;
    let options = limits(Limits {
        streams_per_key: 2,
        streams_per_organization: 3,
        ..Limits::default()
    });
    let router = router(AppState::new(app.service(), options));
    let client = |bearer: &str| Client::new(router.clone()).with("authorization", bearer);
    let one = client(&app.bearer("read").await);
    let other = client(&app.bearer("read").await);
    let first = one.follow(&app.events()).await;
    let second = one.follow(&app.events()).await;
    assert_eq!(
        [first.status, second.status].map(|status| status.as_u16()),
        [200, 200]
    );
    let refused = one.get(&app.events()).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("retry-after")),
        (429, "10")
    );
    assert!(
        refused
            .text()
            .contains("The API key or session has 2 event streams")
    );
    let third = other.follow(&app.events()).await;
    assert_eq!(third.status.as_u16(), 200);
    let refused = other.get(&app.events()).await;
    assert_eq!(refused.status.as_u16(), 429);
    assert!(refused.text().contains("The organization has 3 event streams"));

    drop(first);
    assert_eq!(other.follow(&app.events()).await.status.as_u16(), 200);
    // What is not found, or asked wrongly, takes no place.
    for _ in 0..3 {
        let wrong = one.get(&format!("{}?lastEventId=x", app.events())).await;
        assert_eq!(wrong.status.as_u16(), 400);
    }
    assert_eq!(one.follow(&app.events()).await.status.as_u16(), 200);
}
