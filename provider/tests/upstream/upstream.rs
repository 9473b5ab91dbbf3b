//! An upstream that answers as it is told.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::sleep;

/// What is done with an answer's body, in turn.
#[derive(Debug, Clone)]
pub enum Step {
    Send(Vec<u8>),
    Wait(Duration),
    /// Sends this for ever.
    Repeat(Vec<u8>),
    /// Sends nothing more, and keeps the connection open.
    Hang,
    /// Closes the connection in the midst of the body.
    Break,
}

/// An answer to one request.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub steps: Vec<Step>,
}

impl Answer {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self::in_steps(status, vec![Step::Send(body.into())])
    }

    pub fn in_steps(status: u16, steps: Vec<Step>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            steps,
        }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
    closed: Notify,
}

/// Answers the first request with the first answer and so on, further ones with the last.
pub struct Upstream {
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

impl Upstream {
    pub async fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            let answers = Arc::new(answers);
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, Arc::clone(&answers), Arc::clone(&shared)));
            }
        });
        Self { address, seen }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// Heads and bodies as they came in.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Until the other side closes a connection.
    pub async fn closed(&self) {
        self.seen.closed.notified().await;
    }
}

async fn serve(mut stream: TcpStream, answers: Arc<Vec<Answer>>, seen: Arc<Seen>) {
    while let Some(request) = request(&mut stream).await {
        let number = {
            let mut requests = seen.requests.lock().unwrap();
            requests.push(request);
            requests.len() - 1
        };
        let answer = answers.get(number).or(answers.last()).unwrap();
        if send(&mut stream, answer).await.is_none() {
            return seen.closed.notify_one();
        }
    }
    seen.closed.notify_one();
}

/// A request's head and body; nothing at the connection's end.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut received = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&received).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Some(text);
            }
        }
        let mut buffer = [0; 8_192];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return None,
            Ok(length) => received.extend_from_slice(&buffer[..length]),
        }
    }
}

/// Sends an answer; nothing where the connection went.
async fn send(stream: &mut TcpStream, answer: &Answer) -> Option<()> {
    let headers = answer
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"));
    let headers: String = headers.collect();
    let head = format!(
        "HTTP/1.1 {} Whatever\r\n{headers}transfer-encoding: chunked\r\n\r\n",
        answer.status
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    for step in &answer.steps {
        match step {
            Step::Send(bytes) => chunk(stream, bytes).await?,
            Step::Wait(pause) => sleep(*pause).await,
            Step::Repeat(bytes) => loop {
                chunk(stream, bytes).await?;
            },
            Step::Hang => {
                let _ = stream.read(&mut [0]).await;
                return None;
            }
            Step::Break => return None,
        }
    }
    stream.write_all(b"0\r\n\r\n").await.ok()
}

async fn chunk(stream: &mut TcpStream, bytes: &[u8]) -> Option<()> {
    if !bytes.is_empty() {
        let size = format!("{:x}\r\n", bytes.len());
        stream
            .write_all(&[size.as_bytes(), bytes, b"\r\n"].concat())
            .await
            .ok()?;
    }
    Some(())
}
