//! A master key that a command prints: the way to a key management service.

use super::text;
use crate::cli::Error;
use std::{
    io::Read,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::Duration,
};
use store::MasterKey;
use zeroize::Zeroizing;

/// How long the command may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a command is called in sentences; it may hold secrets itself.
const COMMAND: &str = "what --master-key-command prints";

/// Runs the command by the shell, and reads the key from its standard output. What it says besides goes to ours.
pub fn run(command: &str) -> Result<MasterKey, Error> {
    run_within(command, PATIENCE)
}

fn run_within(command: &str, patience: Duration) -> Result<MasterKey, Error> {
    let failed = |error| Error::io("--master-key-command", error);
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let written = read(&mut child, patience);
    if written.is_none() {
        // It may have ended by itself meanwhile.
        let _ = child.kill();
    }
    let status = child.wait().map_err(failed)?;
    let written = written.ok_or_else(|| {
        Error::refused(format!(
            "--master-key-command did not end within {} seconds",
            patience.as_secs()
        ))
    })?;
    if !status.success() {
        return Err(Error::refused(format!(
            "--master-key-command failed: {status}; what it says stands above"
        )));
    }
    text::parse(&written, COMMAND)
}

/// What the command prints until it ends; none where that takes too long.
fn read(child: &mut Child, patience: Duration) -> Option<Zeroizing<Vec<u8>>> {
    let output = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    // A read cannot be given up: a thread of its own may wait for it.
    std::thread::spawn(move || {
        let mut written = Zeroizing::new(Vec::with_capacity(text::LONGEST as usize));
        let read = output.take(text::LONGEST).read_to_end(&mut written);
        let _ = sender.send(read.map(|_| written));
    });
    receiver.recv_timeout(patience).ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";

    #[test]
    fn what_it_prints_is_the_key() {
        for command in [format!("echo {KEY}"), "printf %032d 0 | tr 0 A".to_owned()] {
            assert_eq!(run(&command).unwrap().reveal(), &[b'A'; 32], "{command}");
        }
    }

    #[test]
    fn a_failure_is_told_without_the_command() {
        for (command, why) in [
            ("echo secret; exit 3", "exit status: 3"),
            ("echo secret", "no master key"),
            ("true", "no master key"),
        ] {
            let refusal = run(command).unwrap_err().to_string();
            assert!(refusal.contains(why), "{command}: {refusal}");
            assert!(!refusal.contains("secret"), "{command}: {refusal}");
        }
    }

    #[test]
    fn a_command_that_hangs_is_ended() {
        let refusal = run_within("exec sleep 60", Duration::from_millis(100))
            .unwrap_err()
            .to_string();
        assert!(refusal.contains("did not end"), "{refusal}");
    }
}
