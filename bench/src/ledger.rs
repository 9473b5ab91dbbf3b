//! The server under test, on a database of its own, with an agent, a key and a person.

use crate::{client::Client, memory::Memory};
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode, header};
use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const ORGANIZATION: &str = "Bench";
const EMAIL: &str = "bench@example.com";
const PASSWORD: &str = "only-for-this-run";
/// Names the folder that the master key is made in.
const CONFIGURATION: &str = "XDG_CONFIG_HOME";
/// How long a start may take before it counts as failed.
const START: Duration = Duration::from_secs(30);
/// How long a stop may take before the process is killed.
const STOP: Duration = Duration::from_secs(15);

/// A database that the binary made, and what is needed to use it.
pub struct Ledger {
    binary: PathBuf,
    url: String,
    folder: PathBuf,
    /// The one agent.
    pub agent: String,
    key: String,
}

/// A running server. Dropping it ends it.
pub struct Server {
    process: Child,
    address: SocketAddr,
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
        let url = format!("sqlite://{}", folder.join("ledger.db").display());
        Self::create_on(binary, folder, url)
    }

    /// The same on an empty database; the folder is for the master key.
    pub fn create_on(binary: &Path, folder: &Path, url: String) -> Result<Self> {
        let mut ledger = Self {
            binary: binary.to_owned(),
            url,
            folder: folder.to_owned(),
            agent: String::new(),
            key: String::new(),
        };
        let org = ["--org", ORGANIZATION];
        ledger.command(
            &[
                &[
                    "user",
                    "add",
                    "--email",
                    EMAIL,
                    "--role",
                    "owner",
                    "--password-stdin",
                ],
                &org[..],
            ]
            .concat(),
            PASSWORD,
        )?;
        ledger.agent = ledger.command(&[&["agent", "create", "--name", "Bench"], &org[..]].concat(), "")?;
        let key = ["key", "create", "--name", "Bench", "--scopes", "record,read"];
        ledger.key = ledger.command(&[&key, &org[..]].concat(), "")?;
        Ok(ledger)
    }

    fn command(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut process = Command::new(&self.binary)
            .args(arguments)
            .args(["--database-url", &self.url])
            .env(CONFIGURATION, &self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        if let Some(mut stdin) = process.stdin.take() {
            stdin.write_all(input.as_bytes())?;
        }
        let output = process.wait_with_output()?;
        ensure!(
            output.status.success(),
            "`agent-ledger {}` failed",
            arguments.join(" ")
        );
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts the server on a free port and waits for its first answer.
    pub async fn serve(&self) -> Result<Server> {
        // Free a moment ago; only another program of this machine could take it before the server does.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begin = Instant::now();
        let process = Command::new(&self.binary)
            .args([
                "serve",
                "--log",
                "warn",
                "--addr",
                &address.to_string(),
                "--database-url",
                &self.url,
            ])
            .current_dir(&self.folder)
            .env(CONFIGURATION, &self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        let mut server = Server {
            process,
            address,
            key: self.key.clone(),
            start: Duration::ZERO,
        };
        while !server.answers().await {
            if let Some(status) = server.process.try_wait()? {
                bail!("the server ended with {status}");
            }
            ensure!(
                begin.elapsed() < START,
                "the server did not answer within {START:?}"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        server.start = begin.elapsed();
        Ok(server)
    }

    /// Has executions kept for 90 days from now on.
    pub fn keep_90_days(&self) -> Result<()> {
        let arguments = ["retention", "--org", ORGANIZATION, "--plan", "standard"];
        self.command(&arguments, "").map(drop)
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
        for file in std::fs::read_dir(&self.folder)? {
            let file = file?;
            if file.file_name().to_string_lossy().starts_with("ledger.db") {
                bytes += file.metadata()?.len();
            }
        }
        Ok(bytes)
    }
}

impl Server {
    async fn answers(&self) -> bool {
        let Ok(mut client) = Client::connect(self.address, &[]).await else {
            return false;
        };
        client.get("/healthz").await.is_ok()
    }

    /// A connection that calls the API with the key.
    pub async fn api(&self) -> Result<Client> {
        self.connection().open().await
    }

    /// What another thread needs to call the API with the key.
    pub fn connection(&self) -> Connection {
        Connection {
            address: self.address,
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
        Client::connect(self.address, &headers).await
    }

    /// A connection that asks for pages as a browser does, signed in.
    pub async fn browser(&self) -> Result<Client> {
        let cookie = self.sign_in().await?;
        Client::connect(self.address, &[("cookie", &cookie), ("accept", "text/html")]).await
    }

    /// A connection on which a page of somebody who is signed in calls the server's functions.
    pub async fn page(&self) -> Result<Client> {
        let cookie = self.sign_in().await?;
        let headers = [
            ("cookie", cookie.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        Client::connect(self.address, &headers).await
    }

    /// Signs the one person in; answers the session's cookie, name and value.
    pub async fn sign_in(&self) -> Result<String> {
        let form = format!("email={}&password={PASSWORD}", EMAIL.replace('@', "%40"));
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        let mut client = Client::connect(self.address, &headers).await?;
        let answer = client
            .call(Method::POST, "/auth/sign-in", Bytes::from(form))
            .await?;
        ensure!(
            answer.status == StatusCode::SEE_OTHER,
            "sign-in answered {}",
            answer.status
        );
        let cookie = answer
            .headers
            .get(header::SET_COOKIE)
            .and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next());
        Ok(cookie.context("sign-in set no cookie")?.to_owned())
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The key that records and reads.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A connection that accepts brotli.
    pub async fn browser_with_brotli(&self) -> Result<Client> {
        Client::connect(self.address, &[("accept-encoding", "br")]).await
    }

    /// Memory of the process.
    pub fn memory(&self) -> Result<Memory> {
        Memory::of(self.process.id())
    }

    /// Stops it as a service manager does, and waits.
    pub async fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()?;
        ensure!(asked.success(), "cannot ask the server to stop");
        let begin = Instant::now();
        while self.process.try_wait()?.is_none() {
            ensure!(begin.elapsed() < STOP, "the server did not stop within {STOP:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
