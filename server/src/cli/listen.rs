//! Where and how a server listens: what `serve` does, and `doctor` judges.

use super::Error;
use crate::{http::Certificate, peer::TrustedProxy};
use std::{io, net::SocketAddr, path::PathBuf};
use tokio::net::{TcpListener, TcpSocket};

/// Connections that may wait until they are taken in. Where more come in a burst, the system drops what its clients take
/// for connections. It allows fewer where `net.core.somaxconn` is lower.
const BACKLOG: u32 = 4_096;

/// Where and how a server listens.
#[derive(Debug, clap::Args)]
pub struct ListenArgs {
    /// Address and port to listen on.
    #[arg(long, env = "AGENT_LEDGER_ADDR", default_value = "127.0.0.1:3000")]
    pub addr: SocketAddr,
    /// File with the certificate chain for HTTPS, in PEM, the server's own first. A renewed one is noticed.
    #[arg(
        long,
        value_name = "FILE",
        env = "AGENT_LEDGER_TLS_CERT",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,
    /// File with the certificate's private key, in PEM.
    #[arg(
        long,
        value_name = "FILE",
        env = "AGENT_LEDGER_TLS_KEY",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,
    /// Speak plain HTTP to other machines too, where whoever carries it can read and change it.
    #[arg(long, env = "AGENT_LEDGER_PLAIN_HTTP")]
    pub plain_http: bool,
    /// Proxy in front whose X-Forwarded-For, -Proto and -Host or Forwarded are believed: an address, or a network as
    /// 10.0.0.0/8. Repeat it, or separate several by commas.
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "AGENT_LEDGER_TRUSTED_PROXY",
        value_delimiter = ','
    )]
    pub trusted_proxy: Vec<TrustedProxy>,
    /// Keep cookies, and with them browsers, to TLS (HSTS), however a request came. With --tls-cert, and where a trusted
    /// proxy says that it was asked by HTTPS, they are kept to it anyway.
    #[arg(long, env = "AGENT_LEDGER_SECURE_COOKIES")]
    pub secure_cookies: bool,
}

impl ListenArgs {
    /// Listens on the address. To be called where there is a runtime.
    ///
    /// # Errors
    /// It is taken, or is none of this machine.
    pub fn listen(&self) -> io::Result<TcpListener> {
        let socket = match self.addr {
            SocketAddr::V4(_) => TcpSocket::new_v4()?,
            SocketAddr::V6(_) => TcpSocket::new_v6()?,
        };
        // Windows would let two servers listen on one address.
        #[cfg(unix)]
        socket.set_reuseaddr(true)?;
        socket.bind(self.addr)?;
        socket.listen(BACKLOG)
    }

    /// The certificate, where there is TLS. Refuses plain HTTP that other machines could reach, unless it was asked for.
    pub fn certificate(&self) -> Result<Option<Certificate>, Error> {
        if let (Some(certificate), Some(key)) = (&self.tls_cert, &self.tls_key) {
            return Certificate::read(certificate, key)
                .map(Some)
                .map_err(|error| Error::refused(error.to_string()));
        }
        if self.is_plain_beyond_loopback() && !self.plain_http {
            return Err(Error::refused(format!(
                "{} can be reached from other machines, and would speak plain HTTP: give --tls-cert and --tls-key, or \
                 listen on 127.0.0.1 behind a proxy that speaks HTTPS, or ask for it with --plain-http",
                self.addr
            )));
        }
        Ok(None)
    }

    /// Whether other machines can reach this server without TLS.
    pub fn is_plain_beyond_loopback(&self) -> bool {
        self.tls_cert.is_none() && !self.addr.ip().to_canonical().is_loopback()
    }
}
