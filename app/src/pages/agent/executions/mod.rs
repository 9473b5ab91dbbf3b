//! Tab Executions: the list, its filters and its pages. The address alone says what is shown.

mod calendar;
mod chips;
mod detail;
mod empty;
mod export;
mod filters;
mod find;
mod live;
mod notices;
mod older;
mod pagination;
mod row;
mod slots;
mod strip;
mod table;

use super::layout::{CurrentAgent, use_agent};
use crate::{
    clock::follow,
    components::loaded::{loaded, table_placeholder},
    data::{
        executions::{ExecutionList, load_executions},
        facets::load_facets,
    },
    pages::agent::last_list::LastList,
    query_string, routes,
    zone::PageZone,
};
use calendar::Calendar;
use chips::Chips;
use detail::{Detail, Opened};
use domain::{ExecutionQuery, Facets};
use export::ExportButton;
use filters::Filters;
use find::FindForm;
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;
use live::{Live, LiveBar, NewsPill};
use notices::Notices;
use older::{OlderAsked, OlderEnd};
use pagination::Pages;
use strip::{StripData, StripView};
use table::Table;

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct View {
    /// The agent's identifier, as the address has it.
    agent: Memo<String>,
    /// What the address asks for.
    query: Memo<ExecutionQuery>,
    /// The execution whose detail is open.
    opened_id: Memo<Option<String>>,
}

/// What is asked of the server.
#[derive(Clone, PartialEq)]
struct Asked {
    agent: String,
    /// The list's part of the address.
    query: String,
    strip_of: strip::Subject,
    /// Whether its strip is not here yet.
    with_strip: bool,
}

/// The list of an agent's executions.
#[component]
pub fn ExecutionsPage() -> impl IntoView {
    let CurrentAgent {
        id: agent,
        detail: agent_detail,
    } = use_agent();
    let location = use_location();
    let search = location.search;
    let query = Memo::new(move |_| search.with(|search| query_string::executions(search).0));
    // On the way from one agent to another the address is there before its parts are: a moment at which the execution
    // would be looked for with the wrong agent.
    let is_settled = Memo::new(move |_| {
        let path = agent.with(|agent| routes::executions(agent));
        location
            .pathname
            .with(|pathname| pathname.trim_end_matches('/') == path)
    });
    let opened_id = Memo::new(move |_| {
        let id = search.with(|search| query_string::value(search, routes::EXECUTION));
        id.filter(|_| is_settled.get())
    });
    let view = View {
        agent,
        query,
        opened_id,
    };
    LastList::remember(view.agent, view.query);
    // The list does not care which execution is open beside it.
    let list_query =
        Memo::new(move |_| search.with(|search| query_string::without(search, routes::EXECUTION)));
    let opened = Opened::load(view, list_query);
    let strip_of = strip::subject(view);
    let asked = Memo::new(move |before: Option<&Asked>| {
        let strip_of = strip_of.get();
        Asked {
            agent: agent.get(),
            query: list_query.get(),
            with_strip: before.is_none_or(|before| before.strip_of != strip_of),
            strip_of,
        }
    });
    let list = Resource::new_blocking(
        move || asked.get(),
        |asked| load_executions(asked.agent, asked.query, asked.with_strip),
    );
    let facets = Resource::new_blocking(
        move || agent.get(),
        // Without them the lists hold what is chosen; why the list itself does not come, it says.
        async |agent| load_facets(agent).await.unwrap_or_default(),
    );
    let pending = RwSignal::new(false);
    let live = Live::new(list, agent, list_query);
    // Not inside the list's `Transition`, which would wait for whatever is read there.
    opened.follow_news(live.news());
    live.on_change(move || agent_detail.refetch());
    let content = move |list: Memo<ExecutionList>| {
        let facets = Memo::new(move |_| facets.get().unwrap_or_default());
        content(
            view,
            opened,
            list,
            facets,
            StripData::follow(strip_of, list),
            pending,
            live,
        )
    };
    view! {
        {loaded(list, pending, table_placeholder, content)}
        <Detail view opened/>
    }
}

fn content(
    view: View,
    opened: Opened,
    list: Memo<ExecutionList>,
    facets: Memo<Facets>,
    strip: StripData,
    pending: RwSignal<bool>,
    live: Live,
) -> impl IntoView {
    follow(move || list.with(|list| list.now));
    live.follow(list);
    live.on_change(move || strip.touch());
    let zone = Memo::new(move |_| list.with(|list| list.zone.clone()));
    PageZone::provide(zone);
    let calendar = Calendar::new(zone, Memo::new(move |_| list.with(|list| list.now)));
    opened.follow_row(list);
    let is_empty = Memo::new(move |_| list.with(|list| list.executions.is_empty()));
    view! {
        <div class="tools">
            <Filters view list calendar facets/>
            <Chips view list calendar facets/>
            <div class="end">
                <LiveBar live list/>
                <FindForm view/>
                <ExportButton list/>
            </div>
        </div>
        <Notices list/>
        <OlderAsked list/>
        <StripView view list calendar strip pending/>
        <div class="results" class:pending=pending aria-busy=move || pending.get().then_some("true")>
            <NewsPill view live list/>
            {move || {
                if is_empty.get() {
                    Either::Left(empty::empty(view, list))
                } else {
                    Either::Right(view! {
                        <Table view list live/>
                        <Pages view list/>
                        <OlderEnd list/>
                        })
                }
            }}
        </div>
    }
}
