//! What a version of an agent sends to a model.

mod message;
mod parameters;

pub use message::{Message, Role};
pub use parameters::Parameters;
