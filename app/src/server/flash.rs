//! One value that survives one redirect, for forms that are sent without WASM: a cookie that lives for a minute and
//! is dropped once it was read.

use super::{ServerContext, request::is_plain_form};
use axum::http::{HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

const NAME: &str = "agent_ledger_new_key";
const ATTRIBUTES: &str = "Path=/settings/api-keys; HttpOnly; SameSite=Strict";

/// Keeps `value`, of letters, digits and `_`, for the page that the redirect leads to. Where WASM asked, the answer
/// itself carries the value and nothing is kept.
pub fn put_flash(value: &str) {
    if is_plain_form() {
        set_cookie(value, 60);
    }
}

/// The kept value, which is gone then.
pub fn take_flash() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let value = parts
        .headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .find_map(|cookie| cookie.trim().strip_prefix(NAME)?.strip_prefix('='))?
        .to_owned();
    set_cookie("", 0);
    Some(value)
}

fn set_cookie(value: &str, seconds: u32) {
    let secure = if use_context::<ServerContext>().is_some_and(|context| context.secure_cookies) {
        "; Secure"
    } else {
        ""
    };
    let cookie = HeaderValue::from_str(&format!(
        "{NAME}={value}; Max-Age={seconds}; {ATTRIBUTES}{secure}"
    ));
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), cookie) {
        response.append_header(header::SET_COOKIE, cookie);
        response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}
