//! Icons out of the sprite that the document carries.

use leptos::prelude::*;

/// The icon of that name; decoration only, so a word or a label stands beside it.
pub fn icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=format!("#icon-{name}")/>
        </svg>
    }
}
