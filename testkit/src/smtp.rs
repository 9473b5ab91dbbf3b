//! A mail server on this machine that keeps what it is sent, or behaves badly.

use crate::tls;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinHandle,
    time::timeout,
};
use tokio_rustls::TlsAcceptor;

/// How long a letter is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How soon one would have come that must not come.
const SOON: Duration = Duration::from_millis(300);

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conduct {
    /// Takes letters, without TLS.
    Plain,
    /// Offers STARTTLS and takes letters.
    StartTls,
    /// Says nothing at all.
    Hangs,
    /// Refuses every address, naming it.
    Refuses,
}

/// A letter that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Whom the envelope names.
    pub to: String,
    /// Headers and text, decoded.
    pub text: String,
    /// Whether it came through TLS.
    pub encrypted: bool,
    /// What was said to sign in, as base64.
    pub credentials: Option<String>,
}

impl Received {
    /// The link that the text holds, from the slash after the host on.
    pub fn link(&self) -> Option<&str> {
        let line = self
            .text
            .lines()
            .find(|line| line.starts_with("http") && line.contains("?token="))?;
        let (_, rest) = line.split_once("://")?;
        rest.find('/').map(|at| &rest[at..])
    }
}

/// A mail server at `localhost` that ends with its value.
pub struct SmtpServer {
    /// Where it listens.
    pub port: u16,
    /// The certificate of its own authority, as PEM.
    pub certificate: String,
    letters: mpsc::UnboundedReceiver<Received>,
    task: JoinHandle<()>,
}

impl SmtpServer {
    /// Starts one on a free port.
    pub async fn start(conduct: Conduct) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let (certificate, acceptor) = tls::fresh()?;
        let (sender, letters) = mpsc::unbounded_channel();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, acceptor) = (sender.clone(), acceptor.clone());
                tokio::spawn(async move { serve(stream, conduct, acceptor, sender).await });
            }
        });
        Ok(Self {
            port,
            certificate: certificate.pem(),
            letters,
            task,
        })
    }

    /// The next letter, if one comes.
    pub async fn next(&mut self) -> Option<Received> {
        timeout(PATIENCE, self.letters.recv()).await.ok().flatten()
    }

    /// Whether no letter comes soon.
    pub async fn is_silent(&mut self) -> bool {
        timeout(SOON, self.letters.recv()).await.is_err()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    stream: TcpStream,
    conduct: Conduct,
    acceptor: TlsAcceptor,
    letters: mpsc::UnboundedSender<Received>,
) -> io::Result<()> {
    if conduct == Conduct::Hangs {
        tokio::time::sleep(PATIENCE * 10).await;
        return Ok(());
    }
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 localhost\r\n").await?;
    if talk(&mut stream, conduct, false, &letters).await? {
        let mut stream = BufReader::new(acceptor.accept(stream.into_inner()).await?);
        talk(&mut stream, conduct, true, &letters).await?;
    }
    Ok(())
}

/// Answers commands until the end, or until TLS is to begin, which is told by `true`.
async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut BufReader<S>,
    conduct: Conduct,
    encrypted: bool,
    letters: &mpsc::UnboundedSender<Received>,
) -> io::Result<bool> {
    let (mut to, mut credentials) = (String::new(), None);
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(false);
        }
        let command = line.trim_end();
        let verb = command
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        let answer = match verb.as_str() {
            "EHLO" if conduct == Conduct::StartTls && !encrypted => {
                "250-localhost\r\n250-STARTTLS\r\n250 AUTH PLAIN".to_owned()
            }
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN".to_owned(),
            "STARTTLS" => {
                stream.write_all(b"220 go on\r\n").await?;
                return Ok(true);
            }
            "AUTH" => {
                credentials = command.rsplit(' ').next().map(str::to_owned);
                "235 welcome".to_owned()
            }
            "RCPT" if conduct == Conduct::Refuses => format!("550 nobody here: {command}"),
            "RCPT" => {
                to = command
                    .trim_start_matches(|c| c != '<')
                    .trim_matches(['<', '>'])
                    .to_owned();
                "250 ok".to_owned()
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                let text = text(stream).await?;
                let _ = letters.send(Received {
                    to: to.clone(),
                    text,
                    encrypted,
                    credentials: credentials.clone(),
                });
                "250 taken".to_owned()
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n").await?;
                return Ok(false);
            }
            _ => "250 ok".to_owned(),
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// What follows DATA, up to its lone dot.
async fn text<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) -> io::Result<String> {
    let mut text = String::new();
    loop {
        let begin = text.len();
        if stream.read_line(&mut text).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if &text[begin..] == ".\r\n" {
            text.truncate(begin);
            return Ok(decoded(&text));
        }
    }
}

/// Text that was quoted to be printable (RFC 2045), read; the other encodings of letters of ours leave it as it is.
fn decoded(text: &str) -> String {
    let joined = text.replace("=\r\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        match (code, part.get(2..)) {
            (Some(code), Some(rest)) => {
                bytes.push(code);
                bytes.extend_from_slice(rest.as_bytes());
            }
            _ => bytes.extend_from_slice(format!("={part}").as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
