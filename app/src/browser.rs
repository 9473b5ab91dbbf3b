//! What only a browser can do. Everything here is called from effects and event handlers, which never run on the
//! server.

use domain::Timestamp;
use gloo_timers::callback::Interval;
use leptos::{ev, html, prelude::*};
use web_sys::{Element, HtmlDialogElement, HtmlElement, MouseEvent, VisibilityState, wasm_bindgen::JsCast};

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
            if is_visible() {
                action();
            }
        });
        // Dropped, and thereby stopped, with the component.
        StoredValue::new_local(interval);
    });
}

/// Whether the page is in sight.
pub fn is_visible() -> bool {
    document().visibility_state() == VisibilityState::Visible
}

/// Calls `action` whenever the page comes into sight or goes out of it, until the component goes.
pub fn on_visibility_change(action: impl Fn() + Clone + 'static) {
    Effect::new(move || {
        let action = action.clone();
        let listener = window_event_listener(ev::visibilitychange, move |_| action());
        on_cleanup(move || listener.remove());
    });
}

/// What the browser remembers under a name; nothing where it remembers nothing at all.
pub fn stored(name: &str) -> Option<String> {
    window()
        .local_storage()
        .ok()
        .flatten()?
        .get_item(name)
        .ok()
        .flatten()
}

/// Has the browser remember a value under a name, or forget it. Some browsers remember nothing, which is their right.
pub fn store(name: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}

/// A name that nobody else uses now: 16 letters and digits.
pub fn random_name() -> String {
    let part = || (web_sys::js_sys::Math::random() * 4_294_967_296.0) as u32;
    format!("{:08x}{:08x}", part(), part())
}

/// Shows the page from its top.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// The time by the reader's clock.
pub fn now() -> Timestamp {
    // Whole milliseconds, far below the 2^53 that a double counts exactly.
    domain::time::from_micros(web_sys::js_sys::Date::now() as i64 * 1_000)
}

/// How far the reader's clock is ahead of UTC at an instant.
pub fn own_offset(at: Timestamp) -> chrono::TimeDelta {
    let date = web_sys::js_sys::Date::new(&(at.timestamp_millis() as f64).into());
    // Minutes behind UTC, mostly whole.
    chrono::TimeDelta::seconds((date.get_timezone_offset() * -60.0) as i64)
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

/// Shows the dialog of that identifier above everything, with the focus in it.
pub fn show_dialog(id: &str) {
    if let Some(dialog) = by_id::<HtmlDialogElement>(id)
        && !dialog.open()
    {
        show_modal(&dialog);
    }
}

/// Makes a dialog modal that the server rendered open: the focus moves in and everything else is out of reach.
pub fn show_modal(dialog: &HtmlDialogElement) {
    // An open dialog is not made modal, and closing it properly would tell of a close.
    let _ = dialog.remove_attribute("open");
    // Fails only where the element has gone.
    let _ = dialog.show_modal();
}

/// Whether a mouse event of a modal dialog happened outside of it: what is inside is covered by its children.
pub fn is_backdrop(event: &MouseEvent) -> bool {
    event
        .target()
        .is_some_and(|target| target.has_type::<HtmlDialogElement>())
}

/// The first element of the page that matches.
pub fn find(selector: &str) -> Option<HtmlElement> {
    let found = document().query_selector(selector).ok().flatten();
    found?.dyn_into().ok()
}

fn by_id<T: JsCast>(id: &str) -> Option<T> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Presses the first element that matches; false where there is none.
pub fn click(selector: &str) -> bool {
    find(selector).map(|element| element.click()).is_some()
}

/// Puts the focus on the first element that matches; false where there is none.
pub fn focus(selector: &str) -> bool {
    find(selector).is_some_and(|element| element.focus().is_ok())
}

/// Puts the focus on the element of that identifier once what hides it has gone.
pub fn focus_soon(id: String) {
    request_animation_frame(move || {
        if let Some(element) = by_id::<HtmlElement>(&id) {
            // Fails only where the element has gone.
            let _ = element.focus();
        }
    });
}

/// One step back in the history.
pub fn go_back() {
    // Fails only in a document that is shown no more.
    let _ = window().history().and_then(|history| history.back());
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
                focus_summary(&menu);
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

/// Closes a menu from within, and gives the focus back to its button.
pub fn close_menu(menu: NodeRef<html::Details>) {
    if let Some(menu) = menu.get_untracked() {
        menu.set_open(false);
        focus_summary(&menu);
    }
}

/// Closes the menu that holds a form which was sent, and gives the focus back to its button.
pub fn close_menu_around(event: &ev::SubmitEvent) {
    let form = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let menu = form.and_then(|form| form.closest("details.menu").ok().flatten());
    if let Some(menu) = menu {
        close(&menu);
        focus_summary(&menu);
    }
}

fn focus_summary(menu: &Element) {
    let summary = menu.query_selector("summary").ok().flatten();
    if let Some(summary) = summary.and_then(|summary| summary.dyn_into::<HtmlElement>().ok()) {
        // Fails only where the element has gone.
        let _ = summary.focus();
    }
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
