//! Tab Versions: the prompt configurations of an agent, and a form for the next one.

use super::layout::use_agent;
use crate::{
    browser::reset_when,
    clock::follow,
    components::{
        failure::form_failure,
        loaded::{loaded, table_placeholder},
        preformatted::preformatted,
        time::Since,
    },
    data::{
        versions::{ActivateVersion, CreateVersion, VersionList, load_versions},
        viewer::may_edit,
    },
    routes, text,
};
use domain::{AgentVersion, Timestamp};
use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

/// Lists the versions, adds one, puts one in use.
#[component]
pub fn VersionsPage() -> impl IntoView {
    let current = use_agent();
    let create = ServerAction::<CreateVersion>::new();
    let activate = ServerAction::<ActivateVersion>::new();
    let changes = move || (create.version().get(), activate.version().get());
    let versions = Resource::new_blocking(
        move || (current.id.get(), changes()),
        |(agent, _)| load_versions(agent),
    );
    Effect::new(move |before: Option<_>| {
        let now = changes();
        if before.is_some_and(|before| before != now) {
            current.detail.refetch();
        }
        now
    });
    let pending = RwSignal::new(false);
    let content = move |list: Memo<VersionList>| {
        follow(move || list.with(|list| list.now));
        view! {
            {form_failure(move || activate.value().get())}
            {move || {
                let VersionList { versions, cut_at, now } = list.get();
                if versions.is_empty() {
                    Either::Left(view! { <p class="blank framed">{text::versions::NONE}</p> })
                } else {
                    let items = versions.into_iter().map(|version| item(version, now, activate)).collect_view();
                    let shown_in_part = cut_at.map(|bytes| shown_in_part(&current.id.get_untracked(), bytes));
                    Either::Right(view! { {shown_in_part} <ul>{items}</ul> })
                }
            }}
            {may_edit().then(|| view! { <CreateForm create/> })}
        }
    };
    loaded(versions, pending, table_placeholder, content)
}

/// Says that long prompts are shown in part, and where they are whole.
fn shown_in_part(agent: &str, bytes: u32) -> impl IntoView + use<> {
    view! {
        <p class="hint">
            {text::detail::at_most(bytes.into())} " "
            <a href=routes::versions_call(agent) rel="external" download=text::versions::FILE>
                {text::detail::DOWNLOAD}
            </a>
        </p>
    }
}

fn item(version: AgentVersion, now: Timestamp, activate: ServerAction<ActivateVersion>) -> impl IntoView {
    let state = if version.active {
        EitherOf3::A(view! { <span class="badge success">{text::versions::ACTIVE}</span> })
    } else if may_edit() {
        EitherOf3::B(activate_form(version.number.0, activate))
    } else {
        EitherOf3::C(())
    };
    view! {
        <li class="box">
            <div class="version-head">
                <h2>
                    <span class="tag">{version.number.to_string()}</span>
                    " "
                    {version.model}
                </h2>
                <span class="facts">
                    {version
                        .temperature
                        .map(|value| format!("{} {value} · ", text::versions::TEMPERATURE_SHORT))}
                    <Since at=version.created_at now/>
                </span>
                {state}
            </div>
            <details class="disclosure">
                <summary>{text::versions::PROMPTS}</summary>
                {version
                    .system_prompt
                    .map(|prompt| {
                        view! {
                            <h3>{text::SYSTEM_PROMPT}</h3>
                            {preformatted(prompt)}
                        }
                    })}
                <h3>{text::versions::TEMPLATE}</h3>
                {preformatted(version.user_prompt_template)}
            </details>
        </li>
    }
}

fn activate_form(number: u32, activate: ServerAction<ActivateVersion>) -> impl IntoView {
    let agent = use_agent().id;
    view! {
        <ActionForm action=activate>
            <input type="hidden" name="agent_id" value=agent/>
            <input type="hidden" name="number" value=number.to_string()/>
            <button class="control" disabled=move || activate.pending().get()>
                {text::versions::ACTIVATE}
            </button>
        </ActionForm>
    }
}

#[component]
fn CreateForm(create: ServerAction<CreateVersion>) -> impl IntoView {
    let agent = use_agent().id;
    let form = NodeRef::new();
    reset_when(form, move || {
        create.value().with(|value| matches!(value, Some(Ok(_))))
    });
    view! {
        <div class="box">
            <h2>{text::versions::CREATE}</h2>
            <ActionForm action=create node_ref=form>
                <input type="hidden" name="agent_id" value=agent/>
                <div class="columns">
                    <label class="field">
                        <span>{text::MODEL}</span>
                        <input name="model" maxlength="100" autocomplete="off" required/>
                    </label>
                    <label class="field">
                        <span>{text::versions::TEMPERATURE}</span>
                        <input name="temperature" type="number" min="0" max="2" step="any" autocomplete="off"/>
                    </label>
                </div>
                <label class="field">
                    <span>{text::versions::SYSTEM_PROMPT}</span>
                    <textarea name="system_prompt" rows="4"></textarea>
                </label>
                <label class="field">
                    <span>{text::versions::TEMPLATE}</span>
                    <textarea name="user_prompt_template" rows="6" required aria-describedby="template-hint"></textarea>
                    <small id="template-hint">{text::versions::TEMPLATE_HINT}</small>
                </label>
                <label class="check">
                    <input type="checkbox" name="activate" value="true" checked=true/>
                    <span>{text::versions::ACTIVATE_NOW}</span>
                </label>
                {form_failure(move || create.value().get())}
                <button class="control primary" disabled=move || create.pending().get()>
                    {text::versions::CREATE_SUBMIT}
                </button>
            </ActionForm>
        </div>
    }
}
