//! How the server listens: what it refuses, and what a signal does.

use crate::support::Cli;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Files with a certificate and a key.
pub struct Pair {
    pub certificate: PathBuf,
    pub key: PathBuf,
    _folder: TempDir,
}

impl Pair {
    pub fn fresh() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pair = Self {
            certificate: folder.path().join("cert.pem"),
            key: folder.path().join("key.pem"),
            _folder: folder,
        };
        pair.renew();
        pair
    }

    pub fn renew(&self) {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(&self.certificate, made.cert.pem()).unwrap();
        std::fs::write(&self.key, made.signing_key.serialize_pem()).unwrap();
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn plain_http_beyond_this_machine_is_refused_and_the_ways_out_are_named() {
    for addr in ["0.0.0.0:0", "[::]:0", "192.0.2.1:3000", "[::ffff:192.0.2.1]:3000"] {
        let refused = Cli::new().run(&["serve", "--addr", addr]);
        assert!(!refused.success && refused.answer.is_empty(), "{refused:?}");
        for way in [
            "--tls-cert",
            "--tls-key",
            "proxy",
            "127.0.0.1",
            "--plain-http",
            addr,
        ] {
            assert!(refused.said.contains(way), "{way}: {refused:?}");
        }
    }
}

#[test]
fn plain_http_is_spoken_where_it_is_asked_for_by_name() {
    // Nobody has this address, so it gets as far as asking the system for it.
    let refused = Cli::new().run(&["serve", "--addr", "192.0.2.1:3000", "--plain-http"]);
    assert!(
        !refused.success && refused.said.contains("cannot listen on"),
        "{refused:?}"
    );
}

#[test]
fn a_certificate_that_cannot_be_used_is_named_by_its_flag() {
    let (pair, other) = (Pair::fresh(), Pair::fresh());
    let serve = |certificate: &str, key: &str| {
        let addr = "127.0.0.1:0";
        let refused = Cli::new().run(&[
            "serve",
            "--addr",
            addr,
            "--tls-cert",
            certificate,
            "--tls-key",
            key,
        ]);
        assert!(!refused.success && refused.answer.is_empty(), "{refused:?}");
        refused.said
    };
    let (certificate, key) = (text(&pair.certificate), text(&pair.key));
    let missing = serve("/nowhere/cert.pem", key);
    assert!(missing.contains("--tls-cert: /nowhere/cert.pem"), "{missing}");
    let missing = serve(certificate, "/nowhere/key.pem");
    assert!(missing.contains("--tls-key: /nowhere/key.pem"), "{missing}");
    let mismatch = serve(certificate, text(&other.key));
    assert!(
        mismatch.contains("--tls-key") && mismatch.contains("not the private key"),
        "{mismatch}"
    );
    let swapped = serve(key, certificate);
    assert!(
        swapped.contains("--tls-cert") && swapped.contains("no certificate"),
        "{swapped}"
    );
    let half = Cli::new().run(&["serve", "--tls-cert", certificate]);
    assert!(!half.success && half.said.contains("--tls-key"), "{half:?}");
}

#[test]
fn a_proxy_that_is_no_address_is_refused() {
    let refused = Cli::new().run(&["serve", "--trusted-proxy", "10.0.0.1,proxy.internal"]);
    assert!(
        !refused.success && refused.said.contains("proxy.internal") && refused.said.contains("10.0.0.0/8"),
        "{refused:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_hangup_takes_up_the_renewed_certificate_and_a_termination_ends_in_order() {
    let (cli, pair) = (Cli::new(), Pair::fresh());
    let mut server = Command::new(env!("CARGO_BIN_EXE_agent-ledger"))
        .args([
            "serve",
            "--addr",
            "127.0.0.1:0",
            "--database-url",
            &cli.database.url,
        ])
        .args([
            "--tls-cert",
            text(&pair.certificate),
            "--tls-key",
            text(&pair.key),
        ])
        .env("AGENT_LEDGER_MASTER_KEY", testkit::MASTER_KEY_BASE64)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stderr.take().unwrap())
        .lines()
        .map(|line| line.unwrap());
    let mut link = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut link)
        .unwrap();
    assert!(link.starts_with("https://127.0.0.1:"), "{link}");
    assert!(said.any(|line| line.contains("serving on https://")));
    let signal = |name: &str, process: u32| {
        let sent = Command::new("kill")
            .args([name, &process.to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    };
    pair.renew();
    signal("-HUP", server.id());
    assert!(said.any(|line| line.contains("renewed TLS certificate")));
    signal("-TERM", server.id());
    assert!(said.any(|line| line.contains("stopped")));
    assert!(server.wait().unwrap().success());
}

/// With 300 handles, of which 256 are for other things.
#[cfg(target_os = "linux")]
#[test]
fn there_are_as_many_connections_as_handles_and_nobody_waits_for_one() {
    const CONNECTIONS: usize = 300 - 256;
    let cli = Cli::new();
    let mut server = Command::new("sh")
        .args([
            "-c",
            "ulimit -S -n 100 && ulimit -H -n 300 && exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_agent-ledger"),
            "serve",
            "--addr",
            "127.0.0.1:0",
            "--database-url",
            &cli.database.url,
        ])
        .env("AGENT_LEDGER_MASTER_KEY", testkit::MASTER_KEY_BASE64)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(server.stderr.take().unwrap())
        .lines()
        .map(|line| line.unwrap());
    let raised = said.find(|line| line.contains("file handles")).unwrap();
    assert!(
        raised.contains("to 300") && raised.contains("soft=100") && raised.contains("hard=300"),
        "{raised}"
    );
    let serving = said.find(|line| line.contains("serving on")).unwrap();
    let (_, rest) = serving.split_once("serving on http://").unwrap();
    let address = rest.split_whitespace().next().unwrap();
    let healthy = || {
        let mut connection = TcpStream::connect(address).unwrap();
        let request = b"GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
        let mut answer = String::new();
        let _ = connection.write_all(request);
        let _ = connection.read_to_string(&mut answer);
        answer.starts_with("HTTP/1.1 200")
    };
    let mut idle: Vec<_> = (0..CONNECTIONS)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let asked = Instant::now();
    assert!(!healthy());
    assert!(asked.elapsed() < Duration::from_secs(5), "{:?}", asked.elapsed());
    idle.pop();
    while !healthy() {
        assert!(asked.elapsed() < Duration::from_secs(20), "no place came back");
        std::thread::sleep(Duration::from_millis(50));
    }
    server.kill().unwrap();
    server.wait().unwrap();
}
