//! The filters above the table. Each menu is a GET form, which also works without WASM and applies at once with it.

mod dates;
mod menu;
mod more;
mod zone;

use super::{View, calendar::Calendar};
use crate::{data::executions::ExecutionList, routes};
use dates::DateMenu;
use domain::{ExecutionQuery, Facets};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};
use menu::{SOURCE, STATUS, menu};
use more::MoreMenu;

/// Parameters that begin anew with every change of a filter.
const PAGE: [&str; 2] = ["page", "offset"];

/// All menus.
#[component]
pub fn Filters(
    view: View,
    list: Memo<ExecutionList>,
    calendar: Calendar,
    facets: Memo<Facets>,
) -> impl IntoView {
    view! {
        <div class="filters">
            <form method="get" action=action(view)>
                {menu(view, STATUS)}
                {menu(view, SOURCE)}
                {hidden(view, vec!["status", "source"])}
            </form>
            <DateMenu view list calendar/>
            <MoreMenu view facets/>
        </div>
    }
}

/// Where a form of filters goes.
fn action(view: View) -> impl Fn() -> String + Clone {
    move || view.agent.with(|agent| routes::executions(agent))
}

/// The parameters that a form does not hold by itself, so that they go along unseen.
fn hidden(view: View, own: Vec<&'static str>) -> impl IntoView {
    move || {
        view.query
            .with(ExecutionQuery::pairs)
            .into_iter()
            .filter(|(name, _)| !own.contains(name) && !PAGE.contains(name))
            .map(|(name, value)| view! { <input type="hidden" name=name value=value/> })
            .collect_view()
    }
}

/// Goes to the query as `change` makes it of the present one, on its first page, without a page load.
pub fn changed(view: View) -> impl Fn(&dyn Fn(&mut ExecutionQuery)) + Clone + 'static {
    let navigate = use_navigate();
    move |change| {
        let before = view.query.get_untracked();
        let mut query = before.clone();
        change(&mut query);
        query.page.offset = 0;
        if query == before {
            return;
        }
        let address = view
            .agent
            .with_untracked(|agent| routes::executions_where(agent, &query));
        let options = NavigateOptions {
            scroll: false,
            ..Default::default()
        };
        navigate(&address, options);
    }
}
