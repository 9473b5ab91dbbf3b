//! How long executions are kept: the plan, and how the deletion of what is older goes.

use crate::{
    components::{failure::form_failure, time::Since},
    data::organization::{LetDeletionGoOn, OrganizationSettings, SetRetention},
    text,
};
use domain::{Retention, Timestamp, format::grouped, retention::ENTERPRISE_DAYS};
use leptos::prelude::*;

/// Shows the plan and changes it.
#[component]
pub fn RetentionForm(
    settings: Memo<OrganizationSettings>,
    set: ServerAction<SetRetention>,
    go_on: ServerAction<LetDeletionGoOn>,
) -> impl IntoView {
    let retention = Memo::new(move |_| settings.with(|settings| settings.retention));
    let saved = move || set.value().with(|value| matches!(value, Some(Ok(()))));
    let option = move |plan: &'static str| {
        let selected = move || retention.get().plan() == plan;
        view! {
            <option value=plan selected=selected prop:selected=selected>
                {text::retention::plan(plan)}
            </option>
        }
    };
    let days = move || match retention.get() {
        Retention::Enterprise(days) => days.to_string(),
        _ => String::new(),
    };
    view! {
        <div class="box">
            <h2>{text::retention::TITLE}</h2>
            <p class="hint">{text::retention::WORDS}</p>
            <ActionForm action=set>
                <label class="field">
                    <span>{text::retention::PLAN}</span>
                    <select name="plan">{Retention::PLANS.map(option).collect_view()}</select>
                </label>
                <label class="field">
                    <span>{text::retention::DAYS}</span>
                    <input
                        name="days"
                        type="number"
                        min=ENTERPRISE_DAYS.start().to_string()
                        max=ENTERPRISE_DAYS.end().to_string()
                        value=days
                        prop:value=days
                        autocomplete="off"
                    />
                    <small>{text::retention::DAYS_WORDS}</small>
                </label>
                {form_failure(move || set.value().get())}
                <p role="status">{move || saved().then_some(text::settings::SAVED)}</p>
                <button class="control primary" disabled=move || set.pending().get()>
                    {text::retention::SAVE}
                </button>
            </ActionForm>
            <Runs settings/>
            <Waiting settings go_on/>
        </div>
    }
}

/// Says that deletion waits, with the button of an owner who lets it go on.
#[component]
fn Waiting(settings: Memo<OrganizationSettings>, go_on: ServerAction<LetDeletionGoOn>) -> impl IntoView {
    let waits = Memo::new(move |_| settings.with(|settings| (waits_since(settings), settings.owns)));
    move || {
        let (since, owns) = waits.get();
        since.map(|since| {
            let button = owns.then(|| {
                view! {
                    <ActionForm action=go_on>
                        {form_failure(move || go_on.value().get())}
                        <button class="control" disabled=move || go_on.pending().get()>
                            {text::retention::GO_ON}
                        </button>
                    </ActionForm>
                }
            });
            view! {
                <p class="form-failure" role="alert">
                    {text::retention::waits(since)}
                </p>
                {button}
            }
        })
    }
}

/// What the clock said when deletion began to wait. Where nothing is ever deleted, nothing waits.
fn waits_since(settings: &OrganizationSettings) -> Option<Timestamp> {
    let is_limited = settings.retention.days().is_some();
    settings.runs.waits_since.filter(|_| is_limited)
}

/// When what is older was last deleted, and what failed since.
#[component]
fn Runs(settings: Memo<OrganizationSettings>) -> impl IntoView {
    move || {
        let settings = settings.get();
        let waits = waits_since(&settings).is_some();
        let OrganizationSettings { runs, now, .. } = settings;
        let succeeded = runs.last_succeeded_at.map(|at| {
            let removed = text::retention::removed(&grouped(runs.last_removed), &grouped(runs.removed));
            view! {
                <p class="hint">
                    {text::retention::LAST_RUN} " " <Since at now/> ". " {removed}
                </p>
            }
        });
        let failed = runs.failed_at.filter(|_| !waits).map(|at| {
            view! {
                <p class="form-failure" role="alert">
                    {text::retention::FAILED} " " <Since at now/> ": " {runs.failure}
                </p>
            }
        });
        view! {
            {succeeded}
            {failed}
        }
    }
}
