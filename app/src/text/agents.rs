//! The list of agents.

pub const NAME: &str = "Name";
pub const VERSION: &str = "Active version";
pub const MODEL: &str = "Model";
pub const EXECUTIONS: &str = "Executions";
pub const LAST_EXECUTED: &str = "Last executed";
pub const NEVER: &str = "never";
pub const CREATE: &str = "New agent";
pub const CREATE_SUBMIT: &str = "Create agent";
pub const NONE: &str = "No agents yet";
pub const NONE_WORDS: &str =
    "An agent is a prompt with versions. Create one, and record its executions under its name.";
