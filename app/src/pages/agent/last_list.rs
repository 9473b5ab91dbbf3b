//! The list of executions as one left it, for the way back from another tab.

use crate::routes;
use domain::ExecutionQuery;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Agent and query of the list that was seen last.
#[derive(Clone, Copy)]
pub struct LastList(RwSignal<Option<(String, ExecutionQuery)>>);

impl LastList {
    /// Provides it to the tabs.
    pub fn provide() {
        provide_context(Self(RwSignal::new(None)));
    }

    /// What the layout provides.
    pub fn get() -> Self {
        expect_context()
    }

    /// Keeps what the list shows, from now on.
    pub fn remember(agent: Memo<String>, query: Memo<ExecutionQuery>) {
        let Self(last) = Self::get();
        let path = use_location().pathname;
        Effect::new(move || {
            let agent = agent.get();
            // The address changes before the page goes.
            if path.get() == routes::executions(&agent) {
                last.set(Some((agent, query.get())));
            }
        });
    }

    /// The address of the agent's list, if that was the last one.
    pub fn of(self, agent: &str) -> Option<String> {
        self.0.with(|last| {
            let (of, query) = last.as_ref()?;
            (of == agent).then(|| routes::executions_where(agent, query))
        })
    }
}
