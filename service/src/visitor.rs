//! Whoever sends a form or asks for a page, signed in or not.

use crate::{Caller, Identity};
use domain::{Actor, SessionOrigin};
use std::net::IpAddr;
use store::{Session, TokenHash};

/// Whoever sends a form or asks for a page.
#[derive(Debug, Clone, Default)]
pub struct Visitor {
    /// The session, where somebody is signed in.
    pub session: Option<Session>,
    /// The token of a session that came with the request, whether it works or not.
    pub token: Option<TokenHash>,
    /// Where the request comes from; nowhere, where it came through no connection.
    pub ip_address: Option<IpAddr>,
    /// Whether that address is a proxy's, and so everybody's.
    pub is_shared_address: bool,
    /// What the program calls itself, on one line.
    pub user_agent: Option<String>,
    /// The token of an earlier sign-in that the browser kept.
    pub browser: Option<TokenHash>,
}

impl Visitor {
    /// Who asks, where somebody is signed in.
    pub fn caller(&self) -> Option<Caller> {
        let session = self.session.clone()?;
        Some(Caller {
            organization: session.organization.id,
            identity: Identity::Person(Box::new(session)),
            origin: self.origin(),
        })
    }

    /// Where the request comes from, as sessions and the audit log keep it.
    pub fn origin(&self) -> SessionOrigin {
        SessionOrigin {
            ip_address: self.ip_address.map(|address| address.to_string()),
            user_agent: self.user_agent.clone(),
        }
    }

    /// As the audit log knows whoever it is.
    pub fn actor(&self) -> Actor {
        match &self.session {
            Some(session) => Actor::person(&session.user.id, &session.user.email, self.origin()),
            None => self.stranger(),
        }
    }

    /// The same as somebody who has not said who they are.
    pub fn stranger(&self) -> Actor {
        Actor::unknown(self.origin())
    }
}
