//! What the server says of a failure.

use domain::Rule;

pub const INVITATIONS: &str =
    "So many invitations were sent within the last hour that no more are taken. Try again later.";
pub const BUSY: &str = "The server has too much to do right now. Try again in a moment.";
pub const NOT_FOUND: &str = "It may have been removed, or it belongs to another organization.";
pub const FORBIDDEN: &str = "Your role does not allow this. Ask an owner or admin of the organization.";
pub const SIGNED_OUT: &str = "Your session has ended. Sign in again to go on.";

/// What stands against it.
pub fn rule(rule: Rule) -> &'static str {
    match rule {
        Rule::LastOwner => "An organization keeps at least one owner. Make somebody else an owner first.",
        Rule::OwnersOnly => "Only owners decide about owners.",
        Rule::OwnPassword => "Change your own password under Account.",
        Rule::BelongsElsewhere => {
            "The person belongs to another organization too, so no single one of them resets the password. The \
             person can, by e-mail from the sign-in page where the server sends it; or else whoever runs the server, \
             by \u{201c}agent-ledger user reset-password\u{201d}."
        }
        Rule::KeyEnded => "This key was revoked or has expired. Make a new one.",
        Rule::TaskEnded => "This task has ended. Ask for the same once more instead.",
        Rule::ConnectionLimit => "The organization has 100 connections. Delete one you do not need.",
        Rule::ClocksDiffer => {
            "Another server's clock is more than 7 days ahead of this one's. Set the clocks right; deletion then \
             continues by itself."
        }
    }
}

/// A field that was entered wrong.
pub fn field(name: &str, detail: &str) -> String {
    let name = match name {
        "name" => "The name",
        "email" => "The e-mail address",
        "role" => "The role",
        "scopes" => "The scopes",
        "plan" => "The plan",
        "days" | "retentionDays" => "The days",
        "agentIds" => "The choice of agents",
        "requestsPerMinute" => "The limit of requests",
        "expiresAt" => "The end",
        "baseUrl" => "The base URL",
        "apiKey" => "The API key",
        "headers" => "The headers",
        "provider" | "kind" => "The provider",
        "graceHours" => "The time for the change",
        "model" => "The model",
        "temperature" => "The temperature",
        "systemPrompt" => "The system prompt",
        "userPromptTemplate" => "The user prompt template",
        other => other,
    };
    format!("{name} {detail}.")
}

/// A name that somebody has already.
pub fn taken(what: &str) -> String {
    format!("That {what} is taken.")
}
