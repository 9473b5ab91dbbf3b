//! From a bound listener to the last answer.

use super::{AppState, router};
use std::{future::IntoFuture, io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long answers under way may take once the server stops.
const DRAIN: Duration = Duration::from_secs(5);

/// Answers on `listener` until `shutdown`, then lets what is under way end, for a few seconds.
pub async fn serve(listener: TcpListener, state: AppState, shutdown: CancellationToken) -> io::Result<()> {
    let live = state.live.clone();
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let server = axum::serve(listener, service)
        .with_graceful_shutdown({
            let shutdown = shutdown.clone();
            async move {
                shutdown.cancelled().await;
                // They would never end by themselves.
                live.close();
            }
        })
        .into_future();
    let drained = async {
        shutdown.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ended = server => ended,
        () = drained => {
            tracing::warn!("requests still open were cut off");
            Ok(())
        }
    }
}
