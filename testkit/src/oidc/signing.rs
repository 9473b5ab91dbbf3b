//! What the provider signs with.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    rsa,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use serde_json::{Value, json};
use std::io;

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// By a key on the curve P-256.
    Es256,
    /// By a key of RSA.
    Rs256,
}

/// Keys of RSA, taken in turns: making one takes too long for a test. They are secrets of nobody.
const RSA_KEYS: [&[u8]; 2] = [include_bytes!("rsa_1.der"), include_bytes!("rsa_2.der")];

/// A key to sign with, and the name under which its public half is told.
pub struct Signer {
    number: usize,
    /// As PKCS #8 in DER.
    key: Vec<u8>,
    pair: Pair,
}

enum Pair {
    Ec(Box<EcdsaKeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl Signer {
    /// The key of that number: of RSA always the same one, otherwise a fresh one.
    pub fn new(signing: Signing, number: usize) -> io::Result<Self> {
        let failed = || io::Error::other("no key could be made");
        let random = SystemRandom::new();
        let (key, pair) = match signing {
            Signing::Es256 => {
                let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
                let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|_| failed())?;
                let pair = EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random);
                (key.as_ref().to_vec(), pair.map(|pair| Pair::Ec(Box::new(pair))))
            }
            Signing::Rs256 => {
                let key = RSA_KEYS[number % RSA_KEYS.len()];
                let pair = RsaKeyPair::from_pkcs8(key);
                (key.to_vec(), pair.map(|pair| Pair::Rsa(Box::new(pair))))
            }
        };
        let pair = pair.map_err(|_| failed())?;
        Ok(Self { number, key, pair })
    }

    /// The next key of the same kind.
    pub fn next(&self) -> io::Result<Self> {
        Self::new(self.signing(), self.number + 1)
    }

    fn signing(&self) -> Signing {
        match self.pair {
            Pair::Ec(_) => Signing::Es256,
            Pair::Rsa(_) => Signing::Rs256,
        }
    }

    /// The name of the key.
    pub fn name(&self) -> String {
        self.number.to_string()
    }

    /// The name of the algorithm.
    pub fn algorithm(&self) -> &'static str {
        match self.signing() {
            Signing::Es256 => "ES256",
            Signing::Rs256 => "RS256",
        }
    }

    /// The public half, as a provider tells it (RFC 7517).
    pub fn jwk(&self) -> Value {
        let encoded = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let mut jwk = match &self.pair {
            Pair::Ec(pair) => {
                // 4, then both coordinates.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "x": encoded(x), "y": encoded(y)})
            }
            Pair::Rsa(pair) => {
                let rsa::PublicKeyComponents::<Vec<u8>> { n, e } = pair.public_key().into();
                json!({"kty": "RSA", "n": encoded(&n), "e": encoded(&e)})
            }
        };
        jwk["use"] = "sig".into();
        jwk["alg"] = self.algorithm().into();
        jwk["kid"] = self.name().into();
        jwk
    }

    /// The public half as a file has it, in PEM.
    pub fn public_pem(&self) -> Option<String> {
        Some(rcgen::KeyPair::try_from(&self.key[..]).ok()?.public_key_pem())
    }

    /// The signature of a message.
    pub fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Ec(pair) => Some(pair.sign(&random, message).ok()?.as_ref().to_vec()),
            Pair::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .ok()?;
                Some(signature)
            }
        }
    }
}
