//! People's accounts: signing in, sessions, passwords, and how somebody gets an account.

mod confirm;
mod guess;
mod hashing;
mod join;
mod password;
mod passwords;
mod refusals;
mod resets;
mod sessions;
mod set_up;
mod sign_in;
mod sso;
mod throttle;

pub use confirm::FRESH_MINUTES;
pub use password::{check_length as check_password, hash as hash_password};
pub use passwords::NewPassword;
pub use resets::ResetLink;
pub use sessions::{BegunSession, DemoSignIn, SESSION_DAYS};
pub use set_up::SetUp;
pub use sso::{Provisioning, SsoRefusal, Vouched};

use throttle::{GuessThrottle, LetterThrottle, ToldKeys};

/// What was tried so far at this process. Kept in memory: a restart forgives.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    /// Wrong passwords.
    guesses: GuessThrottle,
    /// Letters that were asked for.
    pub(crate) letters: LetterThrottle,
    /// Refused API keys that the audit log was told of.
    told_keys: ToldKeys,
}
