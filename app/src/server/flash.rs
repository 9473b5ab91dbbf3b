//! A value that survives one redirect, for forms that are sent without WASM: a cookie that lives for a minute and is
//! dropped once it was read.

use super::plain_form::is_plain_form;
use axum::http::{HeaderValue, header, request::Parts};
use cookie::{Cookie, SameSite, time::Duration};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// What is kept, and for which page.
#[derive(Clone, Copy)]
pub struct Flash {
    name: &'static str,
    page: &'static str,
}

impl Flash {
    /// A new API key.
    pub const KEY: Self = Self {
        name: "agent_ledger_new_key",
        page: crate::routes::API_KEYS,
    };
    /// A connection that is to be tried.
    pub const TEST: Self = Self {
        name: "agent_ledger_test",
        page: crate::routes::PROVIDERS,
    };
    /// The token of a new invitation.
    pub const INVITATION: Self = Self {
        name: "agent_ledger_invitation",
        page: crate::routes::MEMBERS,
    };
    /// The token of a new link to another password.
    pub const RESET: Self = Self {
        name: "agent_ledger_reset",
        page: crate::routes::MEMBERS,
    };

    /// Keeps `value`, of letters, digits and `_`, for the page that the redirect leads to. Where WASM asked, the answer
    /// itself carries the value and nothing is kept.
    pub fn put(self, value: &str) {
        if is_plain_form() {
            self.set_cookie(value, 60);
        }
    }

    /// The kept value, which is gone then.
    pub fn take(self) -> Option<String> {
        let parts = use_context::<Parts>()?;
        let value = parts
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|header| header.to_str().ok())
            .flat_map(Cookie::split_parse)
            .flatten()
            .find(|cookie| cookie.name() == self.name)?
            .value()
            .to_owned();
        self.set_cookie("", 0);
        Some(value)
    }

    fn set_cookie(self, value: &str, seconds: i64) {
        let cookie = Cookie::build((self.name, value))
            .path(self.page)
            .max_age(Duration::seconds(seconds))
            .http_only(true)
            .same_site(SameSite::Strict);
        let cookie = HeaderValue::from_str(&cookie.to_string());
        if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), cookie) {
            response.append_header(header::SET_COOKIE, cookie);
            response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}
