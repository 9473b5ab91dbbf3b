//! Numbers of an execution. Unknown is a dash that says so to those who cannot see it.

use crate::text;
use domain::{NanoDollars, format};
use leptos::{either::Either, prelude::*};

/// The time a run took, in milliseconds; a slow one is marked.
pub fn latency(milliseconds: Option<i64>) -> impl IntoView {
    match milliseconds {
        None => Either::Left(unknown()),
        Some(value) => {
            let slow = value > format::SLOW_MS;
            Either::Right(view! {
                <span class="figure" class:slow=slow>
                    {slow.then(|| view! { <span class="hidden">{text::SLOW}" "</span> })}
                    {format::grouped(value.unsigned_abs())} <span class="unit">" ms"</span>
                </span>
            })
        }
    }
}

/// A number of tokens.
pub fn tokens(count: Option<i64>) -> impl IntoView {
    known(count.map(|count| format::grouped(count.unsigned_abs())))
}

/// A cost in dollars.
pub fn cost(amount: Option<NanoDollars>) -> impl IntoView {
    known(amount.map(format::cost))
}

/// The text, or the sign for unknown.
pub fn known(value: Option<String>) -> impl IntoView {
    match value {
        None => Either::Left(unknown()),
        Some(text) => Either::Right(view! { <span class="figure">{text}</span> }),
    }
}

fn unknown() -> impl IntoView {
    view! {
        <span class="unknown">
            <span aria-hidden="true">"—"</span>
            <span class="hidden">{text::UNKNOWN}</span>
        </span>
    }
}
