//! The drawing: a bar for each stretch of time, the axis below, a mark where a version was put in use.

use super::{ABOVE, BARS, BELOW, range::Chosen, scale};
use crate::pages::agent::executions::calendar::Calendar;
use domain::{Bar, Choice, Status, Strip};
use leptos::prelude::*;

/// Share of a bar's room that stays free beside it.
const GAP: f64 = 0.15;

/// Least height of a part of a bar, in pixels, so that one failure among thousands is seen.
const LEAST: f64 = 2.0;

/// Least share of the width between two marks that are both named.
const APART: f64 = 0.04;

/// The drawing, with the chosen bars behind it.
pub fn bars(calendar: Calendar, strip: Memo<Strip>, chosen: RwSignal<Option<Chosen>>) -> impl IntoView {
    let height = ABOVE + BARS + BELOW;
    let selection = move || {
        let count = strip.with(|strip| strip.bars.len()).max(1) as f64;
        let (first, last) = chosen.get()?.span().into_inner();
        let x = percent(first as f64 / count);
        let width = percent((last - first + 1) as f64 / count);
        Some(view! { <rect class="selection" x=x width=width y=ABOVE height=BARS></rect> })
    };
    let drawn = move || {
        strip.with(|strip| {
            let most = strip.bars.iter().map(Bar::total).max().unwrap_or(0);
            let count = strip.bars.len().max(1) as f64;
            strip
                .bars
                .iter()
                .enumerate()
                .map(|(index, one)| bar(one, index as f64 / count, (1.0 - GAP) / count, most))
                .collect_view()
        })
    };
    let axis = move || {
        let labels = strip.with(|strip| calendar.with(|zone, now| scale::labels(&strip.bars, zone, now)));
        labels
            .into_iter()
            .map(|label| {
                let anchor = match label.place {
                    ..0.05 => "start",
                    0.95.. => "end",
                    _ => "middle",
                };
                view! {
                    <text x=percent(label.place) y=height - 4.0 text-anchor=anchor>
                        {label.text}
                    </text>
                }
            })
            .collect_view()
    };
    view! {
        <svg height=height aria-hidden="true">
            {selection}
            <line class="ground" x1="0" x2="100%" y1=ABOVE + BARS y2=ABOVE + BARS></line>
            {drawn}
            <g class="marks">{move || strip.with(marks)}</g>
            <g class="axis">{axis}</g>
        </svg>
    }
}

/// One bar: its statuses upon each other, success below.
fn bar(bar: &Bar, x: f64, width: f64, most: u64) -> impl IntoView + use<> {
    let mut top = ABOVE + BARS;
    let parts = Status::ALL.iter().zip(bar.counts).filter(|(_, count)| *count > 0);
    let parts = parts.map(|(status, count)| {
        let height = (count as f64 / most.max(1) as f64 * BARS).max(LEAST);
        let height = height.min(top - ABOVE).max(0.0);
        top -= height;
        view! {
            <rect
                class=status.as_str()
                x=percent(x)
                width=percent(width)
                y=round(top)
                height=round(height)
            ></rect>
        }
    });
    parts.collect_view()
}

fn marks(strip: &Strip) -> impl IntoView + use<> {
    let mut named = f64::NEG_INFINITY;
    let marks = strip.activations.iter().filter_map(|activation| {
        let place = scale::place(&strip.bars, activation.at)?;
        let name = (place - named >= APART).then(|| {
            named = place;
            let (anchor, aside) = if place > 0.95 {
                ("end", "-3")
            } else {
                ("start", "3")
            };
            let x = percent(place);
            view! {
                <text x=x y=ABOVE - 3.0 dx=aside text-anchor=anchor>
                    {activation.version.to_string()}
                </text>
            }
        });
        let x = percent(place);
        Some(view! {
            <line x1=x.clone() x2=x y1="0" y2=ABOVE + BARS></line>
            {name}
        })
    });
    marks.collect_view()
}

/// A share as SVG writes it, to a hundredth of a percent: server and browser print the same digits.
fn percent(share: f64) -> String {
    format!("{}%", round(share * 100.0))
}

fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}
