//! A button that puts text on the clipboard and says that it did.

use crate::{
    browser::{can_copy, copy, use_hydrated},
    text,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How long the button says that it worked.
const CONFIRMED: Duration = Duration::from_millis(1_600);

/// Copies `content`. It keeps its place but stays unseen where copying cannot work.
#[component]
pub fn CopyButton(
    /// What is copied.
    content: String,
    /// What the button says.
    #[prop(default = text::COPY)]
    label: &'static str,
) -> impl IntoView {
    let hydrated = use_hydrated();
    let content = StoredValue::new(content);
    let said = RwSignal::new(label);
    let on_click = move |_| {
        spawn_local(async move {
            let Some(content) = content.try_get_value() else {
                return;
            };
            said.try_set(if copy(&content).await {
                text::COPIED
            } else {
                text::COPY_FAILED
            });
            set_timeout(
                move || {
                    said.try_set(label);
                },
                CONFIRMED,
            );
        });
    };
    view! {
        <button type="button" class="copy" class:ready=move || hydrated.is() && can_copy() aria-live="polite" on:click=on_click>
            {said}
        </button>
    }
}
