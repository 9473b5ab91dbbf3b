//! What is done in the background: what is open, why something is tried again, and what failed.

use crate::{
    browser::repeat_while_visible,
    components::{
        failure::form_failure,
        icon::icon,
        loaded::{loaded_or, table_placeholder},
        time::{Moment, Since},
    },
    data::tasks::{RetryTask, TaskList, load_tasks},
    error::PageError,
    routes, text,
};
use domain::{Task, TaskId, TaskState, Timestamp};
use leptos::{either::Either, prelude::*};
use leptos_router::hooks::use_location;

/// How often the page asks how far open tasks are, in milliseconds.
const PERIOD: u32 = 5_000;

/// Lists the organization's tasks, and has them tried again.
#[component]
pub fn Tasks() -> impl IntoView {
    let retry = ServerAction::<RetryTask>::new();
    // What the address says changes when something was begun on this page.
    let search = use_location().search;
    let list = Resource::new_blocking(move || (retry.version().get(), search.get()), |_| load_tasks());
    repeat_while_visible(PERIOD, move || {
        let is_open = list.with_untracked(|list| {
            let list = list.as_ref().and_then(|list| list.as_ref().ok());
            list.is_some_and(TaskList::is_open)
        });
        if is_open {
            list.refetch();
        }
    });
    let content = move |list: Memo<TaskList>| {
        let tasks = Memo::new(move |_| list.with(|list| list.tasks.clone()));
        let more = Memo::new(move |_| list.with(|list| list.more));
        let is_empty = Memo::new(move |_| tasks.with(Vec::is_empty));
        let now = Signal::derive(move || list.with(|list| list.now));
        view! {
            <div class="box" id=routes::TASKS>
                <h2>{text::tasks::TITLE}</h2>
                <p class="hint">{text::tasks::WORDS}</p>
                {form_failure(move || retry.value().get())}
                {move || {
                    if is_empty.get() {
                        Either::Left(view! { <p class="hint">{text::tasks::NONE}</p> })
                    } else {
                        Either::Right(table(tasks, now, retry))
                    }
                }}
                {move || (more.get() > 0).then(|| view! { <p class="hint">{text::tasks::more(more.get())}</p> })}
            </div>
        }
    };
    // Whoever may not is told so by the page, once.
    let nothing = |_: PageError, _| ().into_any();
    loaded_or(list, RwSignal::new(false), table_placeholder, nothing, content)
}

fn table(tasks: Memo<Vec<Task>>, now: Signal<Timestamp>, retry: ServerAction<RetryTask>) -> impl IntoView {
    let ids = move || {
        tasks.with(|tasks| {
            let ids = tasks.iter().map(|task| task.task_id.clone());
            ids.collect::<Vec<_>>()
        })
    };
    // A row stays while its task changes, and the focus with it.
    let row = move |id: TaskId| {
        let first = tasks.with_untracked(|tasks| tasks.iter().find(|task| task.task_id == id).cloned());
        first.map(|first| {
            let task = Memo::new(move |before: Option<&Task>| {
                let found = tasks.with(|tasks| tasks.iter().find(|task| task.task_id == id).cloned());
                found.unwrap_or_else(|| before.unwrap_or(&first).clone())
            });
            row(task, now, retry)
        })
    };
    view! {
        <div class="card" role="region" aria-label=text::tasks::TITLE tabindex="0">
            <table class="keys tasks">
                <caption class="hidden">{text::tasks::TITLE}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::tasks::TASK}</th>
                        <th scope="col">{text::tasks::STATUS}</th>
                        <th scope="col">{text::tasks::PROGRESS}</th>
                        <th scope="col">{text::tasks::REQUESTED}</th>
                        <th scope="col">{text::tasks::ACTIONS}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=ids key=TaskId::to_string children=row/>
                </tbody>
            </table>
        </div>
    }
}

fn row(task: Memo<Task>, now: Signal<Timestamp>, retry: ServerAction<RetryTask>) -> impl IntoView {
    let (id, kind, created_at) =
        task.with_untracked(|task| (task.task_id.to_string(), task.kind, task.created_at));
    let may_retry =
        Memo::new(move |_| task.with(|task| matches!(task.state, TaskState::Waiting | TaskState::Retrying)));
    view! {
        <tr>
            <th scope="row">{text::tasks::kind(kind)}</th>
            <td>{move || standing(&task.get(), now.get_untracked())}</td>
            <td>{move || task.with(text::tasks::progress)}</td>
            <td>
                <Since at=created_at now/>
            </td>
            <td>
                {move || {
                    may_retry
                        .get()
                        .then(|| {
                            let id = id.clone();
                            view! {
                                <ActionForm action=retry>
                                    <input type="hidden" name="task_id" value=id/>
                                    <button class="control quiet" disabled=move || retry.pending().get()>
                                        {text::TRY_AGAIN}
                                    </button>
                                </ActionForm>
                            }
                        })
                }}
            </td>
        </tr>
    }
}

/// How the task stands, and below it why and what comes next.
fn standing(task: &Task, now: Timestamp) -> impl IntoView + use<> {
    let (look, picture) = match task.state {
        _ if task.is_late => ("rate_limited", "rate_limited"),
        TaskState::Waiting => ("canceled", "pause"),
        TaskState::Running => ("running", "running"),
        TaskState::Retrying => ("rate_limited", "rate_limited"),
        TaskState::Failed => ("failed", "failed"),
        TaskState::Done => ("success", "success"),
    };
    let words = if task.is_late {
        text::tasks::LATE
    } else {
        text::tasks::state(task.state)
    };
    let reason = task
        .failure
        .filter(|_| matches!(task.state, TaskState::Retrying | TaskState::Failed))
        .map(|failure| view! { <small>{text::tasks::failure(failure)}</small> });
    let late = task
        .is_late
        .then(|| view! { <small>{text::tasks::LATE_WORDS}</small> });
    let at = task
        .next_attempt_at
        .filter(|_| task.state == TaskState::Retrying && !task.is_late);
    let next = at.map(|at| {
        let when = if at > now {
            Either::Left(view! { <Moment at now/> })
        } else {
            Either::Right(text::tasks::SOON)
        };
        view! {
            <small>{text::tasks::NEXT_ATTEMPT} " " {when}</small>
        }
    });
    view! {
        <span class=format!("badge {look}")>{icon(picture)} {words}</span>
        {reason}
        {late}
        {next}
    }
}
