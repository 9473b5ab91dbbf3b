//! What only a browser can do. Everything here is called from effects and event handlers, which never run on the
//! server.

use domain::Timestamp;
use gloo_timers::callback::Interval;
use leptos::{ev, html, prelude::*};
use web_sys::{Element, VisibilityState, wasm_bindgen::JsCast};

/// Whether the page is alive: false on the server and at the first render, true from then on.
#[derive(Clone, Copy)]
pub struct Hydrated(RwSignal<bool>);

impl Hydrated {
    /// Provides it to the whole page.
    pub fn provide() {
        let hydrated = RwSignal::new(false);
        Effect::new(move || hydrated.set(true));
        provide_context(Self(hydrated));
    }

    /// Whether it is so, reactively.
    pub fn is(self) -> bool {
        self.0.get()
    }
}

/// Whether the page is alive, for a component.
pub fn use_hydrated() -> Hydrated {
    use_context().unwrap_or_else(|| Hydrated(RwSignal::new(false)))
}

/// Calls `action` again and again while the page is in sight, until the component goes.
pub fn repeat_while_visible(period_ms: u32, action: impl Fn() + Clone + 'static) {
    Effect::new(move || {
        let action = action.clone();
        let interval = Interval::new(period_ms, move || {
            if document().visibility_state() == VisibilityState::Visible {
                action();
            }
        });
        // Dropped, and thereby stopped, with the component.
        StoredValue::new_local(interval);
    });
}

/// The time by the reader's clock.
pub fn now() -> Timestamp {
    // Whole milliseconds, far below the 2^53 that a double counts exactly.
    domain::time::from_micros(web_sys::js_sys::Date::now() as i64 * 1_000)
}

/// Whether text can be put on the clipboard: browsers allow it under TLS and on this machine only.
pub fn can_copy() -> bool {
    window().is_secure_context()
}

/// Puts text on the clipboard; false where the browser refuses.
pub async fn copy(text: &str) -> bool {
    let promise = window().navigator().clipboard().write_text(text);
    wasm_bindgen_futures::JsFuture::from(promise).await.is_ok()
}

/// Leaves for `address` by a full page load.
pub fn leave_for(address: &str) {
    // Browsers refuse this only for an address that does not parse; ours do.
    let _ = window().location().set_href(address);
}

/// The address of the page without its origin.
pub fn current_address() -> String {
    let location = window().location();
    format!(
        "{}{}",
        location.pathname().unwrap_or_default(),
        location.search().unwrap_or_default()
    )
}

/// Closes open `<details class="menu">` on a click elsewhere and on Escape, which gives the focus back.
pub fn close_menus_from_outside() {
    Effect::new(|| {
        let click = window_event_listener(ev::click, |event| {
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<Element>().ok());
            for menu in open_menus() {
                if !menu.contains(target.as_ref().map(AsRef::as_ref)) {
                    close(&menu);
                }
            }
        });
        let key = window_event_listener(ev::keydown, |event| {
            if event.key() != "Escape" {
                return;
            }
            for menu in open_menus() {
                close(&menu);
                let summary = menu.query_selector("summary").ok().flatten();
                if let Some(summary) =
                    summary.and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok())
                {
                    // Fails only where the element has gone.
                    let _ = summary.focus();
                }
            }
        });
        on_cleanup(move || {
            click.remove();
            key.remove();
        });
    });
}

fn open_menus() -> impl Iterator<Item = Element> {
    let menus = document().query_selector_all("details.menu[open]").ok();
    let count = menus.as_ref().map_or(0, web_sys::NodeList::length);
    (0..count).filter_map(move |index| menus.as_ref()?.get(index)?.dyn_into().ok())
}

fn close(menu: &Element) {
    // Fails only where the element has gone.
    let _ = menu.remove_attribute("open");
}

/// Empties a form once what it asked for is done.
pub fn reset_when(form: NodeRef<html::Form>, done: impl Fn() -> bool + 'static) {
    Effect::new(move || {
        let done = done();
        if let Some(form) = form.get_untracked().filter(|_| done) {
            form.reset();
        }
    });
}
