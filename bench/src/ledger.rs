//! The server under test, on a database of its own, with an agent, a key and a person.

use anyhow::Result;
use std::{net::SocketAddr, path::Path, time::Duration};
use testkit::{Client, Memory};

const ORGANIZATION: &str = "Bench";
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "only-for-this-run";

/// A database that the binary made, and what is needed to use it.
pub struct Ledger {
    ledger: testkit::Ledger,
    /// The one agent.
    pub agent: String,
    key: String,
}

/// A running server. Dropping it ends it.
pub struct Server {
    server: testkit::Server,
    key: String,
    /// From the start of the process to its first answer.
    pub start: Duration,
}

/// What is needed to call the API from another thread.
#[derive(Clone)]
pub struct Connection {
    address: SocketAddr,
    key: String,
}

impl Connection {
    /// Connects.
    pub async fn open(&self) -> Result<Client> {
        Client::connect(
            self.address,
            &[("authorization", &format!("Bearer {}", self.key))],
        )
        .await
    }
}

impl Ledger {
    /// Makes organization, person, agent and key with the binary's own command line, on a SQLite file.
    pub fn create(binary: &Path, folder: &Path) -> Result<Self> {
        Self::fill(testkit::Ledger::on_sqlite(binary, folder))
    }

    /// The same on an empty database; the folder is for the master key.
    pub fn create_on(binary: &Path, folder: &Path, url: String) -> Result<Self> {
        Self::fill(testkit::Ledger::on(binary, folder, url))
    }

    fn fill(ledger: testkit::Ledger) -> Result<Self> {
        ledger.add_user(ORGANIZATION, EMAIL, "owner", PASSWORD)?;
        Ok(Self {
            agent: ledger.create_agent(ORGANIZATION, "Bench")?,
            key: ledger.create_key(ORGANIZATION, "Bench", "record,read")?,
            ledger,
        })
    }

    /// Starts the server on a free port and waits for its first answer.
    pub async fn serve(&self) -> Result<Server> {
        let server = self.ledger.serve().await?;
        Ok(Server {
            start: server.start,
            server,
            key: self.key.clone(),
        })
    }

    /// Has executions kept for 90 days from now on.
    pub fn keep_90_days(&self) -> Result<()> {
        let arguments = ["retention", "--org", ORGANIZATION, "--plan", "standard"];
        self.ledger.command(&arguments, "").map(drop)
    }

    /// Path of the agent's executions in the API.
    pub fn executions(&self) -> String {
        format!("/api/agents/{}/executions", self.agent)
    }

    /// Path of the page of the agent's executions.
    pub fn page(&self) -> String {
        format!("/agents/{}/executions", self.agent)
    }

    /// Bytes of the database's files.
    pub fn bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for file in std::fs::read_dir(self.ledger.folder())? {
            let file = file?;
            if file.file_name().to_string_lossy().starts_with("ledger.db") {
                bytes += file.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

impl Server {
    /// A connection that calls the API with the key.
    pub async fn api(&self) -> Result<Client> {
        self.connection().open().await
    }

    /// What another thread needs to call the API with the key.
    pub fn connection(&self) -> Connection {
        Connection {
            address: self.server.address(),
            key: self.key.clone(),
        }
    }

    /// A connection that records NDJSON with the key.
    pub async fn recorder(&self) -> Result<Client> {
        let bearer = format!("Bearer {}", self.key);
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/x-ndjson"),
        ];
        Client::connect(self.server.address(), &headers).await
    }

    /// A connection that asks for pages as a browser does, signed in.
    pub async fn browser(&self) -> Result<Client> {
        let cookie = self.sign_in().await?;
        let headers = [("cookie", cookie.as_str()), ("accept", "text/html")];
        Client::connect(self.server.address(), &headers).await
    }

    /// A connection on which a page of somebody who is signed in calls the server's functions.
    pub async fn page(&self) -> Result<Client> {
        let cookie = self.sign_in().await?;
        let headers = [
            ("cookie", cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        Client::connect(self.server.address(), &headers).await
    }

    /// Signs the one person in; answers the session's cookie, name and value.
    pub async fn sign_in(&self) -> Result<String> {
        self.server.sign_in(EMAIL, PASSWORD).await
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The key that records and reads.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A connection that accepts brotli.
    pub async fn browser_with_brotli(&self) -> Result<Client> {
        Client::connect(self.server.address(), &[("accept-encoding", "br")]).await
    }

    /// Memory of the process.
    pub fn memory(&self) -> Result<Memory> {
        self.server.memory()
    }

    /// Stops it as a service manager does, and waits.
    pub async fn stop(self) -> Result<()> {
        self.server.stop().await
    }
}
