//! A secret that was made just now, and is not kept.

use super::copy_button::CopyButton;
use leptos::prelude::*;

/// Shows the secret below `words` that say what it is.
#[component]
pub fn ShownOnce(words: &'static str, secret: String) -> impl IntoView {
    view! {
        <div class="notice good" role="status">
            <p>{words}</p>
            <p class="secret">
                <code>{secret.clone()}</code>
                <CopyButton content=secret/>
            </p>
        </div>
    }
}
