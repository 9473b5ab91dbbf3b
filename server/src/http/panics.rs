//! A handler that panics spoils its own answer alone.

use crate::problem::Problem;
use axum::response::{IntoResponse, Response};
use std::any::Any;

/// The answer in place of the one that never came.
pub fn answer(panic: Box<dyn Any + Send + 'static>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no words");
    Problem::internal(format!("a handler panicked: {words}")).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::Request, routing::get};
    use tower::ServiceExt;
    use tower_http::catch_panic::CatchPanicLayer;

    #[tokio::test]
    async fn a_panic_is_a_problem_that_tells_nothing() {
        async fn handler() {
            panic!("a secret");
        }
        let router = Router::new()
            .route("/", get(handler))
            .layer(CatchPanicLayer::custom(answer));
        let answer = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), 500);
        let body = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
        let text = std::str::from_utf8(&body).unwrap();
        assert!(
            text.contains(r#""code":"internal""#) && !text.contains("secret"),
            "{text}"
        );
    }
}
