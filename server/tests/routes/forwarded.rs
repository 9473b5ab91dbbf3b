//! What proxies in front say of a request's origin, over real connections.

use crate::support::{EMAIL, TestApp, told::Told};
use server::{
    http::serve,
    state::{AppState, Options},
};
use std::{net::SocketAddr, time::Duration};
use store::Checkup;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

/// A server that believes these proxies; the tests' own address is 127.0.0.1 or ::1.
async fn served(app: &TestApp, listen: &str, proxies: &[&str]) -> (SocketAddr, tokio_util::sync::DropGuard) {
    let listener = TcpListener::bind(listen).await.unwrap();
    let address = listener.local_addr().unwrap();
    let options = Options {
        trusted_proxies: proxies.iter().map(|proxy| proxy.parse().unwrap()).collect(),
        ..Options::default()
    };
    let stop = CancellationToken::new();
    let state = AppState::new(app.service(), options);
    tokio::spawn(serve(listener, state, stop.clone()));
    (address, stop.drop_guard())
}

/// Sends a request with these headers; the answer as it came.
async fn send(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut request = format!(
        "{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    let mut connection = TcpStream::connect(address).await.unwrap();
    connection
        .write_all(format!("{request}\r\n{body}").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The address that is recorded with an execution sent with these headers.
async fn recorded(app: &TestApp, address: SocketAddr, id: &str, headers: &[(&str, &str)]) -> String {
    let key = app.bearer("record,read").await;
    let known = [
        ("host", "ledger.example"),
        ("authorization", key.as_str()),
        ("content-type", "application/json"),
    ];
    let body = format!(r#"{{"executionId":"{id}","status":"success"}}"#);
    let sent = send(
        address,
        "POST",
        &app.executions(),
        &[&known, headers].concat(),
        &body,
    )
    .await;
    assert!(sent.starts_with("HTTP/1.1 201"), "{sent}");
    let detail = send(address, "GET", &app.execution(id), &known, "").await;
    let (_, rest) = detail.split_once(r#""ipAddress":""#).unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_stranger_says_what_it_likes_and_is_not_believed() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, "127.0.0.1:0", &["10.0.0.0/8", "::1"]).await;
    let lies = [
        ("x-forwarded-for", "198.51.100.7"),
        ("x-forwarded-for", "10.0.0.1"),
        ("forwarded", "for=198.51.100.7;proto=https"),
        ("x-forwarded-proto", "https"),
    ];
    assert_eq!(recorded(&app, address, "exec_1", &lies).await, "127.0.0.1");
    let page = send(
        address,
        "GET",
        "/sign-in",
        &[&lies[..], &[("host", "a")]].concat(),
        "",
    )
    .await;
    assert!(!page.contains("strict-transport-security"), "{page}");
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_as_far_as_trust_reaches() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, "127.0.0.1:0", &["127.0.0.1", "10.0.0.0/8"]).await;
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("x-forwarded-for", "198.51.100.7")], "198.51.100.7"),
        (
            &[("x-forwarded-for", "6.6.6.6, 198.51.100.7, 10.0.0.2")],
            "198.51.100.7",
        ),
        (
            &[
                ("x-forwarded-for", "6.6.6.6"),
                ("x-forwarded-for", "198.51.100.7"),
            ],
            "198.51.100.7",
        ),
        (&[("x-forwarded-for", "[2001:db8::7]:4711")], "2001:db8::7"),
        (
            &[("forwarded", "for=\"[2001:db8::7]\";proto=https")],
            "2001:db8::7",
        ),
        (
            &[("x-forwarded-for", "198.51.100.7"), ("forwarded", "for=6.6.6.6")],
            "127.0.0.1",
        ),
        (&[("x-forwarded-for", "198.51.100.7, nonsense")], "127.0.0.1"),
        (&[], "127.0.0.1"),
    ];
    for (number, (headers, expected)) in cases.into_iter().enumerate() {
        let id = format!("exec_{number}");
        assert_eq!(
            recorded(&app, address, &id, headers).await,
            expected,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn proxies_are_known_by_ipv6_too() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, "[::1]:0", &["::1"]).await;
    let told = [("x-forwarded-for", "198.51.100.7")];
    assert_eq!(recorded(&app, address, "exec_1", &told).await, "198.51.100.7");
}

#[tokio::test]
async fn behind_https_cookies_are_kept_to_it_and_other_sites_refused() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, "127.0.0.1:0", &["127.0.0.1"]).await;
    let form = format!("email={EMAIL}&password=correct+horse+battery");
    let sign_in = async |origin: &str, scheme: &str| {
        let headers = [
            ("host", "127.0.0.1:3000"),
            ("origin", origin),
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-forwarded-for", "198.51.100.7"),
            ("x-forwarded-proto", scheme),
            ("x-forwarded-host", "ledger.example"),
        ];
        send(address, "POST", "/auth/sign-in", &headers, &form).await
    };
    let answer = sign_in("https://ledger.example", "https").await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert!(
        answer.contains("; HttpOnly; SameSite=Lax; ") && answer.contains("; Secure\r\n"),
        "{answer}"
    );
    assert!(answer.contains("strict-transport-security: max-age="), "{answer}");
    let plain = sign_in("http://ledger.example", "http").await;
    assert!(
        !plain.contains("; Secure") && !plain.contains("strict-transport"),
        "{plain}"
    );
    for origin in ["https://evil.example", "http://127.0.0.1:3000", "null"] {
        let refused = sign_in(origin, "https").await;
        assert!(refused.starts_with("HTTP/1.1 403"), "{origin}: {refused}");
    }
    let sessions = app
        .store
        .sessions_of(&app.owner, chrono::Utc::now())
        .await
        .unwrap();
    assert!(!sessions.is_empty());
    for session in sessions {
        assert_eq!(session.origin.ip_address.as_deref(), Some("198.51.100.7"));
    }
}

#[tokio::test]
async fn guesses_are_throttled_by_the_clients_address() {
    let app = TestApp::start().await;
    let (address, _stop) = served(&app, "127.0.0.1:0", &["127.0.0.1"]).await;
    let form = format!("email={EMAIL}&password=wrong+wrong+wrong");
    let guess = async |from: &str| {
        let headers = [
            ("host", "ledger.example"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-forwarded-for", from),
        ];
        let answer = send(address, "POST", "/auth/sign-in", &headers, &form).await;
        answer.starts_with("HTTP/1.1 429 ")
    };
    for invented in 0..5 {
        assert!(!guess(&format!("6.6.6.{invented}, 198.51.100.7")).await);
    }
    assert!(
        guess("6.6.6.6, 198.51.100.7").await,
        "what it invents does not help"
    );
    assert!(!guess("198.51.100.8").await);
}

#[tokio::test]
async fn a_proxy_that_is_not_believed_is_told_of_once() {
    let app = TestApp::start().await;
    let told = Told::here("warn");
    let (address, _stop) = served(&app, "127.0.0.1:0", &["10.0.0.0/8"]).await;
    let noted = async || {
        let (url, now) = (app.database_url(), chrono::Utc::now());
        let checkup = Checkup::look(&url, None, now, now).await.unwrap().unwrap();
        checkup.untrusted_proxies
    };
    send(address, "GET", "/healthz", &[("host", "a")], "").await;
    assert_eq!((told.text().as_str(), noted().await), ("", Vec::new()));
    for header in ["x-forwarded-proto", "forwarded", "x-forwarded-for"] {
        send(
            address,
            "GET",
            "/healthz",
            &[("host", "a"), (header, "https")],
            "",
        )
        .await;
    }
    let text = told.text();
    assert!(text.contains("--trusted-proxy 127.0.0.1"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
    while noted().await.is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(noted().await[0].0, address.ip());
}

#[tokio::test]
async fn nothing_is_told_of_a_proxy_that_is_believed() {
    let app = TestApp::start().await;
    let told = Told::here("warn");
    let (address, _stop) = served(&app, "127.0.0.1:0", &["127.0.0.1"]).await;
    let said = [("host", "a"), ("x-forwarded-for", "198.51.100.7")];
    send(address, "GET", "/healthz", &said, "").await;
    assert_eq!(told.text(), "");
}
