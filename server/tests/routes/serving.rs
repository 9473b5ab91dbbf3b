//! A server on a real port: what only a connection shows.

use crate::support::{TestApp, raw};
use tokio::net::TcpListener;
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
