//! Status and source: icon, word and color, never color alone.

use super::icon::icon;
use domain::{Choice, Source, Status};
use leptos::prelude::*;

/// How an execution stands.
pub fn status_badge(status: Status) -> impl IntoView {
    view! {
        <span class=format!("badge {}", status.as_str())>{icon(status.as_str())} {status.label()}</span>
    }
}

/// Where an execution was started from.
pub fn source_label(source: Source) -> impl IntoView {
    view! {
        <span class="source">{icon(source.as_str())} {source.label()}</span>
    }
}
