//! The server as a whole: which doors there are, what every answer carries, and how it starts and stops.

mod assets;
mod content_policy;
mod headers;
mod health;
mod pages;
mod panics;
mod rendering;
mod request_log;
mod router;
mod serve;
mod state;

pub use content_policy::ContentPolicy;
pub use router::router;
pub use serve::serve;
pub use state::{AppState, DemoSignIn, Options};
