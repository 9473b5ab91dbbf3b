//! What holds the place of an execution while it loads for the first time.

use super::dialog::TITLE_ID;
use crate::text;
use leptos::prelude::*;

/// Head, cards and two sections in outline.
pub fn skeleton() -> AnyView {
    view! {
        <header class="detail-head">
            <h2 id=TITLE_ID class="hidden">{text::detail::LOADING}</h2>
        </header>
        <div class="detail-body skeleton" aria-hidden="true">
            <div class="cards">
                <div></div>
                <div></div>
                <div></div>
                <div></div>
            </div>
            <div class="block"></div>
            <div class="block"></div>
        </div>
    }
    .into_any()
}
