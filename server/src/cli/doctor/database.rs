//! What the database itself shows.

use super::{
    finding::{
        Finding,
        Severity::{Note, Problem, Warning},
    },
    tasks,
};
use crate::demo;
use chrono::TimeDelta;
use domain::Timestamp;
use std::net::IpAddr;
use store::{Checkup, Connection, OrganizationCheckup};

/// How long ago the deletion of old executions may have succeeded: it runs every quarter of an hour.
const PURGED_WITHIN: TimeDelta = TimeDelta::hours(2);
/// How far the database's clock may be from ours.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(5);

/// Everything but how the database is reached, which needs a `Checkup` too.
pub fn look(checkup: &Checkup, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![schema(checkup)];
    if let Some(damage) = &checkup.damage {
        findings.push(Finding::new(
            Problem,
            "damage",
            format!("the database is damaged: {damage}"),
            "stop the server, and bring a backup back with `agent-ledger restore FILE`",
        ));
    }
    if let Some(connection) = &checkup.connection {
        findings.extend([encryption(connection), clock(connection, now)]);
    }
    if checkup.schema == Some(checkup.newest_schema) && checkup.organizations.is_empty() {
        findings.push(Finding::new(
            Note,
            "organizations",
            "nobody can sign in yet",
            "start the server and follow the link that it prints, or use `agent-ledger user add`",
        ));
    }
    if checkup.schema == Some(checkup.newest_schema) {
        findings.extend(tasks::look(checkup));
    }
    for organization in &checkup.organizations {
        findings.extend(of_organization(organization, now));
    }
    findings
}

fn schema(checkup: &Checkup) -> Finding {
    let version = env!("CARGO_PKG_VERSION");
    let newest = checkup.newest_schema;
    match checkup.schema {
        None => Finding::new(
            Note,
            "version",
            "the database is empty",
            "the first start of the server makes its tables, as does `agent-ledger migrate`",
        ),
        Some(schema) if schema < newest => Finding::new(
            Warning,
            "version",
            format!(
                "the database is of an older version: its schema is {schema}, that of agent-ledger {version} is {newest}; \
                 nothing else in it was looked at"
            ),
            "back it up, then start the server or run `agent-ledger migrate`",
        ),
        Some(schema) if schema > newest => Finding::new(
            Problem,
            "version",
            format!(
                "this agent-ledger {version} is old: the database's schema is {schema}, and it knows up to {newest}"
            ),
            "use the newer agent-ledger that has migrated the database",
        ),
        Some(_) => Finding::ok(
            "version",
            format!(
                "the database is of this program's version, {version}; whether there is a newer one is not known here"
            ),
        ),
    }
}

fn encryption(connection: &Connection) -> Finding {
    let host = &connection.host;
    let address: Result<IpAddr, _> = host.parse();
    let is_here = host.starts_with('/')
        || host == "localhost"
        || address.is_ok_and(|address| address.to_canonical().is_loopback());
    if is_here {
        Finding::ok("database_connection", "the database is on this machine")
    } else if connection.is_encrypted {
        Finding::ok(
            "database_connection",
            format!("the connection to the database on {host} is encrypted"),
        )
    } else {
        Finding::new(
            Warning,
            "database_connection",
            format!("the connection to the database on {host} is not encrypted"),
            "have PostgreSQL speak TLS, and add sslmode=verify-full to the database URL",
        )
    }
}

fn clock(connection: &Connection, now: Timestamp) -> Finding {
    let apart = (connection.time - now).abs();
    if apart <= CLOCKS_APART {
        return Finding::ok("clock", "this machine's clock and the database's agree");
    }
    Finding::new(
        Warning,
        "clock",
        format!(
            "this machine's clock and the database's are {} seconds apart",
            apart.num_seconds()
        ),
        "let both follow the same time servers (NTP)",
    )
}

fn of_organization(organization: &OrganizationCheckup, now: Timestamp) -> Vec<Finding> {
    let name = format!("{:?}", organization.name);
    let mut findings = vec![retention(organization, &name, now)];
    if organization.name == demo::ORGANIZATION {
        findings.push(Finding::new(
            Warning,
            "demo",
            format!("the database holds the demo, {name}: its executions are invented"),
            "use a database of its own for what is real",
        ));
    }
    findings.push(match organization.owners {
        0 => Finding::new(
            Problem,
            "owners",
            format!("nobody owns {name}"),
            "add an owner with `agent-ledger user add --role owner`",
        ),
        1 => Finding::new(
            Note,
            "owners",
            format!("{name} has one owner alone"),
            "make a second member an owner, for when the first is away",
        ),
        owners => Finding::ok("owners", format!("{name} has {owners} owners")),
    });
    findings.push(if organization.has_older_payloads {
        Finding::new(
            Warning,
            "encryption",
            format!("{name} has payloads that are not encrypted, or not with its newest key"),
            "let the server run: it encrypts them, and says in its log when it has finished",
        )
    } else {
        Finding::ok("encryption", format!("every payload of {name} is encrypted"))
    });
    match organization.endless_keys {
        0 => {}
        keys => findings.push(Finding::new(
            Note,
            "api_keys",
            format!("{name} has API keys that never end: {keys}"),
            "give keys an end, and rotate them (`agent-ledger key list`, `key rotate`)",
        )),
    }
    match organization.unused_admin_keys {
        0 => {}
        keys => findings.push(Finding::new(
            Warning,
            "api_keys",
            format!("{name} has API keys with the scope admin that were never used: {keys}"),
            "revoke what nobody needs (`agent-ledger key list`, `key revoke`)",
        )),
    }
    findings
}

fn retention(organization: &OrganizationCheckup, name: &str, now: Timestamp) -> Finding {
    const CHECK: &str = "retention";
    let look = "look into the log of the server, which deletes every quarter of an hour, or run `agent-ledger purge`";
    if let Some(failure) = &organization.purge_failure {
        return Finding::new(
            Warning,
            CHECK,
            format!("old executions of {name} could not be deleted: {failure}"),
            look,
        );
    }
    match (organization.retention_plan.as_str(), organization.purged_at) {
        ("none", _) => Finding::new(
            Note,
            CHECK,
            format!("{name} keeps every execution for ever"),
            "choose a plan with `agent-ledger retention`, if it need not",
        ),
        (_, None) => Finding::new(
            Note,
            CHECK,
            format!("old executions of {name} have not been deleted yet"),
            look,
        ),
        (_, Some(at)) if now - at > PURGED_WITHIN => Finding::new(
            Warning,
            CHECK,
            format!(
                "old executions of {name} were last deleted at {}",
                at.format("%Y-%m-%d %H:%M UTC")
            ),
            look,
        ),
        (plan, Some(_)) => Finding::ok(
            CHECK,
            format!("{name} keeps its executions by the plan {plan}, and no longer"),
        ),
    }
}
