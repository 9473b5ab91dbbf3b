//! Set-up.

pub const TITLE: &str = "Set up Agent Ledger";
pub const WORDS: &str = "Make the first account. It owns the organization and can invite others later.";
pub const ORGANIZATION: &str = "Organization";
pub const PASSWORD_HINT: &str = "At least 12 characters.";
pub const RETENTION_HINT: &str = "Older ones are deleted. This can be changed later under Settings.";
pub const SUBMIT: &str = "Make the account";

/// Why it did not work.
pub fn failure(code: &str) -> &'static str {
    match code {
        "link" | "token" => "This link has expired or was used already. Restart the server to get a new one.",
        "password" => "The password must be at least 12 characters long.",
        "email" => "That is not an e-mail address.",
        "organization" => "The organization needs a name of 1 to 100 characters.",
        "taken" => "Somebody has that e-mail address already.",
        _ => "Setting up did not work. Try again.",
    }
}
