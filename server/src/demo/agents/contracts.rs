//! Sums up contracts: long inputs, of which the cache serves most.

use super::{Case, SampleAgent, SampleVersion};
use crate::demo::{
    draw::pick,
    model::{CLAUDE_SONNET, GPT_4O},
    rhythm::Rhythm,
};
use domain::Source;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

const SYSTEM: &str = "You sum up contracts for people who are not lawyers. Quote the number of the clause for every \
statement. Say what is unusual first. Where the text is silent, say so; never guess.";

pub const AGENT: SampleAgent = SampleAgent {
    name: "Contract summarizer",
    per_day: 11.0,
    rhythm: Rhythm::Office,
    sources: &[(Source::Dashboard, 62), (Source::Api, 38)],
    cached_percent: 70,
    versions: &[
        SampleVersion {
            days_ago: 90,
            model: &GPT_4O,
            temperature: 0.3,
            system_prompt: SYSTEM,
            template: "Sum up this {{contract_type}} for {{reader}}:\n\n{{contract_text}}",
        },
        SampleVersion {
            days_ago: 33,
            model: &CLAUDE_SONNET,
            temperature: 0.1,
            system_prompt: SYSTEM,
            template: "<contract type=\"{{contract_type}}\" parties=\"{{parties}}\">\n{{contract_text}}\n</contract>\n\n\
                       Sum it up for {{reader}}, in at most six points.",
        },
    ],
    case,
};

const TYPES: [&str; 7] = [
    "supply agreement",
    "lease",
    "non-disclosure agreement",
    "software license",
    "service agreement",
    "employment contract",
    "data processing agreement",
];
const PARTIES: [&str; 7] = [
    "Acme Robotics / Nordwind Logistik GmbH",
    "Acme Robotics / Harbor Street Properties",
    "Acme Robotics / 株式会社みどり",
    "Acme Robotics / Société Lumière",
    "Acme Robotics / Plenty & Sons",
    "Acme Robotics / Ångström AB",
    "Acme Robotics / Quito Textiles S.A.",
];
const READERS: [&str; 4] = [
    "the head of purchasing",
    "a new team lead",
    "the board",
    "the plant manager",
];

/// A clause, and what the summary says of it.
const CLAUSES: [(&str, &str); 16] = [
    (
        "Either party may terminate this agreement with ninety days' written notice to the end of a calendar quarter.",
        "Notice is 90 days, and only to the end of a quarter.",
    ),
    (
        "The supplier shall deliver within twenty working days of each order. For each further week of delay a penalty of one percent of the order's value falls due, up to ten percent.",
        "Late deliveries cost the supplier 1 % a week, 10 % at most.",
    ),
    (
        "Payment is due thirty days after receipt of a correct invoice. Interest on late payment is charged at eight points above the base rate.",
        "Invoices are due after 30 days; late interest is steep.",
    ),
    (
        "The supplier's total liability in any contract year is limited to the fees paid in that year, save for intent and gross negligence.",
        "Liability is capped at one year's fees.",
    ),
    (
        "Each party keeps confidential what it learns of the other for five years beyond the end of this agreement.",
        "Secrets stay secret for five years after the end.",
    ),
    (
        "Prices may be raised once a year in line with the producer price index; a rise beyond six percent entitles the customer to terminate.",
        "Prices follow an index, and a rise above 6 % lets us leave.",
    ),
    (
        "This agreement renews itself by a year each time unless terminated in due form.",
        "It renews itself every year. Put the date in the calendar.",
    ),
    (
        "The customer may audit the supplier's premises once a year with two weeks' notice.",
        "We may audit once a year.",
    ),
    (
        "Personal data is processed in the European Economic Area only, and erased within thirty days of the end of this agreement.",
        "Personal data stays in the EEA and is erased within 30 days.",
    ),
    (
        "Neither party is liable for delay caused by events beyond its control, including strikes at third parties.",
        "Strikes elsewhere count as force majeure, which is unusual.",
    ),
    (
        "The tenant bears minor repairs up to two hundred euros each and eight percent of the yearly rent in total.",
        "Small repairs are ours, within limits.",
    ),
    (
        "Work results and the rights in them pass to the customer upon full payment.",
        "Results belong to us once paid.",
    ),
    (
        "The licensee may run the software on any number of machines for its own purposes and may not offer it to third parties as a service.",
        "Unlimited machines, but no offering it as a service.",
    ),
    (
        "Subcontractors may be engaged with the customer's prior consent, which is deemed given after ten days of silence.",
        "Silence for ten days counts as consent to subcontractors.",
    ),
    (
        "The courts at the supplier's seat have jurisdiction. The law of the supplier's country applies, its conflict rules excluded.",
        "Disputes go to the other side's courts.",
    ),
    (
        "Changes to this agreement, this clause included, must be made in writing.",
        "Only written changes count.",
    ),
];

fn case(rng: &mut StdRng) -> Case {
    let count = rng.random_range(6..=14);
    let (mut text, mut points) = (String::new(), Vec::new());
    for (index, (clause, point)) in CLAUSES.sample(rng, count).enumerate() {
        let number = index + 1;
        text.push_str(&format!("§ {number}  {clause}\n"));
        if rng.random_bool(0.5) && points.len() < 6 {
            points.push(format!("- {point} (§ {number})"));
        }
    }
    if points.is_empty() {
        points.push("- Nothing unusual: the terms are what this trade expects.".to_owned());
    }
    let variables = [
        ("contract_type", pick(rng, &TYPES)),
        ("parties", pick(rng, &PARTIES)),
        ("reader", pick(rng, &READERS)),
        ("contract_text", text.as_str()),
    ];
    Case::new(&variables, points.join("\n"))
}
