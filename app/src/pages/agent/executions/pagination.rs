//! Where one is in the list, and the ways on and back.

use super::View;
use crate::{data::executions::ExecutionList, routes, text};
use domain::{ExecutionQuery, Limit, Pagination, format::grouped};
use leptos::prelude::*;

/// Page sizes to choose from, in rows.
const SIZES: [u32; 3] = [20, 50, 100];

/// What is shown out of how much, page sizes, previous and next.
#[component]
pub fn Pages(view: View, list: Memo<ExecutionList>) -> impl IntoView {
    let pagination = Memo::new(move |_| list.with(|list| list.pagination));
    move || {
        view.agent
            .with(|agent| foot(agent, &view.query.get(), pagination.get()))
    }
}

fn foot(agent: &str, query: &ExecutionQuery, page: Pagination) -> impl IntoView + use<> {
    let address = |limit: u32, offset: u64| {
        let mut query = query.clone();
        query.page.limit = Limit::new(limit).unwrap_or_default();
        query.page.offset = offset;
        routes::executions_where(agent, &query)
    };
    let rows = u64::from(page.limit);
    let size = |rows: u32| {
        let current = (page.limit == rows).then_some("true");
        view! {
            <a href=address(rows, 0) aria-current=current data-noscroll>
                {grouped(rows.into())}
            </a>
        }
    };
    let previous = (page.offset > 0).then(|| address(page.limit, page.offset.saturating_sub(rows)));
    let next = page.has_more.then(|| address(page.limit, page.offset + rows));
    view! {
        <div class="foot">
            <span>{text::list::showing(page)}</span>
            <div class="end">
                <span class="sizes" role="group" aria-label=text::list::PAGE_SIZE>
                    <span aria-hidden="true">{text::list::ROWS}</span>
                    {SIZES.map(size).collect_view()}
                </span>
                <nav class="pages" aria-label=text::list::PAGES>
                    <span>{text::list::page_of(&grouped(page.page()), &grouped(page.pages()))}</span>
                    {step(previous, text::list::PREVIOUS, "prev")}
                    {step(next, text::list::NEXT, "next")}
                </nav>
            </div>
        </div>
    }
}

/// A way to another page; without an address it stands there, and leads nowhere.
fn step(href: Option<String>, label: &'static str, rel: &'static str) -> impl IntoView {
    let (role, disabled) = if href.is_some() {
        (None, None)
    } else {
        (Some("link"), Some("true"))
    };
    view! {
        <a class="control" href=href rel=rel role=role aria-disabled=disabled data-noscroll>
            {label}
        </a>
    }
}
