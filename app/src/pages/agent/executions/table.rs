//! The table: eight columns, newest first. Rows keep their identity while the list changes around them.

use super::{View, live::Live, row::Row};
use crate::{data::executions::ExecutionList, text};
use leptos::prelude::*;

/// The rows of the page that is shown.
#[component]
pub fn Table(view: View, list: Memo<ExecutionList>, live: Live) -> impl IntoView {
    let rows = Memo::new(move |_| list.with(|list| list.executions.clone()));
    let now = Memo::new(move |_| list.with(|list| list.now));
    view! {
        <div class="card">
            <table class="executions">
                <caption class="hidden">{text::EXECUTIONS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::list::STATUS}</th>
                        <th scope="col">{text::list::SOURCE}</th>
                        <th scope="col">{text::list::EXECUTED}</th>
                        <th scope="col" class="number">{text::LATENCY}</th>
                        <th scope="col" class="number">{text::TOKENS}</th>
                        <th scope="col" class="number">{text::COST}</th>
                        <th scope="col">{text::VERSION}</th>
                        <th scope="col" class="number">{text::list::ACTIONS}</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=move || rows.get()
                        key=|execution| execution.execution_id.clone()
                        children=move |execution| view! { <Row view rows execution now live/> }
                    />
                </tbody>
            </table>
        </div>
    }
}
