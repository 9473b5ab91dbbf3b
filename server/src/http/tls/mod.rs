//! TLS: the certificate and its key, which can be replaced while connections are open.

mod pem;
mod validity;
mod watch;

pub use pem::TlsError;

use parking_lot::Mutex;
use std::{path::PathBuf, sync::Arc};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        server::{ClientHello, ResolvesServerCert},
        sign::CertifiedKey,
    },
};

/// What is offered to clients, best first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A certificate chain and its private key, by the PEM files that they were read from. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Certificate(Arc<Files>);

#[derive(Debug)]
struct Files {
    certificate: PathBuf,
    key: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// What new connections get.
    in_use: Arc<CertifiedKey>,
    /// Digest of the files as they were last looked at, be they good or broken.
    seen: [u8; 32],
}

impl Certificate {
    /// Reads both files; fails where they are no pair.
    pub fn read(certificate: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Result<Self, TlsError> {
        let (certificate, key) = (certificate.into(), key.into());
        let written = pem::Written::read(&certificate, &key)?;
        let state = State {
            in_use: written.parse(&certificate, &key)?,
            seen: written.digest(),
        };
        Ok(Self(Arc::new(Files {
            certificate,
            key,
            state: Mutex::new(state),
        })))
    }

    /// What takes connections: TLS 1.2 and 1.3, HTTP/2 before HTTP/1.1.
    pub fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Config)?
            .with_no_client_auth()
            .with_cert_resolver(self.0.clone());
        config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).into();
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again where they have changed since they were last looked at, and says whether new connections
    /// get another certificate now. What cannot be used leaves the one before in its place, and is told once.
    fn reload(&self) -> Result<bool, TlsError> {
        let Files { certificate, key, .. } = &*self.0;
        let written = pem::Written::read(certificate, key)?;
        let digest = written.digest();
        if self.0.state.lock().seen == digest {
            return Ok(false);
        }
        let parsed = written.parse(certificate, key);
        let mut state = self.0.state.lock();
        state.seen = digest;
        state.in_use = parsed?;
        Ok(true)
    }
}

impl Files {
    fn in_use(&self) -> Arc<CertifiedKey> {
        self.state.lock().in_use.clone()
    }
}

impl ResolvesServerCert for Files {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.in_use())
    }
}
