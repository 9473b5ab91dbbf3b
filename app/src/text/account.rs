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
pub const LEAVE: &str = "Leave the organization";
pub const LEAVE_OPEN: &str = "Leave…";
pub const LEAVE_SUBMIT: &str = "Leave organization";

/// What becomes of somebody who leaves.
pub fn leave_words(organization: &str, next: Option<&str>) -> String {
    let then = match next {
        Some(next) => format!("You go on in {next}."),
        None => "You are signed out at once.".to_owned(),
    };
    format!("You see nothing of {organization} any more. {then} Only an invitation brings you back.")
}

/// Why the only owner cannot leave.
pub fn last_owner(organization: &str) -> String {
    format!(
        "You are the only owner of {organization}. Make somebody else an owner first, under Members, or delete it, under Organization."
    )
}

/// Why the password was not changed, or the organization not left.
pub fn failure(code: &str) -> &'static str {
    match code {
        "credentials" => "The current password is wrong.",
        "password" => "The new password must be at least 12 characters long.",
        "throttled" => "Too many attempts. Wait a minute, then try again.",
        "last-owner" => "An organization keeps at least one owner. Make somebody else an owner first.",
        _ => "The password was not changed. Try again.",
    }
}
