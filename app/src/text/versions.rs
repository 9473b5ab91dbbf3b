//! Versions of an agent.

pub const FILE: &str = "versions.json";
pub const NONE: &str = "No versions yet. Add the prompt that this agent uses.";
pub const ACTIVE: &str = "Active";
pub const ACTIVATE: &str = "Activate";
pub const ACTIVATE_NOW: &str = "Activate it at once";
pub const CREATE: &str = "New version";
pub const CREATE_SUBMIT: &str = "Add version";
pub const PROMPTS: &str = "Prompts";
pub const TEMPERATURE: &str = "Temperature (optional)";
pub const TEMPERATURE_SHORT: &str = "Temperature";
pub const SYSTEM_PROMPT: &str = "System prompt (optional)";
pub const TEMPLATE: &str = "User prompt template";
pub const TEMPLATE_HINT: &str = "Put variables in double braces: {{product_name}}.";
