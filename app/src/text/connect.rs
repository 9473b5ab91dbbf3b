//! How to record.

pub const TITLE: &str = "Record executions";
pub const STEP_KEY: &str = "A program needs a key with the scope record.";
pub const MAKE_KEY: &str = "Make an API key";
pub const STEP_CALL: &str = "Send one execution, or an array of up to 1,000. Only the status is required.";
pub const STEP_LOOK: &str = "See it on the list";
pub const AGENT_ID: &str = "This agent’s ID";
pub const MORE: &str = "Every field and every answer is in the";
pub const REFERENCE: &str = "API reference";
/// Body of the call that is shown.
pub const EXAMPLE: &str = r#"{"status":"success","model":"gemini-1.5-pro","latencyMs":1250,"inputTokens":400,"outputTokens":50,"version":"V1"}"#;
