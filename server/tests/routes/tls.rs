//! A server that speaks TLS.

use crate::support::{
    EMAIL, PASSWORD, TestApp,
    tls::{Http2, Pair, connect},
    told::Told,
};
use http_body_util::BodyExt;
use server::{
    http::{Certificate, TlsError, serve_with},
    state::{AppState, Options},
};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_rustls::rustls::{
    pki_types::CertificateDer,
    version::{TLS12, TLS13},
};
use tokio_util::sync::CancellationToken;

/// Longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(20);

struct Served {
    app: TestApp,
    address: SocketAddr,
    pair: Pair,
    trusted: CertificateDer<'static>,
    stop: CancellationToken,
    server: JoinHandle<io::Result<()>>,
}

async fn served() -> Served {
    let app = TestApp::start().await;
    let (pair, trusted) = Pair::fresh();
    let certificate = Certificate::read(&pair.certificate, &pair.key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(certificate.clone().watch(Duration::from_millis(20), stop.clone()));
    let options = Options {
        secure_cookies: true,
        ..Options::default()
    };
    let state = AppState::new(app.service(), options);
    let server = tokio::spawn(serve_with(listener, Some(certificate), state, stop.clone()));
    Served {
        app,
        address,
        pair,
        trusted,
        stop,
        server,
    }
}

impl Served {
    async fn stop(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.server).await.unwrap().unwrap().unwrap();
    }

    /// Waits until new connections get the certificate, or no more.
    async fn until(&self, trusted: &CertificateDer<'static>, is_served: bool) {
        timeout(PATIENCE, async {
            while connect(self.address, trusted, "http/1.1", &TLS13).await.is_ok() != is_served {
                sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .unwrap();
    }
}

#[tokio::test]
async fn http2_is_spoken_and_the_callers_address_is_kept() {
    let served = served().await;
    let client = Http2::open(served.address, &served.trusted).await;
    let key = served.app.bearer("record,read").await;
    let (status, body) = client.get("/healthz", &[]).await;
    assert_eq!((status, body.as_str()), (200, r#"{"status":"ok"}"#));
    let path = served.app.executions();
    let (status, _) = client.get(&path, &[("authorization", &key)]).await;
    assert_eq!(status, 200);
    let keys = served
        .app
        .store
        .api_keys(served.app.organization, chrono::Utc::now())
        .await
        .unwrap();
    assert_eq!(keys[0].last_used_from.as_deref(), Some("127.0.0.1"));
    served.stop().await;
}

#[tokio::test]
async fn http1_is_spoken_with_either_version_of_tls_and_browsers_stay_with_it() {
    let served = served().await;
    for version in [&TLS12, &TLS13] {
        let mut stream = connect(served.address, &served.trusted, "http/1.1", version)
            .await
            .unwrap();
        let form = format!("email={}&password={}", EMAIL, PASSWORD.replace(' ', "+"));
        let request = format!(
            "POST /auth/sign-in HTTP/1.1\r\nhost: {0}\r\norigin: https://{0}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {1}\r\n\r\n{form}",
            served.address,
            form.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        // Not every server says goodbye.
        let _ = stream.read_to_string(&mut answer).await;
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        assert!(answer.contains("\r\nstrict-transport-security: "), "{answer}");
        assert!(
            answer.contains("; HttpOnly; SameSite=Lax; ") && answer.contains("; Secure\r\n"),
            "{answer}"
        );
    }
    served.stop().await;
}

#[tokio::test]
async fn another_site_is_refused_over_http2_where_there_is_no_host() {
    let served = served().await;
    let client = Http2::open(served.address, &served.trusted).await;
    let own = format!("https://{}", served.address);
    for (origin, status) in [(own.as_str(), 303), ("https://evil.example", 403)] {
        let answer = client
            .begin(
                "POST",
                "/auth/sign-out",
                &[("origin", origin), ("cookie", "al_session=x")],
            )
            .await;
        assert_eq!(answer.status(), status, "{origin}");
    }
    served.stop().await;
}

/// Changes a file, and waits until the server tells of one more change that it cannot use.
async fn refuses<T>(told: &Told, change: impl FnOnce() -> io::Result<T>) {
    let refusals = || told.text().matches("cannot be used").count();
    let before = refusals();
    change().unwrap();
    timeout(PATIENCE, async {
        while refusals() == before {
            sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_up_and_a_broken_one_is_not() {
    let told = Told::here("server::http::tls=warn");
    let served = served().await;
    let open = Http2::open(served.address, &served.trusted).await;
    refuses(&told, || std::fs::write(&served.pair.certificate, "broken")).await;
    served.until(&served.trusted, true).await;

    let renewed = served.pair.renew();
    served.until(&renewed, true).await;
    served.until(&served.trusted, false).await;
    assert_eq!(
        open.get("/healthz", &[]).await.0,
        200,
        "an open connection goes on"
    );

    // The certificate of one pair, the key of another.
    let (other, _) = Pair::fresh();
    refuses(&told, || std::fs::copy(&other.key, &served.pair.key)).await;
    served.until(&renewed, true).await;
    refuses(&told, || std::fs::remove_file(&served.pair.key)).await;
    served.until(&renewed, true).await;
    served.stop().await;
}

#[tokio::test]
async fn event_streams_end_when_the_server_stops() {
    let served = served().await;
    let client = Http2::open(served.address, &served.trusted).await;
    let key = served.app.bearer("read").await;
    let headers = [("authorization", key.as_str())];
    let mut streams = Vec::new();
    for _ in 0..20 {
        let mut stream = client
            .begin("GET", &served.app.events(), &headers)
            .await
            .into_body();
        timeout(PATIENCE, stream.frame()).await.unwrap().unwrap().unwrap();
        streams.push(stream);
    }
    served.stop().await;
    for stream in streams {
        assert!(timeout(PATIENCE, stream.collect()).await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn whoever_is_silent_or_speaks_something_else_holds_nobody_up() {
    let served = served().await;
    let silent = TcpStream::connect(served.address).await.unwrap();
    let mut plain = TcpStream::connect(served.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    let client = Http2::open(served.address, &served.trusted).await;
    assert_eq!(client.get("/healthz", &[]).await.0, 200);
    served.stop().await;
    drop(silent);
}

#[test]
fn what_is_no_pair_is_named() {
    let (pair, _) = Pair::fresh();
    let (other, _) = Pair::fresh();
    let read = Certificate::read(&pair.certificate, &other.key);
    assert!(matches!(read, Err(TlsError::Mismatch { .. })), "{read:?}");
    let read = Certificate::read(&pair.key, &pair.key);
    assert!(
        matches!(
            read,
            Err(TlsError::Empty {
                flag: "--tls-cert",
                ..
            })
        ),
        "{read:?}"
    );
    let read = Certificate::read(&pair.certificate, &pair.certificate);
    assert!(
        matches!(
            read,
            Err(TlsError::Empty {
                flag: "--tls-key",
                ..
            })
        ),
        "{read:?}"
    );
}
