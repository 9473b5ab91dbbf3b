//! From where accounts signed in of late.

use crate::{Store, StoreError, TokenHash, transaction::transact};
use chrono::Duration;
use domain::{Timestamp, UserId};
use std::net::IpAddr;

/// How long it is remembered from where an account signed in.
const REMEMBERED: Duration = Duration::days(30);

/// Where somebody signs in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOrigin {
    /// A network address.
    Address(IpAddr),
    /// A browser, by the hash of the token that it keeps.
    Browser(TokenHash),
}

impl SignInOrigin {
    fn stored(&self) -> String {
        match self {
            Self::Address(address) => format!("address {address}"),
            Self::Browser(token) => token
                .iter()
                .fold("browser ".to_owned(), |text, byte| format!("{text}{byte:02x}")),
        }
    }
}

impl Store {
    /// Whether the account of that e-mail address signed in from there within the last 30 days. False where there is no
    /// such account.
    pub async fn signed_in_from(
        &self,
        email: &str,
        origin: &SignInOrigin,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let found: Option<(i64,)> = self
            .backend
            .fetch_optional(
                "SELECT CAST(1 AS BIGINT) FROM users u JOIN sign_in_origins o ON o.user_id = u.user_id
                 WHERE u.email = $1 AND o.origin = $2 AND o.signed_in_at > $3",
                (email, origin.stored(), (now - REMEMBERED).timestamp_micros()),
            )
            .await?;
        Ok(found.is_some())
    }

    /// Remembers that an account signed in from there, and forgets what is too long ago.
    pub async fn remember_sign_in(
        &self,
        user: &UserId,
        origins: &[SignInOrigin],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transact!(self.backend, |transaction| {
            transaction
                .execute(
                    "DELETE FROM sign_in_origins WHERE user_id = $1 AND signed_in_at <= $2",
                    (user.as_str(), (now - REMEMBERED).timestamp_micros()),
                )
                .await?;
            for origin in origins {
                transaction
                    .execute(
                        "INSERT INTO sign_in_origins (user_id, origin, signed_in_at) VALUES ($1, $2, $3)
                         ON CONFLICT (user_id, origin) DO UPDATE SET signed_in_at = excluded.signed_in_at",
                        (user.as_str(), origin.stored(), now.timestamp_micros()),
                    )
                    .await?;
            }
            Ok(())
        })
    }
}
