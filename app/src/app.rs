//! The page's frame: routes, top bar, and what lives as long as the page.

use crate::{
    browser::{Hydrated, close_menus_from_outside},
    clock::Clock,
    components::top_bar::TopBar,
    data::viewer::ViewerResource,
    keys::SingleKeys,
    pages::{
        account::AccountPage,
        agent::{
            connect::ConnectPage, executions::ExecutionsPage, layout::AgentLayout, retention::RetentionPage,
            versions::VersionsPage,
        },
        agents::AgentsPage,
        api_keys::ApiKeysPage,
        audit_log::AuditLogPage,
        forgot_password::ForgotPasswordPage,
        join::JoinPage,
        members::MembersPage,
        not_found::NotFoundPage,
        organization::OrganizationPage,
        providers::ProvidersPage,
        reset_password::ResetPasswordPage,
        set_up::SetUpPage,
        sign_in::SignInPage,
    },
    query_string, routes, text,
};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Redirect, Route, Router, Routes},
    hooks::{use_location, use_params_map},
    path,
};

/// The whole app. The server also runs it once at start, without a request, to learn its routes.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Hydrated::provide();
    Clock::provide();
    let viewer = ViewerResource::provide();
    close_menus_from_outside();
    SingleKeys::provide();
    view! {
        <Title formatter=text::title/>
        <Router>
            <a class="skip" href="#main" rel="external">{text::SKIP_TO_CONTENT}</a>
            <TopBar viewer/>
            <main class="page" id="main" tabindex="-1">
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=|| view! { <Redirect path=routes::AGENTS/> } ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async/>
                    <Route path=path!("/set-up") view=SetUpPage ssr=SsrMode::Async/>
                    <Route path=path!("/join") view=JoinPage ssr=SsrMode::Async/>
                    <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async/>
                    <Route path=path!("/agents") view=AgentsPage ssr=SsrMode::Async/>
                    <ParentRoute path=path!("/agents/:agentId") view=AgentLayout ssr=SsrMode::Async>
                        <Route path=path!("") view=ToExecutions ssr=SsrMode::Async/>
                        <Route path=path!("executions") view=ExecutionsPage ssr=SsrMode::Async/>
                        <Route path=path!("executions/:executionId") view=ToExecution ssr=SsrMode::Async/>
                        <Route path=path!("versions") view=VersionsPage ssr=SsrMode::Async/>
                        <Route path=path!("connect") view=ConnectPage ssr=SsrMode::Async/>
                        <Route path=path!("retention") view=RetentionPage ssr=SsrMode::Async/>
                    </ParentRoute>
                    <Route path=path!("/settings") view=|| view! { <Redirect path=routes::API_KEYS/> } ssr=SsrMode::Async/>
                    <Route path=path!("/settings/organization") view=OrganizationPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/api-keys") view=ApiKeysPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/providers") view=ProvidersPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/audit-log") view=AuditLogPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/account") view=AccountPage ssr=SsrMode::Async/>
                    <Route path=path!("/settings/members") view=MembersPage ssr=SsrMode::Async/>
                </Routes>
            </main>
        </Router>
    }
}

/// An agent's bare address opens its executions, filters and all.
#[component]
fn ToExecutions() -> impl IntoView {
    let agent = use_params_map()
        .read_untracked()
        .get("agentId")
        .unwrap_or_default();
    let search = use_location().search.get_untracked();
    let target = query_string::join(&routes::executions(&agent), &search);
    view! { <Redirect path=target/> }
}

/// An execution's own address opens it beside the list.
#[component]
fn ToExecution() -> impl IntoView {
    let params = use_params_map();
    let param = |name| params.read_untracked().get(name).unwrap_or_default();
    let list = routes::executions(&param("agentId"));
    let search = use_location().search.get_untracked();
    let execution = query_string::address(&list, [(routes::EXECUTION, param("executionId"))]);
    let others = query_string::without(&search, routes::EXECUTION);
    view! { <Redirect path=query_string::join(&execution, &others)/> }
}
