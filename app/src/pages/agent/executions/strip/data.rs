//! What the strip shows, and when it is asked for anew.

use super::View;
use crate::{data::strip::load_strip, error::PageError, query_string};
use domain::{ExecutionQuery, Strip};
use leptos::prelude::*;

/// What the strip shows.
#[derive(Clone, Copy)]
pub struct StripData {
    /// The strip. Read it inside `Suspense` or `Transition` only.
    pub resource: Resource<Result<Strip, PageError>>,
}

impl StripData {
    /// Loads it for the filters of the address, whatever the page of the list.
    pub fn load(view: View) -> Self {
        let filters = Memo::new(move |_| {
            let query = view.query.with(ExecutionQuery::without_page);
            query_string::address("", query.pairs())
        });
        let resource = Resource::new_blocking(
            move || (view.agent.get(), filters.get()),
            |(agent, filters)| load_strip(agent, filters),
        );
        Self { resource }
    }

    /// Asks anew: the executions have changed. What was drawn stays until the answer is there.
    pub fn touch(self) {
        self.resource.refetch();
    }
}
