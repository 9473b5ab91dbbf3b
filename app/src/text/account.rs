//! The reader's own account.

pub const CHANGE_PASSWORD: &str = "Change the password";
pub const CURRENT: &str = "Current password";
pub const NEW: &str = "New password";
pub const CHANGE_WORDS: &str = "At least 12 characters. You are signed out everywhere else.";
pub const CHANGE_SUBMIT: &str = "Change password";
pub const CHANGED: &str = "The password is changed.";
pub const SESSIONS: &str = "Where you are signed in";
pub const BROWSER: &str = "Browser";
pub const ADDRESS: &str = "Address";
pub const SINCE: &str = "Signed in";
pub const STATE: &str = "State";
pub const THIS_ONE: &str = "this one";
pub const END: &str = "Sign out there";

/// Why the password was not changed.
pub fn failure(code: &str) -> &'static str {
    match code {
        "credentials" => "The current password is wrong.",
        "password" => "The new password must be at least 12 characters long.",
        "throttled" => "Too many attempts. Wait a minute, then try again.",
        _ => "The password was not changed. Try again.",
    }
}
