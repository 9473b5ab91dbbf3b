//! The sheet that lists the keys, and the switch that turns single ones off.

use super::icon::icon;
use crate::{
    browser::{show_dialog, use_hydrated},
    keys::{Key, SingleKeys},
    text,
};
use leptos::prelude::*;

const SHEET: &str = "keys";

/// The button that opens the sheet, and the sheet. Without WASM there are no keys, and no button is seen.
#[component]
pub fn Help() -> impl IntoView {
    let hydrated = use_hydrated();
    let keys = use_context::<SingleKeys>();
    let are_on = move || keys.is_none_or(SingleKeys::are_on);
    let set = move |event| {
        if let Some(keys) = keys {
            keys.set(event_target_checked(&event));
        }
    };
    let rows = Key::ALL.map(|key| {
        view! {
            <dt>
                <kbd>{key.cap()}</kbd>
            </dt>
            <dd>{text::keys::of(key)}</dd>
        }
    });
    let more = text::keys::MORE.map(|(cap, words)| {
        view! {
            <dt>
                <kbd>{cap}</kbd>
            </dt>
            <dd>{words}</dd>
        }
    });
    view! {
        <button
            type="button"
            class="icon-button help"
            id="help"
            class:ready=move || hydrated.is()
            aria-label=text::keys::TITLE
            title=text::keys::TITLE
            on:click=move |_| show_dialog(SHEET)
        >
            {icon("keyboard")}
        </button>
        <dialog class="help-sheet" id=SHEET aria-labelledby="keys-title">
            <form method="dialog">
                <div class="section-head">
                    <h2 id="keys-title">{text::keys::TITLE}</h2>
                    <button class="icon-button" aria-label=text::CLOSE>
                        {icon("close")}
                    </button>
                </div>
                <dl class="keys-list">{rows.collect_view()} {more.collect_view()}</dl>
                <label class="check">
                    <input type="checkbox" prop:checked=are_on on:change=set/>
                    <span>{text::keys::SWITCH}</span>
                </label>
            </form>
        </dialog>
    }
}
