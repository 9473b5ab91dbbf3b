//! `/forgot-password`: asks for a link to another password by e-mail. A plain form, so that it works without WASM.

use crate::{components::failure::form_refusal, query_string::value, routes, text};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Asks for the address; then says what happens next, whoever has it.
#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let search = use_location().search;
    let done = move || search.with(|search| value(search, "done")).is_some();
    view! {
        <Title text=text::forgot_password::TITLE/>
        <form class="sheet" method="post" action=routes::POST_FORGOT_PASSWORD>
            <h1>{text::forgot_password::TITLE}</h1>
            <p class="hint">{text::forgot_password::WORDS}</p>
            {form_refusal(text::forgot_password::failure)}
            {move || done().then(|| view! { <p role="status">{text::forgot_password::SENT}</p> })}
            <label class="field">
                <span>{text::EMAIL}</span>
                <input type="email" name="email" maxlength="254" autocomplete="username" required/>
            </label>
            <button class="control primary wide">{text::forgot_password::SUBMIT}</button>
        </form>
    }
}
