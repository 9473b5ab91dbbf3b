//! The zone in which a page tells times.

use crate::data::viewer::ViewerResource;
use domain::LocalZone;
use leptos::prelude::*;

/// The zone in which a page tells times.
#[derive(Clone, Copy)]
pub struct PageZone(Signal<LocalZone>);

impl PageZone {
    /// Provides a page with a zone of its own.
    pub fn provide(zone: impl Into<Signal<LocalZone>>) {
        provide_context(Self(zone.into()));
    }

    /// The page's zone; the organization's where the page has none of its own. Read it inside `Suspense` or
    /// `Transition` only.
    pub fn get() -> Signal<LocalZone> {
        match use_context::<Self>() {
            Some(Self(zone)) => zone,
            None => organization_zone(),
        }
    }
}

/// The organization's zone. Read it inside `Suspense` or `Transition` only.
pub fn organization_zone() -> Signal<LocalZone> {
    let viewer = use_context::<ViewerResource>();
    Signal::derive(move || {
        viewer
            .and_then(ViewerResource::person)
            .map_or_else(LocalZone::utc, |person| person.zone)
    })
}
