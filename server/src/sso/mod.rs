//! Single sign-on: one OpenID Connect provider for the whole installation, by the authorization code flow with PKCE.

mod http;
mod token;

use crate::clock;
use axum::http::HeaderValue;
use domain::Role;
use http::{Http, HttpError};
use oauth2::{
    StandardRevocableToken, StandardTokenResponse,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata},
};
use serde::{Deserialize, Serialize};
use service::Provisioning;
use std::{
    fmt,
    pin::Pin,
    time::{Duration, Instant},
};
use token::{Expected, TokenError};
use tokio::sync::Mutex;

/// Where the provider sends people back to, on this server.
pub const CALLBACK: &str = "/auth/sso/callback";
/// How long what the provider says of itself is believed.
const MEMORY: Duration = Duration::from_secs(3_600);

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
    /// Whether addresses count as verified of which the provider does not say whether they are.
    pub trust_email: bool,
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
    Claims(TokenError),
}

/// Somebody, as the provider says.
pub struct Claims {
    /// The provider's name for the person.
    pub subject: String,
    /// The person's address, where the provider has verified it, or is trusted with addresses.
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

/// What the provider gives for a code. The ID token is kept as it came.
#[derive(Debug, Serialize, Deserialize)]
struct Given {
    id_token: Option<String>,
}

impl oauth2::ExtraTokenFields for Given {}

type CodeClient = oauth2::Client<
    BasicErrorResponse,
    StandardTokenResponse<Given, BasicTokenType>,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
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
        let (id, secret) = self.own();
        let metadata = self.metadata(false).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = CoreClient::from_provider_metadata(metadata, id, secret)
            .set_redirect_uri(self.redirect.clone())
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
        let metadata = self.metadata(false).await?;
        let token = self.id_token(&metadata, attempt.verifier, code).await?;
        let claims = match self.believed(&token, &attempt.nonce, &metadata) {
            // The provider may sign with a newer key than those that are remembered.
            Err(TokenError::Signature) => self.believed(&token, &attempt.nonce, &self.metadata(true).await?),
            checked => checked,
        }
        .map_err(SsoError::Claims)?;
        let is_verified = claims.email_verified.unwrap_or(self.settings.trust_email);
        if claims.email.is_some() && claims.email_verified.is_none() && !is_verified {
            tracing::warn!(
                "the provider does not say whether it has verified an e-mail address (email_verified), so by that nobody \
                 is known; if people cannot choose their own address there, start the server with --oidc-trust-email"
            );
        }
        Ok(Claims {
            subject: claims.subject,
            email: claims.email.filter(|_| is_verified),
        })
    }

    fn believed(
        &self,
        token: &str,
        nonce: &str,
        metadata: &CoreProviderMetadata,
    ) -> Result<token::Claims, TokenError> {
        let expected = Expected {
            keys: metadata.jwks().keys(),
            issuer: self.issuer(),
            client_id: &self.settings.client_id,
            nonce,
            now: clock::now().timestamp(),
        };
        token::believed(token, &expected)
    }

    /// The ID token that the provider gives for a code, as it came.
    async fn id_token(
        &self,
        metadata: &CoreProviderMetadata,
        verifier: String,
        code: String,
    ) -> Result<String, SsoError> {
        let none = || SsoError::Token("there is no id token".to_owned());
        let (id, secret) = self.own();
        let address = metadata.token_endpoint().ok_or_else(none)?;
        let mut client = CodeClient::new(id)
            .set_token_uri(address.clone())
            .set_redirect_uri(self.redirect.clone());
        if let Some(secret) = secret {
            client = client.set_client_secret(secret);
        }
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(verifier))
            .request_async(&self.caller())
            .await
            .map_err(|error| SsoError::Token(error.to_string()))?;
        answer.extra_fields().id_token.clone().ok_or_else(none)
    }

    /// What this server is called by the provider, and shows it.
    fn own(&self) -> (ClientId, Option<ClientSecret>) {
        (
            self.settings.client_id.clone(),
            self.settings.client_secret.clone(),
        )
    }

    /// Makes calls. Each owns what it needs: one that borrowed it could not wait on another thread.
    fn caller(&self) -> impl Fn(HttpRequest) -> Call + use<> {
        let http = self.http.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { http.send(request).await })
        }
    }

    /// What the provider says of itself, asked anew where that is old or `fresh` is wanted.
    async fn metadata(&self, fresh: bool) -> Result<CoreProviderMetadata, SsoError> {
        let mut known = self.metadata.lock().await;
        if let Some((at, metadata)) = &*known
            && !fresh
            && at.elapsed() < MEMORY
        {
            return Ok(metadata.clone());
        }
        let issuer = self.settings.issuer.clone();
        let metadata = CoreProviderMetadata::discover_async(issuer, &self.caller())
            .await
            .map_err(|error| SsoError::Provider(tell(&error)))?;
        *known = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }
}

/// An error with what lies behind it.
fn tell(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", tell(source)),
        None => error.to_string(),
    }
}
