//! The rarer filters: lists of the values that occur in the agent's history, and a box where no list is kept.

use super::{View, action, changed, hidden};
use crate::{browser::use_hydrated, components::icon::icon, text};
use domain::{ExecutionQuery, FacetValue, Facets, FilterField};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// From how many choices on a list has a box to search it.
const LONG: usize = 9;

/// The fields in the menu: all but the execution itself, for which there is a box of its own.
fn fields() -> impl Iterator<Item = FilterField> {
    let fields = FilterField::ALL.into_iter();
    fields.filter(|field| field.repeats())
}

/// The values that occur, and before them those that are chosen all the same.
fn values(field: FilterField, facets: &Facets, query: &ExecutionQuery) -> Vec<FacetValue> {
    let known = facets.of(field);
    let mut seen: BTreeSet<_> = known.iter().map(|known| known.value.as_str()).collect();
    let chosen = query.values.of(field).iter();
    let others = chosen.filter(|value| seen.insert(value.as_str()));
    let others: Vec<_> = others.cloned().map(FacetValue::from).collect();
    others.into_iter().chain(known.iter().cloned()).collect()
}

fn toggle(query: &mut ExecutionQuery, field: FilterField, value: &str) {
    let rest = query.values.without(field, value);
    if rest == query.values {
        // What is offered occurs.
        let _ = query.values.add(field, value);
    } else {
        query.values = rest;
    }
}

/// The menu.
#[component]
pub fn MoreMenu(view: View, facets: Memo<Facets>) -> impl IntoView {
    let chosen = move || {
        let count = |query: &ExecutionQuery| fields().map(|field| query.values.of(field).len()).sum();
        view.query.with(count)
    };
    let hydrated = use_hydrated();
    let (kept, others): (Vec<_>, Vec<_>) = fields().partition(|field| field.kept_as().is_some());
    let lists: Vec<_> = kept
        .into_iter()
        .map(|field| {
            let list = Memo::new(move |_| {
                facets.with(|facets| view.query.with(|query| values(field, facets, query)))
            });
            (field, list)
        })
        .collect();
    view! {
        <form method="get" action=action(view)>
            <details class="menu more" name="filters">
                <summary class="control">{move || text::more::more(chosen())} {icon("down")}</summary>
                <div class="panel">
                    {lists.into_iter().map(|(field, list)| choices(view, field, list)).collect_view()}
                    {others.into_iter().map(|field| exact(view, field)).collect_view()}
                    <button class="control wide" hidden=move || hydrated.is()>
                        {text::list::APPLY}
                    </button>
                </div>
            </details>
            {hidden(view, fields().map(FilterField::as_str).collect())}
        </form>
    }
}

/// A box for a value of which no list is kept.
fn exact(view: View, field: FilterField) -> impl IntoView {
    let change = changed(view);
    let chosen = move || {
        let first = |query: &ExecutionQuery| query.values.of(field).first().cloned();
        view.query.with(first).unwrap_or_default()
    };
    let apply = move |value: String| {
        change(&|query| {
            query.values.clear(field);
            if !value.trim().is_empty() {
                // What cannot be anybody's name, a browser does not let anybody type.
                let _ = query.values.add(field, value.trim());
            }
        });
    };
    let applied = apply.clone();
    view! {
        <fieldset>
            <legend>{field.label()}</legend>
            <input
                type="search"
                class="search"
                name=field.as_str()
                aria-label=field.label()
                placeholder=text::more::EXACT
                value=chosen
                prop:value=chosen
                autocomplete="off"
                spellcheck="false"
                maxlength="200"
                on:change:target=move |event| apply(event.target().value())
                on:keydown:target=move |event| {
                    // Enter would send the form, which applies by itself.
                    if event.key() == "Enter" {
                        event.prevent_default();
                        applied(event.target().value());
                    }
                }
            />
        </fieldset>
    }
}

/// One list; nothing where there is nothing to choose.
fn choices(view: View, field: FilterField, values: Memo<Vec<FacetValue>>) -> impl IntoView {
    let hydrated = use_hydrated();
    let wanted = RwSignal::new(String::new());
    let any = Memo::new(move |_| values.with(|values| !values.is_empty()));
    let long = Memo::new(move |_| hydrated.is() && values.with(|values| values.len() >= LONG));
    let change = changed(view);
    let option = move |choice: FacetValue| {
        let change = change.clone();
        let label = choice.label().to_owned();
        let value = StoredValue::new(choice.value);
        let is_chosen = Memo::new(move |_| {
            view.query
                .with(|query| value.with_value(|value| query.values.of(field).contains(value)))
        });
        let choose = move |_| change(&|query| value.with_value(|value| toggle(query, field, value)));
        let sought = label.to_lowercase();
        let is_left_out = move || wanted.with(|wanted| !sought.contains(wanted.as_str()));
        view! {
            <label class="option" hidden=is_left_out>
                <input
                    type="checkbox"
                    name=field.as_str()
                    value=value.get_value()
                    checked=is_chosen
                    prop:checked=is_chosen
                    on:change=choose
                />
                <span>{label}</span>
            </label>
        }
    };
    let search = move || {
        long.get().then(|| {
            let label = text::more::search(field.label());
            view! {
                <input
                    type="search"
                    class="search"
                    aria-label=label.clone()
                    placeholder=label
                    autocomplete="off"
                    on:input:target=move |event| wanted.set(event.target().value().trim().to_lowercase())
                    on:keydown=|event| {
                        // Enter would send the form, which applies by itself.
                        if event.key() == "Enter" {
                            event.prevent_default();
                        }
                    }
                />
            }
        })
    };
    let option = StoredValue::new(option);
    let search = StoredValue::new(search);
    move || {
        any.get().then(|| {
            view! {
                <fieldset>
                    <legend>{field.label()}</legend>
                    {search.with_value(Clone::clone)}
                    <div class="choices">
                        <For
                            each=move || values.get()
                            key=|value| value.value.clone()
                            children=move |value| option.with_value(|option| option(value))
                        />
                    </div>
                </fieldset>
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_string::executions;

    #[test]
    fn what_is_chosen_is_listed_even_where_it_never_occurred() {
        let (query, _) = executions("version=V9&version=V3");
        let mut facets = Facets::default();
        facets.set(
            FilterField::Version,
            ["V4", "V3"]
                .map(|value| FacetValue::from(value.to_owned()))
                .into(),
        );
        let values = values(FilterField::Version, &facets, &query);
        let names: Vec<_> = values.iter().map(|value| value.value.as_str()).collect();
        assert_eq!(names, ["V9", "V4", "V3"]);
    }

    #[test]
    fn a_choice_is_made_and_taken_back() {
        let mut query = ExecutionQuery::default();
        for field in fields() {
            toggle(&mut query, field, "abc");
        }
        let pairs = query.pairs();
        let names: Vec<_> = pairs.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, fields().map(FilterField::as_str).collect::<Vec<_>>());
        for field in fields() {
            toggle(&mut query, field, "abc");
        }
        assert_eq!(query, ExecutionQuery::default());
    }
}
