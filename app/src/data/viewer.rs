//! Who looks at the page.

use super::wire::Answer;
use crate::error::PageError;
use leptos::{prelude::*, server_fn::codec::PostUrl};
use serde::{Deserialize, Serialize};

/// Who looks, and what the page may offer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    /// The signed-in person; nobody on the pages before that.
    pub person: Option<Person>,
    /// Whether this is the demo with invented data.
    pub demo: bool,
    /// Whether the server sends links to new passwords by e-mail.
    pub sends_mail: bool,
    /// What people call the provider by which they may sign in, if there is one.
    pub sso: Option<String>,
}

/// A signed-in person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// E-mail address.
    pub email: String,
    /// Name of the organization.
    pub organization: String,
    /// Names of the person's other organizations.
    pub others: Vec<String>,
    /// The organization's time zone.
    pub zone: domain::LocalZone,
    /// May change agents, versions and API keys.
    pub administers: bool,
}

/// Who looks; also answered where nobody is signed in.
#[server(prefix = "/_fn", endpoint = "viewer", input = PostUrl, output = Answer)]
pub async fn load_viewer() -> Result<Viewer, PageError> {
    let context = crate::server::context()?;
    let session = crate::server::session();
    let others = match &session {
        Some(session) => {
            let mut all = context.store.organizations_of(&session.user.id).await?;
            all.retain(|one| one.id != session.organization.id);
            all.into_iter().map(|one| one.name).collect()
        }
        None => Vec::new(),
    };
    let person = session.map(|session| Person {
        email: session.user.email,
        others,
        zone: domain::zones::local_zone(session.organization.zone()),
        organization: session.organization.name,
        administers: session.role.allows(domain::Permission::Administer),
    });
    Ok(Viewer {
        person,
        demo: context.demo,
        sends_mail: context.service.sends_mail(),
        sso: context.sso.map(|name| name.to_string()),
    })
}

/// Who looks, loaded once for the whole page. Read it inside `Suspense` or `Transition` only.
#[derive(Clone, Copy)]
pub struct ViewerResource(Resource<Result<Viewer, PageError>>);

impl ViewerResource {
    /// Provides it to the whole page.
    pub fn provide() -> Self {
        let resource = Self(Resource::new_blocking(|| (), |()| load_viewer()));
        provide_context(resource);
        resource
    }

    /// Whether this is the demo.
    pub fn is_demo(self) -> bool {
        self.0
            .with(|viewer| matches!(viewer, Some(Ok(Viewer { demo: true, .. }))))
    }

    /// Whether the server sends links to new passwords by e-mail, once known.
    pub fn sends_mail(self) -> Option<bool> {
        self.0
            .with(|viewer| Some(viewer.as_ref()?.as_ref().ok()?.sends_mail))
    }

    /// What people call the provider by which they may sign in, once known, if there is one.
    pub fn sso(self) -> Option<String> {
        self.0.with(|viewer| viewer.as_ref()?.as_ref().ok()?.sso.clone())
    }

    /// Asks anew, where what it tells has been changed.
    pub fn refetch(self) {
        self.0.refetch();
    }

    /// The signed-in person, once known.
    pub fn person(self) -> Option<Person> {
        self.0
            .with(|viewer| viewer.as_ref()?.as_ref().ok()?.person.clone())
    }
}

/// Whether the signed-in person may change agents and versions. Inside `Suspense` or `Transition` only.
pub fn may_edit() -> bool {
    use_context::<ViewerResource>()
        .and_then(ViewerResource::person)
        .is_some_and(|person| person.administers)
}
