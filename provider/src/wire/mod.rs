//! The wire formats: what is sent, and how answers are read, each in a folder of its own.

pub mod body;
pub mod chat;
pub mod gemini;
pub mod json;
pub mod messages;
pub mod tool_calls;
