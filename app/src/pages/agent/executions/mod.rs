//! Tab Executions: the list, its filters and its pages. The address alone says what is shown.

mod chips;
mod empty;
mod filters;
mod find;
mod notices;
mod pagination;
mod refresh;
mod row;
mod table;

use super::layout::{CurrentAgent, use_agent};
use crate::{
    clock::follow,
    components::loaded::{loaded, table_placeholder},
    data::executions::{ExecutionList, load_executions},
    query_string, text,
};
use chips::Chips;
use domain::ExecutionQuery;
use filters::Filters;
use find::FindForm;
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;
use notices::Notices;
use pagination::Pages;
use refresh::{Refresh, refresh_quietly};
use table::Table;

/// What the parts of this page share.
#[derive(Clone, Copy)]
struct View {
    /// The agent's identifier, as the address has it.
    agent: Memo<String>,
    /// What the address asks for.
    query: Memo<ExecutionQuery>,
}

/// The list of an agent's executions.
#[component]
pub fn ExecutionsPage() -> impl IntoView {
    let CurrentAgent { id: agent, detail } = use_agent();
    let search = use_location().search;
    let query = Memo::new(move |_| search.with(|search| query_string::executions(search).0));
    let view = View { agent, query };
    let list = Resource::new_blocking(
        move || (agent.get(), search.get()),
        |(agent, search)| load_executions(agent, search),
    );
    let pending = RwSignal::new(false);
    let refresh = refresh_quietly(
        list,
        agent,
        search,
        pending,
        Callback::new(move |()| detail.refetch()),
    );
    let content = move |list: Memo<ExecutionList>| content(view, list, pending, refresh);
    loaded(list, pending, table_placeholder, content)
}

fn content(
    view: View,
    list: Memo<ExecutionList>,
    pending: RwSignal<bool>,
    refresh: Refresh,
) -> impl IntoView {
    follow(move || list.with(|list| list.now));
    let is_empty = Memo::new(move |_| list.with(|list| list.executions.is_empty()));
    view! {
        <div class="tools">
            <Filters view/>
            <Chips view/>
            <div class="end">
                {move || refresh.is_lost().then(|| view! { <span class="lost" role="status">{text::list::LOST}</span> })}
                <FindForm view/>
            </div>
        </div>
        <Notices list/>
        <div class="results" class:pending=pending aria-busy=move || pending.get().then_some("true")>
            {move || {
                if is_empty.get() {
                    Either::Left(empty::empty(view, list))
                } else {
                    Either::Right(view! {
                        <Table view list refresh/>
                        <Pages view list/>
                        })
                }
            }}
        </div>
    }
}
