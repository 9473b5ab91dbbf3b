//! Connections: how an organization reaches a provider of models.

use crate::{ConnectionId, Timestamp, selection::choices};
use serde::{Deserialize, Serialize};

/// Connections that an organization may have.
pub const MAX_CONNECTIONS: u64 = 100;
/// Longest base URL, API key, and value of a header, in bytes.
pub const MAX_SECRET: usize = 2_000;
/// Characters that an API key has at least, for its last four to be shown.
const SHOWN_FROM: usize = 16;

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

/// Hosts of providers, and the names that genai-prices has for these. A host that begins with a dot means every one below
/// it.
const PROVIDERS: [(&str, &str); 15] = [
    ("api.openai.com", "openai"),
    (".api.openai.com", "openai"),
    (".openai.azure.com", "azure"),
    ("api.anthropic.com", "anthropic"),
    ("generativelanguage.googleapis.com", "google"),
    ("openrouter.ai", "openrouter"),
    ("api.mistral.ai", "mistral"),
    ("api.groq.com", "groq"),
    ("api.deepseek.com", "deepseek"),
    ("api.x.ai", "x-ai"),
    ("api.together.xyz", "together"),
    ("api.fireworks.ai", "fireworks"),
    ("api.perplexity.ai", "perplexity"),
    ("api.cohere.com", "cohere"),
    ("api.cerebras.ai", "cerebras"),
];

/// The provider at that host, by its name in genai-prices; `None` where the host is nobody's that is known.
pub fn provider_of(host: &str) -> Option<&'static str> {
    let is_it = |known: &str| match known.starts_with('.') {
        true => host.ends_with(known),
        false => host == known,
    };
    let found = PROVIDERS.iter().find(|(known, _)| is_it(known));
    found.map(|(_, provider)| *provider)
}

/// A connection as it is shown: without its secrets, which nobody reads back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Connection {
    /// Unique in the organization.
    pub connection_id: ConnectionId,
    /// What people call it.
    pub name: String,
    /// How the provider is spoken to.
    pub kind: ConnectionKind,
    /// Who the provider is, such as `openai`: what was given, or else told from the host; null where that is unknown.
    pub provider: Option<String>,
    /// Where the provider is; null for the demo.
    pub base_url: Option<String>,
    /// The last four characters of its API key; null where it has none, or one of less than 16 characters.
    pub api_key_last4: Option<String>,
    /// Names of the further headers that it sends.
    pub headers: Vec<String>,
    /// When it was made.
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub changed_at: Option<Timestamp>,
}

/// What trying a connection showed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConnectionTest {
    /// Whether it works.
    pub ok: bool,
    /// Stable name of what is wrong, as executions have it under `errorCode`; null where nothing is.
    pub code: Option<String>,
    /// What was found, and what to do about it.
    pub message: String,
}

/// The characters of an API key by which people tell it from others.
pub fn last4(api_key: &str) -> Option<String> {
    let length = api_key.chars().count();
    (length >= SHOWN_FROM).then(|| api_key.chars().skip(length - 4).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Choice;

    #[test]
    fn names_are_those_of_json() {
        for kind in ConnectionKind::ALL {
            let json = serde_json::to_value(kind).unwrap();
            assert_eq!(json, kind.as_str());
        }
    }

    #[test]
    fn providers_are_told_from_their_hosts() {
        for (host, provider) in [
            ("api.openai.com", Some("openai")),
            ("eu.api.openai.com", Some("openai")),
            ("acme.openai.azure.com", Some("azure")),
            ("openai.azure.com", None),
            ("api.openai.com.evil.example", None),
            ("localhost", None),
        ] {
            assert_eq!(provider_of(host), provider, "{host}");
        }
    }

    #[test]
    fn short_keys_show_nothing() {
        assert_eq!(last4("sk-0123456789ab"), None);
        assert_eq!(last4("sk-0123456789abc").as_deref(), Some("9abc"));
        assert_eq!(last4(""), None);
    }
}
