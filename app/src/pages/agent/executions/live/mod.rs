//! The list as it happens: one event stream while the page is in sight, its events put into the rows in batches.

mod bar;
mod connection;
mod in_use;
mod rows;
mod stream;

pub use bar::{LiveBar, NewsPill};

use crate::{
    browser::{is_visible, on_visibility_change, repeat_while_visible},
    data::executions::ExecutionList,
    error::PageError,
    query_string,
};
use domain::{EventKind, EventPosition, ExecutionId, ExecutionQuery};
use in_use::row_is_in_use;
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use rows::{Waiting, apply, release};
use std::{collections::BTreeSet, time::Duration};
use stream::{Change, EventStream};

/// The least time between two changes of the page: a burst stays readable.
const BATCH: Duration = Duration::from_millis(200);
/// The least time between two looks at what the whole list sums up to.
const SUMMARY: Duration = Duration::from_secs(2);
/// Milliseconds between two looks whether rows that wait may come in.
const RELEASE_MS: u32 = 400;

/// How the page is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Not yet.
    Connecting,
    /// What happens is seen.
    Open,
    /// It broke, and is being made again.
    Lost,
}

/// What a batch of events was about, whether or not the page shows it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct News {
    /// The executions.
    pub executions: BTreeSet<ExecutionId>,
    /// Whether any of them is new on the list.
    pub has_new: bool,
}

impl News {
    fn of(changes: &[Change]) -> Self {
        Self {
            executions: changes
                .iter()
                .map(|change| change.execution.execution_id.clone())
                .collect(),
            has_new: changes.iter().any(|change| change.kind == EventKind::Created),
        }
    }
}

/// What a connection is made for; another one needs another connection.
#[derive(Debug, Clone, PartialEq)]
struct Subject {
    agent: String,
    /// What the list answers.
    query: ExecutionQuery,
    /// Where the list was read.
    position: EventPosition,
}

/// The live list.
#[derive(Clone, Copy)]
pub struct Live {
    list: Resource<Result<ExecutionList, PageError>>,
    agent: Memo<String>,
    query: Memo<String>,
    /// Goes up when the connection is to be made anew.
    generation: RwSignal<u32>,
    connection: RwSignal<Connection>,
    paused: RwSignal<bool>,
    fresh: RwSignal<BTreeSet<ExecutionId>>,
    news: RwSignal<News>,
    waiting: RwSignal<Waiting>,
    /// Goes up when what the list sums up to is another.
    changes: RwSignal<u32>,
    state: BrowserState,
}

/// What only the browser holds. It is made in an effect: on the server it would be dropped on another thread, which
/// what belongs to a browser must not be.
#[derive(Clone, Copy)]
struct BrowserState(StoredValue<Option<StoredValue<State, LocalStorage>>>);

impl BrowserState {
    fn new() -> Self {
        let state = StoredValue::new(None);
        Effect::new(move || state.set_value(Some(StoredValue::new_local(State::default()))));
        Self(state)
    }

    /// `None` where the page has gone, and on the server.
    fn with<T>(self, look: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.0.try_get_value()??.try_update_value(look)
    }
}

#[derive(Default)]
struct State {
    stream: Option<EventStream>,
    /// The last position that was seen, and the subject that it belongs to.
    seen: Option<(Subject, EventPosition)>,
    queue: Vec<Change>,
    batch: Option<TimeoutHandle>,
    summary: Option<TimeoutHandle>,
    retry: Option<TimeoutHandle>,
    /// Connections in a row that were refused.
    refusals: u32,
    reading: Option<TimeoutHandle>,
    /// Agent and query of the list that is being read again.
    reads: Option<(String, String)>,
}

impl Live {
    /// For the list that `list` holds. `query` is its part of the address.
    pub fn new(
        list: Resource<Result<ExecutionList, PageError>>,
        agent: Memo<String>,
        query: Memo<String>,
    ) -> Self {
        Self {
            list,
            agent,
            query,
            generation: RwSignal::new(0),
            connection: RwSignal::new(Connection::Connecting),
            paused: RwSignal::new(false),
            fresh: RwSignal::default(),
            news: RwSignal::default(),
            waiting: RwSignal::default(),
            changes: RwSignal::new(0),
            state: BrowserState::new(),
        }
    }

    /// Keeps the list up to date from the moment at which it was read, as long as the calling component lives.
    pub fn follow(self, shown: Memo<ExecutionList>) {
        let visible = RwSignal::new(false);
        Effect::new(move || visible.set(is_visible()));
        on_visibility_change(move || visible.set(is_visible()));
        // What waits for one list has no place on another.
        Effect::new(move |before: Option<(String, String)>| {
            let now = (self.agent.get(), self.query.get());
            if before.is_some_and(|before| before != now) {
                self.waiting.set(Waiting::default());
            }
            now
        });
        let subject = Memo::new(move |_| {
            let (agent, query) = (self.agent.get(), self.query.get());
            // While another list is on its way, the shown one answers another address. Server and browser may write
            // the same address with other escapes.
            let asked = query_string::executions(&query).0;
            shown.with(|list| {
                let answers =
                    list.agent_id.as_str() == agent && query_string::executions(&list.query).0 == asked;
                answers.then(|| Subject {
                    agent,
                    query: list.understood(),
                    position: list.position,
                })
            })
        });
        Effect::new(move || {
            self.generation.track();
            self.connect(subject.get().filter(|_| visible.get() && !self.paused.get()));
        });
        repeat_while_visible(RELEASE_MS, move || {
            let waits = self.waiting.with_untracked(|waiting| waiting.count > 0);
            if waits && !self.paused.get_untracked() && self.may_come_in() {
                self.show_waiting();
            }
        });
        on_cleanup(move || self.close());
    }

    /// Whether the execution came in with the last batch, reactively.
    pub fn is_fresh(self, id: &ExecutionId) -> bool {
        self.fresh.with(|fresh| fresh.contains(id))
    }

    /// What the last batch was about.
    pub fn news(self) -> Signal<News> {
        self.news.into()
    }

    /// Does something whenever what the list sums up to is another, every few seconds at most.
    pub fn on_change(self, act: impl Fn() + 'static) {
        Effect::new(move |before: Option<u32>| {
            let changes = self.changes.get();
            if before.is_some_and(|before| before != changes) {
                act();
            }
            changes
        });
    }

    /// Stops what happens, or goes on from where it stopped.
    pub fn toggle_pause(self) {
        self.paused.update(|paused| *paused = !*paused);
    }

    /// Lets the rows that wait come in.
    pub fn show_waiting(self) {
        let mut waiting = self.waiting.get_untracked();
        let mut fresh = Vec::new();
        self.list.update(|list| {
            if let Some(Ok(list)) = list {
                fresh = release(list, &mut waiting);
            }
        });
        self.fresh.set(fresh.into_iter().collect());
        self.waiting.set(waiting);
    }

    /// The first event after a pause is shown with the next frame, later ones together.
    fn plan_batch(self) {
        if self.state.with(|state| state.batch.is_some()) != Some(false) {
            return;
        }
        request_animation_frame(move || self.show_batch());
        let next = set_timeout_with_handle(
            move || {
                let more = self.state.with(|state| {
                    state.batch = None;
                    !state.queue.is_empty()
                });
                if more == Some(true) {
                    self.plan_batch();
                }
            },
            BATCH,
        );
        self.state.with(|state| state.batch = next.ok());
    }

    fn show_batch(self) {
        let queue = self.state.with(|state| {
            let queue = std::mem::take(&mut state.queue);
            let last = queue.iter().filter_map(|change| change.position).max();
            if let (Some((_, seen)), Some(last)) = (&mut state.seen, last) {
                *seen = last;
            }
            queue
        });
        let Some(queue) = queue.filter(|queue| !queue.is_empty()) else {
            return;
        };
        self.news.set(News::of(&queue));
        let hold = !self.may_come_in();
        let mut waiting = self.waiting.get_untracked();
        let mut outcome = rows::Outcome::default();
        self.list.update(|list| {
            if let Some(Ok(list)) = list {
                outcome = apply(list, &mut waiting, queue, hold);
            }
        });
        if !outcome.fresh.is_empty() {
            self.fresh.set(outcome.fresh.into_iter().collect());
        }
        self.waiting.set(waiting);
        self.plan_summary();
        if outcome.lacks_rows {
            self.read_soon();
        }
    }

    fn plan_summary(self) {
        if self.state.with(|state| state.summary.is_some()) != Some(false) {
            return;
        }
        let later = set_timeout_with_handle(
            move || {
                if self.state.with(|state| state.summary = None).is_some() {
                    self.changes.update(|changes| *changes += 1);
                }
            },
            SUMMARY,
        );
        self.state.with(|state| state.summary = later.ok());
    }

    /// Whether new rows push nothing away that somebody points at, works with or reads.
    fn may_come_in(self) -> bool {
        let first_page = self
            .list
            .with_untracked(|list| matches!(list, Some(Ok(list)) if list.pagination.offset == 0));
        first_page && !row_is_in_use()
    }
}
