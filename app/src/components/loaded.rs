//! One wrapper for what every loaded part of a page needs: a place held while it loads for the first time, the old
//! content while it loads again, and a failure in words.

use super::failure::Failure;
use crate::error::PageError;
use leptos::{either::EitherOf3, prelude::*};
use serde::{Serialize, de::DeserializeOwned};

/// Which of three things is to be seen.
#[derive(Clone, PartialEq)]
enum Shown {
    Nothing,
    Failure(PageError),
    Content,
}

/// Shows `content` over what `resource` holds. The content is built once and told of changes by its signal, so rows
/// keep their identity and the focus stays where it is. `pending` tells when old content stands for new.
pub fn loaded<T, V>(
    resource: Resource<Result<T, PageError>>,
    pending: RwSignal<bool>,
    placeholder: fn() -> AnyView,
    content: impl Fn(Memo<T>) -> V + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let failure = |error, retry| view! { <Failure error retry/> }.into_any();
    loaded_or(resource, pending, placeholder, failure, content)
}

/// As `loaded`, with a failure shown in its own way.
pub fn loaded_or<T, V>(
    resource: Resource<Result<T, PageError>>,
    pending: RwSignal<bool>,
    placeholder: fn() -> AnyView,
    failure: impl Fn(PageError, Callback<()>) -> AnyView + Send + Sync + 'static,
    content: impl Fn(Memo<T>) -> V + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let parts = move || {
        let shown = Memo::new(move |_| {
            resource.with(|result| match result {
                None => Shown::Nothing,
                Some(Err(error)) => Shown::Failure(error.clone()),
                Some(Ok(_)) => Shown::Content,
            })
        });
        // Inside `Transition` even an untracked read of a resource subscribes to it (leptos 0.8), hence the closure.
        move || match (shown.get(), untrack(move || resource.get_untracked())) {
            (Shown::Failure(error), _) => {
                let retry = Callback::new(move |()| resource.refetch());
                EitherOf3::A(failure(error, retry))
            }
            (Shown::Content, Some(Ok(first))) => {
                let value = Memo::new(move |before: Option<&T>| {
                    resource.with(|result| match result {
                        Some(Ok(value)) => value.clone(),
                        _ => before.unwrap_or(&first).clone(),
                    })
                });
                EitherOf3::B(content(value))
            }
            _ => EitherOf3::C(()),
        }
    };
    // The server waits for everything; its Transition is pending for a moment on another thread, which must not be seen.
    let set_pending = SignalSetter::map(move |now| {
        if !cfg!(feature = "ssr") {
            pending.set(now);
        }
    });
    view! { <Transition fallback=placeholder set_pending>{parts()}</Transition> }.into_any()
}

/// Holds the place of a table while it loads for the first time.
pub fn table_placeholder() -> AnyView {
    view! { <div class="placeholder" aria-hidden="true"></div> }.into_any()
}
