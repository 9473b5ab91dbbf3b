//! The strip above the table: the filtered set over time, by status. Dragging on it or the keyboard sets the range;
//! without WASM each bar is a link that narrows to it.

mod bars;
mod data;
mod range;
mod scale;
mod select;
mod words;

use super::{View, calendar::Calendar};
use crate::{browser::use_hydrated, data::executions::ExecutionList, routes};
pub use data::{StripData, Subject, subject};
use domain::Strip;
use leptos::{either::Either, prelude::*};
use range::{Chosen, narrowed};

/// Height of the bars, and of the room for marks above and for the axis below, in pixels.
const BARS: f64 = 44.0;
const ABOVE: f64 = 12.0;
const BELOW: f64 = 18.0;

/// The strip; nothing before the first execution.
#[component]
pub fn StripView(
    view: View,
    list: Memo<ExecutionList>,
    calendar: Calendar,
    strip: StripData,
    /// Whether old content stands for new.
    pending: RwSignal<bool>,
) -> impl IntoView {
    let has_any = Memo::new(move |_| {
        view.query.with(|query| query.is_filtered()) || list.with(|list| list.pagination.total > 0)
    });
    let strip = strip.strip();
    move || {
        has_any.get().then(|| {
            view! {
                <div class="strip" class:pending=pending>
                    {plot(view, calendar, strip)}
                </div>
            }
        })
    }
}

fn plot(view: View, calendar: Calendar, strip: Memo<Strip>) -> impl IntoView {
    let chosen = RwSignal::new(None);
    let hydrated = use_hydrated();
    let summary = move || strip.with(|strip| calendar.with(|zone, now| words::summary(strip, zone, now)));
    view! {
        <p class="hidden">{summary}</p>
        {bars::bars(calendar, strip, chosen)}
        {move || {
            if hydrated.is() {
                Either::Left(select::select(view, calendar, strip, chosen))
            } else {
                Either::Right(links(view, calendar, strip))
            }
        }}
    }
}

/// A link over each bar; the hand that points has them, the keyboard has the date fields.
fn links(view: View, calendar: Calendar, strip: Memo<Strip>) -> impl IntoView {
    let (strip, query) = (strip.get(), view.query.get());
    let links = (0..strip.bars.len()).map(|index| {
        let href = narrowed(&query, &strip.bars, Chosen::one(index))
            .map(|query| view.agent.with(|agent| routes::executions_where(agent, &query)));
        let title = strip
            .bars
            .get(index..=index)
            .map(|bars| calendar.with(|zone, now| words::bars(bars, zone, now)));
        view! { <a href=href title=title tabindex="-1"></a> }
    });
    view! {
        <div class="links" aria-hidden="true">
            {links.collect_view()}
        </div>
    }
}
