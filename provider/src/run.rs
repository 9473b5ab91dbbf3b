//! One execution of a prompt: requests, retries, limits of time, and what came of it.

use crate::answer::{Answer, Delta};
use crate::call::Call;
use crate::decoder::Decoder;
use crate::endpoint::Endpoint;
use crate::failure::{Code, Failure};
use crate::mask::Mask;
use crate::outbound::Client;
use crate::request::Request;
use crate::retry;
use crate::upstream::{self, Exchange};
use bytes::Bytes;
use domain::ConnectionKind;
use futures_util::future::BoxFuture;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// How long a run may take. How long a connection may, the client says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// From a request to the first byte of its answer.
    pub first_byte: Duration,
    /// Between two bytes of an answer.
    pub silence: Duration,
    /// The whole run, retries and waits included.
    pub total: Duration,
}

impl Default for Timeouts {
    /// 20 minutes to the first byte and of silence, an hour in all.
    fn default() -> Self {
        Self {
            first_byte: Duration::from_secs(20 * 60),
            silence: Duration::from_secs(20 * 60),
            total: Duration::from_secs(60 * 60),
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// With a whole answer.
    Complete,
    /// Without one.
    Failed(Failure),
    /// It had not ended when it was stopped.
    Stopped,
}

/// What came of a run, however it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What was answered, as far as it came.
    pub answer: Answer,
    /// How many requests went out.
    pub attempts: u32,
    /// How it ended.
    pub ending: Ending,
}

/// A run on its way. It goes on while `next` is awaited; dropped, it closes its connection to the provider at once.
pub struct Run {
    client: Client,
    kind: ConnectionKind,
    mask: Mask,
    call: Option<Call>,
    timeouts: Timeouts,
    deadline: Instant,
    /// When something was last sent or heard.
    heard: Instant,
    attempts: u32,
    waited: Duration,
    decoder: Decoder,
    deltas: VecDeque<Delta>,
    phase: Phase,
}

enum Phase {
    /// Until the next request goes out.
    Pausing(Instant),
    Sending(BoxFuture<'static, Result<Exchange, Failure>>),
    Reading(Box<Exchange>),
    Ended(Ending),
}

/// What happened next.
enum Step {
    Send,
    Begun(Result<Exchange, Failure>),
    Received(Result<Option<Bytes>, Failure>),
    TooLate,
    Over,
}

/// Begins a run, whose first request goes out with the first call of `next`.
pub fn run(client: &Client, endpoint: &Endpoint, request: &Request, timeouts: Timeouts) -> Run {
    let now = Instant::now();
    let (call, phase) = match Call::new(endpoint, request) {
        Ok(call) => (Some(call), Phase::Pausing(now)),
        Err(failure) => (None, Phase::Ended(Ending::Failed(failure.told(&endpoint.mask)))),
    };
    Run {
        client: client.clone(),
        kind: endpoint.kind,
        mask: endpoint.mask.clone(),
        call,
        timeouts,
        deadline: now + timeouts.total,
        heard: now,
        attempts: 0,
        waited: Duration::ZERO,
        decoder: Decoder::new(endpoint.kind),
        deltas: VecDeque::new(),
        phase,
    }
}

impl Run {
    /// The next piece of the answer; `None` once the run has ended. A call that is dropped loses nothing.
    pub async fn next(&mut self) -> Option<Delta> {
        loop {
            if let Some(delta) = self.deltas.pop_front() {
                return Some(delta);
            }
            match self.step().await {
                Step::Send => self.send(),
                Step::Begun(Ok(exchange)) => {
                    self.decoder.set_request_id(exchange.request_id.clone());
                    self.phase = Phase::Reading(Box::new(exchange));
                }
                Step::Received(Ok(Some(bytes))) => {
                    self.heard = Instant::now();
                    match self.decoder.read(&bytes, &mut self.deltas) {
                        Ok(true) => self.end(),
                        Ok(false) => {}
                        Err(failure) => self.failed(failure),
                    }
                }
                Step::Received(Ok(None)) => self.end(),
                Step::Begun(Err(failure)) | Step::Received(Err(failure)) => self.failed(failure),
                Step::TooLate => self.failed(self.too_late()),
                Step::Over => return None,
            }
        }
    }

    /// What was answered so far.
    pub fn answer(&self) -> &Answer {
        self.decoder.answer()
    }

    /// How many requests went out so far.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Ends the run and says what came of it; where it has not ended, it is stopped.
    pub fn finish(self) -> Outcome {
        Outcome {
            attempts: self.attempts,
            ending: match self.phase {
                Phase::Ended(ending) => ending,
                _ => Ending::Stopped,
            },
            answer: self.decoder.into_answer(),
        }
    }

    /// Waits for what happens next, and changes nothing of the run, so that it can be given up at any moment.
    async fn step(&mut self) -> Step {
        let until = self.patience();
        match &mut self.phase {
            Phase::Pausing(until) => {
                sleep_until(*until).await;
                Step::Send
            }
            Phase::Sending(sending) => timeout_at(until, sending)
                .await
                .map_or(Step::TooLate, Step::Begun),
            Phase::Reading(exchange) => timeout_at(until, exchange.chunk())
                .await
                .map_or(Step::TooLate, Step::Received),
            Phase::Ended(_) => Step::Over,
        }
    }

    fn send(&mut self) {
        if let Some(call) = self.call.clone() {
            self.attempts += 1;
            self.heard = Instant::now();
            self.decoder = Decoder::new(self.kind);
            self.phase = Phase::Sending(Box::pin(upstream::send(self.client.clone(), self.kind, call)));
        }
    }

    /// Until when something has to be heard.
    fn patience(&self) -> Instant {
        (self.heard + self.silence()).min(self.deadline)
    }

    fn silence(&self) -> Duration {
        if self.decoder.has_begun() {
            self.timeouts.silence
        } else {
            self.timeouts.first_byte
        }
    }

    fn too_late(&self) -> Failure {
        if Instant::now() >= self.deadline {
            let message = format!("The run took longer than {:?}.", self.timeouts.total);
            return Failure::new(Code::Timeout, message);
        }
        let what = if self.decoder.has_begun() {
            "Nothing more came from the provider"
        } else {
            "The provider did not begin to answer"
        };
        Failure::new(Code::ReadTimeout, format!("{what} within {:?}.", self.silence()))
    }

    fn end(&mut self) {
        match self.decoder.end(&mut self.deltas) {
            Ok(()) => self.phase = Phase::Ended(Ending::Complete),
            Err(failure) => self.failed(failure),
        }
    }

    /// Ends the run, or waits to send its request again.
    fn failed(&mut self, failure: Failure) {
        let answered = !self.decoder.answer().is_empty();
        let now = Instant::now();
        let pause = retry::pause(&failure, answered, self.attempts, self.waited);
        self.phase = match pause.filter(|pause| now + *pause < self.deadline) {
            Some(pause) => {
                self.waited += pause;
                Phase::Pausing(now + pause)
            }
            None => Phase::Ended(Ending::Failed(failure.told(&self.mask))),
        };
    }
}
