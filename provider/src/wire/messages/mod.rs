//! Anthropic's Messages.

mod answer;
mod request;
mod usage;

pub use answer::Messages;
pub use request::body;
