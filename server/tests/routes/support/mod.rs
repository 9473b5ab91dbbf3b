//! A server for one test, the personas who talk to it, and answers that can be compared.

mod answer;
mod client;
mod events;
pub mod raw;
mod redact;
pub mod tls;
pub mod told;

pub use answer::Answer;
pub use client::Client;
pub use events::EventStream;

use chrono::TimeDelta;
use domain::{OrganizationId, Role, Scopes, SessionOrigin, UserId};
use server::{
    http::router,
    limits::Limits,
    sso::Sso,
    state::{AppState, Options},
};
use service::{
    DemoSignIn, Service, hash_password,
    mail::{Mailer, Sender, Smtp},
    tasks,
};
use std::sync::LazyLock;
use store::token::Token;
use store::{LinkPurpose, Store};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub const EMAIL: &str = "ada@acme.example";
pub const PASSWORD: &str = "correct horse battery";
/// Where people reach a server that sends letters.
pub const PUBLIC_URL: &str = "https://ledger.acme.example";

/// Computed once: hashing is slow on purpose.
static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| hash_password(PASSWORD).unwrap());

/// Made once: it reads the system's certificate authorities. It reaches 127.0.0.2, which stands for what an operator opened.
static OUTBOUND: LazyLock<provider::outbound::Client> = LazyLock::new(|| {
    let opened = provider::outbound::Networks::new(["127.0.0.2/32".parse().unwrap()]);
    provider::outbound::Client::new(opened, provider::outbound::CONNECT_TIMEOUT).unwrap()
});

/// A server with the organization "Acme", its owner and one agent.
pub struct TestApp {
    pub store: Store,
    pub organization: OrganizationId,
    pub owner: UserId,
    /// Id of the agent "Support".
    pub agent: String,
    pub state: AppState,
    router: axum::Router,
    folder: TempDir,
}

impl TestApp {
    /// A server on which Acme works already.
    pub async fn start() -> Self {
        Self::build(false, Options::default()).await
    }

    /// The same, with a proxy in front that speaks TLS.
    pub async fn start_behind_tls() -> Self {
        let options = Options {
            secure_cookies: true,
            ..Options::default()
        };
        Self::build(false, options).await
    }

    /// A server on which the owner signs in with the link's token `demo`, again and again.
    pub async fn start_demo() -> Self {
        Self::build(true, Options::default()).await
    }

    /// A server that sends letters by that mail server, and knows where people reach it.
    pub async fn start_with_mail(smtp: Smtp) -> Self {
        let (store, folder) = fresh_store().await;
        let sender = Sender {
            smtp,
            from: "Agent Ledger <ledger@acme.example>".parse().unwrap(),
            public_url: PUBLIC_URL.to_owned(),
        };
        let service = Service::new(store, Some(Mailer::new(sender)));
        work(&service);
        let options = Options {
            public_url: Some(PUBLIC_URL.to_owned()),
            ..Options::default()
        };
        Self::on(service, folder, false, options).await
    }

    /// A server that is told where people reach it.
    pub async fn start_at(public_url: &str) -> Self {
        let options = Options {
            public_url: Some(public_url.to_owned()),
            ..Options::default()
        };
        Self::build(false, options).await
    }

    /// A server on which people may sign in by that provider.
    pub async fn start_with_sso(sso: Sso) -> Self {
        let options = Options {
            sso: Some(sso),
            ..Options::default()
        };
        Self::build(false, options).await
    }

    /// A server of other bounds.
    pub async fn start_within(limits: Limits) -> Self {
        let options = Options {
            limits,
            ..Options::default()
        };
        Self::build(false, options).await
    }

    async fn build(demo: bool, options: Options) -> Self {
        let (store, folder) = fresh_store().await;
        let service = Service::new(store, None).calling_by(OUTBOUND.clone());
        Self::on(service, folder, demo, options).await
    }

    async fn on(service: Service, folder: TempDir, demo: bool, options: Options) -> Self {
        let store = service.store.clone();
        let now = chrono::Utc::now();
        let organization = store.ensure_organization("Acme", now).await.unwrap().id;
        let owner = store
            .add_user(organization, EMAIL, Role::Owner, &PASSWORD_HASH, now)
            .await
            .unwrap()
            .id;
        let agent = store
            .create_agent(organization, "Support", now)
            .await
            .unwrap()
            .agent_id;
        let options = Options {
            demo: demo.then(|| DemoSignIn {
                token: store::token::hash("demo"),
                user: owner.clone(),
                organization,
            }),
            ..options
        };
        let state = AppState::new(service, options);
        Self {
            router: router(state.clone()),
            state,
            store,
            organization,
            owner,
            agent: agent.to_string(),
            folder,
        }
    }

    /// Has tasks worked on, for as long as the test runs.
    pub fn work(&self) {
        work(&self.service());
    }

    /// The use cases, without letters.
    pub fn service(&self) -> Service {
        Service::new(self.store.clone(), None)
    }

    /// Nobody.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// A program with a key of these scopes, in the agent's organization.
    pub async fn key(&self, scopes: &str) -> Client {
        self.key_of(self.organization, scopes).await
    }

    /// A program of another organization, with every scope.
    pub async fn stranger(&self) -> Client {
        let other = self
            .store
            .ensure_organization("Globex", chrono::Utc::now())
            .await
            .unwrap();
        self.key_of(other.id, "record,read,execute,admin").await
    }

    async fn key_of(&self, organization: OrganizationId, scopes: &str) -> Client {
        let bearer = self.bearer_of(organization, scopes).await;
        self.anonymous().with("authorization", &bearer)
    }

    /// What a program with a key of these scopes sends as `Authorization`.
    pub async fn bearer(&self, scopes: &str) -> String {
        self.bearer_of(self.organization, scopes).await
    }

    async fn bearer_of(&self, organization: OrganizationId, scopes: &str) -> String {
        let scopes: Scopes = scopes.parse().unwrap();
        let (_, token) = self
            .store
            .create_api_key(organization, "Test", &scopes, chrono::Utc::now())
            .await
            .unwrap();
        format!("Bearer {}", token.reveal())
    }

    /// The owner in a browser, on one of our pages.
    pub async fn owner(&self) -> Client {
        self.person(&self.owner).await
    }

    /// Somebody of another role in a browser, on one of our pages.
    pub async fn colleague(&self, role: Role) -> Client {
        let email = format!("{}@acme.example", role.as_str());
        let user = self
            .store
            .add_user(
                self.organization,
                &email,
                role,
                &PASSWORD_HASH,
                chrono::Utc::now(),
            )
            .await
            .unwrap();
        self.person(&user.id).await
    }

    async fn person(&self, user: &UserId) -> Client {
        let (token, now) = (Token::fresh(), chrono::Utc::now());
        let name = match self.state.secure_cookies {
            true => "__Host-al_session",
            false => "al_session",
        };
        self.store
            .create_session(
                &token.hash(),
                user,
                self.organization,
                &SessionOrigin::default(),
                now,
                now + chrono::Duration::hours(1),
            )
            .await
            .unwrap();
        self.anonymous()
            .with("cookie", &format!("theme=dark; {name}={}", token.reveal()))
            .with("sec-fetch-site", "same-origin")
    }

    /// Where the database is.
    pub fn database_url(&self) -> String {
        url(&self.folder)
    }

    /// The agent's executions.
    pub fn executions(&self) -> String {
        format!("/api/agents/{}/executions", self.agent)
    }

    /// The agent's event stream.
    pub fn events(&self) -> String {
        format!("{}/events", self.executions())
    }

    /// Another store on the same database, as another process has one.
    pub async fn other_store(&self) -> Store {
        open(&self.folder).await
    }

    /// One of the agent's executions.
    pub fn execution(&self, id: &str) -> String {
        format!("{}/{id}", self.executions())
    }
}

/// A server on which nobody can sign in yet, and the token of its set-up link.
pub async fn empty_server() -> (Client, Store, String, TempDir) {
    let (store, folder) = fresh_store().await;
    let token = Token::fresh();
    let expires_at = chrono::Utc::now() + chrono::Duration::hours(1);
    store
        .create_link(&token.hash(), LinkPurpose::SetUp, None, expires_at)
        .await
        .unwrap();
    let client = Client::new(router(AppState::new(
        Service::new(store.clone(), None),
        Options::default(),
    )));
    (client, store, token.reveal().to_owned(), folder)
}

async fn fresh_store() -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (open(&folder).await, folder)
}

async fn open(folder: &TempDir) -> Store {
    Store::open(&url(folder), testkit::MASTER_KEY).await.unwrap()
}

fn url(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("test.db").display())
}

/// Has tasks worked on, for as long as the test runs.
fn work(service: &Service) {
    let settings = tasks::Settings {
        abandon_after: TimeDelta::minutes(15),
    };
    tokio::spawn(tasks::run(service.clone(), settings, CancellationToken::new()));
}
