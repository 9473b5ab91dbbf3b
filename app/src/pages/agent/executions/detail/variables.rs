//! The variables that were given, each with its name and kind; copied as JSON.

use super::{json, part::rest};
use crate::{
    components::copy_button::CopyButton,
    data::{cut::Part, executions::ExecutionDetail},
    text,
};
use leptos::{either::Either, prelude::*};

/// The variables; nothing where none was recorded.
pub fn variables(detail: &ExecutionDetail) -> impl IntoView + use<> {
    let variables = detail.execution.payload.input_variables.as_ref()?;
    let (all, last_whole) = (
        detail.whole_of(Part::Variables),
        detail.whole_of(Part::LastVariable),
    );
    let beginning = last_whole.and_then(|_| variables.len().checked_sub(1));
    let lines: Vec<_> = variables
        .iter()
        .enumerate()
        .map(|(index, (name, value))| {
            let value = match value.as_str().filter(|_| Some(index) == beginning) {
                Some(beginning) => Either::Left(beginning.to_owned()),
                None => Either::Right(json::value(value)),
            };
            view! {
                <dt>{name.clone()}</dt>
                <dd>{value}</dd>
            }
        })
        .collect();
    let is_empty = lines.is_empty();
    let last = last_whole
        .zip(variables.iter().next_back())
        .map(|(whole, (name, value))| {
            let shown = name.len() + value.as_str().map_or(0, str::len);
            text::detail::beginning_of(name, shown as u64, whole)
        });
    let some = all.map(|all| text::detail::some_variables(variables.len() as u64, all));
    let words: Vec<_> = some.into_iter().chain(last).collect();
    let is_whole = words.is_empty();
    let copy = is_whole.then(|| {
        view! { <CopyButton content=json::pretty(variables) label=text::detail::COPY_JSON/> }
    });
    let shown_in_part = (!is_whole).then(|| rest(detail, words.join(" ")));
    Some(view! {
        <section>
            <div class="section-head">
                <h3>{text::detail::INPUT_VARIABLES}</h3>
                {copy}
            </div>
            {if is_empty && is_whole {
                view! { <p class="none">{text::detail::NO_VARIABLES}</p> }.into_any()
            } else {
                view! { <dl class="variables">{lines}</dl> }.into_any()
            }}
            {shown_in_part}
        </section>
    })
}
