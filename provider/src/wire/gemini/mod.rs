//! Gemini's `generateContent`.

mod answer;
mod request;
mod usage;

pub use answer::Gemini;
pub use request::body;
