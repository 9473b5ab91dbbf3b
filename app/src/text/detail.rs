//! One execution.

pub const BACK: &str = "Back to the list";
pub const ERROR: &str = "Error";
pub const INPUT_VARIABLES: &str = "Input variables";
pub const COPY_JSON: &str = "Copy JSON";
pub const OUTPUT: &str = "Output";
pub const PROMPT_CONFIGURATION: &str = "Prompt configuration";
pub const METADATA: &str = "Metadata";
pub const OWN_METADATA: &str = "Metadata of the caller";
pub const EXECUTED_BY: &str = "Executed by";
pub const EXECUTED_AT: &str = "Executed at";
pub const API_KEY_ID: &str = "API key ID";
pub const IP_ADDRESS: &str = "IP address";
pub const USER_AGENT: &str = "User agent";

/// Tokens sent, and how many of them the cache had.
pub fn tokens_in(count: &str, cached: Option<&str>) -> String {
    cached.map_or_else(
        || format!("{count} in"),
        |cached| format!("{count} in ({cached} cached)"),
    )
}

/// Tokens received, and how many of them were spent on reasoning.
pub fn tokens_out(count: &str, reasoning: Option<&str>) -> String {
    reasoning.map_or_else(
        || format!("{count} out"),
        |part| format!("{count} out ({part} reasoning)"),
    )
}
