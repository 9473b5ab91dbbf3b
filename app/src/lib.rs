//! What a person sees: pages, components and the server functions behind them.

mod app;
mod browser;
mod clock;
mod components;
mod data;
mod error;
mod error_code;
mod keys;
mod pages;
mod query_string;
mod routes;
#[cfg(feature = "ssr")]
mod server;
#[cfg(feature = "ssr")]
mod shell;
mod text;
mod zone;

pub use app::App;
#[cfg(feature = "ssr")]
pub use server::{PageBounds, ServerContext};
#[cfg(feature = "ssr")]
pub use shell::shell;
