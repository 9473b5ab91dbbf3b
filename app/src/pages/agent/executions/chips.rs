//! What is filtered for: a chip each, with a link that takes it away, and one link that takes all away.

use super::View;
use crate::{routes, text};
use domain::{Choice, ExecutionQuery, Selection};
use leptos::prelude::*;

/// The active filters; nothing where there is none.
#[component]
pub fn Chips(view: View) -> impl IntoView {
    move || {
        let query = view.query.get();
        let agent = view.agent.get();
        query.is_filtered().then(|| {
            let chips = without_each(&query).into_iter().map(|(label, rest)| {
                let remove = text::list::remove(&label);
                view! {
                    <li class="chip">
                        {label}
                        <a href=routes::executions_where(&agent, &rest) aria-label=remove.clone() title=remove data-noscroll>
                            "×"
                        </a>
                    </li>
                }
            });
            view! {
                <ul class="chips" aria-label=text::list::ACTIVE_FILTERS>
                    {chips.collect_view()}
                    <li>
                        <a class="control quiet" href=routes::executions_where(&agent, &cleared(&query)) data-noscroll>
                            {text::list::CLEAR}
                        </a>
                    </li>
                </ul>
            }
        })
    }
}

/// The query without any filter, on its first page.
pub fn cleared(query: &ExecutionQuery) -> ExecutionQuery {
    let mut rest = ExecutionQuery::default();
    rest.page.limit = query.page.limit;
    rest
}

/// Every filter's words, and the query without it.
fn without_each(query: &ExecutionQuery) -> Vec<(String, ExecutionQuery)> {
    let mut first = query.clone();
    first.page.offset = 0;
    let without = |change: &dyn Fn(&mut ExecutionQuery)| {
        let mut rest = first.clone();
        change(&mut rest);
        rest
    };
    let mut chips = Vec::new();
    for status in query.statuses.chosen() {
        chips.push((
            status.label().to_owned(),
            without(&|rest| rest.statuses = all_but(rest.statuses, status)),
        ));
    }
    for source in query.sources.chosen() {
        chips.push((
            source.label().to_owned(),
            without(&|rest| rest.sources = all_but(rest.sources, source)),
        ));
    }
    if let Some(start) = query.start {
        chips.push((
            text::list::since(&start.to_string()),
            without(&|rest| rest.start = None),
        ));
    }
    if let Some(end) = query.end {
        chips.push((
            text::list::until(&end.to_string()),
            without(&|rest| rest.end = None),
        ));
    }
    for version in &query.versions {
        let rest = without(&|rest| rest.versions.retain(|one| one != version));
        chips.push((text::list::labeled(text::VERSION, version), rest));
    }
    for model in &query.models {
        let rest = without(&|rest| rest.models.retain(|one| one != model));
        chips.push((text::list::labeled(text::MODEL, model), rest));
    }
    for code in &query.error_codes {
        let rest = without(&|rest| rest.error_codes.retain(|one| one != code));
        chips.push((text::list::labeled(text::ERROR_CODE, code), rest));
    }
    for key in &query.api_key_ids {
        let rest = without(&|rest| rest.api_key_ids.retain(|one| one != key));
        chips.push((text::list::labeled(text::API_KEY, key.as_str()), rest));
    }
    if let Some(id) = &query.execution_id {
        chips.push((
            text::list::labeled(text::EXECUTION_ID, id.as_str()),
            without(&|rest| rest.execution_id = None),
        ));
    }
    chips
}

fn all_but<T: Choice>(selection: Selection<T>, value: T) -> Selection<T> {
    selection.chosen().filter(|one| *one != value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query_string::executions;

    #[test]
    fn each_chip_takes_away_itself_and_the_page() {
        let (query, errors) =
            executions("status=failed,success&startDate=2025-11-18&version=V3&version=V4&limit=50&page=3");
        assert_eq!(errors, []);
        let rests: Vec<_> = without_each(&query)
            .into_iter()
            .map(|(label, rest)| (label, routes::executions_where("a", &rest)))
            .collect();
        let base = "/agents/a/executions?";
        let expected = [
            (
                "Success",
                "status=failed&startDate=2025-11-18&version=V3&version=V4&limit=50",
            ),
            (
                "Failed",
                "status=success&startDate=2025-11-18&version=V3&version=V4&limit=50",
            ),
            (
                "From 2025-11-18",
                "status=success&status=failed&version=V3&version=V4&limit=50",
            ),
            (
                "Version: V3",
                "status=success&status=failed&startDate=2025-11-18&version=V4&limit=50",
            ),
            (
                "Version: V4",
                "status=success&status=failed&startDate=2025-11-18&version=V3&limit=50",
            ),
        ];
        assert_eq!(
            rests,
            expected.map(|(label, rest)| (label.to_owned(), format!("{base}{rest}")))
        );
        assert_eq!(
            routes::executions_where("a", &cleared(&query)),
            "/agents/a/executions?limit=50"
        );
    }
}
