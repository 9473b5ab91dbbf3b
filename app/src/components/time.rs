//! Points in time, told as the time since them.

use crate::clock::Clock;
use domain::{Timestamp, format, time};
use leptos::prelude::*;

/// The time since `at`, ticking; the exact time on hover. `now` is the server's time when it told of `at`.
#[component]
pub fn Since(at: Timestamp, now: Timestamp) -> impl IntoView {
    let clock = use_context::<Clock>();
    let since = Memo::new(move |_| format::ago(at, clock.map_or(now, |clock| clock.now(now))));
    view! {
        <time datetime=time::rfc3339(at) title=format::full(at)>{since}</time>
    }
}
