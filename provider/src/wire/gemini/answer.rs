//! How answers are read: a stream's chunks and a whole answer have the same form.

use super::usage::tokens;
use crate::answer::{Answer, Delta, note};
use crate::failure::{Code, Failure};
use crate::refusal;
use crate::wire::json::{items, text};
use crate::wire::tool_calls::{Piece, ToolCalls};
use serde_json::Value;
use std::collections::VecDeque;

/// Reads an answer of `generateContent`.
#[derive(Debug, Default)]
pub struct Gemini {
    tool_calls: ToolCalls,
}

impl Gemini {
    /// Whether the answer is whole. No frame of its own ends a stream: the last one has a reason why it is.
    pub fn is_complete(&self, answer: &Answer) -> bool {
        answer.finish_reason.is_some()
    }

    /// Reads a chunk, a whole answer, or an array of chunks, as servers send them that were not asked for events.
    ///
    /// # Errors
    /// It tells of an error, the prompt was blocked, or there is too much of something.
    pub fn read(
        &mut self,
        chunk: &Value,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        if let Value::Array(chunks) = chunk {
            return chunks
                .iter()
                .try_for_each(|chunk| self.chunk(chunk, answer, deltas));
        }
        self.chunk(chunk, answer, deltas)
    }

    fn chunk(
        &mut self,
        chunk: &Value,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        note(&mut answer.response_model, text(chunk, "modelVersion"));
        if answer.provider_request_id.is_none() {
            note(&mut answer.provider_request_id, text(chunk, "responseId"));
        }
        if let Some(Value::Object(usage)) = chunk.get("usageMetadata") {
            let whole = &chunk["usageMetadata"];
            answer.tokens = tokens(whole);
            answer.usage = Some(usage.clone());
            note(&mut answer.service_tier, text(whole, "serviceTier"));
        }
        if let Some(failure) = refusal::in_stream(chunk) {
            return Err(failure);
        }
        if let Some(reason) = text(&chunk["promptFeedback"], "blockReason") {
            return Err(Failure::new(
                Code::ContentFiltered,
                format!("The provider blocked the prompt: {reason}."),
            ));
        }
        let is_first = |candidate: &&Value| candidate.get("index").is_none_or(|index| *index == 0);
        for candidate in items(chunk, "candidates").filter(is_first) {
            for part in items(&candidate["content"], "parts") {
                self.part(part, answer, deltas)?;
            }
            note(&mut answer.finish_reason, text(candidate, "finishReason"));
        }
        Ok(())
    }

    fn part(
        &mut self,
        part: &Value,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        if let Some(words) = text(part, "text") {
            let is_thought = part.get("thought") == Some(&Value::Bool(true));
            let delta = if is_thought { Delta::Reasoning } else { Delta::Text };
            answer.push(delta(words.to_owned()), deltas);
        }
        // A call comes whole, so each is one of its own.
        if let Some(call) = part.get("functionCall").filter(|call| call.is_object()) {
            let arguments = call.get("args").map_or("{}".to_owned(), Value::to_string);
            let piece = Piece {
                index: Some(answer.tool_calls.len() as u64),
                id: text(call, "id"),
                name: text(call, "name"),
                arguments: &arguments,
            };
            self.tool_calls.add(piece, answer)?;
        }
        Ok(())
    }
}
