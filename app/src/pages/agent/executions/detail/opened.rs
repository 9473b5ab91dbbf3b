//! Which execution is open, where its detail comes from, and what happens when it is closed.

use super::super::{View, live::News};
use crate::{
    browser::{focus_soon, go_back},
    data::executions::{ExecutionDetail, ExecutionList, load_execution},
    error::PageError,
    query_string, routes,
};
use domain::{ExecutionId, ExecutionSummary};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The open execution.
#[derive(Clone, Copy)]
pub struct Opened {
    /// Its identifier, as the address has it; `None` where none is open.
    pub id: Memo<Option<String>>,
    /// The execution. Read it inside `Suspense` or `Transition` only.
    pub detail: Resource<Result<Option<ExecutionDetail>, PageError>>,
    agent: Memo<String>,
    /// The query string of the list behind it.
    list: Memo<String>,
    /// Raised when the execution has changed: it is read again, its old state standing until then.
    changes: RwSignal<u32>,
}

impl Opened {
    /// Loads what the address names, within the list that it names.
    pub fn load(view: View, list: Memo<String>) -> Self {
        let View {
            agent, opened_id: id, ..
        } = view;
        let changes = RwSignal::new(0);
        let detail = Resource::new_blocking(
            move || (agent.get(), id.get(), list.get(), changes.get()),
            |(agent, id, list, _)| async move {
                match id {
                    None => Ok(None),
                    Some(id) => load_execution(agent, id, list).await.map(Some),
                }
            },
        );
        Self {
            id,
            detail,
            agent,
            list,
            changes,
        }
    }

    /// The address without the execution, reactively.
    pub fn list_address(self) -> String {
        let path = self.agent.with(|agent| routes::executions(agent));
        self.list.with(|list| query_string::join(&path, list))
    }

    /// Reads the open execution again when something happens to it or beside it, on whichever page it is.
    pub fn follow_news(self, news: Signal<News>) {
        Effect::new(move || {
            let news = news.get();
            let concerned = self.detail.with_untracked(
                |detail| matches!(detail, Some(Ok(Some(detail))) if is_concerned(detail, &news)),
            );
            if concerned {
                self.changes.update(|changes| *changes += 1);
            }
        });
    }

    /// Reads the open execution again whenever its row on the list changes, as one that runs does at its end.
    pub fn follow_row(self, list: Memo<ExecutionList>) {
        let row = Memo::new(move |_| {
            self.id.with(|id| {
                let id = id.as_deref()?;
                list.with(|list| {
                    let mut rows = list.executions.iter();
                    rows.find(|row| row.execution_id.as_str() == id).cloned()
                })
            })
        });
        Effect::new(move |before: Option<Option<ExecutionSummary>>| {
            let now = row.get();
            if let (Some(Some(before)), Some(now)) = (&before, &now)
                && before.execution_id == now.execution_id
                && before != now
            {
                self.changes.update(|changes| *changes += 1);
            }
            now
        });
    }
}

/// Whether the news change what the detail shows: the execution itself, or the way to its neighbors.
fn is_concerned(detail: &ExecutionDetail, news: &News) -> bool {
    let told = |id: &ExecutionId| news.executions.contains(id);
    told(&detail.execution.summary.execution_id)
        || detail.older.as_ref().is_some_and(told)
        || detail.newer.as_ref().map_or(news.has_new, told)
}

/// Identifier of the element that opens an execution.
pub fn view_id(execution: &str) -> String {
    format!("view-{execution}")
}

/// Closes the dialog: back to where it was opened from, so that Back then leads further; else by the address alone.
pub fn close(opened: Opened) -> Callback<()> {
    let came_from = StoredValue::new(None::<String>);
    Effect::new(move |was_open: Option<bool>| {
        let is_open = opened.id.with(Option::is_some);
        match (was_open, is_open) {
            (_, false) => came_from.set_value(Some(untrack(|| opened.list_address()))),
            (None, true) => came_from.set_value(None),
            (Some(_), true) => {}
        }
        is_open
    });
    let navigate = use_navigate();
    Callback::new(move |()| {
        let target = untrack(|| opened.list_address());
        // Taken, so that a second press goes no second step back.
        let came_from = came_from.try_update_value(Option::take).flatten();
        if came_from.as_ref() == Some(&target) {
            go_back();
        } else {
            let options = NavigateOptions {
                replace: true,
                scroll: false,
                ..Default::default()
            };
            navigate(&target, options);
        }
    })
}

/// Gives the focus back once the dialog is closed: to the button of the execution that was shown last.
pub fn give_focus_back(opened: Opened) {
    Effect::new(move |before: Option<Option<String>>| {
        let now = opened.id.get();
        if let (Some(Some(before)), None) = (before, &now) {
            focus_soon(view_id(&before));
        }
        now
    });
}
