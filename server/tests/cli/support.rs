//! Runs the built program on a database of its own.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};
use testkit::TestDatabase;

pub const PASSWORD: &str = "correct horse battery\n";

/// A database and the program that works on it.
pub struct Cli {
    pub database: TestDatabase,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub success: bool,
    /// What it answered, to the last line end.
    pub answer: String,
    /// What it said besides.
    pub said: String,
}

impl Cli {
    /// On an empty database.
    pub fn new() -> Self {
        Self {
            database: TestDatabase::sqlite().unwrap(),
        }
    }

    /// With the organization "Acme" and one agent, whose id comes along.
    pub fn with_agent() -> (Self, String) {
        let cli = Self::new();
        cli.add_user("Acme", "ada@acme.example");
        let agent = cli.run(&["agent", "create", "--org", "Acme", "--name", "Support"]);
        assert!(agent.success, "{agent:?}");
        (cli, agent.answer.trim_end().to_owned())
    }

    pub fn add_user(&self, org: &str, email: &str) -> Ended {
        let arguments = [
            "user",
            "add",
            "--org",
            org,
            "--email",
            email,
            "--role",
            "owner",
            "--password-stdin",
        ];
        self.run_with_input(&arguments, PASSWORD)
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with_input(arguments, "")
    }

    /// Runs a command; the database is named at the end.
    pub fn run_with_input(&self, arguments: &[&str], input: &str) -> Ended {
        self.run_with_settings(
            arguments,
            input,
            &[("AGENT_LEDGER_MASTER_KEY", testkit::MASTER_KEY_BASE64)],
        )
    }

    /// Runs a command on another database.
    pub fn run_elsewhere(&self, arguments: &[&str], url: &str) -> Ended {
        let key = [("AGENT_LEDGER_MASTER_KEY", testkit::MASTER_KEY_BASE64)];
        run_on(url, arguments, "", &key)
    }

    /// Runs a command with these variables; nothing else tells it a master key.
    pub fn run_with_settings(&self, arguments: &[&str], input: &str, settings: &[(&str, &str)]) -> Ended {
        run_on(&self.database.url, arguments, input, settings)
    }
}

fn run_on(url: &str, arguments: &[&str], input: &str, settings: &[(&str, &str)]) -> Ended {
    let mut process = Command::new(Path::new(env!("CARGO_BIN_EXE_agent-ledger")))
        .args(arguments)
        .args(["--database-url", url])
        .env_remove("AGENT_LEDGER_MASTER_KEY")
        .envs(settings.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = process.stdin.take().unwrap().write_all(input.as_bytes());
    let output = process.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ended {
        success: output.status.success(),
        answer: text(output.stdout),
        said: text(output.stderr),
    }
}
