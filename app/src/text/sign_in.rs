//! Sign-in.

use std::borrow::Cow;

pub const TITLE: &str = "Sign in";
pub const SUBMIT: &str = "Sign in";

pub const FORGOTTEN: &str = "Forgot your password? Ask an owner or admin of your organization for a link.";

/// What was done that led here.
pub fn done(code: &str) -> &'static str {
    match code {
        "deleted" => "The organization is deleted.",
        "left" => "You left the organization.",
        _ => "The password is changed. Sign in with it.",
    }
}

/// Why it did not work, and after how many seconds it may be tried again where that is known.
pub fn failure(code: &str, wait: Option<u32>) -> Cow<'static, str> {
    let words = match code {
        "credentials" => "The e-mail address or the password is wrong.",
        "throttled" => {
            let Some(seconds) = wait.filter(|seconds| *seconds > 1) else {
                return "Too many attempts. Try again in a moment.".into();
            };
            return format!("Too many attempts. Try again in {seconds} seconds.").into();
        }
        "link" => "This link has expired or was used already.",
        "sso" => "The sign-in service did not work. Try again, or sign in with your password.",
        "sso-state" => "That took too long, or was begun in another browser. Try again.",
        "sso-denied" => "The sign-in service did not let you in.",
        "sso-email" => "The sign-in service has not verified your e-mail address. Ask its administrators.",
        "sso-account" => {
            "You do not belong to an organization here. Ask its owner or admin for an invitation."
        }
        "sso-invitation" => "This invitation does not work any more, or is for another e-mail address.",
        "set-up" => {
            "Nobody has an account yet. Open the set-up link that the server printed when it started."
        }
        _ => "Signing in did not work. Try again.",
    };
    words.into()
}

/// Signs in by a provider.
pub fn by_provider(name: &str) -> String {
    format!("Sign in with {name}")
}
