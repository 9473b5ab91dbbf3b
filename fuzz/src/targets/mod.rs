//! The targets, a file for each kind of input.

mod amounts;
mod answers;
mod bodies;
mod dates;
mod executions;
mod forms;
mod headers;
mod json_text;
mod lines;
mod names;
mod payloads;
mod queries;
mod settings;
mod spreadsheet;
mod support;
mod template;

use crate::target::Target;

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "amounts",
        run: amounts::run,
    },
    Target {
        name: "answers",
        run: answers::run,
    },
    Target {
        name: "bodies",
        run: bodies::run,
    },
    Target {
        name: "dates",
        run: dates::run,
    },
    Target {
        name: "executions",
        run: executions::run,
    },
    Target {
        name: "forms",
        run: forms::run,
    },
    Target {
        name: "headers",
        run: headers::run,
    },
    Target {
        name: "json_text",
        run: json_text::run,
    },
    Target {
        name: "lines",
        run: lines::run,
    },
    Target {
        name: "names",
        run: names::run,
    },
    Target {
        name: "payloads",
        run: payloads::run,
    },
    Target {
        name: "queries",
        run: queries::run,
    },
    Target {
        name: "settings",
        run: settings::run,
    },
    Target {
        name: "spreadsheet",
        run: spreadsheet::run,
    },
    Target {
        name: "template",
        run: template::run,
    },
];
