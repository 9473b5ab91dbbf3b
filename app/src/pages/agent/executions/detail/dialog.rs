//! The dialog itself. The server renders it open, which is enough without WASM; a browser with WASM makes it modal.

use crate::{
    browser::{is_backdrop, show_modal},
    components::icon::icon,
    text,
};
use leptos::{ev::MouseEvent, html, prelude::*};

/// A dialog at the right edge, over the whole height. `href` is where closing leads without WASM.
#[component]
pub fn Dialog(
    close: Callback<()>,
    href: impl Fn() -> String + Send + Sync + 'static,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move || {
        if let Some(dialog) = dialog.get() {
            show_modal(&dialog);
        }
    });
    // A text selected from inside to outside ends with a click outside, too.
    let is_pressed_outside = StoredValue::new(false);
    let on_press = move |event: MouseEvent| is_pressed_outside.set_value(is_backdrop(&event));
    let on_click = move |event: MouseEvent| {
        if is_backdrop(&event) && is_pressed_outside.get_value() {
            close.run(());
        }
    };
    let on_close_link = move |event: MouseEvent| {
        event.prevent_default();
        close.run(());
    };
    view! {
        <dialog
            class="detail"
            open
            aria-labelledby=TITLE_ID
            node_ref=dialog
            on:close=move |_| close.run(())
            on:mousedown=on_press
            on:click=on_click
        >
            <div class="detail-frame">
                <a
                    class="icon-button detail-close"
                    href=href
                    aria-label=text::CLOSE
                    title=text::detail::CLOSE_HINT
                    data-noscroll
                    on:click=on_close_link
                >
                    {icon("close")}
                </a>
                {children()}
            </div>
        </dialog>
    }
}

/// Identifier of the heading that names the dialog.
pub const TITLE_ID: &str = "detail-title";
