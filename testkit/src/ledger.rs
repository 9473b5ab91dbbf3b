//! The built binary on a database of its own: its command line and its server.

use crate::{Client, Memory};
use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode, header};
use std::{
    env,
    ffi::OsString,
    io::Write,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// Names the folder that the master key is made in.
const CONFIGURATION: &str = "XDG_CONFIG_HOME";
/// What the names of the binary's own variables begin with.
const VARIABLES: &str = "AGENT_LEDGER_";
/// How long a start may take before it counts as failed.
const START: Duration = Duration::from_secs(30);
/// How long a stop may take before the process is killed.
const STOP: Duration = Duration::from_secs(15);

/// A binary, and the database that it works on.
pub struct Ledger {
    binary: PathBuf,
    folder: PathBuf,
    url: String,
}

/// A running server. Dropping it ends it.
pub struct Server {
    process: Child,
    address: SocketAddr,
    began: Instant,
    /// From the start of the process to its first answer.
    pub start: Duration,
}

impl Ledger {
    /// On a SQLite file in the folder.
    pub fn on_sqlite(binary: &Path, folder: &Path) -> Self {
        let url = format!("sqlite://{}", folder.join("ledger.db").display());
        Self::on(binary, folder, url)
    }

    /// On the database of that URL; the folder is for the master key.
    pub fn on(binary: &Path, folder: &Path, url: String) -> Self {
        Self {
            binary: binary.to_owned(),
            folder: folder.to_owned(),
            url,
        }
    }

    /// Where the files are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a command to its end and returns what it answers, without the line's end.
    pub fn command(&self, arguments: &[&str], input: &str) -> Result<String> {
        let mut process = self
            .program(&[])
            .args(arguments)
            .args(["--database-url", &self.url])
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

    /// Starts a command and does not wait for it. What it says goes nowhere.
    pub fn begin(&self, arguments: &[&str]) -> Result<Child> {
        self.program(&[])
            .args(arguments)
            .args(["--database-url", &self.url])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot run {}", self.binary.display()))
    }

    /// Adds a person, and the organization where there is none of that name.
    pub fn add_user(&self, organization: &str, email: &str, role: &str, password: &str) -> Result<()> {
        let person = [
            "user",
            "add",
            "--email",
            email,
            "--role",
            role,
            "--password-stdin",
        ];
        self.command(&[&person[..], &["--org", organization]].concat(), password)
            .map(drop)
    }

    /// Makes an agent and returns its id.
    pub fn create_agent(&self, organization: &str, name: &str) -> Result<String> {
        self.command(&["agent", "create", "--name", name, "--org", organization], "")
    }

    /// Makes an API key with those scopes, with commas between, and returns it.
    pub fn create_key(&self, organization: &str, name: &str, scopes: &str) -> Result<String> {
        let key = ["key", "create", "--name", name, "--scopes", scopes];
        self.command(&[&key[..], &["--org", organization]].concat(), "")
    }

    /// Starts the server on a free port and waits for its first answer.
    pub async fn serve(&self) -> Result<Server> {
        self.serve_by(&[], Stdio::inherit()).await
    }

    /// The same through a program that becomes the server: the words of `launcher` come before those of the server's
    /// call. What the server says on its standard error goes to `log`.
    pub async fn serve_by(&self, launcher: &[OsString], log: Stdio) -> Result<Server> {
        let mut server = self.start_by(launcher, log)?;
        server.until_it_answers().await?;
        Ok(server)
    }

    /// Starts the server on a free port and does not wait for it. What it says on its standard error goes to `log`.
    pub fn start(&self, log: Stdio) -> Result<Server> {
        self.start_by(&[], log)
    }

    fn start_by(&self, launcher: &[OsString], log: Stdio) -> Result<Server> {
        // Free a moment ago; only another program of this machine could take it before the server does.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let began = Instant::now();
        let process = self
            .program(launcher)
            .args(["serve", "--log", "warn"])
            .args(["--addr", &address.to_string(), "--database-url", &self.url])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot run {}", self.binary.display()))?;
        Ok(Server {
            process,
            address,
            began,
            start: Duration::ZERO,
        })
    }

    /// The program in its folder, whatever the caller's variables say of it.
    fn program(&self, launcher: &[OsString]) -> Command {
        let mut command = match launcher {
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(&self.binary);
                command
            }
            [] => Command::new(&self.binary),
        };
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with(VARIABLES) {
                command.env_remove(name);
            }
        }
        command.current_dir(&self.folder).env(CONFIGURATION, &self.folder);
        command
    }
}

impl Server {
    /// Waits for the first answer of a server that was started.
    pub async fn until_it_answers(&mut self) -> Result<()> {
        while !self.answers().await {
            if let Some(status) = self.ended()? {
                bail!("the server ended with {status}");
            }
            ensure!(
                self.began.elapsed() < START,
                "the server did not answer within {START:?}"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.start = self.began.elapsed();
        Ok(())
    }

    async fn answers(&self) -> bool {
        let Ok(mut client) = Client::connect(self.address, &[]).await else {
            return false;
        };
        client.get("/healthz").await.is_ok()
    }

    /// Where it answers.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Number of its process.
    pub fn process(&self) -> u32 {
        self.process.id()
    }

    /// How it ended, if it has.
    pub fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.process.try_wait()?)
    }

    /// Signs a person in as the page does; answers the session's cookie, name and value.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<String> {
        let form = format!("email={}&password={password}", email.replace('@', "%40"));
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

    /// Memory of the process.
    pub fn memory(&self) -> Result<Memory> {
        Memory::of(self.process.id())
    }

    /// Ends it at once, as a power loss would.
    pub fn kill(&mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }

    /// Stops it as a service manager does, and waits.
    pub async fn stop(mut self) -> Result<()> {
        let asked = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()?;
        ensure!(asked.success(), "cannot ask the server to stop");
        let begin = Instant::now();
        while self.ended()?.is_none() {
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
