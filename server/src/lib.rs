//! The process: command line, sign-in, REST API, and the pages as it serves them.

pub mod answers;
pub mod api;
pub mod auth;
mod body;
pub mod cli;
pub mod credentials;
pub mod demo;
#[doc(hidden)]
pub mod fuzzing;
pub mod http;
pub mod limits;
pub mod live;
pub mod page;
mod path;
pub mod peer;
pub mod problem;
mod seldom;
pub mod sso;
pub mod state;

use service::clock;
