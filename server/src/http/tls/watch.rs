//! Notices a renewed certificate.

use super::Certificate;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

impl Certificate {
    /// Looks at the files every `period`, and at once on SIGHUP, until `stop`. It listens to the signal before what is
    /// returned is polled.
    pub fn watch(self, period: Duration, stop: CancellationToken) -> impl Future<Output = ()> + Send {
        self.look(period, stop, Hangups::listen())
    }

    async fn look(self, period: Duration, stop: CancellationToken, mut hangups: Hangups) {
        // What was told of files that cannot even be read, and so have no digest.
        let mut told = String::new();
        loop {
            let asked = tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(period) => false,
                () = hangups.next() => true,
            };
            let certificate = self.clone();
            let Ok(reloaded) = tokio::task::spawn_blocking(move || certificate.reload()).await else {
                continue;
            };
            match reloaded {
                Ok(true) => tracing::info!("new connections get the renewed TLS certificate"),
                Ok(false) if asked => tracing::info!("the TLS certificate has not changed"),
                Ok(false) => {}
                Err(error) => {
                    let error = error.to_string();
                    if asked || told != error {
                        tracing::warn!(%error, "the changed TLS certificate cannot be used; the one before stays");
                    }
                    told = error;
                    continue;
                }
            }
            told.clear();
        }
    }
}

/// Requests to read the files again.
struct Hangups {
    #[cfg(unix)]
    signals: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    fn listen() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let signals = signal(SignalKind::hangup())
                .inspect_err(|error| tracing::warn!(%error, "SIGHUP will not reload the TLS certificate"));
            Self {
                signals: signals.ok(),
            }
        }
        #[cfg(not(unix))]
        Self {}
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signals) = &mut self.signals
            && signals.recv().await.is_some()
        {
            return;
        }
        std::future::pending().await
    }
}
