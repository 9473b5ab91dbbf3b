//! Erasing what one person executed. The address says whose it is and whether it was begun, so that each step is a page
//! of its own, also without WASM: a look, the deed, how far it is.

use crate::{
    browser::repeat_while_visible,
    components::{
        failure::form_failure,
        loaded::{loaded_or, table_placeholder},
        time::Since,
    },
    data::erasure::{ErasePerson, FoundOfPerson, FoundWithAgent, load_personal_data},
    error::PageError,
    query_string::value,
    routes, text,
};
use domain::{Timestamp, format::grouped};
use leptos::{either::EitherOf4, prelude::*};
use leptos_router::hooks::use_location;

/// How often the page asks how far it is, in milliseconds.
const PERIOD: u32 = 2_000;

/// Asks whose executions are to go, tells how many those are, and erases them.
#[component]
pub fn ErasureForm() -> impl IntoView {
    let search = use_location().search;
    let parameter = move |name: &str| search.with(|search| value(search, name)).unwrap_or_default();
    let who = Memo::new(move |_| parameter(routes::ERASE));
    let begun = Memo::new(move |_| parameter(routes::BEGUN).parse::<u64>().ok());
    let erase = ServerAction::<ErasePerson>::new();
    let found = Resource::new_blocking(
        move || (who.get(), begun.get()),
        |(who, _)| load_personal_data(who),
    );
    repeat_while_visible(PERIOD, move || {
        let left = found.with_untracked(|found| {
            let found = found.as_ref().and_then(|found| found.as_ref().ok());
            found.is_some_and(|found| found.executions > 0)
        });
        if left && begun.get_untracked().is_some() {
            found.refetch();
        }
    });
    let pending = RwSignal::new(false);
    let content = move |found: Memo<FoundOfPerson>| {
        view! {
            <div class="box" id=routes::ERASE>
                <h2>{text::erasure::TITLE}</h2>
                <p class="hint">{text::erasure::WORDS}</p>
                <form method="get" action=routes::erasure()>
                    <label class="field">
                        <span>{text::erasure::WHO}</span>
                        <input
                            name=routes::ERASE
                            value=who
                            maxlength="254"
                            autocomplete="off"
                            spellcheck="false"
                            required
                        />
                        <small>{text::erasure::WHO_WORDS}</small>
                    </label>
                    <button class="control">{text::erasure::LOOK}</button>
                </form>
                {move || outcome(found.get(), begun.get(), erase)}
                {form_failure(move || erase.value().get())}
            </div>
        }
    };
    // Whoever may not is told so by the page, once.
    let nothing = |_: PageError, _| ().into_any();
    loaded_or(found, pending, table_placeholder, nothing, content)
}

fn outcome(found: FoundOfPerson, begun: Option<u64>, erase: ServerAction<ErasePerson>) -> impl IntoView {
    let FoundOfPerson {
        who,
        executions: left,
        agents,
        now,
    } = found;
    match begun {
        _ if who.is_empty() => EitherOf4::A(()),
        Some(all) if left > 0 => {
            let all = all.max(left);
            EitherOf4::B(view! {
                <p role="status">{text::erasure::progress(all - left, all, &who)}</p>
                <p class="hint">
                    {text::erasure::GOES_ON} " "
                    <a href=routes::tasks()>{text::tasks::TITLE}</a>
                </p>
            })
        }
        None if left > 0 => EitherOf4::C(view! {
            <p role="status">{text::erasure::found(left, &who)}</p>
            {table(agents, now)}
            <ActionForm action=erase>
                <input type="hidden" name="who" value=who/>
                <p>{text::erasure::FOR_GOOD}</p>
                <button class="control danger" disabled=move || erase.pending().get()>
                    {text::erasure::erase(left)}
                </button>
            </ActionForm>
        }),
        Some(all) => EitherOf4::D(view! { <p role="status">{text::erasure::erased(all, &who)}</p> }),
        None => EitherOf4::D(view! { <p role="status">{text::erasure::nothing(&who)}</p> }),
    }
}

fn table(agents: Vec<FoundWithAgent>, now: Timestamp) -> impl IntoView {
    let row = |found: FoundWithAgent| {
        view! {
            <tr>
                <th scope="row">
                    <a href=routes::executions(found.agent_id.as_str())>{found.name}</a>
                </th>
                <td>{grouped(found.executions)}</td>
                <td>
                    <Since at=found.oldest now/>
                </td>
            </tr>
        }
    };
    view! {
        <div class="card" role="region" aria-label=text::erasure::EXECUTIONS tabindex="0">
            <table class="keys">
                <caption class="hidden">{text::erasure::EXECUTIONS}</caption>
                <thead>
                    <tr>
                        <th scope="col">{text::erasure::AGENT}</th>
                        <th scope="col">{text::erasure::EXECUTIONS}</th>
                        <th scope="col">{text::erasure::OLDEST}</th>
                    </tr>
                </thead>
                <tbody>{agents.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
