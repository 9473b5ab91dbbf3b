//! Looks every few seconds, while the page is in sight, whether the list has changed.

use crate::{
    browser::repeat_while_visible,
    data::executions::{ExecutionList, load_executions},
    error::{ErrorCode, PageError},
};
use domain::ExecutionId;
use leptos::{
    prelude::*,
    task::{spawn_local, tick},
};
use std::collections::BTreeSet;

/// Milliseconds between two looks.
const PERIOD_MS: u32 = 4_000;

/// What the looks found.
#[derive(Clone, Copy)]
pub struct Refresh {
    fresh: RwSignal<BTreeSet<ExecutionId>>,
    lost: RwSignal<bool>,
}

impl Refresh {
    /// Whether the execution came in with the newest look, reactively.
    pub fn is_fresh(self, id: &ExecutionId) -> bool {
        self.fresh.with(|fresh| fresh.contains(id))
    }

    /// Whether the last look got no answer, reactively.
    pub fn is_lost(self) -> bool {
        self.lost.get()
    }
}

/// Keeps `list` up to date without dimming it or moving anything, and tells `grown` of a new total. A look that fails
/// leaves the rows as they are.
pub fn refresh_quietly(
    list: Resource<Result<ExecutionList, PageError>>,
    agent: Memo<String>,
    search: Memo<String>,
    pending: RwSignal<bool>,
    grown: Callback<()>,
) -> Refresh {
    let refresh = Refresh {
        fresh: RwSignal::default(),
        lost: RwSignal::new(false),
    };
    let asking = StoredValue::new(false);
    repeat_while_visible(PERIOD_MS, move || {
        let shown = list.with_untracked(|list| matches!(list, Some(Ok(_))));
        if !shown || pending.get_untracked() || asking.get_value() {
            return;
        }
        asking.set_value(true);
        let asked = (agent.get_untracked(), search.get_untracked());
        spawn_local(async move {
            let answer = load_executions(asked.0.clone(), asked.1.clone()).await;
            // The page may have gone, or gone on to another address, while the answer was under way.
            let (Some(agent), Some(search)) = (agent.try_get_untracked(), search.try_get_untracked()) else {
                return;
            };
            asking.set_value(false);
            if (agent, search) != asked || pending.get_untracked() {
                return;
            }
            refresh.lost.set(answer.is_err());
            match answer {
                Ok(newer) => refresh.show(list, newer, grown).await,
                Err(error) if error.code == ErrorCode::SignedOut => list.set(Some(Err(error))),
                Err(_) => {}
            }
        });
    });
    refresh
}

impl Refresh {
    async fn show(
        self,
        list: Resource<Result<ExecutionList, PageError>>,
        newer: ExecutionList,
        grown: Callback<()>,
    ) {
        let (known, total) = list.with_untracked(|list| match list {
            Some(Ok(list)) => (ids(list), list.pagination.total),
            _ => (BTreeSet::new(), 0),
        });
        let fresh: BTreeSet<_> = ids(&newer).difference(&known).cloned().collect();
        if newer.pagination.total != total {
            grown.run(());
        }
        let steps = one_by_one(&newer, &fresh);
        if !fresh.is_empty() {
            self.fresh.set(fresh);
        }
        for step in steps {
            list.set(Some(Ok(step)));
            tick().await;
        }
    }
}

/// The list without what is fresh, then with one more of it each time, the oldest first. Where several rows come in at
/// once, `For` takes every other row out of the document and puts it back, and focus and selection are lost.
fn one_by_one(newer: &ExecutionList, fresh: &BTreeSet<ExecutionId>) -> Vec<ExecutionList> {
    let stays = newer.executions.len() > fresh.len();
    let steps = if stays { fresh.len() } else { 0 };
    (0..=steps)
        .map(|step| {
            let mut missing = steps - step;
            let mut list = newer.clone();
            list.executions.retain(|row| {
                let waits = missing > 0 && fresh.contains(&row.execution_id);
                missing -= usize::from(waits);
                !waits
            });
            list
        })
        .collect()
}

fn ids(list: &ExecutionList) -> BTreeSet<ExecutionId> {
    list.executions
        .iter()
        .map(|row| row.execution_id.clone())
        .collect()
}
