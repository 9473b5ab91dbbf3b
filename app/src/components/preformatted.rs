//! Text as it was written.

use leptos::prelude::*;

/// A text with its line ends and blanks. The `<code>` is for one that begins with a line end: directly after `<pre>`
/// HTML drops it, and a text of nothing else would leave the browser without the node that the server rendered.
pub fn preformatted(content: impl IntoView) -> impl IntoView {
    view! {
        <pre tabindex="0">
            <code>{content}</code>
        </pre>
    }
}
