//! `key create`.

use super::wrong_flag;
use crate::cli::{Error, GlobalArgs, answer, context};
use domain::{AgentId, FieldError, KeyExpiry, NanoDollars, Scopes};
use service::NewApiKey;

/// What `key create` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the organization that is to own the key.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// What people are to call the key: 1 to 100 characters.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What the key allows, separated by commas: record, read (with export), execute, admin.
    #[arg(long, value_name = "SCOPES")]
    scopes: String,
    /// The only agents that the key may touch, separated by commas; every one unless given.
    #[arg(long, value_name = "IDS", value_delimiter = ',')]
    agents: Vec<AgentId>,
    /// When the key ends by itself: days from now (90d), a date (2027-01-31, its end) or an RFC 3339 instant.
    #[arg(long, value_name = "WHEN")]
    expires: Option<String>,
    /// Requests that the key may make within any 60 seconds; without limit unless given.
    #[arg(long, value_name = "NUMBER")]
    requests_per_minute: Option<u32>,
    /// What the key's executions of a calendar month of UTC may cost, in US dollars, before it begins no more; without
    /// limit unless given.
    #[arg(long, value_name = "USD")]
    monthly_budget: Option<NanoDollars>,
}

/// Makes a key and prints it. It is not kept, so it cannot be shown again.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let name =
        domain::agent::parse_name("--name", &args.name).map_err(|error| Error::refused(error.to_string()))?;
    let scopes: Scopes = args
        .scopes
        .parse()
        .map_err(|error: FieldError| wrong_flag("--scopes", &error))?;
    let expiry: Option<KeyExpiry> = args
        .expires
        .map(|text| text.parse())
        .transpose()
        .map_err(|error: FieldError| wrong_flag("--expires", &error))?;
    let new = NewApiKey {
        name,
        scopes,
        agent_ids: args.agents,
        requests_per_minute: args.requests_per_minute,
        monthly_budget: args.monthly_budget,
        expiry,
    };
    let service = context::service(global).await?;
    let operator = context::operator(&service, &args.org).await?;
    let made = service.create_api_key(&operator, new).await;
    let (_, token) = made.map_err(|error| match &error {
        service::Error::Invalid(errors) => match errors.told().first() {
            Some(first) => wrong_flag(flag(first), first),
            None => error.into(),
        },
        _ => error.into(),
    })?;
    service.store.close().await;
    answer(token.reveal())
}

/// The flag by which a field was given.
fn flag(error: &FieldError) -> &'static str {
    match error.field.as_str() {
        "agentIds" => "--agents",
        "requestsPerMinute" => "--requests-per-minute",
        "expiresAt" => "--expires",
        _ => "the key",
    }
}
