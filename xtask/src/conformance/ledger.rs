//! A server on a fresh database with an organization in which there is something to be found.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::workspace::Workspace;

const ORGANIZATION: &str = "Conformance";
const EMAIL: &str = "owner@example.com";
const PASSWORD: &str = "a password for nobody";
/// Base64 of 32 bytes.
const MASTER_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// How many executions there are; every third one still runs.
const EXECUTIONS: usize = 60;
/// How long the server may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; dropping it ends it.
pub struct Ledger {
    folder: PathBuf,
    server: Child,
    /// Where it answers: `http://127.0.0.1:…`.
    pub address: String,
    /// The cookie of the organization's owner.
    pub session: String,
    /// Keys by what they may do.
    pub keys: Keys,
    agents: Vec<String>,
    spare_keys: Vec<String>,
}

/// API keys that are not revoked meanwhile.
pub struct Keys {
    /// With every scope.
    pub all: String,
    /// That records.
    pub record: String,
    /// That reads.
    pub read: String,
}

impl Ledger {
    /// Fills a database and serves it: a SQLite file, or one on the PostgreSQL of that superuser's URL.
    pub fn start(workspace: &Workspace, binary: &Path, postgres: Option<&str>) -> Result<Self> {
        let folder = workspace.own_target("xtask/conformance");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let database = match postgres {
            Some(url) => fresh_database(url)?,
            None => format!("sqlite://{}", folder.join("ledger.db").display()),
        };
        let program = || program(binary, &folder, &database);
        let answer = |arguments: &[&str]| {
            let text = process::output(program().args(arguments).args(["--org", ORGANIZATION]))?;
            anyhow::Ok(text.trim().to_owned())
        };

        add_owner(&mut program())?;
        let agents = ["Copywriter", "Triage"].map(|name| answer(&["agent", "create", "--name", name]));
        let agents = agents.into_iter().collect::<Result<Vec<_>>>()?;
        let key = |scopes| answer(&["key", "create", "--name", scopes, "--scopes", scopes]);
        let keys = Keys {
            all: key("record,read,execute,admin")?,
            record: key("record")?,
            read: key("read")?,
        };
        let spare_keys = (0..8)
            .map(|_| Ok(public_half(&key("read")?)))
            .collect::<Result<_>>()?;
        let file = folder.join("executions.ndjson");
        fs::write(&file, executions())?;
        for agent in agents.iter().take(1) {
            answer(&["import", "--agent", agent, &file.display().to_string()])?;
        }

        let log = folder.join("server.log");
        let server = program()
            .args(["serve", "--addr", "127.0.0.1:0"])
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .spawn()
            .context("cannot start the server")?;
        let mut ledger = Self {
            folder,
            server,
            address: String::new(),
            session: String::new(),
            keys,
            agents,
            spare_keys,
        };
        ledger.address = address(&log)?;
        ledger.session = sign_in(&ledger.address)?;
        Ok(ledger)
    }

    /// The folder of everything that it leaves behind.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What there is to be found, as variables for conformance/ledger.py.
    pub fn known(&self) -> [(&'static str, String); 6] {
        let in_use = [&self.keys.all, &self.keys.record, &self.keys.read].map(|key| public_half(key));
        let executions: Vec<_> = (0..EXECUTIONS).map(|number| format!("exec_{number}")).collect();
        [
            ("LEDGER_AGENTS", self.agents.join(",")),
            ("LEDGER_EXECUTIONS", executions.join(",")),
            ("LEDGER_SPARE_KEYS", self.spare_keys.join(",")),
            ("LEDGER_KEYS_IN_USE", in_use.join(",")),
            ("LEDGER_ADDRESS", self.address.clone()),
            ("LEDGER_SESSION", self.session.clone()),
        ]
    }

    /// Ends the server in order.
    ///
    /// # Errors
    /// It has ended before, or not in order.
    pub fn stop(mut self) -> Result<()> {
        ensure!(
            self.server.try_wait()?.is_none(),
            "the server has ended by itself; its log is in {}",
            self.folder.display()
        );
        process::run(Command::new("kill").arg(self.server.id().to_string()))?;
        let status = self.server.wait()?;
        ensure!(status.success(), "the server ended with {status}");
        Ok(())
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // It has ended already where all went well.
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// The program on that database, whatever the caller's variables say.
fn program(binary: &Path, folder: &Path, database: &str) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("AGENT_LEDGER_") {
            command.env_remove(name);
        }
    }
    command
        .current_dir(folder)
        .env_remove("RUST_LOG")
        .env("AGENT_LEDGER_DATABASE_URL", database)
        .env("AGENT_LEDGER_MASTER_KEY", MASTER_KEY);
    command
}

fn add_owner(program: &mut Command) -> Result<()> {
    let mut adding = program
        .args([
            "user",
            "add",
            "--org",
            ORGANIZATION,
            "--email",
            EMAIL,
            "--role",
            "owner",
        ])
        .arg("--password-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot run agent-ledger")?;
    if let Some(mut input) = adding.stdin.take() {
        writeln!(input, "{PASSWORD}")?;
    }
    ensure!(adding.wait()?.success(), "the owner was not added");
    Ok(())
}

/// An empty database of a fixed name, in place of the last run's.
fn fresh_database(superuser: &str) -> Result<String> {
    const NAME: &str = "agent_ledger_conformance";
    for statement in [
        format!("DROP DATABASE IF EXISTS {NAME} WITH (FORCE)"),
        format!("CREATE DATABASE {NAME}"),
    ] {
        process::run(Command::new("psql").args(["--quiet", "--dbname", superuser, "--command", &statement]))?;
    }
    let (server, _) = superuser
        .rsplit_once('/')
        .context("the PostgreSQL's URL names no database")?;
    Ok(format!("{server}/{NAME}"))
}

fn executions() -> String {
    (0..EXECUTIONS)
        .map(|number| {
            let status = if number % 3 == 0 { "running" } else { "success" };
            format!(
                "{{\"executionId\":\"exec_{number}\",\"status\":\"{status}\",\"model\":\"m\",\"version\":\"V1\",\
                 \"latencyMs\":{number},\"inputVariables\":{{\"n\":{number}}}}}\n"
            )
        })
        .collect()
}

/// `al_<public>_<secret>`
fn public_half(key: &str) -> String {
    key.split('_').nth(1).unwrap_or_default().to_owned()
}

/// What the server's log says of where it serves.
fn address(log: &Path) -> Result<String> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        let text = fs::read_to_string(log)?;
        let told = text
            .split_once("serving on ")
            .and_then(|(_, rest)| rest.split_once(char::is_whitespace));
        if let Some((address, _)) = told {
            return Ok(address.to_owned());
        }
        thread::sleep(Duration::from_millis(50));
    }
    bail!("the server did not begin; its log is {}", log.display())
}

/// Signs the owner in by the page's form and returns the session's cookie.
fn sign_in(address: &str) -> Result<String> {
    let host = address.trim_start_matches("http://");
    let form = format!(
        "email={}&password={}",
        EMAIL.replace('@', "%40"),
        PASSWORD.replace(' ', "+")
    );
    let mut connection = TcpStream::connect(host)?;
    write!(
        connection,
        "POST /auth/sign-in HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    let cookie = answer
        .split_once("set-cookie: ")
        .and_then(|(_, rest)| rest.split_once(';'))
        .context("the owner could not sign in")?;
    Ok(cookie.0.to_owned())
}
