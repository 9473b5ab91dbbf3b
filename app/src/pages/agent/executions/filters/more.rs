//! The rarer filters, each a list of the values that occur in the agent's history.

use super::{View, action, changed, hidden};
use crate::{browser::use_hydrated, components::icon::icon, text};
use domain::{ExecutionQuery, Facets};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// From how many choices on a list has a box to search it.
const LONG: usize = 9;

/// A filter of free values.
#[derive(Clone, Copy)]
struct Facet {
    /// The parameter's name.
    name: &'static str,
    /// What people call it.
    label: &'static str,
    /// Values and labels that occur.
    known: fn(&Facets) -> Vec<Value>,
    /// The chosen values.
    chosen: fn(&ExecutionQuery) -> Vec<String>,
    /// Chooses these values.
    choose: fn(&mut ExecutionQuery, Vec<String>),
}

/// A value that can be chosen.
#[derive(Debug, Clone, PartialEq)]
struct Value {
    value: String,
    label: String,
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self {
            label: value.clone(),
            value,
        }
    }
}

const FACETS: [Facet; 4] = [
    Facet {
        name: "version",
        label: text::VERSION,
        known: |facets| plain(&facets.versions),
        chosen: |query| query.versions.clone(),
        choose: |query, values| query.versions = values,
    },
    Facet {
        name: "model",
        label: text::MODEL,
        known: |facets| plain(&facets.models),
        chosen: |query| query.models.clone(),
        choose: |query, values| query.models = values,
    },
    Facet {
        name: "errorCode",
        label: text::ERROR_CODE,
        known: |facets| plain(&facets.error_codes),
        chosen: |query| query.error_codes.clone(),
        choose: |query, values| query.error_codes = values,
    },
    Facet {
        name: "apiKeyId",
        label: text::API_KEY,
        known: |facets| {
            let keys = facets.api_keys.iter().map(|key| Value {
                value: key.api_key_id.to_string(),
                label: key.name.clone().unwrap_or_else(|| key.api_key_id.to_string()),
            });
            keys.collect()
        },
        chosen: |query| query.api_key_ids.iter().map(ToString::to_string).collect(),
        choose: |query, values| {
            query.api_key_ids = values.iter().filter_map(|value| value.parse().ok()).collect();
        },
    },
];

const OWN: [&str; 4] = ["version", "model", "errorCode", "apiKeyId"];

fn plain(values: &[String]) -> Vec<Value> {
    values.iter().cloned().map(Value::from).collect()
}

impl Facet {
    /// The values that occur, and before them those that are chosen all the same.
    fn values(self, facets: &Facets, query: &ExecutionQuery) -> Vec<Value> {
        let known = (self.known)(facets);
        let mut seen: BTreeSet<_> = known.iter().map(|known| known.value.clone()).collect();
        let mut values = (self.chosen)(query);
        values.retain(|value| seen.insert(value.clone()));
        values.into_iter().map(Value::from).chain(known).collect()
    }

    fn toggle(self, query: &mut ExecutionQuery, value: &str) {
        let mut chosen = (self.chosen)(query);
        let before = chosen.len();
        chosen.retain(|one| one != value);
        if chosen.len() == before {
            chosen.push(value.to_owned());
        }
        (self.choose)(query, chosen);
    }
}

/// The menu.
#[component]
pub fn MoreMenu(view: View, facets: Memo<Facets>) -> impl IntoView {
    let chosen = move || {
        view.query
            .with(|query| FACETS.iter().map(|facet| (facet.chosen)(query).len()).sum())
    };
    let hydrated = use_hydrated();
    let lists = FACETS.map(|facet| {
        Memo::new(move |_| facets.with(|facets| view.query.with(|query| facet.values(facets, query))))
    });
    let nothing = move || {
        let empty = lists.iter().all(|list| list.with(Vec::is_empty));
        empty.then(|| view! { <p class="note">{text::more::NOTHING}</p> })
    };
    view! {
        <form method="get" action=action(view)>
            <details class="menu more" name="filters">
                <summary class="control">{move || text::more::more(chosen())} {icon("down")}</summary>
                <div class="panel">
                    {FACETS.iter().zip(lists).map(|(facet, list)| choices(view, *facet, list)).collect_view()}
                    {nothing}
                    <button class="control wide" hidden=move || hydrated.is()>
                        {text::list::APPLY}
                    </button>
                </div>
            </details>
            {hidden(view, &OWN)}
        </form>
    }
}

/// One list; nothing where there is nothing to choose.
fn choices(view: View, facet: Facet, values: Memo<Vec<Value>>) -> impl IntoView {
    let hydrated = use_hydrated();
    let wanted = RwSignal::new(String::new());
    let any = Memo::new(move |_| values.with(|values| !values.is_empty()));
    let long = Memo::new(move |_| hydrated.is() && values.with(|values| values.len() >= LONG));
    let change = changed(view);
    let option = move |Value { value, label }: Value| {
        let change = change.clone();
        let value = StoredValue::new(value);
        let is_chosen = Memo::new(move |_| {
            view.query
                .with(|query| value.with_value(|value| (facet.chosen)(query).contains(value)))
        });
        let choose = move |_| change(&|query| value.with_value(|value| facet.toggle(query, value)));
        let sought = label.to_lowercase();
        let is_left_out = move || wanted.with(|wanted| !sought.contains(wanted.as_str()));
        view! {
            <label class="option" hidden=is_left_out>
                <input
                    type="checkbox"
                    name=facet.name
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
            let label = text::more::search(facet.label);
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
                    <legend>{facet.label}</legend>
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
        let facets = Facets {
            versions: vec!["V4".into(), "V3".into()],
            ..Default::default()
        };
        let values = FACETS[0].values(&facets, &query);
        let names: Vec<_> = values.iter().map(|value| value.value.as_str()).collect();
        assert_eq!(names, ["V9", "V4", "V3"]);
    }

    #[test]
    fn a_choice_is_made_and_taken_back() {
        let mut query = ExecutionQuery::default();
        for facet in FACETS {
            facet.toggle(&mut query, "abc");
        }
        let pairs = query.pairs();
        let names: Vec<_> = pairs.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, OWN);
        for facet in FACETS {
            facet.toggle(&mut query, "abc");
        }
        assert_eq!(query, ExecutionQuery::default());
    }
}
