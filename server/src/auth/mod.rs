//! Who asks, by an API key or a session, and the forms that sign in and out.

mod access;
mod browser;
pub(crate) mod caller;
pub(crate) mod change_password;
pub(crate) mod cross_site;
pub(crate) mod delete_organization;
pub(crate) mod forgot_password;
pub(crate) mod forms;
pub(crate) mod join;
mod leave;
mod person;
mod quota;
pub(crate) mod reset_password;
mod session;
pub(crate) mod set_up;
pub(crate) mod sign_in;
mod sign_in_page;
mod sign_out;
pub(crate) mod sso;
pub(crate) mod switch;

pub use access::{Admin, AgentAccess, Allowed, Need, Read, Record};
pub use cross_site::refuse_cross_site;
pub use person::Person;
pub use quota::tell_quota;
pub use session::{attach_visitor, sign_in_by_link};

use crate::state::AppState;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{MethodRouter, get, post},
};

/// Largest form, in bytes.
const MAX_FORM: usize = 16 << 10;

/// Where the forms of the pages are posted: plain HTML forms, so that they work without scripts.
pub fn router() -> Router<AppState> {
    routes()
        .into_iter()
        .fold(Router::new(), |router, (path, handler)| {
            router.route(path, handler)
        })
        .layer(DefaultBodyLimit::max(MAX_FORM))
}

/// The path of every route of `router`.
pub fn paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _)| path).collect()
}

fn routes() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/auth/sign-in", post(sign_in::sign_in)),
        ("/auth/sign-out", post(sign_out::sign_out)),
        ("/auth/join", post(join::join)),
        ("/auth/password", post(change_password::change_password)),
        (
            "/auth/delete-organization",
            post(delete_organization::delete_organization),
        ),
        ("/auth/leave", post(leave::leave)),
        ("/auth/forgot-password", post(forgot_password::forgot_password)),
        ("/auth/reset-password", post(reset_password::reset_password)),
        ("/auth/sso", get(sso::begin)),
        (crate::sso::CALLBACK, get(sso::callback)),
        ("/auth/switch", post(switch::switch)),
        ("/auth/set-up", post(set_up::set_up)),
    ]
}
