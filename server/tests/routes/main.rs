//! The server as its clients see it: the router in process, on a throwaway SQLite store. Laid out like the URLs.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod access;
mod api;
mod assets;
mod auth;
mod connections;
mod entry_points;
mod forwarded;
mod health;
mod pages;
mod serving;
mod support;
mod tls;
