//! The requests of one connection: handed to the router, and counted as long as they are open.

use crate::peer::Guest;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{
    body::{Body as HttpBody, Frame, Incoming, SizeHint},
    service::Service,
};
use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::watch;

/// Answers the requests of one connection.
pub struct Requests {
    router: Router,
    peer: SocketAddr,
    guest: Guest,
    open: watch::Sender<usize>,
}

/// A request that is open: until its answer, body included, has been given away or given up.
struct Open(watch::Sender<usize>);

/// The body of an answer, which keeps its request open.
struct Answering {
    body: Body,
    _open: Open,
}

impl Requests {
    /// Of a connection from `peer`.
    pub fn new(router: Router, peer: SocketAddr, guest: Guest) -> Self {
        Self {
            router,
            peer,
            guest,
            open: watch::Sender::new(0),
        }
    }

    /// How many are open; it changes with each that begins or ends.
    pub fn open(&self) -> watch::Receiver<usize> {
        self.open.subscribe()
    }
}

impl Service<hyper::Request<Incoming>> for Requests {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn call(&self, request: hyper::Request<Incoming>) -> Self::Future {
        let open = Open::count(&self.open);
        let mut request: Request = request.map(Body::new);
        let extensions = request.extensions_mut();
        extensions.insert(ConnectInfo(self.peer));
        extensions.insert(self.guest.clone());
        // A router is always ready.
        let answer = tower::Service::call(&mut self.router.clone(), request);
        Box::pin(async move {
            let answer = answer.await?;
            Ok(answer.map(|body| Body::new(Answering { body, _open: open })))
        })
    }
}

impl Open {
    fn count(open: &watch::Sender<usize>) -> Self {
        open.send_modify(|open| *open += 1);
        Self(open.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.send_modify(|open| *open = open.saturating_sub(1));
    }
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
