//! Choosing a range by hand or by keyboard.

use super::{
    View,
    range::{Chosen, narrowed},
    words,
};
use crate::{
    pages::agent::executions::{calendar::Calendar, filters::changed},
    text,
};
use domain::Strip;
use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html::Div,
    prelude::*,
};

/// Lies over the drawing, takes pointer and keys, and tells what is under them.
pub fn select(
    view: View,
    calendar: Calendar,
    strip: Memo<Strip>,
    chosen: RwSignal<Option<Chosen>>,
) -> impl IntoView {
    let count = Memo::new(move |_| strip.with(|strip| strip.bars.len()));
    // Where a drag began.
    let dragged = StoredValue::new(None::<usize>);
    let layer = NodeRef::<Div>::new();
    let change = changed(view);
    let apply = move || {
        let Some(bars) = chosen.get_untracked() else {
            return;
        };
        chosen.set(None);
        let narrowed = strip.with_untracked(|strip| {
            view.query
                .with_untracked(|query| narrowed(query, &strip.bars, bars))
        });
        if let Some(narrowed) = narrowed {
            change(&|query| (query.start, query.end) = (narrowed.start, narrowed.end));
        }
    };
    let under = move |event: &PointerEvent| {
        let width = f64::from(layer.get_untracked()?.client_width()).max(1.0);
        let share = (f64::from(event.offset_x()) / width).clamp(0.0, 1.0);
        let count = count.get_untracked();
        let last = count.checked_sub(1)?;
        // Cut off, not rounded: a bar reaches up to the next one.
        Some(((share * count as f64) as usize).min(last))
    };
    let down = move |event: PointerEvent| {
        if event.button() != 0 {
            return;
        }
        let Some(bar) = under(&event) else {
            return;
        };
        dragged.set_value(Some(bar));
        chosen.set(Some(Chosen::one(bar)));
        if let Some(layer) = layer.get_untracked() {
            // Fails only where the pointer has gone.
            let _ = layer.set_pointer_capture(event.pointer_id());
        }
    };
    let over = move |event: PointerEvent| {
        if let Some(bar) = under(&event) {
            let anchor = dragged.get_value().unwrap_or(bar);
            chosen.set(Some(Chosen { anchor, head: bar }));
        }
    };
    let up = {
        let apply = apply.clone();
        move |_: PointerEvent| {
            if dragged.get_value().is_some() {
                dragged.set_value(None);
                apply();
            }
        }
    };
    let leave = move || {
        if dragged.get_value().is_none() {
            chosen.set(None);
        }
    };
    let cancel = move || {
        dragged.set_value(None);
        chosen.set(None);
    };
    let key = move |event: KeyboardEvent| {
        let Some(last) = count.get_untracked().checked_sub(1) else {
            return;
        };
        let before = chosen.get_untracked();
        let Chosen { anchor, head } = before.unwrap_or(Chosen::one(last));
        let head = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => head.saturating_sub(usize::from(before.is_some())),
            "ArrowRight" | "ArrowUp" => (head + usize::from(before.is_some())).min(last),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                event.prevent_default();
                return apply();
            }
            "Escape" => return cancel(),
            _ => return,
        };
        event.prevent_default();
        let anchor = if event.shift_key() { anchor } else { head };
        chosen.set(Some(Chosen { anchor, head }));
    };
    let told = Memo::new(move |_| {
        let span = chosen.get()?.span();
        strip.with(|strip| {
            let bars = strip.bars.get(span)?;
            Some(calendar.with(|zone, now| words::bars(bars, zone, now)))
        })
    });
    let at = move || chosen.get().map_or(count.get(), |chosen| chosen.head + 1);
    view! {
        <div
            class="select"
            role="slider"
            tabindex="0"
            aria-label=text::strip::OVER_TIME
            aria-description=text::strip::HOW
            aria-valuemin="1"
            aria-valuemax=move || count.get().max(1)
            aria-valuenow=move || at().max(1)
            aria-valuetext=move || told.get().unwrap_or_else(|| text::strip::HOW.to_owned())
            node_ref=layer
            on:pointerdown=down
            on:pointermove=over
            on:pointerup=up
            on:pointerleave=move |_| leave()
            on:pointercancel=move |_| cancel()
            on:keydown=key
            on:blur=move |_| leave()
        ></div>
        {move || told.get().map(|told| view! { <p class="readout" aria-hidden="true">{told}</p> })}
    }
}
