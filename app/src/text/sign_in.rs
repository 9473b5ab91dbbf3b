//! Sign-in.

pub const TITLE: &str = "Sign in";
pub const SUBMIT: &str = "Sign in";

pub const FORGOTTEN: &str = "Forgot your password? Ask an owner or admin of your organization for a link.";
pub const PASSWORD_SET: &str = "The password is changed. Sign in with it.";

/// Why it did not work.
pub fn failure(code: &str) -> &'static str {
    match code {
        "credentials" => "The e-mail address or the password is wrong.",
        "throttled" => "Too many attempts. Wait a minute, then try again.",
        "link" => "This link has expired or was used already.",
        "set-up" => {
            "Nobody has an account yet. Open the set-up link that the server printed when it started."
        }
        _ => "Signing in did not work. Try again.",
    }
}
