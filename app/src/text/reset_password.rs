//! Choosing another password in place of a forgotten one.

pub const TITLE: &str = "Choose a new password";
pub const WORDS: &str = "Then sign in with it. You are signed out everywhere.";
pub const SUBMIT: &str = "Set password";
pub const TO_SIGN_IN: &str = "To the sign-in page";

/// Why it did not work.
pub fn failure(code: &str) -> &'static str {
    match code {
        "link" => {
            "This link has expired or was used already. Links work once, within an hour. Ask for another one where you \
             got it."
        }
        "password" => "The password must be at least 12 characters long.",
        _ => "The password was not changed. Try again.",
    }
}
