//! How a page is rendered: all of a request's reactive work is done by the request's own task, in its own scope.
//!
//! Leptos 0.8 would spread a page's effects and resources over the threads of the runtime, and go on after each wait in
//! the scope that the thread served last. Two threads then meet in one memo, which takes the other's value away for a
//! moment; and a page reads values of another request, or loses its own when that request ends.

use super::content_policy;
use crate::{peer::RequestSource, problem::Problem};
use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use app::ServerContext;
use axum::{
    body::{Bytes, to_bytes},
    extract::Request,
    http::{header::CONTENT_SECURITY_POLICY, request::Parts},
    response::Response,
};
use futures_util::{
    FutureExt, StreamExt,
    stream::{self, FuturesUnordered},
};
use leptos::{
    IntoView,
    nonce::use_nonce,
    prelude::{provide_context, use_context},
    reactive::owner::Owner,
};
use leptos_axum::{ResponseOptions, handle_response_inner};
use parking_lot::Mutex;
use std::{
    future::{Future, poll_fn},
    mem,
    pin::pin,
    sync::{Arc, OnceLock},
    task::Poll,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task_local,
};

/// What a request has started and not yet begun to work on.
type Started = Arc<Mutex<Vec<PinnedFuture<()>>>>;

task_local! {
    static STARTED: Started;
}

/// Gives what a page starts to the request that renders it.
struct RequestExecutor;

impl CustomExecutor for RequestExecutor {
    fn spawn(&self, work: PinnedFuture<()>) {
        // Outside of a page there is nothing to keep together: server functions, the list of routes.
        if let Err(work) = give(work) {
            tokio::spawn(work);
        }
    }

    fn spawn_local(&self, work: PinnedLocalFuture<()>) {
        tokio::task::spawn_local(work);
    }

    fn poll_local(&self) {}
}

fn give(work: PinnedFuture<()>) -> Result<(), PinnedFuture<()>> {
    let mut work = Some(work);
    _ = STARTED.try_with(|started| started.lock().extend(work.take()));
    work.map_or(Ok(()), Err)
}

/// Makes pages render as this module says. Once per process; later calls change nothing.
pub fn install() {
    _ = Executor::init_custom_executor(RequestExecutor);
}

/// What a page and a server function find in their context; and the page's policy, by the nonce of its scripts.
pub fn provider(context: ServerContext) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let mut context = context.clone();
        if let (true, Some(parts)) = (context.origin.is_empty(), use_context::<Parts>()) {
            context.origin = RequestSource::of(&parts.extensions).origin().into();
        }
        provide_context(context);
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Some(policy) = content_policy::of_page(&nonce)
        {
            response.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// Documents that are rendered at the same time: a few megabytes each.
const AT_ONCE: usize = 16;
/// Requests that may wait for their turn.
const WAITING: usize = 256;
/// Sign-in pages that are rendered at the same time for those who are refused. They are small, and made quickly.
const REFUSALS_AT_ONCE: usize = 4;
/// Refused ones who may wait for their page.
const REFUSALS_WAITING: usize = 1_024;

/// The line of those whose documents are rendered.
#[derive(Clone)]
pub struct Line {
    /// Who renders or waits.
    all: Arc<Semaphore>,
    /// Who renders.
    rendering: Arc<Semaphore>,
}

impl Line {
    /// For whoever opens a page.
    pub fn of_pages() -> Self {
        Self::new(AT_ONCE, WAITING)
    }

    /// For those whose sign-in is refused: others' pages don't keep their answer from them.
    pub fn of_refusals() -> Self {
        Self::new(REFUSALS_AT_ONCE, REFUSALS_WAITING)
    }

    fn new(at_once: usize, waiting: usize) -> Self {
        Self {
            all: Arc::new(Semaphore::new(at_once + waiting)),
            rendering: Arc::new(Semaphore::new(at_once)),
        }
    }

    /// Waits for a turn, which lasts as long as what is returned.
    ///
    /// # Errors
    /// At once where too many wait.
    pub async fn turn(&self) -> Result<[OwnedSemaphorePermit; 2], Problem> {
        let busy = |_| Problem::unavailable("busy", "Too many pages are waiting; try again in a moment.");
        let place = self.all.clone().try_acquire_owned().map_err(busy)?;
        let turn = self.rendering.clone().acquire_owned().await;
        Ok([place, turn.map_err(Problem::internal)?])
    }
}

/// Renders the whole document once all that it loads is there. `provide` gives the page its context.
///
/// # Errors
/// When the document can't be put together.
pub async fn render<V: IntoView + 'static>(
    provide: impl Fn() + Clone + Send + 'static,
    document: impl FnOnce() -> V + Send + 'static,
    request: Request,
) -> Result<Response<Bytes>, Problem> {
    let scope = Arc::new(OnceLock::<Owner>::new());
    let provide = {
        let scope = scope.clone();
        move || {
            _ = Owner::current().map(|owner| scope.set(owner));
            provide();
        }
    };
    let rendered = handle_response_inner(provide, document, request, |document, data, _| {
        async move {
            let document: String = document.to_html_stream_in_order().collect().await;
            stream::once(async { document }).chain(data()).boxed()
        }
        .boxed()
    });
    let mut whole = pin!(async {
        let (head, body) = rendered.await.into_parts();
        let document = to_bytes(body, usize::MAX).await.map_err(Problem::internal)?;
        Ok(Response::from_parts(head, document))
    });
    together(poll_fn(|context| match scope.get() {
        Some(owner) => owner.with(|| whole.as_mut().poll(context)),
        None => whole.as_mut().poll(context),
    }))
    .await
}

/// Does the work, and what it starts meanwhile, on this task. What is left when the work is done is dropped.
async fn together<T>(work: impl Future<Output = T>) -> T {
    let started = Started::default();
    let mut running = FuturesUnordered::new();
    let mut work = pin!(work);
    let all = poll_fn(|context| {
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        loop {
            running.extend(mem::take(&mut *started.lock()));
            let has_advanced = matches!(running.poll_next_unpin(context), Poll::Ready(Some(())));
            if !has_advanced && started.lock().is_empty() {
                return Poll::Pending;
            }
        }
    });
    STARTED.scope(started.clone(), all).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::response::IntoResponse;
    use std::time::Duration;
    use tokio::{sync::mpsc, task, time::sleep};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_a_request_starts_is_done_by_its_own_task() {
        install();
        let (sender, mut done) = mpsc::unbounded_channel();
        let request = tokio::spawn(together(async move {
            Executor::spawn(async move {
                sleep(Duration::from_millis(1)).await;
                // What is started later, by what was started, stays together too.
                Executor::spawn(async move { sender.send(task::id()).unwrap() });
            });
            (task::id(), done.recv().await)
        }));
        let (own, other) = request.await.unwrap();
        assert_eq!(Some(own), other);
    }

    #[tokio::test]
    async fn so_many_render_at_once_some_wait_and_the_others_are_refused() {
        let line = Line::of_pages();
        let mut turns = Vec::new();
        for _ in 0..AT_ONCE {
            turns.push(line.turn().await.unwrap());
        }
        let waiting: Vec<_> = (0..WAITING)
            .map(|_| {
                let line = line.clone();
                tokio::spawn(async move { line.turn().await.map(drop).is_ok() })
            })
            .collect();
        while line.all.available_permits() > 0 {
            task::yield_now().await;
        }
        assert_eq!(line.turn().await.unwrap_err().into_response().status(), 503);
        drop(turns);
        for turn in waiting {
            assert!(turn.await.unwrap());
        }
        assert!(line.turn().await.is_ok());
    }

    #[tokio::test]
    async fn outside_of_a_request_work_is_done_all_the_same() {
        install();
        let (sender, mut done) = mpsc::unbounded_channel();
        Executor::spawn(async move { sender.send(()).unwrap() });
        assert_eq!(done.recv().await, Some(()));
    }
}
