//! `retention`.

use super::{Error, GlobalArgs, answer, context};
use domain::{AgentId, Retention};
use service::{AgentChange, OrganizationChange};

/// What `retention` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Prints how long executions are kept: `none`, or the plan and its days, or with --agent the days alone. It changes \
nothing unless --plan or --days is given. What is older goes within a quarter of an hour on a running server, or with \
`agent-ledger purge`.")]
pub struct Args {
    /// Name of the organization.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Keep executions by this plan: standard is 90 days, pro 180, enterprise as many as --days says, none for ever.
    #[arg(long, value_name = "PLAN", conflicts_with = "agent")]
    plan: Option<String>,
    /// Days of the plan enterprise, 365 to 36500; or of --agent, fewer than the organization's, 0 for as many.
    #[arg(long, value_name = "DAYS")]
    days: Option<u32>,
    /// This agent instead of the organization.
    #[arg(long, value_name = "ID")]
    agent: Option<AgentId>,
}

/// Tells how long executions are kept, or changes it.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let wrong = |error: domain::FieldError| Error::refused(format!("--{} {}", error.field, error.detail));
    let retention = match (&args.agent, &args.plan, args.days) {
        (None, Some(plan), days) => Some(Retention::parse(plan, days).map_err(wrong)?),
        (None, None, Some(_)) => {
            return Err(Error::refused(
                "--days goes with --plan enterprise or with --agent",
            ));
        }
        _ => None,
    };
    let service = context::service(global).await?;
    let operator = context::operator(&service, &args.org).await?;
    let told = match &args.agent {
        Some(agent) => {
            if let Some(days) = args.days {
                let change = AgentChange {
                    name: None,
                    retention_days: Some(Some(days).filter(|days| *days > 0)),
                };
                service.change_agent(&operator, agent, change).await?;
            }
            let days = service.store.days_kept(operator.organization, agent).await?;
            days.map_or("none".to_owned(), |days| days.to_string())
        }
        None => {
            let change = OrganizationChange {
                time_zone: None,
                retention,
            };
            let retention = service.change_organization(&operator, change).await?.retention;
            let days = retention.days().map(|days| format!(" {days}"));
            format!("{}{}", retention.plan(), days.unwrap_or_default())
        }
    };
    service.store.close().await;
    answer(told)
}
