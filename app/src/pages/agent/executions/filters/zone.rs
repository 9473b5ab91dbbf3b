//! The zone in which days are meant and times are told, and the way to UTC and back.

use super::View;
use crate::{data::executions::ExecutionList, routes, text, zone::organization_zone};
use leptos::prelude::*;

const UTC: &str = "UTC";

/// Names the zone, and offers the other one.
#[component]
pub fn ZoneChoice(view: View, list: Memo<ExecutionList>) -> impl IntoView {
    let zone = Memo::new(move |_| list.with(|list| list.zone.name.clone()));
    let own = organization_zone();
    let other = move || {
        let own = own.with(|own| own.name.clone());
        let (wanted, label) = match zone.get() == own {
            true if own == UTC => return None,
            true => (Some(UTC.to_owned()), text::dates::USE_UTC.to_owned()),
            false => (None, text::dates::use_zone(&own)),
        };
        let mut query = view.query.get();
        (query.time_zone, query.page.offset) = (wanted, 0);
        let href = view.agent.with(|agent| routes::executions_where(agent, &query));
        Some(view! {
            <a href=href data-noscroll>
                {label}
            </a>
        })
    };
    view! {
        <p class="zone">
            <span>{move || text::dates::in_zone(&zone.get())}</span>
            {other}
        </p>
    }
}
