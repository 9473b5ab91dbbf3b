//! Tool calls, put together from the pieces in which they come.

use crate::answer::{Answer, ToolCall};
use crate::failure::{Code, Failure};

/// Most tool calls of one answer.
pub const MAX_TOOL_CALLS: usize = 1_024;

/// A piece of a tool call.
#[derive(Debug, Clone, Copy, Default)]
pub struct Piece<'a> {
    /// The call's place among the answer's, where the provider says it.
    pub index: Option<u64>,
    /// The call's identifier.
    pub id: Option<&'a str>,
    /// The tool's name.
    pub name: Option<&'a str>,
    /// What comes behind the arguments so far.
    pub arguments: &'a str,
}

/// Which call of the answer has which index.
#[derive(Debug, Default)]
pub struct ToolCalls(Vec<Option<u64>>);

impl ToolCalls {
    /// Whether a call of that index has begun.
    pub fn knows(&self, index: Option<u64>) -> bool {
        self.0.contains(&index)
    }

    /// Adds a piece to the call that it belongs to: the last one of its index, or the last one where it has none. A piece
    /// with another identifier than that call's begins a new one, since some servers give every call the index 0.
    ///
    /// # Errors
    /// There are too many calls.
    pub fn add(&mut self, piece: Piece<'_>, answer: &mut Answer) -> Result<(), Failure> {
        let found = match piece.index {
            Some(_) => self.0.iter().rposition(|index| *index == piece.index),
            None => self.0.len().checked_sub(1),
        };
        let found = found.and_then(|place| answer.tool_calls.get_mut(place));
        let is_other = |call: &ToolCall| {
            piece
                .id
                .is_some_and(|id| call.id.as_deref().is_some_and(|own| own != id))
        };
        match found {
            Some(call) if !is_other(call) => {
                call.id = call.id.take().or(piece.id.map(str::to_owned));
                if call.name.is_empty() {
                    call.name.push_str(piece.name.unwrap_or_default());
                }
                call.arguments.push_str(piece.arguments);
            }
            _ if self.0.len() == MAX_TOOL_CALLS => {
                return Err(Failure::new(
                    Code::ResponseTooLarge,
                    format!("The answer has more than {MAX_TOOL_CALLS} tool calls."),
                ));
            }
            _ => {
                self.0.push(piece.index);
                answer.tool_calls.push(ToolCall {
                    id: piece.id.map(str::to_owned),
                    name: piece.name.unwrap_or_default().to_owned(),
                    arguments: piece.arguments.to_owned(),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece<'a>(index: u64, id: &'a str, name: &'a str, arguments: &'a str) -> Piece<'a> {
        let some = |text: &'a str| (!text.is_empty()).then_some(text);
        Piece {
            index: Some(index),
            id: some(id),
            name: some(name),
            arguments,
        }
    }

    fn assembled(pieces: &[Piece<'_>]) -> Vec<(String, String)> {
        let (mut calls, mut answer) = (ToolCalls::default(), Answer::default());
        for piece in pieces {
            calls.add(*piece, &mut answer).unwrap();
        }
        let calls = answer.tool_calls.into_iter();
        calls
            .map(|call| (call.id.unwrap_or_default(), call.arguments))
            .collect()
    }

    fn calls<const N: usize>(calls: [(&str, &str); N]) -> Vec<(String, String)> {
        calls
            .map(|(id, arguments)| (id.to_owned(), arguments.to_owned()))
            .to_vec()
    }

    #[test]
    fn pieces_find_their_call() {
        let pieces = [
            piece(0, "a", "f", ""),
            piece(1, "b", "g", "["),
            piece(0, "", "", "{"),
            piece(1, "", "", "]"),
            piece(0, "a", "", "}"),
        ];
        assert_eq!(assembled(&pieces), calls([("a", "{}"), ("b", "[]")]));
    }

    #[test]
    fn another_identifier_is_another_call() {
        let pieces = [
            piece(0, "a", "f", "{}"),
            piece(0, "b", "f", "{"),
            piece(0, "", "", "}"),
        ];
        assert_eq!(assembled(&pieces), calls([("a", "{}"), ("b", "{}")]));
    }

    #[test]
    fn calls_are_bounded() {
        let (mut calls, mut answer) = (ToolCalls::default(), Answer::default());
        for index in 0..MAX_TOOL_CALLS as u64 {
            calls.add(piece(index, "", "f", ""), &mut answer).unwrap();
        }
        let failure = calls.add(piece(1 << 40, "", "f", ""), &mut answer).unwrap_err();
        assert_eq!(failure.code, Code::ResponseTooLarge);
    }
}
