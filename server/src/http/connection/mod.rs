//! One connection: its handshake, its requests, and how it ends.

mod requests;

use crate::peer::Guest;
use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::{Builder, Connection},
};
use requests::Requests;
use std::{future::pending, net::SocketAddr, pin::pin, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::watch,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// How long a client may take for the handshake of TLS.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a client may take for the headers of a request.
const HEADERS: Duration = Duration::from_secs(60);
/// How long a connection is kept on which no request is open and none begins.
const IDLE: Duration = Duration::from_secs(60);
/// How long an idle connection that was told to end may take for it. Its client may be slow to take what was sent last.
const FAREWELL: Duration = Duration::from_secs(300);
/// How long a client may be silent on a strict connection: before its handshake begins, and until its first request is
/// there. For the handshake itself it has as long as others: a thousand at the same moment keep the processors of both
/// ends busy for seconds.
const STRICT: Duration = Duration::from_millis(500);
/// How long the client of a strict connection may take for its refusal.
const REFUSAL: Duration = Duration::from_secs(1);
/// How often an HTTP/2 connection is tried whether its other end still lives, and how long it may take to answer.
const PING: Duration = Duration::from_secs(30);
/// Bytes of a request's headers, and on HTTP/1.1 of what is read ahead.
const HEAD_BYTES: usize = 64 << 10;
/// Bytes of one request's body that an HTTP/2 client may send ahead of what is read,
const STREAM_WINDOW: u32 = 128 << 10;
/// and of those of all requests of its connection.
const CONNECTION_WINDOW: u32 = 256 << 10;
/// Requests that one HTTP/2 connection may have open at a time, event streams included.
const STREAMS: u32 = 200;

/// What connections have in common.
#[derive(Clone)]
pub struct Shared {
    pub router: Router,
    pub acceptor: Option<TlsAcceptor>,
    pub shutdown: CancellationToken,
}

/// What a connection runs over.
trait Transport: AsyncRead + AsyncWrite + Unpin + 'static {}

impl<T: AsyncRead + AsyncWrite + Unpin + 'static> Transport for T {}

/// Whose connection it is.
struct Client {
    peer: SocketAddr,
    guest: Guest,
}

/// Answers what comes over a connection until it ends, or `shutdown` has come and what is under way is answered.
pub async fn answer(stream: TcpStream, peer: SocketAddr, guest: Guest, shared: Shared) {
    let client = Client { peer, guest };
    let Some(acceptor) = &shared.acceptor else {
        return serve(stream, false, client, shared).await;
    };
    if client.guest.is_strict() && timeout(STRICT, stream.readable()).await.is_err() {
        return was_silent(peer);
    }
    let handshake = timeout(HANDSHAKE, acceptor.accept(stream));
    let stream = match shared.shutdown.run_until_cancelled(handshake).await {
        Some(Ok(Ok(stream))) => stream,
        Some(Ok(Err(error))) => return tracing::debug!(%peer, %error, "a TLS handshake failed"),
        Some(Err(_)) => return tracing::debug!(%peer, "a TLS handshake took too long"),
        None => return,
    };
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    serve(stream, is_http2, client, shared).await;
}

fn was_silent(peer: SocketAddr) {
    tracing::debug!(%peer, "closed a connection that was silent, because too many are open");
}

async fn serve(stream: impl Transport, is_http2: bool, client: Client, shared: Shared) {
    let requests = Requests::new(shared.router, client.peer, client.guest.clone());
    let open = requests.open();
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .max_buf_size(HEAD_BYTES);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(PING)
        .keep_alive_timeout(PING)
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD_BYTES as u32)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW);
    let builder = if is_http2 {
        builder.http2_only()
    } else {
        builder.http1_only()
    };
    let connection = builder.serve_connection(TokioIo::new(stream), requests);
    run(connection, open, client, shared.shutdown).await;
}

/// Lets the connection run, and end in order on `shutdown`, when it is idle, and when its client is refused.
async fn run(
    connection: Connection<'_, TokioIo<impl Transport>, Requests, TokioExecutor>,
    mut open: watch::Receiver<usize>,
    client: Client,
    shutdown: CancellationToken,
) {
    let peer = client.peer;
    let mut connection = pin!(connection);
    let mut outstays = pin!(outstays(&client, open.clone()));
    let mut is_ending = false;
    loop {
        let patience = if is_ending { FAREWELL } else { IDLE };
        let must_end = async {
            tokio::select! {
                () = shutdown.cancelled(), if !is_ending => {}
                () = client.guest.refused(), if !is_ending => {}
                () = idle(&mut open, patience) => {}
            }
        };
        tokio::select! {
            // What has come is looked at before it is too late for it.
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%peer, %error, "a connection broke off");
                }
                return;
            }
            () = outstays.as_mut() => return,
            () = must_end => {
                if is_ending {
                    return;
                }
                is_ending = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// Waits until no request has been open for so long, and none began.
async fn idle(open: &mut watch::Receiver<usize>, patience: Duration) {
    loop {
        // Its sender lives as long as the connection.
        let _ = open.wait_for(|open| *open == 0).await;
        if timeout(patience, open.changed()).await.is_err() {
            return;
        }
    }
}

/// Waits until a strict connection is to be cut off: where its client is silent, or does not take its refusal. For ever,
/// where it has shown a valid credential.
async fn outstays(client: &Client, mut open: watch::Receiver<usize>) {
    if !client.guest.is_strict() {
        return pending().await;
    }
    if timeout(STRICT, open.changed()).await.is_err() {
        return was_silent(client.peer);
    }
    client.guest.refused().await;
    sleep(REFUSAL).await;
    if !client.guest.is_strict() {
        pending().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{http::Certificate, peer::Guests};
    use axum::{
        body::{Body, Bytes},
        routing::get,
    };
    use futures_util::{StreamExt, stream};
    use http_body_util::{BodyExt, Empty};
    use hyper::{Request, client::conn::http2 as client};
    use std::{convert::Infallible, sync::Arc};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
        net::TcpListener,
        task::JoinHandle,
        time::Instant,
    };

    const PEER: ([u8; 4], u16) = ([192, 0, 2, 1], 1);

    /// Somebody of whose address so many may be there without a credential.
    fn guest(most: u32) -> Guest {
        let guests = Guests::new(most, 100, Arc::default());
        guests.admit(PEER.0.into()).unwrap()
    }

    fn shared(acceptor: Option<TlsAcceptor>) -> Shared {
        let endless = || async {
            let beginning = stream::once(async { Ok::<_, Infallible>(Bytes::from_static(b"a")) });
            Body::from_stream(beginning.chain(stream::pending()))
        };
        Shared {
            router: Router::new()
                .route("/", get(|| async { "hello" }))
                .route("/endless", get(endless)),
            acceptor,
            shutdown: CancellationToken::new(),
        }
    }

    fn of(guest: Guest) -> Client {
        Client {
            peer: PEER.into(),
            guest,
        }
    }

    /// A connection whose client says nothing; time passes at once. Ends when the server has closed it.
    async fn is_silent(acceptor: Option<TlsAcceptor>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, peer) = listener.accept().await.unwrap();
        timeout(HEADERS * 2, answer(stream, peer, guest(1), shared(acceptor)))
            .await
            .unwrap();
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

    /// How long the connection goes on.
    async fn lasts(server: JoinHandle<()>) -> Duration {
        let begun = Instant::now();
        server.await.unwrap();
        begun.elapsed()
    }

    fn is_about(time: Duration, expected: Duration) -> bool {
        (expected..expected + Duration::from_secs(1)).contains(&time)
    }

    struct Http2 {
        sender: client::SendRequest<Empty<Bytes>>,
        client: JoinHandle<hyper::Result<()>>,
        server: JoinHandle<()>,
    }

    impl Http2 {
        async fn open(guest: Guest) -> Self {
            let (near, far) = duplex(64 << 10);
            let server = tokio::spawn(serve(far, true, of(guest), shared(None)));
            let (sender, connection) = client::handshake(TokioExecutor::new(), TokioIo::new(near))
                .await
                .unwrap();
            Self {
                sender,
                client: tokio::spawn(connection),
                server,
            }
        }

        async fn get(&mut self, path: &str) -> hyper::body::Incoming {
            let request = Request::get(format!("http://ledger.example{path}"))
                .body(Empty::new())
                .unwrap();
            self.sender.send_request(request).await.unwrap().into_body()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_of_http2_ends_in_order() {
        let mut open = Http2::open(guest(1)).await;
        for _ in 0..3 {
            let answer = open.get("/").await.collect().await.unwrap();
            assert_eq!(answer.to_bytes().as_ref(), b"hello");
            sleep(IDLE / 2).await;
        }
        let lasted = lasts(open.server).await;
        assert!(is_about(lasted, IDLE / 2), "{lasted:?}");
        open.client.await.unwrap().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_goes_on_keeps_its_connection() {
        let mut open = Http2::open(guest(1)).await;
        let mut endless = open.get("/endless").await;
        endless.frame().await.unwrap().unwrap();
        sleep(IDLE * 20).await;
        assert!(!open.server.is_finished());
        drop(endless);
        let lasted = lasts(open.server).await;
        assert!(is_about(lasted, IDLE), "{lasted:?}");
    }

    fn open_http1(guest: Guest) -> (DuplexStream, JoinHandle<()>) {
        let (near, far) = duplex(64 << 10);
        (near, tokio::spawn(serve(far, false, of(guest), shared(None))))
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_of_http1_ends() {
        let (mut client, server) = open_http1(guest(1));
        client
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        let lasted = lasts(server).await;
        assert!(is_about(lasted, IDLE), "{lasted:?}");
        let mut answer = String::new();
        client.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hello"), "{answer}");
    }

    #[tokio::test(start_paused = true)]
    async fn strict_connections_have_half_a_second_until_their_first_request() {
        let (mut client, server) = open_http1(guest(0));
        client.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
        let lasted = lasts(server).await;
        assert!(is_about(lasted, STRICT), "{lasted:?}");
        let lasted = lasts(Http2::open(guest(0)).await.server).await;
        assert!(is_about(lasted, STRICT), "{lasted:?}");

        let known = guest(0);
        let mut open = Http2::open(known.clone()).await;
        open.get("/").await.collect().await.unwrap();
        known.is_known();
        let lasted = lasts(open.server).await;
        assert!(is_about(lasted, IDLE), "{lasted:?}");
    }
}
