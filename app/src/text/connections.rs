//! Connections to providers of models.

use domain::ConnectionKind;

pub const PROVIDERS: &str = "Providers";
pub const WORDS: &str = "A connection is how your agents reach a provider of models. Its API key is encrypted and never \
    shown again.";
pub const CREATE: &str = "New connection";
pub const CREATE_SUBMIT: &str = "Add connection";
pub const NAME: &str = "Name";
pub const NAME_EXAMPLE: &str = "OpenAI production";
pub const KIND: &str = "Provider";
pub const BASE_URL: &str = "Base URL";
pub const BASE_URL_EXAMPLE: &str = "https://api.openai.com/v1";
pub const BASE_URL_WORDS: &str =
    "As the provider's own client takes it. Leave empty for the provider's own address.";
pub const API_KEY: &str = "API key";
pub const API_KEY_WORDS: &str = "Leave empty for a server that needs none.";
pub const API_KEY_STAYS: &str = "Leave empty to keep the current key. Another host needs it again.";
pub const HEADERS: &str = "Headers";
pub const HEADERS_EXAMPLE: &str = "OpenAI-Organization: org-123";
pub const HEADERS_WORDS: &str = "Sent with each request, one per line. Their values are kept like the key.";
pub const HEADERS_STAY: &str = "Leave empty to keep the current ones.";
pub const ADDRESS: &str = "Address";
pub const KEY: &str = "Key";
pub const CHANGES: &str = "Changes";
pub const TEST: &str = "Test";
pub const TESTING: &str = "Testing…";
pub const CHANGE: &str = "Edit";
pub const CHANGE_SUBMIT: &str = "Save";
pub const DELETE: &str = "Delete";
pub const DELETE_WORDS: &str = "The key is deleted with the connection. Versions that use it cannot run until they get \
    another connection.";
pub const DELETE_SUBMIT: &str = "Delete connection";
pub const NO_KEY: &str = "none";
pub const NONE: &str = "No connections yet. Add one, or try the demo, which needs no key.";

/// What a kind of connection is for.
pub fn kind(kind: ConnectionKind) -> &'static str {
    match kind {
        ConnectionKind::Openai => "OpenAI, or a compatible server",
        ConnectionKind::Anthropic => "Anthropic",
        ConnectionKind::Gemini => "Google Gemini",
        ConnectionKind::Demo => "Demo: answers without a network",
    }
}

/// What a test showed of a connection.
pub fn tested(name: &str, message: &str) -> String {
    format!("{name}: {message}")
}
