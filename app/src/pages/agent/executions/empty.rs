//! A list without rows: nothing recorded yet, nothing that matches, or a page beyond the last.

use super::{View, calendar::is_backwards, chips::cleared, older::kept};
use crate::{
    data::{executions::ExecutionList, out_of_list::Elsewhere},
    pages::agent::curl::CurlLine,
    routes, text,
};
use domain::{ExecutionId, ExecutionQuery, format::grouped};
use leptos::prelude::*;

/// Why there is nothing to see, and what to do next.
struct Reason {
    title: &'static str,
    words: String,
    /// Address and label of each way on.
    ways: Vec<(String, &'static str)>,
    /// Whether to show the command that records.
    command: bool,
}

/// Says why there is nothing to see, and what to do next.
pub fn empty(view: View, list: Memo<ExecutionList>) -> impl IntoView {
    move || {
        let agent = view.agent.get();
        let list = list.get();
        let reason = view.query.with(|query| reason(&agent, query, &list));
        let command = reason
            .command
            .then(|| view! { <CurlLine origin=list.origin agent/> });
        let ways = reason.ways.into_iter().map(|(href, label)| {
            view! {
                <a class="control" href=href data-noscroll>
                    {label}
                </a>
            }
        });
        view! {
            <div class="blank framed">
                <h2>{reason.title}</h2>
                <p>{reason.words}</p>
                {command}
                <div class="actions">{ways.collect_view()}</div>
            </div>
        }
    }
}

fn reason(agent: &str, query: &ExecutionQuery, list: &ExecutionList) -> Reason {
    if list.pagination.total > 0 {
        beyond(agent, query, list)
    } else if is_backwards(query.start, query.end, &list.zone) {
        Reason {
            title: text::dates::BACKWARDS,
            words: text::dates::BACKWARDS_WORDS.to_owned(),
            ways: vec![(
                routes::executions_where(agent, &cleared(query)),
                text::list::CLEAR,
            )],
            command: false,
        }
    } else if let Some(older) = list.older.filter(|older| older.all) {
        Reason {
            title: text::retention::ALL_OLDER,
            words: kept(older.days),
            ways: vec![(
                routes::executions_where(agent, &cleared(query)),
                text::list::CLEAR,
            )],
            command: false,
        }
    } else if query.is_filtered() {
        no_match(agent, query, list.elsewhere.as_ref())
    } else {
        Reason {
            title: text::empty::NOTHING_YET,
            words: text::empty::RECORD_ONE.to_owned(),
            ways: vec![(routes::connect(agent), text::empty::CONNECT)],
            command: true,
        }
    }
}

fn no_match(agent: &str, query: &ExecutionQuery, elsewhere: Option<&Elsewhere>) -> Reason {
    let open = |agent: &str, id: &str| {
        (
            routes::execution(agent, id, &ExecutionQuery::default()),
            text::empty::OPEN_IT,
        )
    };
    let id = query.values.execution_id();
    let id = id.as_ref().map(ExecutionId::as_str);
    let (title, words, way) = match (id, elsewhere) {
        (None, _) => (
            text::empty::NO_MATCH,
            text::empty::NO_MATCH_WORDS.to_owned(),
            None,
        ),
        (Some(id), None) => (text::empty::UNKNOWN_ID, text::empty::no_such_id(id), None),
        (Some(id), Some(Elsewhere::LeftOut)) => (
            text::empty::NO_MATCH,
            text::empty::LEFT_OUT.to_owned(),
            Some(open(agent, id)),
        ),
        (Some(id), Some(Elsewhere::OtherAgent(other, name))) => (
            text::empty::OTHER_AGENT,
            text::empty::belongs_to(name),
            Some(open(other.as_str(), id)),
        ),
    };
    let clear = (
        routes::executions_where(agent, &cleared(query)),
        text::list::CLEAR,
    );
    Reason {
        title,
        words,
        ways: way.into_iter().chain([clear]).collect(),
        command: false,
    }
}

fn beyond(agent: &str, query: &ExecutionQuery, list: &ExecutionList) -> Reason {
    let pages = list.pagination.pages();
    let mut last = query.clone();
    last.page.offset = (pages - 1) * u64::from(list.pagination.limit);
    Reason {
        title: text::empty::BEYOND,
        words: text::empty::beyond(&grouped(list.pagination.total), &grouped(pages), pages == 1),
        ways: vec![(routes::executions_where(agent, &last), text::empty::LAST_PAGE)],
        command: false,
    }
}
