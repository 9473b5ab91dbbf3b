//! From the bytes of an answer to what the model said. No I/O, bounded memory, and no input makes it panic.

use crate::answer::{Answer, Delta};
use crate::failure::{Code, Failure};
use crate::refusal;
use crate::sse::{Event, Events, MAX_EVENT, SseError};
use crate::wire::{chat::Chat, gemini::Gemini, messages::Messages};
use domain::ConnectionKind;
use domain::surrogates::replace_lone_surrogates;
use serde_json::Value;
use std::collections::VecDeque;

/// Largest answer, in bytes as they are received. One that does not come as events may be as large as one event.
pub const MAX_ANSWER: usize = 32 << 20;
/// The name of an event that is an error, whatever its data has the form of.
const ERROR: &str = "error";
/// Finish reasons of an answer that a filter cut short: OpenAI's, Anthropic's and Gemini's.
const FILTERED: [&str; 9] = [
    "content_filter",
    "refusal",
    "SAFETY",
    "RECITATION",
    "BLOCKLIST",
    "PROHIBITED_CONTENT",
    "SPII",
    "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT",
];

/// Reads the body of one answer, streamed or whole.
#[derive(Debug)]
pub struct Decoder {
    wire: Wire,
    form: Form,
    received: usize,
    is_done: bool,
    answer: Answer,
}

#[derive(Debug)]
enum Wire {
    Chat(Chat),
    Messages(Messages),
    Gemini(Gemini),
}

/// How the body is written, as its first letter tells: servers are careless with the content type.
#[derive(Debug)]
enum Form {
    Unknown,
    Events(Events),
    Json(Vec<u8>),
}

impl Decoder {
    /// Reads an answer of that kind of connection; `demo` speaks as `openai` does.
    pub fn new(kind: ConnectionKind) -> Self {
        let wire = match kind {
            ConnectionKind::Openai | ConnectionKind::Demo => Wire::Chat(Chat::default()),
            ConnectionKind::Anthropic => Wire::Messages(Messages::default()),
            ConnectionKind::Gemini => Wire::Gemini(Gemini::default()),
        };
        Self {
            wire,
            form: Form::Unknown,
            received: 0,
            is_done: false,
            answer: Answer::default(),
        }
    }

    /// What was answered so far.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// What was answered.
    pub fn into_answer(self) -> Answer {
        self.answer
    }

    /// Whether anything was received.
    pub(crate) fn has_begun(&self) -> bool {
        self.received > 0
    }

    /// Notes the request's identifier that a header gave.
    pub(crate) fn set_request_id(&mut self, id: Option<String>) {
        self.answer.provider_request_id = id;
    }

    /// Reads further bytes and adds what they say to `deltas`. Answers whether the provider's last frame has come, after
    /// which nothing is read any more.
    ///
    /// # Errors
    /// The provider tells of an error, or the bytes cannot be read: `STREAM_BROKEN`, `RESPONSE_TOO_LARGE`. What came
    /// before stays.
    pub fn read(&mut self, bytes: &[u8], deltas: &mut VecDeque<Delta>) -> Result<bool, Failure> {
        let (taken, is_over) = match bytes.split_at_checked(MAX_ANSWER - self.received) {
            Some((taken, over)) => (taken, !over.is_empty()),
            None => (bytes, false),
        };
        self.received += taken.len();
        self.take(taken, deltas)?;
        if is_over && !self.is_done {
            return Err(too_large("The answer", MAX_ANSWER));
        }
        Ok(self.is_done)
    }

    /// Ends the answer, reading what is left before the last frame, as nothing more comes.
    ///
    /// # Errors
    /// As of `read`; the provider's last frame did not come (`STREAM_BROKEN`); or a filter of the provider's ended the
    /// answer (`CONTENT_FILTERED`).
    pub fn end(&mut self, deltas: &mut VecDeque<Delta>) -> Result<(), Failure> {
        match &mut self.form {
            _ if self.is_done => {}
            Form::Unknown => return Err(broken("The provider answered nothing.")),
            Form::Events(events) => {
                if let Some(event) = events.last().map_err(unreadable)? {
                    self.event(event, deltas)?;
                }
                if !self.is_complete() {
                    return Err(broken("The provider's stream ended before the answer did."));
                }
            }
            Form::Json(body) => {
                let whole = parse(std::mem::take(body));
                let whole =
                    whole.ok_or_else(|| broken("The provider's answer is not whole, or is no JSON."))?;
                self.whole(&whole, deltas)?;
            }
        }
        self.filtered()
    }

    fn take(&mut self, mut bytes: &[u8], deltas: &mut VecDeque<Delta>) -> Result<(), Failure> {
        if let Form::Unknown = self.form {
            // Blanks before the first letter may come in a chunk of their own: they are part of neither form.
            bytes = bytes.trim_ascii_start();
            match bytes.first() {
                None => return Ok(()),
                Some(b'{' | b'[') => self.form = Form::Json(Vec::new()),
                Some(_) => self.form = Form::Events(Events::default()),
            }
        }
        match &mut self.form {
            Form::Unknown => {}
            Form::Json(body) if body.len() + bytes.len() > MAX_EVENT => {
                return Err(too_large("The answer", MAX_EVENT));
            }
            Form::Json(body) => body.extend_from_slice(bytes),
            Form::Events(events) => events.push(bytes),
        }
        while !self.is_done
            && let Form::Events(events) = &mut self.form
            && let Some(event) = events.next().map_err(unreadable)?
        {
            self.event(event, deltas)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event, deltas: &mut VecDeque<Delta>) -> Result<(), Failure> {
        if let Wire::Chat(chat) = &mut self.wire
            && chat.is_last(&event.data)
        {
            self.is_done = true;
            return Ok(());
        }
        if event.data.trim().is_empty() {
            return Ok(());
        }
        let value = parse(event.data.into_bytes());
        let value = value.ok_or_else(|| broken("An event of the provider's stream is no JSON."))?;
        self.value(&value, deltas)?;
        if event.name == ERROR {
            return Err(refusal::of_event(&value));
        }
        // Of the others no event but `[DONE]` says that it is the last.
        self.is_done = matches!(&self.wire, Wire::Messages(messages) if messages.is_complete());
        Ok(())
    }

    fn value(&mut self, value: &Value, deltas: &mut VecDeque<Delta>) -> Result<(), Failure> {
        match &mut self.wire {
            Wire::Chat(chat) => chat.read(value, &mut self.answer, deltas),
            Wire::Messages(messages) => messages.read(value, &mut self.answer, deltas),
            Wire::Gemini(gemini) => gemini.read(value, &mut self.answer, deltas),
        }
    }

    /// Reads an answer that did not come as events.
    fn whole(&mut self, whole: &Value, deltas: &mut VecDeque<Delta>) -> Result<(), Failure> {
        self.value(whole, deltas)?;
        let is_whole = match &self.wire {
            Wire::Chat(_) => whole.get("choices").is_some(),
            Wire::Messages(messages) => messages.is_complete(),
            Wire::Gemini(gemini) => gemini.is_complete(&self.answer),
        };
        is_whole
            .then_some(())
            .ok_or_else(|| broken("The provider answered JSON that is no answer of a model."))
    }

    fn is_complete(&self) -> bool {
        match &self.wire {
            Wire::Chat(chat) => chat.is_complete(&self.answer),
            Wire::Messages(messages) => messages.is_complete(),
            Wire::Gemini(gemini) => gemini.is_complete(&self.answer),
        }
    }

    /// Whether a filter ended the answer.
    ///
    /// # Errors
    /// One did.
    fn filtered(&self) -> Result<(), Failure> {
        match self.answer.finish_reason.as_deref() {
            Some(reason) if FILTERED.contains(&reason) => Err(Failure::new(
                Code::ContentFiltered,
                format!("The provider ended the answer with the reason `{reason}`."),
            )),
            _ => Ok(()),
        }
    }
}

/// Reads JSON. Halves of a character that stand alone are replaced: a stream may be cut in the middle of one.
fn parse(mut json: Vec<u8>) -> Option<Value> {
    serde_json::from_slice(&json).ok().or_else(|| {
        replace_lone_surrogates(&mut json);
        serde_json::from_slice(&json).ok()
    })
}

fn broken(message: &str) -> Failure {
    Failure::new(Code::StreamBroken, message)
}

fn too_large(what: &str, most: usize) -> Failure {
    Failure::new(
        Code::ResponseTooLarge,
        format!("{what} is larger than {} MiB.", most >> 20),
    )
}

fn unreadable(error: SseError) -> Failure {
    match error {
        SseError::TooLarge => too_large("An event of the provider's stream", MAX_EVENT),
        SseError::NotText => broken("The provider's stream is no text."),
    }
}
