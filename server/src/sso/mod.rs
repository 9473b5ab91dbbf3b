//! Single sign-on: one OpenID Connect provider for the whole installation, by the authorization code flow with PKCE.

mod http;

use axum::http::HeaderValue;
use domain::Role;
use http::{Http, HttpError};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, SignatureVerificationError, TokenResponse,
    core::{CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreJwsSigningAlgorithm, CoreProviderMetadata},
};
use service::Provisioning;
use std::{
    fmt,
    pin::Pin,
    time::{Duration, Instant},
};
use tokio::sync::Mutex;

/// Where the provider sends people back to, on this server.
pub const CALLBACK: &str = "/auth/sso/callback";
/// How long what the provider says of itself is believed.
const MEMORY: Duration = Duration::from_secs(3_600);

/// The longest name that a provider may give somebody, in bytes: OpenID Connect Core 1.0, section 2, `sub`.
const MAX_SUBJECT: usize = 255;

/// Signatures that are believed.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 2] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
];

/// How the provider is called and what it is believed. `Debug` is not derived: the secret stays out of logs.
pub struct SsoSettings {
    /// Address of the provider: `https://`, or `http://` on this machine.
    pub issuer: IssuerUrl,
    /// What the provider calls this server.
    pub client_id: ClientId,
    /// What this server shows the provider, where it has a secret.
    pub client_secret: Option<ClientSecret>,
    /// What people call the provider.
    pub name: String,
    /// Where people reach this server, without a `/` at its end.
    pub public_url: String,
    /// Where whom the provider vouches for joins without an invitation, and as what.
    pub provisioning: Option<(String, Role)>,
    /// An authority of certificates beside the system's, as DER, where a test has its own.
    pub authority: Option<Vec<u8>>,
}

/// Why somebody was not signed in, for the log: without tokens, codes or addresses.
#[derive(Debug, thiserror::Error)]
pub enum SsoError {
    /// The provider cannot be asked.
    #[error("the provider cannot be asked: {0}")]
    Provider(String),
    /// The provider gave no token for the code.
    #[error("the provider gave no token: {0}")]
    Token(String),
    /// The provider's word is not believed.
    #[error("the provider's token is not believed: {0}")]
    Claims(String),
}

/// Somebody, as the provider says.
pub struct Claims {
    /// The provider's name for the person.
    pub subject: String,
    /// The person's address, where the provider has verified it.
    pub email: Option<String>,
}

/// What a browser keeps while the person is at the provider. `Debug` is not derived: it stays out of logs.
pub struct Attempt {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the token.
    pub nonce: String,
    /// Shows the provider that the one who comes back is the one who began.
    pub verifier: String,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

type Call = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>;

/// The provider.
pub struct Sso {
    settings: SsoSettings,
    redirect: RedirectUrl,
    http: Http,
    metadata: Mutex<Option<(Instant, CoreProviderMetadata)>>,
}

impl Sso {
    /// Asks nobody yet: the provider may be started later.
    pub fn new(mut settings: SsoSettings) -> Result<Self, SsoError> {
        let provider = |error: &dyn fmt::Display| SsoError::Provider(error.to_string());
        let redirect = RedirectUrl::new(format!("{}{CALLBACK}", settings.public_url))
            .map_err(|error| provider(&error))?;
        Ok(Self {
            redirect,
            http: Http::new(settings.authority.take()).map_err(|error| provider(&error))?,
            metadata: Mutex::default(),
            settings,
        })
    }

    /// Address of the provider.
    pub fn issuer(&self) -> &str {
        self.settings.issuer.as_str()
    }

    /// What people call the provider.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Where whom the provider vouches for joins without an invitation, and as what.
    pub fn provisioning(&self) -> Option<Provisioning<'_>> {
        let (organization, role) = self.settings.provisioning.as_ref()?;
        Some(Provisioning {
            organization,
            role: *role,
        })
    }

    /// Where the browser goes, and what it keeps meanwhile.
    pub async fn begin(&self) -> Result<(HeaderValue, Attempt), SsoError> {
        let client = self.client(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        let location = HeaderValue::try_from(url.as_str())
            .map_err(|_| SsoError::Provider("its address makes no sense".to_owned()))?;
        let attempt = Attempt {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
        };
        Ok((location, attempt))
    }

    /// Who came back with that code.
    pub async fn finish(&self, attempt: Attempt, code: String) -> Result<Claims, SsoError> {
        let client = self.client(false).await?;
        let call = self.caller();
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| SsoError::Token(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier))
            .request_async(&call)
            .await
            .map_err(|error| SsoError::Token(error.to_string()))?;
        let token = answer
            .id_token()
            .ok_or_else(|| SsoError::Token("there is no id token".to_owned()))?;
        let nonce = Nonce::new(attempt.nonce);
        match claims(&client, token, &nonce) {
            // The provider may sign with a newer key than those that are remembered.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => claims(&self.client(true).await?, token, &nonce),
            checked => checked,
        }
        .map_err(|error| SsoError::Claims(error.to_string()))
    }

    /// Makes calls. Each owns what it needs: one that borrowed it could not wait on another thread.
    fn caller(&self) -> impl Fn(HttpRequest) -> Call + use<> {
        let http = self.http.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { http.send(request).await })
        }
    }

    /// Talks to the provider by what it says of itself, asked anew where that is old or `fresh` is wanted.
    async fn client(&self, fresh: bool) -> Result<Client, SsoError> {
        let mut known = self.metadata.lock().await;
        let metadata = match &*known {
            Some((at, metadata)) if !fresh && at.elapsed() < MEMORY => metadata.clone(),
            _ => {
                let call = self.caller();
                let issuer = self.settings.issuer.clone();
                let metadata = CoreProviderMetadata::discover_async(issuer, &call)
                    .await
                    .map_err(|error| SsoError::Provider(tell(&error)))?;
                *known = Some((Instant::now(), metadata.clone()));
                metadata
            }
        };
        let (id, secret) = (
            self.settings.client_id.clone(),
            self.settings.client_secret.clone(),
        );
        Ok(CoreClient::from_provider_metadata(metadata, id, secret).set_redirect_uri(self.redirect.clone()))
    }
}

fn claims(client: &Client, token: &CoreIdToken, nonce: &Nonce) -> Result<Claims, ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let claims = token.claims(&verifier, nonce)?;
    let verified = claims.email_verified() == Some(true);
    let subject = claims.subject().to_string();
    if subject.len() > MAX_SUBJECT || subject.contains(char::is_control) {
        return Err(ClaimsVerificationError::InvalidSubject(
            "longer than 255 bytes, or with control characters".to_owned(),
        ));
    }
    Ok(Claims {
        subject,
        email: claims.email().filter(|_| verified).map(|email| email.to_string()),
    })
}

/// An error with what lies behind it.
fn tell(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", tell(source)),
        None => error.to_string(),
    }
}
