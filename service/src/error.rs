//! Why a use case did not do what was asked.

use domain::{
    Errors, FieldError, Permission, Rule, SpentBudget,
    access::{MAX_PASSWORD, MIN_PASSWORD},
};
use std::time::Duration;
use store::{Exhausted, KeyRefusal, StoreError};

/// What somebody's permissions stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// The scopes of an API key.
    Scopes,
    /// A person's role.
    Role,
}

/// Why a use case did not do what was asked. Each entry point has words and a form of its own for it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Whoever asks is known, and may not.
    #[error("the permission `{}` is missing", .permission.as_str())]
    Forbidden {
        /// What would be needed.
        permission: Permission,
        /// Where it would stand.
        grant: Grant,
    },
    /// Nobody has such a key.
    #[error("nobody has such a key")]
    UnknownKey,
    /// The key is known, and does not work.
    #[error("the API key does not work")]
    KeyRefused(KeyRefusal),
    /// The key is limited to other agents.
    #[error("the API key is limited to other agents")]
    OtherAgents,
    /// The key is limited to certain agents, and what is asked is about all of them.
    #[error("the API key is limited to certain agents")]
    NotEveryAgent,
    /// The key would begin something, and its budget is spent.
    #[error("the API key's monthly budget is spent")]
    BudgetSpent(SpentBudget),
    /// What is there stands against it.
    #[error(transparent)]
    Rule(#[from] Rule),
    /// Some values cannot be taken as given.
    #[error("{0}")]
    Invalid(Errors),
    /// There is no such thing, or it is another organization's, which looks the same.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Something of that name is there already.
    #[error("{0} is taken")]
    Taken(&'static str),
    /// The password is too short or too long to be chosen.
    #[error("the password must have at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD} bytes")]
    PasswordLength,
    /// The address or the password is wrong.
    #[error("the e-mail address or the password is wrong")]
    WrongPassword,
    /// Too many passwords were wrong, or too many are waiting; it is looked at again after so long.
    #[error("too many attempts at this password")]
    Throttled(Duration),
    /// No password was given, and the sign-in by single sign-on is too long ago.
    #[error("the sign-in is too long ago")]
    SignInAgain,
    /// The one-time link works no more.
    #[error("the link works no more")]
    LinkEnded,
    /// The server sends no letters.
    #[error("the server sends no e-mail")]
    NoMail,
    /// The caller asked for so many letters that nothing more is taken for so long.
    #[error("too many letters were asked for")]
    TooManyLetters(Duration),
    /// So much of the same is waiting that nothing more is taken.
    #[error("too much is waiting")]
    TooMuchWaiting,
    /// Too many executions are waiting to be recorded.
    #[error("too many executions are waiting to be recorded")]
    Busy,
    /// So much is being read at once that there was no memory for more in time.
    #[error("too much is being read at once: {0}")]
    Exhausted(#[from] Exhausted),
    /// The server is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// Our own fault: of the store, which failed, or of what it keeps.
    #[error(transparent)]
    Store(StoreError),
    /// Our own fault.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// Stable name of the error, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forbidden { .. } => "insufficient_scope",
            Self::UnknownKey | Self::KeyRefused(KeyRefusal::WrongSecret) => "unauthenticated",
            Self::KeyRefused(KeyRefusal::Revoked) => "api_key_revoked",
            Self::KeyRefused(KeyRefusal::Expired) => "api_key_expired",
            Self::KeyRefused(KeyRefusal::Replaced) => "api_key_replaced",
            Self::OtherAgents | Self::NotEveryAgent => "agent_not_allowed",
            Self::BudgetSpent(_) => "budget_spent",
            Self::Rule(rule) => rule.code(),
            Self::Invalid(_) | Self::PasswordLength => "invalid_fields",
            Self::NotFound(_) => "not_found",
            Self::Taken(_) => "taken",
            Self::WrongPassword => "wrong_password",
            Self::Throttled(_) | Self::TooManyLetters(_) => "throttled",
            Self::SignInAgain => "sign_in_again",
            Self::LinkEnded => "link_ended",
            Self::NoMail => "no_mail",
            Self::TooMuchWaiting | Self::Busy | Self::Exhausted(Exhausted::ByAll) => "busy",
            Self::Exhausted(Exhausted::ByOrganization) => "answers_unread",
            Self::Stopping => "stopping",
            Self::Store(StoreError::Database(_)) => "database_unavailable",
            Self::Store(StoreError::DamagedDatabase) => "database_damaged",
            Self::Store(StoreError::ReplacedDatabase) => "database_replaced",
            Self::Store(StoreError::WrongMasterKey) => "master_key_missing",
            Self::Store(_) | Self::Internal(_) => "internal",
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(what) => Self::NotFound(what),
            StoreError::Taken(what) => Self::Taken(what),
            StoreError::Invalid(error) => error.into(),
            StoreError::Busy => Self::Busy,
            StoreError::Exhausted(exhausted) => Self::Exhausted(exhausted),
            StoreError::Closed => Self::Stopping,
            error => Self::Store(error),
        }
    }
}

impl From<FieldError> for Error {
    fn from(error: FieldError) -> Self {
        Self::Invalid(error.into())
    }
}

impl From<Errors> for Error {
    fn from(errors: Errors) -> Self {
        Self::Invalid(errors)
    }
}
