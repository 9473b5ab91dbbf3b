//! `/set-up`: the first account, by a link that works once.

use crate::{
    components::{failure::form_refusal, new_password::NewPassword},
    query_string::value,
    routes, text,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Asks for what the first account needs.
#[component]
pub fn SetUpPage() -> impl IntoView {
    let search = use_location().search;
    let token = move || search.with(|search| value(search, "token"));
    view! {
        <Title text=text::set_up::TITLE/>
        <form class="sheet" method="post" action=routes::POST_SET_UP>
            <h1>{text::set_up::TITLE}</h1>
            <p class="hint">{text::set_up::WORDS}</p>
            {form_refusal(text::set_up::failure)}
            <input type="hidden" name="token" value=token/>
            <label class="field">
                <span>{text::set_up::ORGANIZATION}</span>
                <input name="organization" autocomplete="organization" maxlength="100" required/>
            </label>
            <label class="field">
                <span>{text::EMAIL}</span>
                <input type="email" name="email" autocomplete="username" required/>
            </label>
            <NewPassword name="password" label=text::PASSWORD hint=text::set_up::PASSWORD_HINT/>
            <label class="field">
                <span>{text::retention::PLAN}</span>
                <select name="retention">
                    {["standard", "pro", "none"]
                        .map(|plan| view! { <option value=plan>{text::retention::plan(plan)}</option> })
                        .collect_view()}
                </select>
                <small>{text::set_up::RETENTION_HINT}</small>
            </label>
            <button class="control primary wide">{text::set_up::SUBMIT}</button>
        </form>
    }
}
