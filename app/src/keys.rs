//! Single keys: what they do, and the switch that turns them off (WCAG 2.1.4).

use crate::browser::{click, find, focus, store, stored};
use leptos::{ev, prelude::*};
use web_sys::{Element, HtmlElement, KeyboardEvent, wasm_bindgen::JsCast};

/// Where the browser remembers that single keys are off.
const OFF: &str = "agent-ledger-single-keys-off";

/// The keys that do something by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// To the next row, or the next execution in the open detail.
    Down,
    /// To the one before.
    Up,
    /// To the filters.
    Filters,
    /// Stops what happens live, or goes on.
    Pause,
    /// The sheet that lists the keys.
    Help,
}

impl Key {
    /// Every key, as the help sheet lists them.
    pub const ALL: [Self; 5] = [Self::Down, Self::Up, Self::Filters, Self::Pause, Self::Help];

    /// What is pressed.
    pub fn cap(self) -> &'static str {
        match self {
            Self::Down => "j",
            Self::Up => "k",
            Self::Filters => "/",
            Self::Pause => "p",
            Self::Help => "?",
        }
    }

    fn of(event: &KeyboardEvent) -> Option<Self> {
        let is_chord = event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing();
        let pressed = event.key();
        Self::ALL
            .into_iter()
            .find(|key| !is_chord && key.cap() == pressed)
    }
}

/// Whether single keys work; remembered by the browser.
#[derive(Clone, Copy)]
pub struct SingleKeys(RwSignal<bool>);

impl SingleKeys {
    /// Listens for the keys as long as the page lives. They act on what is there: rows, filters, an open detail.
    pub fn provide() {
        let keys = Self(RwSignal::new(true));
        provide_context(keys);
        Effect::new(move || {
            keys.0.set(stored(OFF).is_none());
            let listener = window_event_listener(ev::keydown, move |event| {
                if keys.0.get_untracked()
                    && !is_typed(&event)
                    && let Some(key) = Key::of(&event)
                    && act(key)
                {
                    event.prevent_default();
                }
            });
            on_cleanup(move || listener.remove());
        });
    }

    /// Whether they work, reactively.
    pub fn are_on(self) -> bool {
        self.0.get()
    }

    /// Turns them on or off.
    pub fn set(self, on: bool) {
        self.0.set(on);
        store(OFF, (!on).then_some("1"));
    }
}

/// Whether the key goes into a field.
fn is_typed(event: &KeyboardEvent) -> bool {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        let is_field = target
            .matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")
            .unwrap_or(false);
        is_field || target.closest("[data-own-keys]").ok().flatten().is_some()
    })
}

/// Does what the key says; false where there is nothing to do it on.
fn act(key: Key) -> bool {
    match key {
        Key::Down => step("older", 1),
        Key::Up => step("newer", -1),
        Key::Filters => focus(".filters summary"),
        Key::Pause => click("#live"),
        Key::Help => click("#help"),
    }
}

/// In an open detail to the next execution, else to the next row.
fn step(detail: &str, by: i32) -> bool {
    if find("dialog.help-sheet[open]").is_some() {
        return false;
    }
    if find("dialog[open] [data-step]").is_some() {
        return click(&format!("dialog[open] [data-step={detail}][href]"));
    }
    let Ok(links) = document().query_selector_all("table.executions tbody .icon-button") else {
        return false;
    };
    let links: Vec<HtmlElement> = (0..links.length())
        .filter_map(|index| links.get(index)?.dyn_into().ok())
        .collect();
    let active = document().active_element();
    let current = links.iter().position(|link| {
        let row = link.closest("tr").ok().flatten();
        row.is_some_and(|row| row.contains(active.as_ref().map(AsRef::as_ref)))
    });
    let next = match current {
        Some(index) => index as i32 + by,
        None if by > 0 => 0,
        None => links.len() as i32 - 1,
    };
    let Some(link) = usize::try_from(next).ok().and_then(|next| links.get(next)) else {
        return current.is_some();
    };
    // Fails only where the element has gone.
    let _ = link.focus();
    true
}
