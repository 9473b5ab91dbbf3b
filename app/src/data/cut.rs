//! What a page leaves out of texts that are too long for it.

use serde::{Deserialize, Serialize};

/// A part of an execution of which a page shows the beginning alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cut {
    /// Which one.
    pub part: Part,
    /// How much it is as a whole: bytes of a text, or how many variables.
    pub whole: u64,
}

/// A part that may be cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Part {
    /// The system prompt.
    SystemPrompt,
    /// The user prompt.
    UserPrompt,
    /// The template of the version's user prompt.
    Template,
    /// The output.
    Output,
    /// What went wrong, in words.
    ErrorMessage,
    /// The caller's metadata, as they are printed.
    Metadata,
    /// The variables: how many there are.
    Variables,
    /// Name and value of the last variable that is shown, as they are printed. The value is its beginning, as a text.
    LastVariable,
}

/// The whole size of a part, if it was cut.
pub fn whole_of(cut: &[Cut], part: Part) -> Option<u64> {
    cut.iter().find(|cut| cut.part == part).map(|cut| cut.whole)
}
