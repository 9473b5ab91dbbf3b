//! What came out: as it was written, and where that is JSON laid out for reading first.

use super::{fold::fold, part::beginning};
use crate::{
    components::{copy_button::CopyButton, preformatted::preformatted},
    data::{cut::Part, executions::ExecutionDetail},
    text,
};
use domain::json_text::JsonText;
use leptos::prelude::*;

/// Longest text that is laid out, in bytes.
const MAX_LAID_OUT: usize = 1 << 20;

/// The output; nothing where there was none. Both forms are in the document, so the switch works without WASM.
pub fn output(detail: &ExecutionDetail) -> impl IntoView + use<> {
    let text = detail.execution.payload.output_text.clone();
    text.map(|text| {
        let shown_in_part = beginning(detail, Part::Output, text.len());
        let is_whole = shown_in_part.is_none();
        let laid_out = (is_whole && text.len() <= MAX_LAID_OUT)
            .then(|| JsonText::parse(&text).map(|json| fold(&json)))
            .flatten();
        let choice = laid_out.is_some().then(switch);
        let copy = is_whole.then(|| view! { <CopyButton content=text.clone()/> });
        view! {
            <section class="output">
                <div class="section-head">
                    <h3>{text::detail::OUTPUT}</h3>
                    <span class="end">{choice} {copy}</span>
                </div>
                {laid_out
                    .map(|laid_out| {
                        view! {
                            <div class="laid-out" tabindex="0" role="group" aria-label=text::detail::LAID_OUT>
                                {laid_out}
                            </div>
                        }
                    })}
                <div class="written">{preformatted(text)}</div>
                {shown_in_part}
            </section>
        }
    })
}

fn switch() -> impl IntoView {
    let choice = |value: &'static str, label: &'static str, checked: bool| {
        view! {
            <label>
                <input type="radio" name="output-form" value=value checked=checked/>
                <span>{label}</span>
            </label>
        }
    };
    view! {
        <fieldset class="switch">
            <legend class="hidden">{text::detail::OUTPUT_FORM}</legend>
            {choice("laid-out", text::detail::LAID_OUT, true)}
            {choice("written", text::detail::AS_WRITTEN, false)}
        </fieldset>
    }
}
