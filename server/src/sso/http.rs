//! Calls to the provider: one connection each, by TLS unless it is on this machine, bounded in time and size, following
//! no redirects.

use axum::http::{
    Request, Response,
    header::{CONNECTION, HOST},
    uri::Scheme,
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{self, ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName},
};

/// How long the provider may take for one answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Largest answer, in bytes.
const MAX_ANSWER: usize = 1 << 20;

/// Why the provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Not an address that can be called.
    #[error("the address cannot be called")]
    Address,
    /// No connection.
    #[error("no connection: {0}")]
    Io(#[from] io::Error),
    /// Not HTTP.
    #[error("the answer cannot be read: {0}")]
    Http(#[from] hyper::Error),
    /// Too much was answered.
    #[error("the answer is too large, or broke off")]
    Body,
    /// Too slow.
    #[error("no answer within {} seconds", PATIENCE.as_secs())]
    Time,
}

/// Calls the provider. Cheap to clone.
#[derive(Clone)]
pub struct Http(TlsConnector);

impl Http {
    /// Believes certificates by the system's authorities, and by `authority` (DER) where there is one.
    pub fn new(authority: Option<Vec<u8>>) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore::empty();
        if let Some(authority) = authority {
            roots.add(authority.into())?;
        }
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        timeout(PATIENCE, self.exchange(request))
            .await
            .unwrap_or(Err(HttpError::Time))
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, HttpError> {
        let uri = request.uri();
        let host = uri.host().ok_or(HttpError::Address)?;
        let name = host.trim_matches(['[', ']']).to_owned();
        let encrypted = uri.scheme() == Some(&Scheme::HTTPS);
        let port = uri.port_u16().unwrap_or(if encrypted { 443 } else { 80 });
        let stream = TcpStream::connect((name.as_str(), port)).await?;
        if encrypted {
            let name = ServerName::try_from(name).map_err(|_| HttpError::Address)?;
            over(self.0.connect(name, stream).await?, request).await
        } else {
            over(stream, request).await
        }
    }
}

async fn over<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    request: Request<Vec<u8>>,
) -> Result<Response<Vec<u8>>, HttpError> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let (mut parts, body) = request.into_parts();
    let authority = parts.uri.authority().ok_or(HttpError::Address)?;
    let host = authority.as_str().try_into().map_err(|_| HttpError::Address)?;
    parts.headers.insert(HOST, host);
    parts
        .headers
        .insert(CONNECTION, axum::http::HeaderValue::from_static("close"));
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = path.parse().map_err(|_| HttpError::Address)?;
    let request = Request::from_parts(parts, Full::new(Bytes::from(body)));
    let (parts, body) = sender.send_request(request).await?.into_parts();
    let body = Limited::new(body, MAX_ANSWER)
        .collect()
        .await
        .map_err(|_| HttpError::Body);
    connection.abort();
    Ok(Response::from_parts(parts, body?.to_bytes().to_vec()))
}
