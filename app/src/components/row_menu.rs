//! What can be done to a row of a table and needs another word first: it opens below its button, without WASM too.

use leptos::prelude::*;

/// A button that opens `panel`.
pub fn row_menu(label: &'static str, panel: impl IntoView) -> impl IntoView {
    view! {
        <details class="menu at-end">
            <summary class="control quiet">{label}</summary>
            <div class="panel">{panel}</div>
        </details>
    }
}
