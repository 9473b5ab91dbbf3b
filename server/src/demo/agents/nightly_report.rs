//! Explains last night's numbers of each plant: a workflow that runs while people sleep.

use super::{Case, SampleAgent, SampleVersion};
use crate::demo::{
    draw::pick,
    model::{GEMINI_PRO, O3_MINI},
    rhythm::Rhythm,
};
use domain::Source;
use rand::{RngExt, rngs::StdRng};
use serde_json::{Map, json};

const SYSTEM: &str = "You explain the production figures of one plant to its manager. Compare with the same weekday of \
the last four weeks. Name at most three things that need attention, the most expensive first.";

pub const AGENT: SampleAgent = SampleAgent {
    name: "Nightly report",
    per_day: 6.0,
    rhythm: Rhythm::Nightly,
    sources: &[(Source::Workflow, 96), (Source::Dashboard, 4)],
    cached_percent: 40,
    versions: &[
        SampleVersion {
            days_ago: 90,
            model: &GEMINI_PRO,
            temperature: 0.2,
            system_prompt: SYSTEM,
            template: "Plant: {{plant}}\nFigures: {{figures}}\nWrite the report.",
        },
        SampleVersion {
            days_ago: 26,
            model: &O3_MINI,
            temperature: 1.0,
            system_prompt: SYSTEM,
            template: "Figures of {{plant}} for the night shift, as JSON:\n{{figures}}\n\nWrite the report. Show how \
                       you computed every difference.",
        },
    ],
    case,
};

const PLANTS: [&str; 6] = ["Rotterdam", "Monterrey", "Łódź", "Da Nang", "Tromsø", "Porto"];
const CAUSES: [&str; 7] = [
    "line 2 waited 40 minutes for gearboxes",
    "the new grippers need a slower feed until they are worn in",
    "a power dip at 02:17 restarted both ovens",
    "two shifts overlapped, so the count includes part of the evening",
    "the paint of batch 118 dried too slowly in the cold",
    "the camera at station 7 rejected good parts; its lens was dirty",
    "nothing stands out; the difference is within the usual spread",
];

fn case(rng: &mut StdRng) -> Case {
    let plant = pick(rng, &PLANTS);
    let usual = rng.random_range(1_800..2_600);
    let units = usual + rng.random_range(-220..180);
    let scrap = rng.random_range(4..48);
    let figures = json!({
        "units": units, "unitsUsual": usual, "scrap": scrap, "energyKwh": rng.random_range(900..1_400),
        "downtimeMinutes": rng.random_range(0..90), "shift": "night"
    });
    let percent = f64::from(units - usual) * 100.0 / f64::from(usual);
    let output = format!(
        "## {plant}, night shift\n\n{units} units, {percent:+.1} % against the last four weeks ({usual}). Scrap: \
         {scrap}.\n\n1. Most of it: {}.\n2. Also: {}.\n",
        pick(rng, &CAUSES),
        pick(rng, &CAUSES)
    );
    let variables = Map::from_iter([
        ("plant".to_owned(), json!(plant)),
        ("figures".to_owned(), figures),
    ]);
    Case { variables, output }
}
