//! One connection: its handshake, its requests, and how it ends.

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use hyper::{
    body::Incoming,
    server::conn::{http1, http2},
    service::service_fn,
};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::{net::SocketAddr, pin::pin, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::Service;

/// How long a client may take for the handshake of TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a client may take for the headers of a request; on HTTP/1.1 also how long it may wait between two.
const HEADERS: Duration = Duration::from_secs(60);
/// How often an HTTP/2 connection is tried whether its other end still lives, and how long it may take to answer.
const PING: Duration = Duration::from_secs(30);
/// Requests that one HTTP/2 connection may have open at a time, event streams included.
const STREAMS: u32 = 200;

/// What connections have in common.
#[derive(Clone)]
pub struct Shared {
    pub router: Router,
    pub acceptor: Option<TlsAcceptor>,
    pub shutdown: CancellationToken,
}

/// Answers what comes over a connection until it ends, or `shutdown` has come and what is under way is answered.
pub async fn answer(stream: TcpStream, peer: SocketAddr, shared: Shared) {
    let Some(acceptor) = &shared.acceptor else {
        return http1(stream, peer, shared).await;
    };
    let handshake = timeout(HANDSHAKE, acceptor.accept(stream));
    let stream = match shared.shutdown.run_until_cancelled(handshake).await {
        Some(Ok(Ok(stream))) => stream,
        Some(Ok(Err(error))) => return tracing::debug!(%peer, %error, "a TLS handshake failed"),
        Some(Err(_)) => return tracing::debug!(%peer, "a TLS handshake took too long"),
        None => return,
    };
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => http2(stream, peer, shared).await,
        _ => http1(stream, peer, shared).await,
    }
}

/// What one connection asks, for hyper.
macro_rules! service {
    ($router:expr, $peer:expr, $asked:expr) => {{
        let (router, peer, asked) = ($router, $peer, $asked);
        service_fn(move |request: hyper::Request<Incoming>| {
            asked.cancel();
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo::<SocketAddr>(peer));
            // A router is always ready.
            router.clone().call(request)
        })
    }};
}

/// Lets the connection run, and end in order on `shutdown`. One that asks nothing at all ends too.
macro_rules! run {
    ($connection:expr, $peer:expr, $asked:expr, $shutdown:expr) => {{
        let (peer, asked, shutdown) = ($peer, $asked, $shutdown);
        let mut connection = pin!($connection);
        let mut silence = pin!(timeout(HEADERS, asked.cancelled()));
        let (mut is_stopping, mut has_asked) = (false, false);
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        tracing::debug!(%peer, %error, "a connection broke off");
                    }
                    return;
                }
                spoke = silence.as_mut(), if !has_asked => match spoke {
                    Ok(()) => has_asked = true,
                    Err(_) => return,
                },
                () = shutdown.cancelled(), if !is_stopping => {
                    is_stopping = true;
                    connection.as_mut().graceful_shutdown();
                }
            }
        }
    }};
}

async fn http1(stream: impl AsyncRead + AsyncWrite + Unpin, peer: SocketAddr, shared: Shared) {
    let asked = CancellationToken::new();
    let service = service!(shared.router, peer, asked.clone());
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS);
    run!(
        builder.serve_connection(TokioIo::new(stream), service),
        peer,
        asked,
        shared.shutdown
    )
}

async fn http2(stream: impl AsyncRead + AsyncWrite + Unpin, peer: SocketAddr, shared: Shared) {
    let asked = CancellationToken::new();
    let service = service!(shared.router, peer, asked.clone());
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(STREAMS);
    run!(
        builder.serve_connection(TokioIo::new(stream), service),
        peer,
        asked,
        shared.shutdown
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Certificate;
    use tokio::{io::AsyncReadExt, net::TcpListener};

    /// A connection whose client says nothing; time passes at once. Ends when the server has closed it.
    async fn is_silent(acceptor: Option<TlsAcceptor>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, peer) = listener.accept().await.unwrap();
        let shared = Shared {
            router: Router::new(),
            acceptor,
            shutdown: CancellationToken::new(),
        };
        timeout(HEADERS * 2, answer(stream, peer, shared)).await.unwrap();
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends() {
        is_silent(None).await;
    }

    #[tokio::test(start_paused = true)]
    async fn silence_instead_of_a_handshake_ends() {
        let folder = tempfile::tempdir().unwrap();
        let [certificate, key] = ["cert.pem", "key.pem"].map(|name| folder.path().join(name));
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let certificate = Certificate::read(certificate, key).unwrap();
        is_silent(Some(certificate.acceptor().unwrap())).await;
    }
}
