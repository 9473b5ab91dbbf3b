//! Parts of a section that hold a text.

use crate::components::{copy_button::CopyButton, preformatted::preformatted};
use leptos::prelude::*;

/// A text below a heading of the second rank, with a button that copies it. Below one that is shown in part are words that
/// say so, and there is nothing to copy.
pub fn text_section(title: &'static str, content: String, shown_in_part: Option<AnyView>) -> impl IntoView {
    let copy = shown_in_part
        .is_none()
        .then(|| view! { <CopyButton content=content.clone()/> });
    view! {
        <section>
            <div class="section-head">
                <h4>{title}</h4>
                {copy}
            </div>
            {preformatted(content)}
            {shown_in_part}
        </section>
    }
}
