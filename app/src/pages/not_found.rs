//! `404`: an address that leads nowhere.

use crate::{routes, text};
use leptos::prelude::*;
use leptos_meta::Title;

/// An address that leads nowhere.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::server::status::set_not_found();
    view! {
        <Title text=text::not_found::TITLE/>
        <div class="blank">
            <h1>{text::not_found::TITLE}</h1>
            <p>{text::not_found::WORDS}</p>
            <div class="actions">
                <a class="control" href=routes::AGENTS>{text::TO_AGENTS}</a>
            </div>
        </div>
    }
}
