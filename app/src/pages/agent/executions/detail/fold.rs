//! JSON that can be folded. Its elements are few, however long it is: what comes after so many parts, or lies deep, is
//! one text, a line to each part.

use crate::text;
use domain::json_text::{JsonText, Kind};
use leptos::prelude::*;

/// Parts that have elements of their own.
const MAX_PARTS: usize = 400;
/// Levels that can be folded.
const MAX_LEVELS: usize = 6;

/// The JSON as nested `<details>`, all of them open.
pub fn fold(json: &JsonText<'_>) -> AnyView {
    let mut left = MAX_PARTS;
    part(None, json, "", 0, &mut left)
}

/// One part: its name, its value, and the comma behind it.
fn part(
    name: Option<&str>,
    json: &JsonText<'_>,
    comma: &'static str,
    level: usize,
    left: &mut usize,
) -> AnyView {
    let name = name.map(|name| view! { <span class="json-name">{name.to_owned()}</span> ": " });
    match json {
        JsonText::Scalar(kind, written) => {
            let class = match kind {
                Kind::String => "json-string",
                Kind::Number => "json-number",
                Kind::Word => "json-word",
            };
            view! {
                <div class="part">
                    {name} <span class=class>{(*written).to_owned()}</span> {comma}
                </div>
            }
            .into_any()
        }
        _ if json.is_empty() || level == MAX_LEVELS => {
            view! { <div class="part">{name} {json.pretty()} {comma}</div> }.into_any()
        }
        _ => folder(name, json, comma, level, left),
    }
}

fn folder(
    name: Option<impl IntoView + 'static>,
    json: &JsonText<'_>,
    comma: &'static str,
    level: usize,
    left: &mut usize,
) -> AnyView {
    let parts = json.parts();
    let last = parts.len().saturating_sub(1);
    let mut inside = Vec::new();
    let mut rest = String::new();
    for (index, (name, value)) in parts.into_iter().enumerate() {
        let comma = if index == last { "" } else { "," };
        if *left > 0 {
            *left -= 1;
            inside.push(part(name, value, comma, level + 1, left));
        } else {
            let name = name.map(|name| format!("{name}: ")).unwrap_or_default();
            rest += &format!("{name}{}{comma}\n", value.compact());
        }
    }
    let rest =
        (!rest.is_empty()).then(|| view! { <div class="part rest">{rest.trim_end().to_owned()}</div> });
    let (open, close) = json.signs();
    view! {
        <details class="fold" open>
            <summary>
                {name} {open} <span class="inside">{text::detail::parts(json.len())}</span>
                <span class="folded">{close} {comma}</span>
            </summary>
            <div class="parts">{inside} {rest}</div>
            <div class="part">{close} {comma}</div>
        </details>
    }
    .into_any()
}
