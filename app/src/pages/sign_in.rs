//! `/sign-in`: a plain form, so that it works before and without WASM.

use crate::{components::failure::form_refusal, query_string::value, routes, text};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Asks for e-mail address and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let search = use_location().search;
    let next = move || {
        search
            .with(|search| value(search, "next"))
            .unwrap_or_else(|| routes::AGENTS.to_owned())
    };
    let done = move || search.with(|search| value(search, "done")).is_some();
    view! {
        <Title text=text::sign_in::TITLE/>
        <form class="sheet" method="post" action=routes::POST_SIGN_IN>
            <h1>{text::sign_in::TITLE}</h1>
            {form_refusal(text::sign_in::failure)}
            {move || done().then(|| view! { <p role="status">{text::sign_in::PASSWORD_SET}</p> })}
            <input type="hidden" name="next" value=next/>
            <label class="field">
                <span>{text::EMAIL}</span>
                <input type="email" name="email" autocomplete="username" required/>
            </label>
            <label class="field">
                <span>{text::PASSWORD}</span>
                <input type="password" name="password" autocomplete="current-password" required/>
            </label>
            <button class="control primary wide">{text::sign_in::SUBMIT}</button>
        </form>
    }
}
