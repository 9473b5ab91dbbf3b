//! A light HTTP/1.1 client: one connection, kept open, one call at a time. It shares two cores with the server.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::Incoming,
    client::conn::http1::{self, SendRequest},
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::{TcpSocket, TcpStream};

/// One open connection.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    headers: HeaderMap,
}

/// An answer, read to its end.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// All of its body.
    pub body: Bytes,
}

impl Client {
    /// Connects; `headers` go with every call.
    pub async fn connect(address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self> {
        Self::over(TcpStream::connect(address).await?, address, headers).await
    }

    /// The same from a network address of this machine.
    pub async fn connect_from(
        from: Ipv4Addr,
        address: SocketAddr,
        headers: &[(&'static str, &str)],
    ) -> Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        Self::over(socket.connect(address).await?, address, headers).await
    }

    async fn over(stream: TcpStream, address: SocketAddr, headers: &[(&'static str, &str)]) -> Result<Self> {
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; what goes wrong is told there.
        tokio::spawn(connection);
        let mut map = HeaderMap::new();
        map.insert(HOST, HeaderValue::from_str(&address.to_string())?);
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value)?);
        }
        Ok(Self { sender, headers: map })
    }

    /// Calls and reads the whole answer, whatever its status.
    pub async fn call(&mut self, method: Method, path: &str, body: Bytes) -> Result<Answer> {
        let (parts, body) = self.begin(method, path, body).await?.into_parts();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await?.to_bytes(),
        })
    }

    /// Gets, and insists on 200.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        let answer = self.call(Method::GET, path, Bytes::new()).await?;
        ensure!(
            answer.status == StatusCode::OK,
            "{path} answered {}",
            answer.status
        );
        Ok(answer)
    }

    /// Gets a body that may be large and hands on its pieces, insisting on 200.
    pub async fn stream(&mut self, path: &str, mut piece: impl FnMut(&[u8])) -> Result<()> {
        let mut body = self.open(path).await?;
        while let Some(frame) = body.frame().await {
            if let Some(data) = frame?.data_ref() {
                piece(data);
            }
        }
        Ok(())
    }

    /// Gets a body that stays open, insisting on 200. It ends with this client.
    pub async fn open(&mut self, path: &str) -> Result<Incoming> {
        let response = self.begin(Method::GET, path, Bytes::new()).await?;
        ensure!(
            response.status() == StatusCode::OK,
            "{path} answered {}",
            response.status()
        );
        Ok(response.into_body())
    }

    /// Gets a body and throws it away, for as long as `goes_on`.
    pub async fn stream_while(&mut self, path: &str, goes_on: impl Fn() -> bool) -> Result<()> {
        let mut body = self.open(path).await?;
        while goes_on()
            && let Some(frame) = body.frame().await
        {
            frame?;
        }
        Ok(())
    }

    /// Calls, and answers as soon as the head of the answer is there, whatever its status.
    pub async fn begin(&mut self, method: Method, path: &str, body: Bytes) -> Result<Response<Incoming>> {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .body(Full::new(body))?;
        request.headers_mut().extend(self.headers.clone());
        self.sender.ready().await?;
        self.sender
            .send_request(request)
            .await
            .with_context(|| format!("{path} was not answered"))
    }
}
