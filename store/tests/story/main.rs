//! The store's story: what every database behind it must do, written once and run on each.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod abandonment;
mod accounts;
mod audit;
mod connections;
mod deletion;
mod encryption;
mod erasure;
mod events;
mod exports;
mod facet_days;
mod facets;
mod failures;
mod health;
mod hints;
mod identities;
mod installation_notes;
mod keys;
mod large;
mod leaving;
mod lists;
mod members;
mod migrations;
mod model;
mod neighbors;
mod rates;
mod recording;
mod resets;
mod retention;
mod sign_in_origins;
mod spending;
mod strips;
mod support;
mod tasks;
