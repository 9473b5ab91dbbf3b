//! What the environment of the process changes: its proxies nothing, its certificate authorities whom the client believes.
//! A process reads both once, so each test runs itself again as a child with an environment of its own.

use crate::setting::{client, endpoint};
use crate::upstream::{Answer, Upstream};
use domain::ConnectionKind;
use provider::{Code, Probe, probe};
use std::env;
use std::path::Path;
use std::process::Command;
use testkit::tls;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::spawn_blocking;

/// Tells a child the address that it is to test.
const ADDRESS: &str = "AGENT_LEDGER_TEST_ADDRESS";
/// Every variable that names a proxy, or takes an address from it.
const PROXIES: [&str; 6] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
];

/// What a child found at the address it was told; nothing in a process that is no child.
async fn as_child() -> Option<Probe> {
    let address = env::var(ADDRESS).ok()?;
    Some(probe(&client(), &endpoint(ConnectionKind::Openai, &address)).await)
}

/// Whether the test of that name holds in a child with these variables.
async fn holds_in_child(test: &'static str, variables: Vec<(&'static str, String)>) {
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", &format!("environment::{test}"), "--nocapture"]);
    child
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .envs(variables);
    let output = spawn_blocking(move || child.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

fn models() -> Answer {
    Answer::new(200, "{\"data\": []}")
}

#[tokio::test]
async fn no_proxy_is_asked() {
    if let Some(found) = as_child().await {
        return assert!(found.ok, "{found:?}");
    }
    let upstream = Upstream::start(vec![models()]).await;
    let proxy = Upstream::start(vec![models()]).await;
    let mut variables: Vec<_> = PROXIES.map(|name| (name, proxy.url())).into();
    variables.push((ADDRESS, upstream.url()));
    holds_in_child("no_proxy_is_asked", variables).await;
    assert_eq!((upstream.connections(), proxy.connections()), (1, 0));
}

#[tokio::test]
async fn an_authority_of_the_system_is_believed() {
    if let Some(found) = as_child().await {
        return assert!(found.ok, "{found:?}");
    }
    let (address, certificate) = behind_tls(Upstream::start(vec![models()]).await).await;
    let stranger = probe(&client(), &endpoint(ConnectionKind::Openai, &address)).await;
    assert_eq!(stranger.code, Some(Code::Network), "{stranger:?}");

    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("authority.pem");
    std::fs::write(&file, certificate).unwrap();
    let variables = vec![("SSL_CERT_FILE", file.display().to_string()), (ADDRESS, address)];
    holds_in_child("an_authority_of_the_system_is_believed", variables).await;
}

/// An address at which the upstream speaks TLS, and the certificate that it shows, as PEM.
async fn behind_tls(upstream: Upstream) -> (String, String) {
    let (certificate, acceptor) = tls::fresh().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut behind = TcpStream::connect(upstream.address).await.unwrap();
                let _ = copy_bidirectional(&mut stream, &mut behind).await;
            }
        }
    });
    (address, certificate.pem())
}
