//! Deleting an organization.

pub const TITLE: &str = "Delete the organization";
pub const WORDS: &str = "Everything goes for good, at once and for everybody: executions, agents, API keys, the audit log, \
    and people who belong to no other organization. Nobody can bring it back. Export first what you need.";
pub const OPEN: &str = "Delete…";
pub const NAME: &str = "Name of the organization";
pub const PASSWORD_WORDS: &str = "Yours, to be sure that it is you.";
pub const SSO_WORDS: &str = "Yours, to be sure that it is you. If you sign in by single sign-on, sign in again and leave \
    this empty within five minutes.";
pub const SUBMIT: &str = "Delete organization";

/// Why it was not deleted.
pub fn failure(code: &str) -> &'static str {
    match code {
        "name" => "That is not the name of this organization. Nothing was deleted.",
        "credentials" => "The password is wrong. Nothing was deleted.",
        "throttled" => "Too many attempts. Wait a minute, then try again.",
        "sign-in-again" => {
            "Give your password, or sign in again by single sign-on and come back within five minutes. Nothing was deleted."
        }
        _ => "Nothing was deleted. Try again.",
    }
}

/// What to type.
pub fn name_words(name: &str) -> String {
    format!("Type {name} to confirm.")
}
