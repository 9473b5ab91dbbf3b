//! One request on a connection of its own, and what came of it. The body is written while the answer is already read:
//! who refuses a body does not wait for its end.

use anyhow::{Result, ensure};
use bytes::Bytes;
use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

/// Most bytes of an answer's head that are looked at, and of its body that are kept.
const HEAD: usize = 64 * 1_024;
const KEPT: usize = 64 * 1_024;
/// Bytes that are read at once.
const PIECE: usize = 256 * 1_024;
/// Bytes of a body that is sent without its length being told that go in one piece.
const CHUNK: usize = 1 << 20;

/// From one try of what is put off to the next.
const PAUSE: Duration = Duration::from_millis(250);

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    /// `POST`, …
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Names and values, beside those that every request has.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent.
    pub body: Bytes,
    /// Whether the body's length is told before it.
    pub tells_length: bool,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer, read to its end.
    Answered(Answer),
    /// The connection was refused, or ended before there was a whole answer.
    Cut,
    /// There was no whole answer in time.
    Silent,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Names in small letters, and values.
    pub headers: Vec<(String, String)>,
    /// Bytes of its body, as they came.
    pub bytes: usize,
    /// The beginning of its body, as it came.
    pub body: Vec<u8>,
}

/// How fast an answer is read.
#[derive(Debug, Clone, Copy)]
pub enum Pace {
    /// As it comes.
    Fast,
    /// So many bytes a second for so long, then as it comes.
    Slow(u32, Duration),
}

impl Request {
    /// One without a body.
    pub fn get(path: impl Into<String>) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            headers: Vec::new(),
            body: Bytes::new(),
            tells_length: true,
        }
    }

    /// One with JSON.
    pub fn json(method: &'static str, path: impl Into<String>, body: impl Into<Bytes>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.into(),
            tells_length: true,
        }
    }

    /// A form of a page.
    pub fn form(path: impl Into<String>, body: impl Into<Bytes>) -> Self {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
        ];
        Self {
            method: "POST",
            path: path.into(),
            headers: headers.map(|(name, value)| (name, value.to_owned())).to_vec(),
            body: body.into(),
            tells_length: true,
        }
    }

    /// With another header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }

    /// With an API key.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with("authorization", format!("Bearer {key}"))
    }

    fn head(&self, address: SocketAddr) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nhost: {address}\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &match (self.tells_length, self.body.len()) {
            (true, 0) if self.method == "GET" => String::new(),
            (true, length) => format!("content-length: {length}\r\n"),
            (false, _) => "transfer-encoding: chunked\r\n".to_owned(),
        };
        head + "connection: close\r\n\r\n"
    }

    /// Sends it from an address of this machine.
    pub async fn send(&self, from: Ipv4Addr, address: SocketAddr, patience: Duration) -> Outcome {
        self.send_at(from, address, patience, Pace::Fast, |_| {}).await
    }

    /// Sends it until it is not put off, for so long in all.
    pub async fn send_until_taken(&self, from: Ipv4Addr, address: SocketAddr, patience: Duration) -> Outcome {
        let begin = Instant::now();
        loop {
            let outcome = self
                .send(from, address, patience.saturating_sub(begin.elapsed()))
                .await;
            let is_put_off = outcome.answer().is_some_and(Answer::is_put_off);
            if !is_put_off || begin.elapsed() + PAUSE >= patience {
                return outcome;
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The same as `send`, reading as fast as told; `piece` is handed what comes, head and framing included.
    pub async fn send_at(
        &self,
        from: Ipv4Addr,
        address: SocketAddr,
        patience: Duration,
        pace: Pace,
        piece: impl FnMut(&[u8]),
    ) -> Outcome {
        match timeout(patience, self.exchange(from, address, pace, piece)).await {
            Ok(Ok(answer)) => Outcome::Answered(answer),
            Ok(Err(_)) => Outcome::Cut,
            Err(_) => Outcome::Silent,
        }
    }

    async fn exchange(
        &self,
        from: Ipv4Addr,
        address: SocketAddr,
        pace: Pace,
        piece: impl FnMut(&[u8]),
    ) -> Result<Answer> {
        let (reading, mut writing) = connect(from, address).await?.into_split();
        let sending = async {
            writing.write_all(self.head(address).as_bytes()).await?;
            if self.tells_length {
                return writing.write_all(&self.body).await;
            }
            for chunk in self.body.chunks(CHUNK) {
                writing
                    .write_all(format!("{:x}\r\n", chunk.len()).as_bytes())
                    .await?;
                writing.write_all(chunk).await?;
                writing.write_all(b"\r\n").await?;
            }
            writing.write_all(b"0\r\n\r\n").await
        };
        let receiving = receive(reading, pace, piece);
        tokio::pin!(sending, receiving);
        tokio::select! {
            answer = &mut receiving => return answer,
            // Who is refused while sending still finds the answer.
            _ = &mut sending => {}
        }
        receiving.await
    }
}

/// A connection from an address of this machine.
pub async fn connect(from: Ipv4Addr, address: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((from, 0).into())?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn receive(
    mut reading: impl tokio::io::AsyncRead + Unpin,
    pace: Pace,
    mut piece: impl FnMut(&[u8]),
) -> Result<Answer> {
    let begin = Instant::now();
    let mut buffer = vec![0; PIECE];
    let mut kept = Vec::new();
    let mut total = 0;
    // What ends the body is told at its end alone.
    let mut end = Vec::new();
    loop {
        let read = match reading.read(&mut buffer).await {
            Ok(0) => break,
            Ok(read) => &buffer[..read],
            // Whoever cuts a connection has said before what there was to say.
            Err(_) if total > 0 => break,
            Err(error) => return Err(error.into()),
        };
        total += read.len();
        kept.extend_from_slice(&read[..read.len().min((HEAD + KEPT).saturating_sub(kept.len()))]);
        end.extend_from_slice(&read[read.len().saturating_sub(LAST_CHUNK.len())..]);
        end.drain(..end.len().saturating_sub(LAST_CHUNK.len()));
        piece(read);
        if let Pace::Slow(rate, lasting) = pace
            && begin.elapsed() < lasting
        {
            tokio::time::sleep(Duration::from_secs_f64(read.len() as f64 / f64::from(rate))).await;
        }
    }
    read_answer(&kept, total, &end)
}

/// How a body whose length was not told ends.
const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";

/// Reads an answer from its beginning, its length in all and its end.
fn read_answer(kept: &[u8], total: usize, end: &[u8]) -> Result<Answer> {
    const BREAK: &[u8] = b"\r\n\r\n";
    let head = kept.windows(BREAK.len()).position(|window| window == BREAK);
    ensure!(head.is_some(), "there is no whole answer");
    let head = head.unwrap_or_default();
    let text = String::from_utf8_lossy(&kept[..head]);
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    ensure!(status.is_some(), "there is no status");
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let answer = Answer {
        status: status.unwrap_or_default(),
        headers,
        bytes: total - head - BREAK.len(),
        body: kept[head + BREAK.len()..].iter().copied().take(KEPT).collect(),
    };
    let told: Option<usize> = answer
        .header("content-length")
        .and_then(|length| length.parse().ok());
    let is_chunked = answer
        .header("transfer-encoding")
        .is_some_and(|encoding| encoding.eq_ignore_ascii_case("chunked"));
    let is_whole = match told {
        Some(length) => answer.bytes == length,
        None => !is_chunked || end.ends_with(LAST_CHUNK) || answer.body == LAST_CHUNK[2..],
    };
    ensure!(is_whole, "the answer broke off");
    Ok(answer)
}

impl Answer {
    /// The value of a header; its name is given in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find_map(|(known, value)| (known == name).then_some(value.as_str()))
    }

    /// Whether it asks to be tried again later, and says when.
    pub fn is_put_off(&self) -> bool {
        matches!(self.status, 429 | 503)
            && self
                .header("retry-after")
                .is_some_and(|seconds| seconds.parse::<u32>().is_ok())
    }
}

impl Outcome {
    /// The answer, if there was one.
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Self::Answered(answer) => Some(answer),
            Self::Cut | Self::Silent => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(answer) if matches!(answer.status, 429 | 503) && !answer.is_put_off() => {
                write!(formatter, "{} without Retry-After", answer.status)
            }
            Self::Answered(answer) => write!(formatter, "{}", answer.status),
            Self::Cut => formatter.write_str("cut"),
            Self::Silent => formatter.write_str("no answer in time"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Answer> {
        read_answer(
            text.as_bytes(),
            text.len(),
            &text.as_bytes()[text.len().saturating_sub(7)..],
        )
    }

    #[test]
    fn an_answer_is_read() {
        let answer =
            read("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 2\r\n\r\nno")
                .unwrap();
        assert_eq!((answer.status, answer.bytes), (503, 2));
        assert!(answer.is_put_off());
        assert_eq!(answer.body, b"no");
        assert_eq!(Outcome::Answered(answer).to_string(), "503");
    }

    #[test]
    fn an_answer_of_unknown_length_ends_with_its_last_chunk() {
        let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        assert!(read(&format!("{head}2\r\nab\r\n0\r\n\r\n")).is_ok());
        assert!(read(&format!("{head}0\r\n\r\n")).is_ok());
        assert!(read(&format!("{head}2\r\nab\r\n")).is_err());
    }

    #[test]
    fn what_breaks_off_is_no_answer() {
        for text in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nno",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn who_is_put_off_is_told_until_when() {
        let answer = read("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 0\r\n\r\n").unwrap();
        assert!(!answer.is_put_off());
        assert_eq!(Outcome::Answered(answer).to_string(), "429 without Retry-After");
    }

    #[test]
    fn the_head_tells_the_bodys_length_where_it_is_to() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        let mut request = Request::json("POST", "/x", "{}").with_key("k");
        assert_eq!(
            request.head(address),
            "POST /x HTTP/1.1\r\nhost: 127.0.0.1:80\r\ncontent-type: application/json\r\nauthorization: Bearer k\r\n\
             content-length: 2\r\nconnection: close\r\n\r\n"
        );
        request.tells_length = false;
        assert!(request.head(address).contains("transfer-encoding: chunked\r\n"));
    }
}
