//! What can be done to a row of a table and needs another word first: it opens below its button, without WASM too.

use crate::browser::close_menu_around;
use leptos::prelude::*;

/// A button that opens `panel`, which closes again once a form of it is sent.
pub fn row_menu(label: &'static str, panel: impl IntoView) -> impl IntoView {
    view! {
        <details class="menu at-end" on:submit=|event| close_menu_around(&event)>
            <summary class="control quiet">{label}</summary>
            <div class="panel">{panel}</div>
        </details>
    }
}
