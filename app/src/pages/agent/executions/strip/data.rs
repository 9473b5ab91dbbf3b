//! What the strip shows: it comes with the list, from the same moment, and is asked for by itself when the list has
//! moved on.

use super::View;
use crate::{
    data::{executions::ExecutionList, strip::load_strip},
    query_string,
};
use domain::{ExecutionQuery, Strip};
use leptos::{prelude::*, task::spawn_local};

/// What a strip is of: an agent and filters, whatever the page of the list.
pub type Subject = (String, String);

/// What the strip is of that the address asks for.
pub fn subject(view: View) -> Memo<Subject> {
    Memo::new(move |_| {
        let query = view.query.with(ExecutionQuery::without_page);
        (view.agent.get(), query_string::address("", query.pairs()))
    })
}

/// The strip.
#[derive(Clone, Copy)]
pub struct StripData {
    subject: Memo<Subject>,
    /// What is shown, and what it is of.
    shown: RwSignal<(Subject, Strip)>,
}

impl StripData {
    /// Takes what comes with the list.
    pub fn follow(subject: Memo<Subject>, list: Memo<ExecutionList>) -> Self {
        // Another reading may find the same, yet be newer than what was asked for since.
        let read = Memo::new(move |_| list.with(|list| (list.position, list.strip.clone())));
        let first = read.with_untracked(|(_, strip)| strip.clone().unwrap_or_default());
        let shown = RwSignal::new((subject.get_untracked(), first));
        let data = Self { subject, shown };
        Effect::new(move |again: Option<()>| match read.get().1 {
            _ if again.is_none() => {}
            Some(strip) => shown.set((subject.get_untracked(), strip)),
            // A page of a list whose strip never came.
            None if shown.with_untracked(|shown| subject.with_untracked(|subject| shown.0 != *subject)) => {
                data.touch()
            }
            None => {}
        });
        data
    }

    /// The strip.
    pub fn strip(self) -> Memo<Strip> {
        Memo::new(move |_| self.shown.with(|shown| shown.1.clone()))
    }

    /// Asks anew: the executions have changed. What was drawn stays until the answer is there.
    pub fn touch(self) {
        let asked = self.subject.get_untracked();
        spawn_local(async move {
            let (agent, filters) = asked.clone();
            let answer = load_strip(agent, filters).await;
            // The page may have gone, or gone on to other filters, while the answer was under way.
            if self.subject.try_get_untracked().as_ref() == Some(&asked)
                && let Ok(strip) = answer
            {
                self.shown.set((asked, strip));
            }
        });
    }
}
