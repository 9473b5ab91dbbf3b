//! Parts of a section that hold a text.

use crate::components::{copy_button::CopyButton, preformatted::preformatted};
use leptos::prelude::*;

/// A text below a heading of the second rank, with a button that copies it.
pub fn text_section(title: &'static str, content: String) -> impl IntoView {
    view! {
        <section>
            <div class="section-head">
                <h4>{title}</h4>
                <CopyButton content=content.clone()/>
            </div>
            {preformatted(content)}
        </section>
    }
}
