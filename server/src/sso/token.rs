//! The provider's ID token: whether it is believed (OpenID Connect Core 1.0, section 3.1.3.7), and what it says. Of its
//! claims those alone are read that are needed: providers differ in the others.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

/// The longest name that a provider may give somebody, in bytes: OpenID Connect Core 1.0, section 2, `sub`.
const MAX_SUBJECT: usize = 255;

/// Signatures that are believed.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 2] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
];

/// Why a token is not believed; without anything of the person.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TokenError {
    /// No JWT, or without a claim that is needed.
    #[error("it cannot be read")]
    Form,
    /// Not signed, or by another algorithm.
    #[error("it is not signed by RS256 or ES256")]
    Algorithm,
    /// Signed by none of the keys.
    #[error("none of the provider's keys signed it")]
    Signature,
    /// Of another provider.
    #[error("it is of another issuer")]
    Issuer,
    /// For others too, or for others alone.
    #[error("it is not for this server alone")]
    Audience,
    /// Too late.
    #[error("it has expired")]
    Expired,
    /// Of another sign-in.
    #[error("it is of another sign-in")]
    Nonce,
    /// Not what a name may be.
    #[error("its subject is longer than {MAX_SUBJECT} bytes, or has control characters")]
    Subject,
}

/// What a token is held against.
pub struct Expected<'a> {
    /// Keys of the provider.
    pub keys: &'a [CoreJsonWebKey],
    /// Address of the provider.
    pub issuer: &'a str,
    /// What the provider calls this server.
    pub client_id: &'a str,
    /// What the sign-in began with.
    pub nonce: &'a str,
    /// The time, in seconds since 1970.
    pub now: i64,
}

/// Somebody, as a provider says.
pub struct Claims {
    /// The provider's name for the person.
    pub subject: String,
    /// The person's address, whether verified or not.
    pub email: Option<String>,
    /// Whether the provider has verified it; `None` where it does not say.
    pub email_verified: Option<bool>,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    /// Extensions that must be understood; none is.
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: Audience,
    exp: f64,
    nonce: String,
    email: Option<Value>,
    email_verified: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// What the token says, where it is believed.
///
/// # Errors
/// See `TokenError`. After `Signature` it may be that the provider has newer keys.
pub fn believed(token: &str, expected: &Expected<'_>) -> Result<Claims, TokenError> {
    let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Form)?;
    let (header, payload) = signed.split_once('.').ok_or(TokenError::Form)?;
    let header: Header = json(header)?;
    if header.crit.is_some() {
        return Err(TokenError::Form);
    }
    if !ALGORITHMS.contains(&header.alg) {
        return Err(TokenError::Algorithm);
    }
    let signature = BASE64_URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|_| TokenError::Form)?;
    let is_signed = expected
        .keys
        .iter()
        .filter(|key| may_sign(key, &header))
        .any(|key| {
            key.verify_signature(&header.alg, signed.as_bytes(), &signature)
                .is_ok()
        });
    if !is_signed {
        return Err(TokenError::Signature);
    }
    let payload: Payload = json(payload)?;
    if payload.iss != expected.issuer {
        return Err(TokenError::Issuer);
    }
    let is_for_us = match &payload.aud {
        Audience::One(one) => one == expected.client_id,
        Audience::Many(many) => !many.is_empty() && many.iter().all(|one| one == expected.client_id),
    };
    if !is_for_us {
        return Err(TokenError::Audience);
    }
    #[expect(clippy::cast_precision_loss, reason = "seconds of any year to come are exact")]
    if payload.exp.is_nan() || payload.exp <= expected.now as f64 {
        return Err(TokenError::Expired);
    }
    if payload.nonce != expected.nonce {
        return Err(TokenError::Nonce);
    }
    if payload.sub.is_empty() || payload.sub.len() > MAX_SUBJECT || payload.sub.contains(char::is_control) {
        return Err(TokenError::Subject);
    }
    Ok(Claims {
        subject: payload.sub,
        email: payload.email.as_ref().and_then(Value::as_str).map(str::to_owned),
        email_verified: payload.email_verified.map(|value| is_true(&value)),
    })
}

fn json<T: DeserializeOwned>(part: &str) -> Result<T, TokenError> {
    let bytes = BASE64_URL_SAFE_NO_PAD
        .decode(part)
        .map_err(|_| TokenError::Form)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenError::Form)
}

/// Whether the key is for signatures of this kind, and has the name that the token names, where both have one.
fn may_sign(key: &CoreJsonWebKey, header: &Header) -> bool {
    let is_named = match (key.key_id(), &header.kid) {
        (Some(key), Some(named)) => **key == *named,
        _ => true,
    };
    let is_of_kind = match key.signing_alg() {
        JsonWebKeyAlgorithm::Algorithm(algorithm) => *algorithm == header.alg,
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Unsupported => false,
    };
    is_named && is_of_kind && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
}

/// Some providers write it as text.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Bool(value) => *value,
        Value::String(text) => text.eq_ignore_ascii_case("true"),
        _ => false,
    }
}
