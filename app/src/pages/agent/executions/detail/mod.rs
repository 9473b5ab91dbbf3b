//! One execution, whole, in a dialog beside the list: what went in, what came out, how long it took and what it cost.
//! The address says whether it is open, and on what.

mod dialog;
mod error;
mod failure;
mod figures;
mod fold;
mod head;
mod json;
mod metadata;
mod opened;
mod output;
mod part;
mod prompts;
mod section;
mod skeleton;
mod variables;

pub use opened::{Opened, view_id};

use super::View;
use crate::{components::loaded::loaded_or, data::executions::ExecutionDetail, zone::PageZone};
use dialog::Dialog;
use domain::LocalZone;
use failure::failure;
use head::Head;
use leptos::{either::Either, html, prelude::*};
use skeleton::skeleton;

/// The dialog of the execution that the address names; nothing where it names none.
#[component]
pub fn Detail(view: View, opened: Opened) -> impl IntoView {
    let close = opened::close(opened);
    opened::give_focus_back(opened);
    let is_open = Memo::new(move |_| opened.id.with(Option::is_some));
    move || {
        is_open.get().then(|| {
            let pending = RwSignal::new(false);
            let content = move |detail: Memo<Option<ExecutionDetail>>| content(view, opened, detail);
            let failed = move |error, retry| failure(view, opened, error, retry);
            view! {
                <Dialog close href=move || opened.list_address()>
                    {loaded_or(opened.detail, pending, skeleton, failed, content)}
                </Dialog>
            }
        })
    }
}

/// Head and sections. The head outlives a step to a neighbor, so that the focus stays on the button that was pressed.
fn content(view: View, opened: Opened, detail: Memo<Option<ExecutionDetail>>) -> impl IntoView {
    let is_there = Memo::new(move |_| detail.with(Option::is_some));
    move || {
        if !is_there.get() {
            return Either::Left(skeleton());
        }
        let shown = Memo::new(move |before: Option<&Option<String>>| {
            let id = detail.with(|detail| {
                let detail = detail.as_ref()?;
                Some(detail.execution.summary.execution_id.to_string())
            });
            id.or_else(|| before.cloned().flatten())
        });
        let is_stale = Memo::new(move |_| opened.id.with(|id| shown.with(|shown| id != shown)));
        PageZone::provide(Memo::new(move |before: Option<&LocalZone>| {
            let zone = detail.with(|detail| detail.as_ref().map(|detail| detail.zone.clone()));
            zone.or_else(|| before.cloned()).unwrap_or_else(LocalZone::utc)
        }));
        let body = NodeRef::<html::Div>::new();
        Effect::new(move |before: Option<Option<String>>| {
            let shown = shown.get();
            if let Some(body) = body
                .get_untracked()
                .filter(|_| before.is_some_and(|before| before != shown))
            {
                body.set_scroll_top(0);
            }
            shown
        });
        Either::Right(view! {
            <Head view detail/>
            <div
                class="detail-body"
                class:stale=is_stale
                aria-busy=move || is_stale.get().then_some("true")
                node_ref=body
            >
                {move || detail.get().map(|detail| sections(view, detail))}
            </div>
        })
    }
}

/// Everything about the execution; what comes from outside is text.
fn sections(view: View, detail: ExecutionDetail) -> impl IntoView {
    let agent = view.agent.get_untracked();
    view! {
        {figures::figures(&detail)} {error::error(&agent, &detail)}
        {variables::variables(&detail)}
        {output::output(&detail)}
        {prompts::prompts(&agent, &detail)} {metadata::metadata(&detail)}
    }
}
