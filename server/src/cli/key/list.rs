//! `key list`.

use crate::{
    cli::{Error, GlobalArgs, answer, context},
    clock,
};
use domain::{AgentId, ApiKey, Timestamp, time};

/// The columns of the answer.
const HEAD: &str = "id\tname\tscopes\tagents\trequests per minute\tcreated\texpires\tlast used\tfrom\tstate\t\
                    monthly budget (USD)\tspent this month (USD)";

/// What `key list` takes.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Name of the organization that owns the keys.
    #[arg(long, value_name = "NAME")]
    org: String,
}

/// Prints every key of the organization, newest first: a head, then a line for each, with tabs between the columns.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let store = context::open(global).await?;
    let organization = context::organization(&store, &args.org).await?;
    let now = clock::now();
    let keys = store.api_keys(organization.id, now).await?;
    store.close().await;
    answer(HEAD)?;
    keys.iter().try_for_each(|key| answer(line(key, now)))
}

fn line(key: &ApiKey, now: Timestamp) -> String {
    let instant = |instant: Option<Timestamp>| instant.map(time::rfc3339).unwrap_or_default();
    let agents: Vec<_> = key.agent_ids.iter().map(AgentId::as_str).collect();
    let columns = [
        key.api_key_id.to_string(),
        key.name.clone(),
        key.scopes.to_string(),
        agents.join(","),
        key.requests_per_minute
            .map(|limit| limit.to_string())
            .unwrap_or_default(),
        time::rfc3339(key.created_at),
        instant(key.expires_at),
        instant(key.last_used_at),
        key.last_used_from.clone().unwrap_or_default(),
        key.state(now).as_str().to_owned(),
        key.monthly_budget
            .map(|budget| budget.to_string())
            .unwrap_or_default(),
        key.spent_this_month.to_string(),
    ];
    columns.join("\t")
}
