//! The store's story: what every database behind it must do, written once and run on each.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod accounts;
mod exports;
mod failures;
mod lists;
mod model;
mod recording;
mod support;
