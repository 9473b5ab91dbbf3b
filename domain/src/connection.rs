//! Where agents run: the providers' interfaces that Agent Ledger speaks.

use crate::selection::choices;
use serde::{Deserialize, Serialize};

/// The interface of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ConnectionKind {
    /// Chat Completions: OpenAI and every compatible server.
    Openai,
    /// Messages.
    Anthropic,
    /// `generateContent`.
    Gemini,
    /// Answers without a network, to try things out.
    Demo,
}

choices! {
    ConnectionKind:
    Openai = 0, "openai", "OpenAI or compatible";
    Anthropic = 1, "anthropic", "Anthropic";
    Gemini = 2, "gemini", "Gemini";
    Demo = 3, "demo", "Demo (no network)";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selection::Choice;

    #[test]
    fn json_has_the_same_names() {
        for kind in ConnectionKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
