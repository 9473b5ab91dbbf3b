//! The server as a whole: which doors there are, what every answer carries, and how it starts and stops.

mod assets;
mod connection;
mod content_policy;
mod guests;
mod handles;
mod headers;
mod health;
mod pages;
mod panics;
mod rendering;
mod request_log;
mod router;
mod seldom;
mod serve;
pub(crate) mod source;
mod state;
mod tls;

pub use content_policy::ContentPolicy;
pub use guests::Guest;
pub use handles::raise as raise_handles;
pub(crate) use pages::refused_sign_in;
pub use router::router;
pub use serve::{serve, serve_with};
pub use source::TrustedProxy;
pub(crate) use source::{network, trusted::is_trusted};
pub use state::{AppState, DemoSignIn, Options};
pub use tls::{Certificate, TlsError};
