//! The fields of what bounds a key, for a new one and for one that is there.

use crate::{components::row_menu::row_menu, data::api_keys::ChangeApiKey, text};
use domain::{ApiKey, NanoDollars, key_limits::MAX_REQUESTS_PER_MINUTE};
use leptos::prelude::*;

/// Requests per minute; empty for no limit.
pub fn requests_field(limit: Signal<Option<u32>>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{text::api_keys::LIMIT}</span>
            <input
                type="number"
                name="requests_per_minute"
                min="1"
                max=MAX_REQUESTS_PER_MINUTE.to_string()
                value=move || limit.get().map(|limit| limit.to_string())
                autocomplete="off"
            />
            <small>{text::api_keys::LIMIT_WORDS}</small>
        </label>
    }
}

/// The budget of a month; empty for none.
pub fn budget_field(budget: Signal<Option<NanoDollars>>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{text::api_keys::BUDGET}</span>
            <input
                type="number"
                name="monthly_budget"
                min="0"
                max=NanoDollars::MAX.to_string()
                step="any"
                value=move || budget.get().map(|budget| budget.to_string())
                autocomplete="off"
            />
            <small>{text::api_keys::BUDGET_WORDS}</small>
        </label>
    }
}

/// Changes both of a key.
pub fn change_form(key: Memo<ApiKey>, change: ServerAction<ChangeApiKey>) -> impl IntoView {
    let id = key.with_untracked(|key| key.api_key_id.to_string());
    let limit = Signal::derive(move || key.with(|key| key.requests_per_minute));
    let budget = Signal::derive(move || key.with(|key| key.monthly_budget));
    let panel = view! {
        <ActionForm action=change>
            <p>{text::api_keys::CHANGE_WORDS}</p>
            <input type="hidden" name="api_key_id" value=id/>
            {requests_field(limit)}
            {budget_field(budget)}
            <button class="control primary" disabled=move || change.pending().get()>
                {text::api_keys::CHANGE_SUBMIT}
            </button>
        </ActionForm>
    };
    row_menu(text::api_keys::CHANGE, panel)
}
