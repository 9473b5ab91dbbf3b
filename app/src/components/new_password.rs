//! The field for a password that somebody chooses.

use leptos::prelude::*;

/// Asks for a password that is long enough; browsers offer to make one and to keep it. A page has one at most.
#[component]
pub fn NewPassword(name: &'static str, label: &'static str, hint: &'static str) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                type="password"
                name=name
                autocomplete="new-password"
                minlength="12"
                aria-describedby="password-hint"
                required
            />
            <small id="password-hint">{hint}</small>
        </label>
    }
}
