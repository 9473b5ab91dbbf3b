//! Who asks: people at the dashboard, programs with a key, workflows.

use super::draw::pick;
use domain::Source;
use rand::{RngExt, rngs::StdRng};

/// Who asks in one run.
#[derive(Debug)]
pub struct DemoCaller {
    pub source: Source,
    /// Which of the organization's sample keys was used.
    pub key: Option<usize>,
    pub executed_by: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: &'static str,
}

/// Names of the sample keys.
pub const KEYS: [&str; 3] = ["Storefront", "Support desk", "Nightly jobs"];

/// People beside the owner.
const PEOPLE: [&str; 4] = ["user_mara", "user_tobias", "user_yuki", "user_ines"];

const BROWSERS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36",
];
const PROGRAMS: [&str; 5] = [
    "python-httpx/0.28.1",
    "acme-storefront/5.2 (node)",
    "acme-support-desk/2.14",
    "curl/8.14.1",
    "Go-http-client/2.0",
];

impl DemoCaller {
    /// Somebody who asks through `source`; `owner` is one of the people.
    pub fn draw(rng: &mut StdRng, source: Source, owner: &str) -> Self {
        let person = match rng.random_range(0..3) {
            0 => owner,
            _ => pick(rng, &PEOPLE),
        };
        match source {
            Source::Dashboard => Self {
                source,
                key: None,
                executed_by: Some(person.to_owned()),
                ip_address: Some(format!("198.51.100.{}", rng.random_range(1..60))),
                user_agent: pick(rng, &BROWSERS),
            },
            Source::Api => Self {
                source,
                key: Some(rng.random_range(0..2)),
                executed_by: None,
                ip_address: Some(format!("203.0.113.{}", rng.random_range(1..255))),
                user_agent: pick(rng, &PROGRAMS),
            },
            Source::Workflow => Self {
                source,
                key: Some(2),
                executed_by: None,
                ip_address: Some("203.0.113.7".to_owned()),
                user_agent: "acme-workflows/1.9",
            },
        }
    }
}
