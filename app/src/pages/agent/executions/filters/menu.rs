//! The filters of status and source.

use super::{View, changed};
use crate::{browser::use_hydrated, components::icon::icon, text};
use domain::{Choice, ExecutionQuery, Selection};
use leptos::prelude::*;

/// A filter of one enumeration.
#[derive(Clone, Copy)]
pub struct Filter {
    /// The parameter's name.
    name: &'static str,
    /// What people call it.
    label: &'static str,
    /// What stands there while nothing is chosen.
    all: &'static str,
    /// Names and labels of the values.
    options: fn() -> Vec<(&'static str, &'static str)>,
    /// Names and labels of the chosen values; none where all pass.
    chosen: fn(&ExecutionQuery) -> Vec<(&'static str, &'static str)>,
    /// Chooses a value by its name, or takes it back.
    toggle: fn(&mut ExecutionQuery, &str),
}

/// How it stands.
pub const STATUS: Filter = Filter {
    name: "status",
    label: text::list::STATUS,
    all: text::list::ALL_STATUSES,
    options: || names(domain::Status::ALL.iter().copied()),
    chosen: |query| names(query.statuses.chosen()),
    toggle: |query, name| toggle(&mut query.statuses, name),
};

/// Where it came from.
pub const SOURCE: Filter = Filter {
    name: "source",
    label: text::list::SOURCE,
    all: text::list::ALL_SOURCES,
    options: || names(domain::Source::ALL.iter().copied()),
    chosen: |query| names(query.sources.chosen()),
    toggle: |query, name| toggle(&mut query.sources, name),
};

fn names<T: Choice>(values: impl Iterator<Item = T>) -> Vec<(&'static str, &'static str)> {
    values.map(|value| (value.as_str(), value.label())).collect()
}

fn toggle<T: Choice>(selection: &mut Selection<T>, name: &str) {
    let keeps = |one: &T| (one.as_str() == name) != selection.is_chosen(*one);
    *selection = T::ALL.iter().copied().filter(keeps).collect();
}

/// One filter: a button that names what is chosen, and the choices below it.
pub fn menu(view: View, filter: Filter) -> impl IntoView {
    let chosen = Memo::new(move |_| view.query.with(filter.chosen));
    let summary = move || {
        chosen.with(|chosen| match chosen.as_slice() {
            [] => filter.all.to_owned(),
            all if all.len() == (filter.options)().len() => filter.all.to_owned(),
            [(_, only)] => (*only).to_owned(),
            [(_, first), more @ ..] => text::list::and_more(first, more.len()),
        })
    };
    let change = changed(view);
    let choose = move |name: &str| change(&|query| (filter.toggle)(query, name));
    let option = move |(name, label): (&'static str, &'static str)| {
        let choose = choose.clone();
        let is_chosen = Memo::new(move |_| chosen.with(|chosen| chosen.iter().any(|one| one.0 == name)));
        view! {
            <label class="option">
                <input
                    type="checkbox"
                    name=filter.name
                    value=name
                    checked=is_chosen
                    prop:checked=is_chosen
                    on:change=move |_| choose(name)
                />
                {icon(name)}
                <span>{label}</span>
            </label>
        }
    };
    let hydrated = use_hydrated();
    view! {
        <details class="menu" name="filters">
            <summary class="control">
                <span class="key">{filter.label}</span>
                {summary}
                {icon("down")}
            </summary>
            <fieldset class="panel">
                <legend class="hidden">{filter.label}</legend>
                {(filter.options)().into_iter().map(option).collect_view()}
                <button class="control wide" hidden=move || hydrated.is()>
                    {text::list::APPLY}
                </button>
            </fieldset>
        </details>
    }
}
