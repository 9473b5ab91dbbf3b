//! Joining an organization.

pub const TITLE: &str = "Join";
pub const WORDS: &str =
    "Choose a password. If you have an account on this server already, enter the password that you have.";
pub const SUBMIT: &str = "Join";

/// The heading.
pub fn title(organization: &str) -> String {
    format!("Join {organization}")
}

/// Why the form came back.
pub fn failure(code: &str) -> &'static str {
    match code {
        "link" => "This link does not work any more. Ask for another one.",
        "password" => "The password needs at least 12 characters.",
        "credentials" => "There is an account of this address, and it has another password.",
        "throttled" => "Too many attempts. Wait a minute and try again.",
        _ => "That did not work. Try again.",
    }
}
