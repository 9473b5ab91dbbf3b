//! How answers are read, streamed (`chat.completion.chunk`) and whole (`chat.completion`).

use super::usage::tokens;
use crate::answer::{Answer, Delta, note};
use crate::failure::{Code, Failure};
use crate::refusal;
use crate::wire::json::{items, text};
use crate::wire::tool_calls::{Piece, ToolCalls};
use serde_json::Value;
use std::collections::VecDeque;

/// The frame behind the last one.
const DONE: &str = "[DONE]";
/// The index of the one call that `function_call`, the older form of tool calls, can tell.
const FUNCTION_CALL: u64 = u64::MAX;

/// Reads an answer of Chat Completions.
#[derive(Debug, Default)]
pub struct Chat {
    tool_calls: ToolCalls,
    is_done: bool,
}

impl Chat {
    /// Whether the event says that nothing follows.
    pub fn is_last(&mut self, data: &str) -> bool {
        self.is_done |= data.trim() == DONE;
        self.is_done
    }

    /// Whether the answer is whole: `[DONE]` came, or, from servers that do not send it, both what ends an answer and
    /// what is told after that.
    pub fn is_complete(&self, answer: &Answer) -> bool {
        self.is_done || (answer.finish_reason.is_some() && answer.usage.is_some())
    }

    /// Reads a chunk, or a whole answer, whose `message` has the form of a chunk's `delta`.
    ///
    /// # Errors
    /// It tells of an error, or has too much of something.
    pub fn read(
        &mut self,
        chunk: &Value,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        note(&mut answer.response_model, text(chunk, "model"));
        note(&mut answer.service_tier, text(chunk, "service_tier"));
        if answer.provider_request_id.is_none() {
            note(&mut answer.provider_request_id, text(chunk, "id"));
        }
        if let Some(Value::Object(usage)) = chunk.get("usage") {
            answer.tokens = tokens(&chunk["usage"]);
            answer.usage = Some(usage.clone());
        }
        if let Some(failure) = refusal::in_stream(chunk) {
            return Err(failure);
        }
        let is_first = |choice: &&Value| choice.get("index").is_none_or(|index| *index == 0);
        for choice in items(chunk, "choices").filter(is_first) {
            let delta = choice.get("delta").or_else(|| choice.get("message"));
            if let Some(delta) = delta {
                self.delta(delta, answer, deltas)?;
            }
            note(&mut answer.finish_reason, text(choice, "finish_reason"));
        }
        match answer.finish_reason.as_deref() {
            Some("error") => Err(Failure::new(
                Code::ProviderUnavailable,
                "The provider broke off the answer with the finish reason `error`.",
            )),
            _ => Ok(()),
        }
    }

    fn delta(
        &mut self,
        delta: &Value,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        // Servers have either name, and a few send both with the same words.
        let reasoning = text(delta, "reasoning_content").or_else(|| text(delta, "reasoning"));
        answer.push(Delta::Reasoning(reasoning.unwrap_or_default().to_owned()), deltas);
        match delta.get("content") {
            Some(Value::String(content)) => answer.push(Delta::Text(content.clone()), deltas),
            Some(Value::Array(parts)) => parts.iter().for_each(|part| read_part(part, answer, deltas)),
            _ => {}
        }
        let refused = text(delta, "refusal").unwrap_or_default();
        answer.push(Delta::Refusal(refused.to_owned()), deltas);
        for (place, call) in items(delta, "tool_calls").enumerate() {
            let is_whole = delta.get("role").is_some() && call.get("index").is_none();
            let index = call.get("index").and_then(Value::as_u64);
            let piece = piece(call.get("function").unwrap_or(&Value::Null));
            self.tool_calls.add(
                Piece {
                    index: if is_whole { Some(place as u64) } else { index },
                    id: text(call, "id"),
                    ..piece
                },
                answer,
            )?;
        }
        if let Some(call) = delta.get("function_call").filter(|call| call.is_object()) {
            let index = Some(FUNCTION_CALL);
            self.tool_calls.add(Piece { index, ..piece(call) }, answer)?;
        }
        Ok(())
    }
}

/// A part of a content that is an array, as Mistral's reasoning models write it.
fn read_part(part: &Value, answer: &mut Answer, deltas: &mut VecDeque<Delta>) {
    if let Some(words) = text(part, "text") {
        answer.push(Delta::Text(words.to_owned()), deltas);
    }
    for thought in items(part, "thinking") {
        let words = text(thought, "text").unwrap_or_default();
        answer.push(Delta::Reasoning(words.to_owned()), deltas);
    }
}

fn piece(function: &Value) -> Piece<'_> {
    Piece {
        name: text(function, "name"),
        arguments: text(function, "arguments").unwrap_or_default(),
        ..Piece::default()
    }
}
