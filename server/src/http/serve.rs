//! From a bound listener to the last answer.

use super::{
    Certificate,
    connection::{self, Shared},
    handles, router,
};
use crate::{peer::Guests, seldom::Seldom, state::AppState};
use std::{
    io,
    net::SocketAddr,
    time::{Duration, Instant},
};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// How long answers under way may take once the server stops.
const DRAIN: Duration = Duration::from_secs(5);
/// How long a client may take nothing of what is sent to it.
const STALL: Duration = Duration::from_secs(60);
/// Pause after the system could not hand out a connection, for want of descriptors mostly.
const ACCEPT_PAUSE: Duration = Duration::from_millis(500);

/// How often it is told that connections are closed because there are too many.
const FULL_PERIOD: Duration = Duration::from_secs(60);

/// Answers plain HTTP on `listener` until `shutdown`, then lets what is under way end, for a few seconds.
pub async fn serve(listener: TcpListener, state: AppState, shutdown: CancellationToken) -> io::Result<()> {
    serve_with(listener, None, state, shutdown).await
}

/// The same over TLS where there is a certificate.
pub async fn serve_with(
    listener: TcpListener,
    certificate: Option<Certificate>,
    state: AppState,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let acceptor = certificate
        .map(|certificate| certificate.acceptor())
        .transpose()
        .map_err(io::Error::other)?;
    let live = state.live.clone();
    let stall = state.stall.unwrap_or(STALL);
    let (most, full) = (handles::connections(), Seldom::default());
    let per_address = state.limits.connections_per_address;
    let guests = Guests::new(per_address, most, state.trusted_proxies.clone());
    tracing::debug!(most, per_address, "connections that are taken");
    let shared = Shared {
        router: router(state),
        acceptor,
        shutdown: shutdown.clone(),
    };
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            (stream, peer) = accept(&listener) => {
                while connections.try_join_next().is_some() {}
                // What is not taken is closed at once: nobody waits for a handle.
                if connections.len() >= most {
                    if full.is_due(Instant::now(), FULL_PERIOD) {
                        tracing::warn!(most, "connections are closed, because as many are open as can be");
                    }
                } else if let Some(guest) = guests.admit(peer.ip()) {
                    let_go_after(&stream, stall);
                    connections.spawn(connection::answer(stream, peer, guest, shared.clone()));
                } else {
                    tracing::debug!(%peer, "closed a connection, because too many are open from its address");
                }
            }
            Some(_) = connections.join_next() => {}
            () = shutdown.cancelled() => break,
        }
    }
    drop(listener);
    // Event streams would never end by themselves.
    live.close();
    let ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, ended).await.is_err() {
        tracing::warn!("requests still open were cut off");
    }
    Ok(())
}

/// Has the system end the connection once its other end has taken nothing of what is sent for so long: it vanished, or
/// it has stopped reading and its window is full. Only Linux can be told.
#[cfg(target_os = "linux")]
fn let_go_after(stream: &TcpStream, stall: Duration) {
    let millis = u32::try_from(stall.as_millis()).unwrap_or(u32::MAX);
    if let Err(error) = rustix::net::sockopt::set_tcp_user_timeout(stream, millis) {
        tracing::debug!(%error, "a connection's patience could not be set");
    }
}

#[cfg(not(target_os = "linux"))]
fn let_go_after(_: &TcpStream, _: Duration) {}

/// The next connection, whatever happens to others.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are written whole: waiting for more of them only makes them late.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error)
                if matches!(
                    error.kind(),
                    ConnectionAborted | ConnectionRefused | ConnectionReset
                ) => {}
            Err(error) => {
                tracing::error!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
