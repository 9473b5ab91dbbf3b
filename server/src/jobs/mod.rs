//! What the server does now and then, on its own.

mod encryption;
mod events;
mod retention;

use store::Store;
use tokio_util::sync::CancellationToken;

/// Runs the jobs until `stop`.
pub async fn run(store: Store, stop: CancellationToken) {
    tokio::join!(
        encryption::run(store.clone(), stop.clone()),
        events::run(store.clone(), stop.clone()),
        retention::run(store, stop),
    );
}
