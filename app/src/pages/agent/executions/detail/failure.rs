//! Why an execution could not be shown, and the ways on.

use super::{super::View, Opened, dialog::TITLE_ID};
use crate::{
    components::failure::{retry_button, sign_in_again},
    error::PageError,
    error_code::ErrorCode,
    text,
};
use leptos::prelude::*;

/// The failure in the place of head and sections. The list stays where it is.
pub fn failure(view: View, opened: Opened, error: PageError, retry: Callback<()>) -> AnyView {
    let is_missing = error.code == ErrorCode::NotFound;
    let again = retry_button(error.code, retry);
    let (title, words) = if is_missing {
        let id = view.opened_id.get_untracked().unwrap_or_default();
        (text::empty::UNKNOWN_ID, text::detail::not_found(&id))
    } else {
        (text::error::title(error.code), error.message.clone())
    };
    sign_in_again(Signal::derive(move || Some(error.clone())));
    view! {
        <div class="detail-body">
            <div class="blank" role="alert">
                <h2 id=TITLE_ID>{title}</h2>
                <p>{words}</p>
                <div class="actions">
                    {again}
                    <a class="control" href=move || opened.list_address() data-noscroll prop:replace=true>
                        {text::detail::BACK}
                    </a>
                </div>
            </div>
        </div>
    }
    .into_any()
}
