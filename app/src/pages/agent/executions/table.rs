//! The table: eight columns, newest first. Rows keep their identity while the list changes around them.

use super::{
    View,
    live::Live,
    row::Row,
    slots::{Slot, assign},
};
use crate::{data::executions::ExecutionList, text};
use leptos::prelude::*;

/// The rows of the page that is shown.
#[component]
pub fn Table(view: View, list: Memo<ExecutionList>, live: Live) -> impl IntoView {
    let slots = StoredValue::new(Vec::<Slot>::new());
    let rows = move || {
        list.with(|list| {
            let mut slots = slots.write_value();
            *slots = assign(std::mem::take(&mut slots), &list.executions);
            slots.clone()
        })
    };
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
                        each=rows
                        key=|slot| slot.number
                        children=move |slot| view! { <Row view execution=slot.execution now live/> }
                    />
                </tbody>
            </table>
        </div>
    }
}
