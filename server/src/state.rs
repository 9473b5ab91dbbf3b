//! What handlers share.

use crate::{
    body::Bodies,
    limits::Limits,
    live::Hub,
    page::{assets, rendering::Line},
    peer::TrustedProxy,
    seldom::Seldom,
    sso::Sso,
};
use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use service::{DemoSignIn, Service};
use std::{sync::Arc, time::Duration};
use store::Store;

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// The use cases.
    pub service: Service,
    /// Where everything rests.
    pub store: Store,
    /// The demo's sign-in, where this is one.
    pub demo: Option<Arc<DemoSignIn>>,
    /// Whether cookies are for TLS alone, however a request came.
    pub secure_cookies: bool,
    /// Proxies whose word on where a request comes from is believed.
    pub trusted_proxies: Arc<[TrustedProxy]>,
    /// When it was told last of somebody else who said it.
    pub(crate) unbelieved: Arc<Seldom>,
    /// The provider by which people may sign in, if there is one.
    pub sso: Option<Arc<Sso>>,
    /// Open event streams.
    pub live: Hub,
    /// How long a client may take nothing of what is sent to it, if that is not as usual.
    pub stall: Option<Duration>,
    /// What one caller, one answer and one page may have.
    pub limits: Arc<Limits>,
    /// Who waits for a page to be rendered.
    pub(crate) page_line: Line,
    /// Who waits for the page that refuses a sign-in.
    pub(crate) refusal_line: Line,
    /// Takes bodies of the REST API in.
    pub bodies: Bodies,
    pub(crate) public_url: Option<Arc<str>>,
    leptos: LeptosOptions,
}

/// What differs from one server to another.
#[derive(Default)]
pub struct Options {
    /// Whether cookies are for TLS alone, however a request came.
    pub secure_cookies: bool,
    /// Proxies whose word on where a request comes from is believed.
    pub trusted_proxies: Vec<TrustedProxy>,
    /// The demo's sign-in, where this is one.
    pub demo: Option<DemoSignIn>,
    /// How often an event stream shows that it is alive; 15 seconds unless given.
    pub heartbeat: Option<Duration>,
    /// How long a client may take nothing of what is sent to it before it is let go; a minute unless given.
    pub stall: Option<Duration>,
    /// The provider by which people may sign in, if there is one.
    pub sso: Option<Sso>,
    /// Where people reach the server, without a `/` at its end, if that was told.
    pub public_url: Option<String>,
    /// What one caller, one answer and one page may have.
    pub limits: Limits,
}

impl AppState {
    /// The state of a server.
    pub fn new(service: Service, options: Options) -> Self {
        let store = service.store.clone();
        let limits = Arc::new(options.limits);
        Self {
            live: Hub::new(store.clone(), options.heartbeat, &limits),
            store,
            service,
            demo: options.demo.map(Arc::new),
            secure_cookies: options.secure_cookies,
            stall: options.stall,
            page_line: Line::of_pages(),
            refusal_line: Line::of_refusals(),
            bodies: Bodies::new(limits.clone()),
            limits,
            trusted_proxies: options.trusted_proxies.into(),
            unbelieved: Arc::default(),
            sso: options.sso.map(Arc::new),
            public_url: options.public_url.map(Into::into),
            leptos: LeptosOptions::builder()
                .output_name(assets::output_name())
                .site_pkg_dir(assets::FOLDER)
                .build(),
        }
    }

    /// What the pages read from their context.
    pub fn for_pages(&self) -> app::ServerContext {
        app::ServerContext {
            service: self.service.clone(),
            store: self.store.clone(),
            bounds: app::PageBounds {
                text: self.limits.page_text as usize,
                variables: self.limits.page_variables as usize,
            },
            demo: self.demo.is_some(),
            sso: self.sso.as_ref().map(|sso| sso.name().into()),
            origin: self.public_url.clone().unwrap_or_default(),
            stylesheet: assets::stylesheet(),
        }
    }
}

impl FromRef<AppState> for Service {
    fn from_ref(state: &AppState) -> Self {
        state.service.clone()
    }
}

impl FromRef<AppState> for Store {
    fn from_ref(state: &AppState) -> Self {
        state.store.clone()
    }
}

impl FromRef<AppState> for Bodies {
    fn from_ref(state: &AppState) -> Self {
        state.bodies.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
