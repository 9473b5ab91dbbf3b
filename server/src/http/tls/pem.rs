//! A certificate chain and a private key as PEM.

use sha2::{Digest, Sha256};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio_rustls::rustls::{
    self,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    sign::CertifiedKey,
};
use zeroize::Zeroizing;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("{flag}: {path}: {source}")]
    Unreadable {
        /// Which flag names it.
        flag: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file holds something else.
    #[error("{flag}: {path} holds no {wanted} in PEM")]
    Empty {
        /// Which flag names it.
        flag: &'static str,
        /// The file.
        path: PathBuf,
        /// What it should hold.
        wanted: &'static str,
    },
    /// The key belongs to another certificate.
    #[error("--tls-key: {key} is not the private key of the certificate in {certificate} (--tls-cert)")]
    Mismatch {
        /// The key's file.
        key: PathBuf,
        /// The certificate's file.
        certificate: PathBuf,
    },
    /// The pair is of a kind that cannot be used.
    #[error("--tls-cert, --tls-key: {certificate} and {key} cannot be used: {source}")]
    Unusable {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why not.
        source: rustls::Error,
    },
    /// TLS could not be set up at all.
    #[error("TLS cannot be set up: {0}")]
    Config(rustls::Error),
}

/// Both files as they are written.
pub struct Written {
    certificate: Vec<u8>,
    key: Zeroizing<Vec<u8>>,
}

impl Written {
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let read = |flag, path: &Path| {
            std::fs::read(path).map_err(|source| TlsError::Unreadable {
                flag,
                path: path.to_owned(),
                source,
            })
        };
        Ok(Self {
            certificate: read("--tls-cert", certificate)?,
            key: read("--tls-key", key)?.into(),
        })
    }

    /// Differs where the files do.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update((self.certificate.len() as u64).to_be_bytes())
            .chain_update(&self.certificate)
            .chain_update(&*self.key)
            .finalize()
            .into()
    }

    /// The pair, ready for use; the paths are for errors.
    pub fn parse(&self, certificate: &Path, key: &Path) -> Result<Arc<CertifiedKey>, TlsError> {
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&self.certificate)
            .collect::<Result<_, _>>()
            .unwrap_or_default();
        if chain.is_empty() {
            return Err(TlsError::Empty {
                flag: "--tls-cert",
                path: certificate.to_owned(),
                wanted: "certificate",
            });
        }
        let private = PrivateKeyDer::from_pem_slice(&self.key).map_err(|_| TlsError::Empty {
            flag: "--tls-key",
            path: key.to_owned(),
            wanted: "private key",
        })?;
        CertifiedKey::from_der(chain, private, &ring::default_provider())
            .map(Arc::new)
            .map_err(|source| match source {
                rustls::Error::InconsistentKeys(_) => TlsError::Mismatch {
                    key: key.to_owned(),
                    certificate: certificate.to_owned(),
                },
                source => TlsError::Unusable {
                    certificate: certificate.to_owned(),
                    key: key.to_owned(),
                    source,
                },
            })
    }
}
