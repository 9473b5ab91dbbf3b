//! What in the address made no sense and was passed over.

use crate::{data::executions::ExecutionList, text};
use leptos::prelude::*;

/// Names the parameters that were passed over; nothing where all were good.
#[component]
pub fn Notices(list: Memo<ExecutionList>) -> impl IntoView {
    let ignored = Memo::new(move |_| list.with(|list| list.ignored.clone()));
    move || {
        let ignored = ignored.get();
        (!ignored.is_empty()).then(|| {
            let items = ignored.into_iter().map(|error| {
                view! {
                    <li>
                        <code>{error.field}</code>
                        " "
                        {error.detail}
                    </li>
                }
            });
            view! {
                <div class="notice" role="status">
                    <p>{text::list::IGNORED}</p>
                    <ul>{items.collect_view()}</ul>
                </div>
            }
        })
    }
}
