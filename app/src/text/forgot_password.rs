//! Asking for another password by e-mail.

pub const TITLE: &str = "Forgot your password?";
pub const WORDS: &str = "You get a link by e-mail. It works once, within an hour.";
pub const SUBMIT: &str = "Send the link";
pub const SENT: &str =
    "If somebody signs in with this address, a letter is on its way. Look into your mailbox.";

/// Why it did not work.
pub fn failure(code: &str) -> &'static str {
    match code {
        "email" => "That is not an e-mail address.",
        "throttled" => {
            "A new password was asked for with this address a few times already. Look into your mailbox, or try again \
             in a quarter of an hour."
        }
        "busy" => "The server has too much to send right now. Try again in a moment.",
        "unavailable" => {
            "This server sends no e-mail. Ask an owner or admin of your organization for a link."
        }
        _ => "That did not work. Try again.",
    }
}
