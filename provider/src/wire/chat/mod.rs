//! Chat Completions: OpenAI and every compatible server.

mod answer;
mod request;
mod usage;

pub use answer::Chat;
pub use request::body;
