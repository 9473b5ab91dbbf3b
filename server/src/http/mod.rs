//! The server as a whole: which doors there are, what every answer carries, and how it starts and stops.

mod connection;
mod handles;
mod headers;
mod health;
mod host;
mod pages;
mod panics;
mod request_log;
mod router;
mod serve;
pub(crate) mod source;
mod strict;
mod tls;

pub use handles::raise as raise_handles;
pub use router::router;
pub use serve::{serve, serve_with};
pub use tls::{Certificate, TlsError};
