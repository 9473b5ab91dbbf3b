//! `/settings/audit-log`: who did what, when, and from where. Plain links and a plain form: the address says what is shown.

use crate::{
    components::{
        figures::known,
        loaded::{loaded, table_placeholder},
        settings_tabs::SettingsTabs,
    },
    data::{
        audit::load_audit_events,
        audit_list::{AuditForm, AuditList, AuditRow},
    },
    routes, text,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Shows the audit log a page at a time.
#[component]
pub fn AuditLogPage() -> impl IntoView {
    let search = use_location().search;
    let list = Resource::new_blocking(move || search.get(), load_audit_events);
    let pending = RwSignal::new(false);
    let content = move |list: Memo<AuditList>| {
        view! {
            <div class="head">
                <h1>{text::audit::AUDIT_LOG}</h1>
            </div>
            <SettingsTabs/>
            <p class="lead">{text::audit::WORDS}</p>
            {move || page(list.get())}
        }
    };
    view! {
        <Title text=text::audit::AUDIT_LOG/>
        {loaded(list, pending, table_placeholder, content)}
    }
}

fn page(list: AuditList) -> impl IntoView {
    let AuditList {
        events,
        filter,
        showing,
        previous,
        next,
        exports: [csv, ndjson],
        ignored,
    } = list;
    let is_filtered = filter.is_filtered;
    let ignored = (!ignored.is_empty()).then(|| {
        let words = format!("{} {}", text::list::IGNORED, ignored.join(", "));
        view! { <p class="notice" role="status">{words}</p> }
    });
    let rows = if events.is_empty() {
        nothing(is_filtered).into_any()
    } else {
        table(events).into_any()
    };
    view! {
        {ignored}
        {form(filter)}
        {rows}
        <div class="foot">
            <span>{showing}</span>
            <a href=csv rel="external" download="">{text::audit::CSV}</a>
            <a href=ndjson rel="external" download="">{text::audit::NDJSON}</a>
            <div class="end">
                <nav class="pages" aria-label=text::list::PAGES>
                    {step(previous, text::list::PREVIOUS, "prev")}
                    {step(next, text::list::NEXT, "next")}
                </nav>
            </div>
        </div>
    }
}

fn step(href: Option<String>, label: &'static str, rel: &'static str) -> impl IntoView {
    href.map(|href| {
        view! {
            <a class="control" href=href rel=rel>
                {label}
            </a>
        }
    })
}

fn form(filter: AuditForm) -> impl IntoView {
    let chosen = filter.action;
    let options = filter
        .actions
        .into_iter()
        .map(|(value, words)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{words}</option> }
        })
        .collect_view();
    let clear = filter.is_filtered.then(|| {
        view! {
            <a class="control" href=routes::AUDIT_LOG>
                {text::list::CLEAR}
            </a>
        }
    });
    view! {
        <form class="audit-filter" method="get" action=routes::AUDIT_LOG>
            <label class="field">
                <span>{text::audit::WHAT}</span>
                <select class="control" name="action">
                    <option value="">{text::audit::EVERYTHING}</option>
                    {options}
                </select>
            </label>
            {field(text::audit::WHO, "actor", "search", filter.actor)}
            {field(text::audit::SUBJECT, "subject", "search", filter.subject)}
            {field(text::audit::FROM_DAY, "startDate", "date", filter.start)}
            {field(text::audit::UNTIL_DAY, "endDate", "date", filter.end)}
            <div class="actions">
                <button class="control primary">{text::audit::FILTER}</button>
                {clear}
            </div>
        </form>
    }
}

fn field(label: &'static str, name: &'static str, kind: &'static str, value: String) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input type=kind name=name value=value/>
        </label>
    }
}

fn table(events: Vec<AuditRow>) -> impl IntoView {
    view! {
        // Narrow, it is scrolled sideways, also by the keyboard.
        <div class="card" role="region" aria-label=text::audit::AUDIT_LOG tabindex="0">
            <table class="keys audit">
                <caption class="hidden">{text::audit::AUDIT_LOG}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::audit::WHEN}</th>
                        <th scope="col">{text::audit::WHO}</th>
                        <th scope="col">{text::audit::WHAT}</th>
                        <th scope="col">{text::audit::SUBJECT}</th>
                        <th scope="col">{text::audit::FROM}</th>
                    </tr>
                </thead>
                <tbody>{events.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

fn row(event: AuditRow) -> impl IntoView {
    view! {
        <tr>
            <td>
                <time datetime=event.at>{event.when}</time>
            </td>
            <th scope="row">{event.who}</th>
            <td>{event.what} {event.details.map(|details| view! { <small>{details}</small> })}</td>
            <td>{event.subject}</td>
            <td>{known(event.address)} {event.browser.map(|browser| view! { <small>{browser}</small> })}</td>
        </tr>
    }
}

fn nothing(is_filtered: bool) -> impl IntoView {
    let (title, words, way) = if is_filtered {
        (
            text::audit::NO_MATCH,
            text::audit::NO_MATCH_WORDS,
            text::list::CLEAR,
        )
    } else {
        (
            text::audit::NONE,
            text::audit::NONE_WORDS,
            text::audit::FIRST_PAGE,
        )
    };
    view! {
        <div class="blank framed">
            <h2>{title}</h2>
            <p>{words}</p>
            <div class="actions">
                <a class="control" href=routes::AUDIT_LOG>
                    {way}
                </a>
            </div>
        </div>
    }
}
