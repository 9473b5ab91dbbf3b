//! How answers are read, streamed and whole (`message`).

use super::usage::tokens;
use crate::answer::{Answer, Delta, note};
use crate::failure::Failure;
use crate::refusal;
use crate::wire::json::{items, overlay, text};
use crate::wire::tool_calls::{Piece, ToolCalls};
use serde_json::Value;
use std::collections::VecDeque;

/// Reads an answer of Messages.
#[derive(Debug, Default)]
pub struct Messages {
    tool_calls: ToolCalls,
    is_done: bool,
}

impl Messages {
    /// Whether the answer is whole: the message was stopped by the provider.
    pub fn is_complete(&self) -> bool {
        self.is_done
    }

    /// Reads an event, or a whole message.
    ///
    /// # Errors
    /// It tells of an error, or has too much of something.
    pub fn read(
        &mut self,
        event: &Value,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        let index = event.get("index").and_then(Value::as_u64);
        match text(event, "type") {
            Some("message") => {
                read_head(event, answer);
                for (place, block) in items(event, "content").enumerate() {
                    self.block(block, Some(place as u64), answer, deltas)?;
                    let input = block.get("input").map(Value::to_string).unwrap_or_default();
                    self.arguments(Some(place as u64), &input, answer)?;
                }
                note(&mut answer.finish_reason, text(event, "stop_reason"));
                self.is_done = true;
            }
            Some("message_start") => read_head(&event["message"], answer),
            Some("content_block_start") => self.block(&event["content_block"], index, answer, deltas)?,
            Some("content_block_delta") => self.delta(&event["delta"], index, answer, deltas)?,
            Some("message_delta") => {
                note(&mut answer.finish_reason, text(&event["delta"], "stop_reason"));
                read_usage(event, answer);
            }
            Some("message_stop") => {
                // A tool without arguments is told in no piece at all.
                let unsaid = answer
                    .tool_calls
                    .iter_mut()
                    .filter(|call| call.arguments.is_empty());
                unsaid.for_each(|call| call.arguments.push_str("{}"));
                self.is_done = true;
            }
            _ => return refusal::in_stream(event).map_or(Ok(()), Err),
        }
        Ok(())
    }

    /// A block as it begins: text in it is text of the answer, and a tool's input comes later, in pieces.
    fn block(
        &mut self,
        block: &Value,
        index: Option<u64>,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        match text(block, "type") {
            Some("tool_use") => self.tool_calls.add(
                Piece {
                    index,
                    id: text(block, "id"),
                    name: text(block, "name"),
                    arguments: "",
                },
                answer,
            ),
            _ => self.delta(block, index, answer, deltas),
        }
    }

    fn delta(
        &mut self,
        delta: &Value,
        index: Option<u64>,
        answer: &mut Answer,
        deltas: &mut VecDeque<Delta>,
    ) -> Result<(), Failure> {
        let words = |name: &str| text(delta, name).unwrap_or_default().to_owned();
        match text(delta, "type") {
            Some("text" | "text_delta") => answer.push(Delta::Text(words("text")), deltas),
            Some("thinking" | "thinking_delta") => answer.push(Delta::Reasoning(words("thinking")), deltas),
            Some("input_json_delta") => self.arguments(index, &words("partial_json"), answer)?,
            _ => {}
        }
        Ok(())
    }

    /// Input of the tool at that place; tools that the provider calls itself are none of the answer's.
    fn arguments(&mut self, index: Option<u64>, arguments: &str, answer: &mut Answer) -> Result<(), Failure> {
        if !self.tool_calls.knows(index) {
            return Ok(());
        }
        let piece = Piece {
            index,
            arguments,
            ..Piece::default()
        };
        self.tool_calls.add(piece, answer)
    }
}

fn read_head(message: &Value, answer: &mut Answer) {
    note(&mut answer.response_model, text(message, "model"));
    if answer.provider_request_id.is_none() {
        note(&mut answer.provider_request_id, text(message, "id"));
    }
    read_usage(message, answer);
}

/// Counts are told at the beginning and, growing, at the end.
fn read_usage(event: &Value, answer: &mut Answer) {
    if let Some(Value::Object(usage)) = event.get("usage") {
        let whole = answer.usage.get_or_insert_default();
        overlay(whole, usage);
        let whole = Value::Object(whole.clone());
        answer.tokens = tokens(&whole);
        note(&mut answer.service_tier, text(&whole, "service_tier"));
    }
}
