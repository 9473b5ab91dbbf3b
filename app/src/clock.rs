//! What time it is on the server, so that relative times tick from the very text that the server rendered.

use crate::browser::{self, repeat_while_visible};
use chrono::TimeDelta;
use domain::Timestamp;
use leptos::prelude::*;

/// The server's time, ticking every second in the browser.
#[derive(Clone, Copy)]
pub struct Clock {
    ahead: StoredValue<TimeDelta>,
    ticked: RwSignal<Option<Timestamp>>,
}

impl Clock {
    /// Provides the page's one clock.
    pub fn provide() {
        let clock = Self {
            ahead: StoredValue::new(TimeDelta::zero()),
            ticked: RwSignal::new(None),
        };
        repeat_while_visible(1_000, move || {
            clock.ticked.set(Some(browser::now() + clock.ahead.get_value()));
        });
        provide_context(clock);
    }

    /// The time, reactively: that of the data until the clock ticks for the first time.
    pub fn now(self, of_data: Timestamp) -> Timestamp {
        self.ticked.get().map_or(of_data, |ticked| ticked.max(of_data))
    }
}

/// Sets the page's clock by the server's time, whenever fresh data brings it.
pub fn follow(now: impl Fn() -> Timestamp + 'static) {
    if let Some(clock) = use_context::<Clock>() {
        Effect::new(move || clock.ahead.set_value(now() - browser::now()));
    }
}
