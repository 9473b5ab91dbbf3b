//! Who asks: API keys, sessions of people, passwords, and the forms that sign in and out.

mod access;
mod caller;
mod cookie;
mod credentials;
mod cross_site;
pub(crate) mod forms;
pub mod password;
mod session;
mod set_up;
mod sign_in;
mod sign_out;
mod throttle;
pub mod token;

pub use access::{Admin, AgentAccess, Allowed, Permission, Read, Record};
pub use caller::{Caller, Identity};
pub use cookie::COOKIE;
pub use credentials::Credentials;
pub use cross_site::refuse_cross_site;
pub use session::{attach_session, sign_in_by_link};
pub use throttle::Throttle;

use crate::http::AppState;
use axum::{Router, extract::DefaultBodyLimit, routing::post};

/// Largest form, in bytes.
const MAX_FORM: usize = 16 << 10;

/// Where the forms of the pages are posted: plain HTML forms, so that they work without scripts.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/auth/sign-in", post(sign_in::sign_in))
        .route("/auth/sign-out", post(sign_out::sign_out))
        .route("/auth/set-up", post(set_up::set_up))
        .layer(DefaultBodyLimit::max(MAX_FORM))
}
