//! Certificates for one test, and a client that speaks TLS.

use http_body_util::{BodyExt, Empty};
use hyper::{Request, Response, body::Bytes, body::Incoming, client::conn};
use hyper_util::rt::{TokioExecutor, TokioIo};
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::{
    TlsConnector,
    client::TlsStream,
    rustls::{
        ClientConfig, RootCertStore, SupportedProtocolVersion, crypto::ring, pki_types::CertificateDer,
        version::TLS13,
    },
};

/// A certificate for `localhost` and its key, in files.
pub struct Pair {
    pub certificate: PathBuf,
    pub key: PathBuf,
    folder: TempDir,
}

impl Pair {
    /// In a folder of their own; and the certificate, for those who are to trust it.
    pub fn fresh() -> (Self, CertificateDer<'static>) {
        let folder = tempfile::tempdir().unwrap();
        let pair = Self {
            certificate: folder.path().join("cert.pem"),
            key: folder.path().join("key.pem"),
            folder,
        };
        let trusted = pair.renew();
        (pair, trusted)
    }

    /// Another pair in the same files.
    pub fn renew(&self) -> CertificateDer<'static> {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let place = |name: &str, text: String| {
            let temporary = self.folder.path().join("next");
            std::fs::write(&temporary, text).unwrap();
            std::fs::rename(temporary, self.folder.path().join(name)).unwrap();
        };
        place("cert.pem", made.cert.pem());
        place("key.pem", made.signing_key.serialize_pem());
        made.cert.der().clone()
    }
}

/// Opens a connection that trusts this certificate alone.
pub async fn connect(
    address: SocketAddr,
    trusted: &CertificateDer<'static>,
    protocol: &str,
    version: &'static SupportedProtocolVersion,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[version])
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    TlsConnector::from(Arc::new(config))
        .connect(
            "localhost".try_into().unwrap(),
            TcpStream::connect(address).await?,
        )
        .await
}

/// An HTTP/2 connection.
pub struct Http2(conn::http2::SendRequest<Empty<Bytes>>, SocketAddr);

impl Http2 {
    pub async fn open(address: SocketAddr, trusted: &CertificateDer<'static>) -> Self {
        let stream = connect(address, trusted, "h2", &TLS13).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (sender, connection) = conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .unwrap();
        tokio::spawn(connection);
        Self(sender, address)
    }

    /// Begins an answer.
    pub async fn begin(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Response<Incoming> {
        let uri = format!("https://{}{path}", self.1);
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Empty::new()).unwrap();
        self.0.clone().send_request(request).await.unwrap()
    }

    /// Whether the server has ended it.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Status and body.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
        let answer = self.begin("GET", path, headers).await;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.into()).unwrap())
    }
}
