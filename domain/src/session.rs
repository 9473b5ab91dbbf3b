//! Sessions of a person, as they are shown.

use crate::{SessionId, Timestamp};
use serde::{Deserialize, Serialize};

/// Where a session was begun.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionOrigin {
    /// Address of the other end of the connection.
    pub ip_address: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
}

/// A session that has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Which; says nothing of its token.
    pub session_id: SessionId,
    /// When the person signed in.
    pub began_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Where from.
    pub origin: SessionOrigin,
}

/// Names that browsers have in their `User-Agent`, the telling ones first: most of them also name others.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
/// The same of systems.
const SYSTEMS: [(&str, &str); 6] = [
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl SessionOrigin {
    /// Browser and system in short, such as `Firefox on Linux`; `None` where neither is known.
    pub fn browser(&self) -> Option<String> {
        let agent = self.user_agent.as_deref()?;
        let named = |names: &[(&str, &'static str)]| {
            let found = names.iter().find(|(mark, _)| agent.contains(mark));
            found.map(|(_, name)| *name)
        };
        match (named(&BROWSERS), named(&SYSTEMS)) {
            (Some(browser), Some(system)) => Some(format!("{browser} on {system}")),
            (browser, system) => browser.or(system).map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_told_in_short() {
        for (user_agent, browser) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
                Some("Firefox on Linux"),
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 \
                 Safari/537.36 Edg/130.0.0.0",
                Some("Edge on Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Safari/604.1",
                Some("Safari on iPhone"),
            ),
            ("curl/8.5.0", Some("curl")),
            ("", None),
        ] {
            let origin = SessionOrigin {
                ip_address: None,
                user_agent: Some(user_agent.into()),
            };
            assert_eq!(origin.browser().as_deref(), browser, "{user_agent}");
        }
    }
}
