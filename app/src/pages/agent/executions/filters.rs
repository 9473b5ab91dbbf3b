//! The filters of status and source: one GET form, which also works without WASM and applies at once with it.

use super::View;
use crate::{browser::use_hydrated, components::icon::icon, routes, text};
use domain::{Choice, ExecutionQuery, Selection};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Names of the parameters that the form itself holds; the others go along unseen.
const OWN: [&str; 4] = ["status", "source", "page", "offset"];

/// A filter of one enumeration.
#[derive(Clone, Copy)]
struct Filter {
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

const STATUS: Filter = Filter {
    name: "status",
    label: text::list::STATUS,
    all: text::list::ALL_STATUSES,
    options: || names(domain::Status::ALL.iter().copied()),
    chosen: |query| names(query.statuses.chosen()),
    toggle: |query, name| toggle(&mut query.statuses, name),
};

const SOURCE: Filter = Filter {
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

/// Both filters.
#[component]
pub fn Filters(view: View) -> impl IntoView {
    let hidden = move || {
        view.query
            .with(ExecutionQuery::pairs)
            .into_iter()
            .filter(|(name, _)| !OWN.contains(name))
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    };
    view! {
        <form class="filters" method="get" action=move || view.agent.with(|agent| routes::executions(agent))>
            {menu(view, STATUS)}
            {menu(view, SOURCE)}
            {hidden}
        </form>
    }
}

/// One filter: a button that names what is chosen, and the choices below it.
fn menu(view: View, filter: Filter) -> impl IntoView {
    let chosen = Memo::new(move |_| view.query.with(filter.chosen));
    let summary = move || {
        chosen.with(|chosen| match chosen.as_slice() {
            [] => filter.all.to_owned(),
            all if all.len() == (filter.options)().len() => filter.all.to_owned(),
            [(_, only)] => (*only).to_owned(),
            [(_, first), more @ ..] => text::list::and_more(first, more.len()),
        })
    };
    let navigate = use_navigate();
    let choose = move |name: &str| {
        let mut query = view.query.get_untracked();
        (filter.toggle)(&mut query, name);
        query.page.offset = 0;
        let address = view
            .agent
            .with_untracked(|agent| routes::executions_where(agent, &query));
        navigate(
            &address,
            NavigateOptions {
                scroll: false,
                ..Default::default()
            },
        );
    };
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
