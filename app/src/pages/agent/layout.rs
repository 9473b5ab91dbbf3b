//! What the tabs of an agent share: its name, its facts, and the way from tab to tab.

use crate::{
    components::{failure::form_failure, icon::icon},
    data::{
        agents::{AgentDetail, RenameAgent, load_agent},
        viewer::may_edit,
    },
    error::PageError,
    pages::agent::last_list::LastList,
    query_string, routes, text,
};
use domain::{Agent, format};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_params_map},
};

/// The agent that the address names, for the tabs.
#[derive(Clone, Copy)]
pub struct CurrentAgent {
    /// Its identifier, as the address has it.
    pub id: Memo<String>,
    /// The agent. Read it inside `Suspense` or `Transition` only.
    pub detail: Resource<Result<AgentDetail, PageError>>,
}

/// The agent that the address names.
pub fn use_agent() -> CurrentAgent {
    expect_context()
}

/// Head and tabs; the tab's own content below.
#[component]
pub fn AgentLayout() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("agentId").unwrap_or_default()));
    let rename = ServerAction::<RenameAgent>::new();
    let detail = Resource::new_blocking(
        move || (id.get(), rename.version().get()),
        |(id, _)| load_agent(id),
    );
    provide_context(CurrentAgent { id, detail });
    LastList::provide();
    view! {
        <Head id detail rename/>
        <Outlet/>
    }
}

/// Shows nothing where there is no such agent: the tab says so.
#[component]
fn Head(
    id: Memo<String>,
    detail: Resource<Result<AgentDetail, PageError>>,
    rename: ServerAction<RenameAgent>,
) -> impl IntoView {
    let parts = move || {
        let agent = Memo::new(move |before: Option<&Option<Agent>>| {
            detail.with(|detail| match detail.as_ref()? {
                Ok(detail) => Some(detail.agent.clone()),
                // What is known of this agent still holds where asking again does not work.
                Err(error) if error.code.may_pass() => {
                    let known = before.and_then(Option::as_ref);
                    known
                        .filter(|agent| id.with_untracked(|id| agent.agent_id.as_str() == id))
                        .cloned()
                }
                Err(_) => None,
            })
        });
        let present = Memo::new(move |_| agent.with(Option::is_some));
        move || {
            present.get().then(|| {
                let name = Memo::new(move |_| agent.with(|agent| agent.as_ref().map(|agent| agent.name.clone())).unwrap_or_default());
                let version = move || agent.with(|agent| agent.as_ref()?.active_version);
                let facts = move || {
                    agent.with(|agent| {
                        let agent = agent.as_ref()?;
                        let executions = text::executions_count(&format::grouped(agent.executions), agent.executions == 1);
                        Some(match &agent.model {
                            Some(model) => format!("{model} · {executions}"),
                            None => executions,
                        })
                    })
                };
                view! {
                    <TabTitle name/>
                    <nav class="crumbs" aria-label=text::BREADCRUMBS>
                        <a href=routes::AGENTS>{text::AGENTS}</a>
                        " / "
                        <span aria-current="page">{name}</span>
                    </nav>
                    <div class="head">
                        <h1>{name}</h1>
                        {may_edit().then(|| view! { <RenameForm name rename/> })}
                        {move || {
                            version()
                                .map(|version| view! { <span class="tag">{text::active_version(version)}</span> })
                        }}
                        <span class="facts">{facts}</span>
                    </div>
                    <Tabs/>
                }
            })
        }
    };
    view! { <Transition>{parts()}</Transition> }
}

/// The document's title: tab and agent.
#[component]
fn TabTitle(name: Memo<String>) -> impl IntoView {
    let location = use_location();
    let (path, search) = (location.pathname, location.search);
    let title = move || name.with(|name| tab_title(&path.get(), &search.get(), name));
    view! { <Title text=title/> }
}

fn tab_title(path: &str, search: &str, agent: &str) -> String {
    let tab = Tab::ALL
        .into_iter()
        .find(|tab| path.starts_with(&tab.address(of_agent(path))))
        .unwrap_or(Tab::Executions);
    match query_string::value(search, routes::EXECUTION) {
        Some(execution) if tab == Tab::Executions => format!("{execution} · {agent}"),
        _ => format!("{} · {agent}", tab.label()),
    }
}

/// The agent's identifier in the address of one of its tabs.
fn of_agent(path: &str) -> &str {
    path.trim_start_matches('/').split('/').nth(1).unwrap_or_default()
}

/// The tabs of an agent, in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tab {
    Executions,
    Versions,
    Connect,
    Retention,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Executions, Self::Versions, Self::Connect, Self::Retention];

    fn label(self) -> &'static str {
        match self {
            Self::Executions => text::EXECUTIONS,
            Self::Versions => text::VERSIONS,
            Self::Connect => text::CONNECT,
            Self::Retention => text::agent_retention::TAB,
        }
    }

    fn address(self, agent: &str) -> String {
        match self {
            Self::Executions => routes::executions(agent),
            Self::Versions => routes::versions(agent),
            Self::Connect => routes::connect(agent),
            Self::Retention => routes::agent_retention(agent),
        }
    }

    /// Whether it is for those alone who may change the agent.
    fn is_for_editors(self) -> bool {
        self == Self::Retention
    }
}

#[component]
fn Tabs() -> impl IntoView {
    let agent = use_agent().id;
    let path = use_location().pathname;
    let last = LastList::get();
    let link = move |tab: Tab| {
        let address = Memo::new(move |_| agent.with(|agent| tab.address(agent)));
        let current = move || path.with(|path| address.with(|address| path.starts_with(address.as_str())));
        // The list comes back as one left it.
        let href = move || {
            let last = agent.with(|agent| last.of(agent));
            last.filter(|_| tab == Tab::Executions)
                .unwrap_or_else(|| address.get())
        };
        view! {
            <a href=href data-label=tab.label() aria-current=move || current().then_some("page")>
                {tab.label()}
            </a>
        }
    };
    let tabs = Tab::ALL
        .into_iter()
        .filter(|tab| may_edit() || !tab.is_for_editors());
    view! { <nav class="tabs" aria-label=text::TABS>{tabs.map(link).collect_view()}</nav> }
}

#[component]
fn RenameForm(name: Memo<String>, rename: ServerAction<RenameAgent>) -> impl IntoView {
    let agent = use_agent().id;
    let panel = NodeRef::<leptos::html::Details>::new();
    Effect::new(move || {
        let renamed = rename.value().with(|value| matches!(value, Some(Ok(()))));
        if let Some(panel) = panel.get_untracked().filter(|_| renamed) {
            panel.set_open(false);
        }
    });
    view! {
        <details class="menu rename" node_ref=panel>
            <summary class="icon-button" aria-label=text::RENAME title=text::RENAME>
                {icon("pencil")}
            </summary>
            <div class="panel">
                <ActionForm action=rename>
                    <input type="hidden" name="agent_id" value=agent/>
                    <label class="field">
                        <span>{text::agents::NAME}</span>
                        <input name="name" value=name maxlength="100" autocomplete="off" required/>
                    </label>
                    <button class="control primary" disabled=move || rename.pending().get()>
                        {text::RENAME}
                    </button>
                </ActionForm>
            </div>
        </details>
        {form_failure(move || rename.value().get())}
    }
}
