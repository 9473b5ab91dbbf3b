//! The audit log in words, and the addresses of its pages.

use crate::{
    data::audit_list::{AuditForm, AuditList, AuditRow},
    query_string, routes, text,
};
use domain::{
    AuditAction, AuditEvent, AuditFilter, AuditQuery, DateBound, LocalZone, Pagination, time, zones,
};
use store::{AuditPage, Organization};

/// What an address asks for, and the names of its parameters that make no sense.
pub fn audit_filter(raw: &str, organization: &Organization) -> (AuditQuery, AuditFilter, Vec<String>) {
    let pairs = query_string::pairs(raw);
    let (mut query, errors) =
        AuditQuery::parse(pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())));
    let mut ignored: Vec<_> = errors.into_iter().map(|error| error.field).collect();
    let filter = query.filter(organization.zone()).unwrap_or_else(|error| {
        ignored.push(error.field);
        query.time_zone = None;
        query.filter(organization.zone()).unwrap_or_default()
    });
    (query, filter, ignored)
}

/// A page as it is shown.
pub fn audit_list(
    query: &AuditQuery,
    page: AuditPage,
    ignored: Vec<String>,
    organization: &Organization,
) -> AuditList {
    let zone = zones::local_zone(organization.zone());
    let pagination = Pagination::new(query.page, page.total);
    let rows = u64::from(pagination.limit);
    let at = |offset| query_string::address(routes::AUDIT_LOG, query.at(offset).pairs());
    let export = |format: &str| {
        let pairs = query.without_page().pairs();
        let format = [("format", format.to_owned())];
        query_string::address(routes::AUDIT_EXPORT_CALL, format.into_iter().chain(pairs))
    };
    AuditList {
        events: page.events.iter().map(|event| row(event, &zone)).collect(),
        filter: form(query),
        showing: text::audit::showing(pagination),
        previous: (pagination.offset > 0).then(|| at(pagination.offset.saturating_sub(rows))),
        next: pagination.has_more.then(|| at(pagination.offset + rows)),
        exports: [export("csv"), export("ndjson")],
        ignored,
    }
}

fn row(event: &AuditEvent, zone: &LocalZone) -> AuditRow {
    let origin = event.origin();
    AuditRow {
        at: time::rfc3339(event.at),
        when: zone.full(event.at),
        who: text::audit::who(&event.actor),
        what: text::audit::action(event.action).to_owned(),
        details: (!event.details.is_empty()).then(|| text::audit::details(&event.details, zone)),
        subject: event
            .subject
            .as_ref()
            .map(text::audit::subject)
            .unwrap_or_default(),
        address: origin.ip_address.clone(),
        browser: origin.browser().or_else(|| origin.user_agent.clone()),
    }
}

fn form(query: &AuditQuery) -> AuditForm {
    let chosen = query.actions.join(",");
    let mut groups: Vec<&str> = Vec::new();
    for action in AuditAction::ALL {
        if !groups.contains(&action.group()) {
            groups.push(action.group());
        }
    }
    let mut actions: Vec<_> = groups
        .into_iter()
        .map(|group| (group.to_owned(), text::audit::group(group)))
        .collect();
    // An address may ask for what the form has no choice for.
    if !chosen.is_empty() && actions.iter().all(|(value, _)| *value != chosen) {
        actions.push((chosen.clone(), chosen.clone()));
    }
    let day = |bound: Option<DateBound>| match bound {
        Some(DateBound::Day(day)) => day.to_string(),
        _ => String::new(),
    };
    AuditForm {
        actions,
        action: chosen,
        actor: query.actor.clone().unwrap_or_default(),
        subject: query.subject.clone().unwrap_or_default(),
        start: day(query.start),
        end: day(query.end),
        is_filtered: query.is_filtered(),
    }
}
