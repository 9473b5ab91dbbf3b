//! What handlers share.

use super::assets;
use crate::{auth::Throttle, live::Hub};
use axum::extract::FromRef;
use domain::{OrganizationId, UserId};
use leptos::prelude::LeptosOptions;
use std::{sync::Arc, time::Duration};
use store::{Store, TokenHash};

/// What handlers share. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    /// Where everything rests.
    pub store: Store,
    /// The demo's sign-in, where this is one.
    pub demo: Option<Arc<DemoSignIn>>,
    /// Whether the session cookie is for TLS alone.
    pub secure_cookies: bool,
    /// The exports that are watched.
    pub exports: app::Exports,
    /// Wrong passwords so far.
    pub throttle: Arc<Throttle>,
    /// Open event streams.
    pub live: Hub,
    leptos: LeptosOptions,
}

/// What differs from one server to another.
#[derive(Default)]
pub struct Options {
    /// Whether the session cookie is for TLS alone.
    pub secure_cookies: bool,
    /// The demo's sign-in, where this is one.
    pub demo: Option<DemoSignIn>,
    /// How often an event stream shows that it is alive; 15 seconds unless given.
    pub heartbeat: Option<Duration>,
}

/// Whom the demo's link signs in, as often as it is followed. Its token is in no database.
pub struct DemoSignIn {
    /// Hash of the link's token.
    pub token: TokenHash,
    /// The demo's owner.
    pub user: UserId,
    /// The demo's organization.
    pub organization: OrganizationId,
}

impl AppState {
    /// The state of a server on `store`.
    pub fn new(store: Store, options: Options) -> Self {
        Self {
            live: Hub::new(store.clone(), options.heartbeat),
            store,
            demo: options.demo.map(Arc::new),
            secure_cookies: options.secure_cookies,
            exports: app::Exports::default(),
            throttle: Arc::default(),
            leptos: LeptosOptions::builder()
                .output_name(assets::output_name())
                .site_pkg_dir(assets::FOLDER)
                .build(),
        }
    }

    /// What the pages read from their context.
    pub fn for_pages(&self) -> app::ServerContext {
        app::ServerContext {
            store: self.store.clone(),
            demo: self.demo.is_some(),
            secure_cookies: self.secure_cookies,
            exports: self.exports.clone(),
            stylesheet: assets::stylesheet(),
        }
    }
}

impl FromRef<AppState> for Store {
    fn from_ref(state: &AppState) -> Self {
        state.store.clone()
    }
}

impl FromRef<AppState> for app::Exports {
    fn from_ref(state: &AppState) -> Self {
        state.exports.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
