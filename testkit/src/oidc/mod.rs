//! An OpenID Connect provider on this machine: it discloses itself, lets in whomever it was told without a word, gives out
//! codes that work once, and really signs; or gives out tokens that nobody must believe.

mod signing;

pub use signing::Signing;

use crate::tls;
use axum::{
    Form, Json, Router,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::Redirect,
    routing::{get, post},
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use parking_lot::{Mutex, MutexGuard};
use rcgen::Certificate;
use ring::hmac;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use signing::Signer;
use std::{collections::HashMap, io, net::SocketAddr, sync::Arc};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use url::{Url, form_urlencoded};

/// What the provider calls the server under test, and the secret between them.
pub const CLIENT: (&str, &str) = ("agent-ledger", "the secret between us");

/// What is wrong with the tokens that the provider gives out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoiled {
    /// Nothing.
    Not,
    /// Another sign-in's nonce.
    Nonce,
    /// For another program.
    Audience,
    /// Of another provider.
    Issuer,
    /// No signature.
    Unsigned,
    /// Signed with the secret, which is no signature of the provider.
    Hmac,
    /// Signed with the provider's public key as if that were a secret.
    HmacOfPublicKey,
    /// Signed by another key under the same name.
    Key,
    /// Of an hour ago.
    Expired,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone)]
struct Person {
    subject: String,
    email: String,
    /// Claims beside these.
    claims: Value,
}

/// What a code stands for.
struct Grant {
    nonce: String,
    challenge: String,
    redirect: String,
}

struct Inner {
    issuer: String,
    person: Person,
    spoiled: Spoiled,
    signer: Signer,
    grants: HashMap<String, Grant>,
}

/// A provider that ends with its value.
pub struct OidcProvider {
    /// Its address.
    pub issuer: String,
    /// The certificate of its own authority as DER, where it speaks TLS.
    pub certificate: Option<Vec<u8>>,
    inner: Shared,
    task: JoinHandle<()>,
}

/// Connections that speak TLS.
struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            if let Ok((stream, address)) = self.listener.accept().await
                && let Ok(stream) = self.acceptor.accept(stream).await
            {
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

type Shared = Arc<Mutex<Inner>>;

impl OidcProvider {
    /// Starts one that vouches for nobody in particular.
    pub async fn start() -> io::Result<Self> {
        Self::on("http://127.0.0.1", None).await
    }

    /// The same, by TLS, with a certificate that nobody else vouches for.
    pub async fn start_with_tls() -> io::Result<Self> {
        Self::on("https://localhost", Some(tls::fresh()?)).await
    }

    async fn on(host: &str, tls: Option<(Certificate, TlsAcceptor)>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let issuer = format!("{host}:{}", listener.local_addr()?.port());
        let inner = Arc::new(Mutex::new(Inner {
            issuer: issuer.clone(),
            person: Person {
                subject: "nobody".into(),
                email: "nobody@id.example".into(),
                claims: json!({"email_verified": true}),
            },
            spoiled: Spoiled::Not,
            signer: Signer::new(Signing::Es256, 1)?,
            grants: HashMap::new(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(inner.clone());
        let certificate = tls.as_ref().map(|(certificate, _)| certificate.der().to_vec());
        let task = tokio::spawn(async move {
            let _ = match tls {
                Some((_, acceptor)) => axum::serve(TlsListener { listener, acceptor }, router).await,
                None => axum::serve(listener, router).await,
            };
        });
        Ok(Self {
            issuer,
            certificate,
            inner,
            task,
        })
    }

    /// Vouches for somebody from now on.
    pub fn vouch_for(&self, subject: &str, email: &str, verified: bool) {
        self.claim(subject, email, json!({"email_verified": verified}));
    }

    /// Vouches for somebody from now on, with an object of claims beside those that there must be.
    pub fn claim(&self, subject: &str, email: &str, claims: Value) {
        lock(&self.inner).person = Person {
            subject: subject.to_owned(),
            email: email.to_owned(),
            claims,
        };
    }

    /// Gives out other tokens from now on.
    pub fn spoil(&self, spoiled: Spoiled) {
        lock(&self.inner).spoiled = spoiled;
    }

    /// Signs with another key from now on.
    pub fn change_key(&self) -> io::Result<()> {
        let mut inner = lock(&self.inner);
        inner.signer = inner.signer.next()?;
        Ok(())
    }

    /// Signs in another way from now on.
    pub fn sign_by(&self, signing: Signing) -> io::Result<()> {
        lock(&self.inner).signer = Signer::new(signing, 1)?;
        Ok(())
    }

    /// Where a browser is sent that comes with that address; nothing where the address asks for something else.
    pub fn send_back(&self, address: &str) -> Option<String> {
        let url = Url::parse(address).ok()?;
        grant(&self.inner, url.query()?)
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn lock(inner: &Shared) -> MutexGuard<'_, Inner> {
    inner.lock()
}

async fn discovery(State(inner): State<Shared>) -> Json<Value> {
    let issuer = lock(&inner).issuer.clone();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256", "HS256", "none"],
    }))
}

async fn keys(State(inner): State<Shared>) -> Json<Value> {
    Json(json!({"keys": [lock(&inner).signer.jwk()]}))
}

async fn authorize(State(inner): State<Shared>, RawQuery(query): RawQuery) -> Result<Redirect, StatusCode> {
    grant(&inner, &query.unwrap_or_default())
        .map(|address| Redirect::to(&address))
        .ok_or(StatusCode::BAD_REQUEST)
}

fn grant(inner: &Shared, query: &str) -> Option<String> {
    let asked: HashMap<_, _> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let is = |name: &str, value: &str| asked.get(name).is_some_and(|given| given == value);
    let scopes = asked.get("scope")?;
    if !is("client_id", CLIENT.0)
        || !is("response_type", "code")
        || !is("code_challenge_method", "S256")
        || !scopes.split(' ').any(|scope| scope == "openid")
    {
        return None;
    }
    let code = format!("{:032x}", rand::random::<u128>());
    let redirect = asked.get("redirect_uri")?.clone();
    let mut back = Url::parse(&redirect).ok()?;
    back.query_pairs_mut()
        .append_pair("code", &code)
        .append_pair("state", asked.get("state")?);
    let grant = Grant {
        nonce: asked.get("nonce")?.clone(),
        challenge: asked.get("code_challenge")?.clone(),
        redirect,
    };
    lock(inner).grants.insert(code, grant);
    Some(back.into())
}

async fn token(
    State(inner): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, (StatusCode, Json<Value>)> {
    let refused = |error| (StatusCode::BAD_REQUEST, Json(json!({"error": error})));
    if !knows_secret(&headers) {
        return Err(refused("invalid_client"));
    }
    let field = |name| form.get(name).map(String::as_str).unwrap_or_default();
    let mut inner = lock(&inner);
    let verifier = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
    let grant = inner
        .grants
        .remove(field("code"))
        .filter(|grant| grant.challenge == verifier && grant.redirect == field("redirect_uri"))
        .ok_or_else(|| refused("invalid_grant"))?;
    let id_token = id_token(&inner, &grant.nonce).ok_or_else(|| refused("server_error"))?;
    Ok(Json(json!({
        "access_token": "of no use", "token_type": "Bearer", "expires_in": 60, "id_token": id_token,
    })))
}

fn knows_secret(headers: &HeaderMap) -> bool {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let credentials = format!("{}:{}", encoded(CLIENT.0), encoded(CLIENT.1));
    let expected = format!("Basic {}", BASE64_STANDARD.encode(credentials));
    headers
        .get(AUTHORIZATION)
        .is_some_and(|given| given == expected.as_str())
}

fn id_token(inner: &Inner, nonce: &str) -> Option<String> {
    let spoiled = |spoiled, instead: &str, right: &str| {
        if inner.spoiled == spoiled {
            instead.to_owned()
        } else {
            right.to_owned()
        }
    };
    let now = chrono::Utc::now().timestamp();
    let begun = if inner.spoiled == Spoiled::Expired {
        now - 3_600
    } else {
        now
    };
    let mut claims = json!({
        "iss": spoiled(Spoiled::Issuer, "https://other.example", &inner.issuer),
        "aud": spoiled(Spoiled::Audience, "another program", CLIENT.0),
        "nonce": spoiled(Spoiled::Nonce, "another nonce", nonce),
        "sub": inner.person.subject,
        "email": inner.person.email,
        "iat": begun,
        "exp": begun + 300,
    });
    let more = inner.person.claims.as_object()?.clone();
    claims.as_object_mut()?.extend(more);
    let algorithm = match inner.spoiled {
        Spoiled::Unsigned => "none",
        Spoiled::Hmac | Spoiled::HmacOfPublicKey => "HS256",
        _ => inner.signer.algorithm(),
    };
    let header = json!({"typ": "JWT", "alg": algorithm, "kid": inner.signer.name()});
    let encode = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let hmac_by = |secret: &str| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::sign(&key, signed.as_bytes()).as_ref().to_vec()
    };
    let signature = match inner.spoiled {
        Spoiled::Unsigned => Vec::new(),
        Spoiled::Hmac => hmac_by(CLIENT.1),
        Spoiled::HmacOfPublicKey => hmac_by(&inner.signer.public_pem()?),
        Spoiled::Key => inner.signer.next().ok()?.sign(signed.as_bytes())?,
        _ => inner.signer.sign(signed.as_bytes())?,
    };
    Some(format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
}
