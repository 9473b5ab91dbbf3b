//! The filter of dates: ranges until now, and a start and an end to pick.

use super::{View, action, changed, hidden, zone::ZoneChoice};
use crate::{
    browser::close_menu,
    components::icon::icon,
    data::executions::ExecutionList,
    pages::agent::executions::calendar::{Calendar, Point, Preset, is_backwards, range},
    query_string, routes, text,
};
use domain::{DateBound, ExecutionQuery};
use leptos::{
    ev::SubmitEvent,
    html::{Details, Input},
    prelude::*,
};

/// One of the two fields for a date and a time, told of by the address.
#[derive(Clone, Copy)]
struct End {
    date: (&'static str, &'static str),
    time: (&'static str, &'static str),
    bound: fn(&ExecutionQuery) -> Option<DateBound>,
    point: fn(DateBound, &domain::LocalZone) -> Point,
}

const START: End = End {
    date: ("startDate", text::dates::START_DATE),
    time: ("startTime", text::dates::START_TIME),
    bound: |query| query.start,
    point: Point::of,
};

const END: End = End {
    date: ("endDate", text::dates::END_DATE),
    time: ("endTime", text::dates::END_TIME),
    bound: |query| query.end,
    point: Point::of_end,
};

/// The menu.
#[component]
pub fn DateMenu(view: View, list: Memo<ExecutionList>, calendar: Calendar) -> impl IntoView {
    let panel = NodeRef::<Details>::new();
    let chosen = move || {
        view.query.with(|query| {
            calendar
                .with(|zone, now| range(query.start, query.end, zone, now))
                .unwrap_or_else(|| text::dates::ALL_TIME.to_owned())
        })
    };
    let (start, start_fields) = fields(view, calendar, START);
    let (end, end_fields) = fields(view, calendar, END);
    let wrong = RwSignal::new(None);
    let change = changed(view);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let pairs = start.pairs().into_iter().chain(end.pairs());
        let (picked, errors) = query_string::executions(&query_string::address("", pairs));
        let bounds = (picked.start, picked.end);
        let backwards = calendar
            .zone
            .with_untracked(|zone| is_backwards(bounds.0, bounds.1, zone));
        wrong.set(match backwards {
            true => Some(text::dates::BACKWARDS),
            false if !errors.is_empty() || start.is_time_alone() || end.is_time_alone() => {
                Some(text::dates::TIME_ALONE)
            }
            false => None,
        });
        if wrong.get_untracked().is_none() {
            change(&|query| (query.start, query.end) = bounds);
            close_menu(panel);
        }
    };
    view! {
        <form method="get" action=action(view) on:submit=submit>
            <details class="menu dates" name="filters" node_ref=panel>
                <summary class="control">
                    <span class="key">{text::dates::DATE}</span>
                    <span class="value">{chosen}</span>
                    {icon("down")}
                </summary>
                <fieldset class="panel">
                    <legend class="hidden">{text::dates::DATE}</legend>
                    {presets(view, calendar, panel)}
                    <div class="ends">
                        {start_fields}
                        {end_fields}
                        <p class="note">{text::dates::WHOLE_DAYS}</p>
                        {move || wrong.get().map(|wrong| view! { <p class="form-failure" role="alert">{wrong}</p> })}
                        <button class="control primary wide">{text::list::APPLY}</button>
                    </div>
                    <ZoneChoice view list/>
                </fieldset>
            </details>
            {hidden(view, vec!["startDate", "endDate"])}
        </form>
    }
}

/// A link to each range until now, and one to all.
fn presets(view: View, calendar: Calendar, panel: NodeRef<Details>) -> impl IntoView {
    let link = move |preset: Option<Preset>| {
        let start = move || preset.map(|preset| calendar.with(|zone, now| preset.start(zone, now)));
        let href = move || {
            let mut query = view.query.get();
            (query.start, query.end, query.page.offset) = (start(), None, 0);
            view.agent.with(|agent| routes::executions_where(agent, &query))
        };
        let is_chosen = move || {
            view.query.with(|query| match preset {
                Some(_) => preset == calendar.with(|zone, now| Preset::of(query.start, query.end, zone, now)),
                None => query.start.is_none() && query.end.is_none(),
            })
        };
        view! {
            <li>
                <a
                    class="option"
                    href=href
                    aria-current=move || is_chosen().then_some("true")
                    data-noscroll
                    on:click=move |_| close_menu(panel)
                >
                    {preset.map_or(text::dates::ALL_TIME, Preset::label)}
                </a>
            </li>
        }
    };
    view! {
        <ul class="presets" aria-label=text::dates::PRESETS>
            {Preset::ALL.map(|preset| link(Some(preset)))}
            {link(None)}
        </ul>
    }
}

/// What a person has put into the fields of one end.
#[derive(Clone, Copy)]
struct Picked {
    end: End,
    date: NodeRef<Input>,
    time: NodeRef<Input>,
}

impl Picked {
    fn pairs(self) -> [(&'static str, String); 2] {
        [
            (self.end.date.0, value(self.date)),
            (self.end.time.0, value(self.time)),
        ]
    }

    fn is_time_alone(self) -> bool {
        value(self.date).is_empty() && !value(self.time).is_empty()
    }
}

fn value(field: NodeRef<Input>) -> String {
    field
        .get_untracked()
        .map(|field| field.value())
        .unwrap_or_default()
}

/// The fields of one end, as the address has it.
fn fields(view: View, calendar: Calendar, end: End) -> (Picked, impl IntoView) {
    let picked = Picked {
        end,
        date: NodeRef::new(),
        time: NodeRef::new(),
    };
    let point = Memo::new(move |_| {
        let bound = view.query.with(end.bound)?;
        Some(calendar.zone.with(|zone| (end.point)(bound, zone)))
    });
    let date = move || point.get().map(|point| point.day.to_string()).unwrap_or_default();
    let time = move || {
        let time = point.get().and_then(|point| point.time);
        time.map(domain::format::clock).unwrap_or_default()
    };
    let fields = view! {
        <div class="end">
            <label>
                <span>{end.date.1}</span>
                <input
                    type="date"
                    name=end.date.0
                    min="1970-01-01"
                    max="9998-12-31"
                    value=date
                    prop:value=date
                    node_ref=picked.date
                />
            </label>
            <label>
                <span>{end.time.1}</span>
                <input type="time" name=end.time.0 step="any" value=time prop:value=time node_ref=picked.time/>
            </label>
        </div>
    };
    (picked, fields)
}
