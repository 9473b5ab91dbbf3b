//! Runs against a small upstream: recorded exchanges byte for byte, and whatever else a provider may do.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking, in its helpers too"
)]

mod addresses;
mod demo;
mod environment;
mod exchanges;
mod expected;
mod hardships;
mod probing;
mod recordings;
mod setting;
mod slices;
mod upstream;
