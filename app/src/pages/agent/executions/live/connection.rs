//! The connection: made for what is shown, heard, and made anew where it breaks or has missed something.

use super::{
    Connection, Live, Subject,
    rows::Waiting,
    stream::{EventStream, Message},
};
use crate::{
    browser::{current_address, leave_for},
    data::executions::load_executions,
    error_code::ErrorCode,
    query_string, routes,
};
use domain::EventPosition;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// How long to wait before a refused connection is tried again; twice as long after each further refusal in a row.
const RETRY: Duration = Duration::from_secs(3);
/// After so many refusals in a row the pause grows no more: it is 48 seconds then.
const LONGEST_AFTER: u32 = 4;
/// The least time between two readings of the whole list.
const READING: Duration = Duration::from_secs(1);
/// Events that may gather between two changes of the page; beyond that the list is read anew.
const MOST_EVENTS: usize = 2_000;

impl Live {
    /// Connects for the subject, from what was seen of it last; for none, not at all.
    pub(super) fn connect(self, subject: Option<Subject>) {
        self.close();
        let Some(subject) = subject else { return };
        let seen = self.state.with(|state| state.seen.clone()).flatten();
        let position = match seen {
            Some((of, position)) if of == subject => position,
            _ => {
                // Another list: nothing of the last one waits.
                self.waiting.set(Waiting::default());
                subject.position
            }
        };
        self.connection.set(Connection::Connecting);
        let address = stream_address(&subject, position);
        self.state.with(|state| state.seen = Some((subject, position)));
        let stream = EventStream::open(&address, move |message| self.hear(message));
        self.state.with(|state| state.stream = stream);
    }

    /// Ends the connection; what is not shown yet is read again with the next one.
    pub(super) fn close(self) {
        self.state.with(|state| {
            state.stream = None;
            state.queue.clear();
            for timer in [&mut state.batch, &mut state.retry] {
                if let Some(timer) = timer.take() {
                    timer.clear();
                }
            }
        });
    }

    fn hear(self, message: Message) {
        match message {
            Message::Open => {
                self.state.with(|state| state.refusals = 0);
                self.connection.set(Connection::Open);
            }
            Message::Broken => self.connection.set(Connection::Lost),
            Message::Resync => self.read_anew(),
            Message::Change(change) => {
                let mut overflows = false;
                self.state.with(|state| {
                    state.queue.push(*change);
                    overflows = state.queue.len() > MOST_EVENTS;
                });
                if overflows {
                    self.read_anew();
                } else {
                    self.plan_batch();
                }
            }
            Message::Refused => self.try_later(),
        }
    }

    /// Reads the list again, but not again and again.
    pub(super) fn read_soon(self) {
        if self.state.with(|state| state.reading.is_some()) != Some(false) {
            return;
        }
        let later = set_timeout_with_handle(
            move || {
                if self.state.with(|state| state.reading = None).is_some() {
                    self.read_anew();
                }
            },
            READING,
        );
        self.state.with(|state| state.reading = later.ok());
    }

    /// Reads the list again without dimming it; the stream goes on from there. What is heard meanwhile is put into the
    /// old list, and told again after the new one's position.
    fn read_anew(self) {
        let asked = (self.agent.get_untracked(), self.query.get_untracked());
        let begins = self.state.with(|state| {
            let begins = state.reads.as_ref() != Some(&asked);
            state.reads = Some(asked.clone());
            begins
        });
        if begins != Some(true) {
            return;
        }
        spawn_local(async move {
            let answer = load_executions(asked.0.clone(), asked.1.clone(), true).await;
            // The page may have gone, or gone on to another address, while the answer was under way.
            let is_awaited = self.state.with(|state| {
                let is_awaited = state.reads.as_ref() == Some(&asked);
                if is_awaited {
                    state.reads = None;
                }
                is_awaited
            });
            let (Some(true), Some(agent), Some(query)) = (
                is_awaited,
                self.agent.try_get_untracked(),
                self.query.try_get_untracked(),
            ) else {
                return;
            };
            if (agent, query) != asked || self.paused.get_untracked() {
                return;
            }
            match answer {
                Ok(list) => {
                    self.state.with(|state| state.seen = None);
                    self.waiting.set(Waiting::default());
                    self.list.set(Some(Ok(list)));
                    self.plan_summary();
                    self.generation.update(|generation| *generation += 1);
                }
                Err(error) if error.code == ErrorCode::SignedOut => {
                    leave_for(&routes::sign_in(&current_address()));
                }
                Err(error) if error.code.may_pass() => self.try_later(),
                Err(error) => self.list.set(Some(Err(error))),
            }
        });
    }

    fn try_later(self) {
        self.connection.set(Connection::Lost);
        self.state.with(|state| {
            let pause = RETRY * 2_u32.pow(state.refusals.min(LONGEST_AFTER));
            state.refusals = state.refusals.saturating_add(1);
            state.retry = set_timeout_with_handle(move || self.read_anew(), pause).ok();
        });
    }
}

/// The address of the stream: the list's filters, and where to go on.
fn stream_address(subject: &Subject, position: EventPosition) -> String {
    let mut pairs = subject.query.without_page().pairs();
    pairs.push(("lastEventId", position.to_string()));
    query_string::address(&routes::events_call(&subject.agent), pairs)
}
