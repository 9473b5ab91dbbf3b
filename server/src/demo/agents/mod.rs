//! The sample agents: what they are called, how their prompts changed, who asks them, and what they are asked.

mod contracts;
mod copywriter;
mod nightly_report;
mod release_notes;
mod triage;

use super::{model::Model, rhythm::Rhythm};
use domain::Source;
use rand::rngs::StdRng;
use serde_json::{Map, Value};

/// A version of a sample agent's prompt.
#[derive(Debug)]
pub struct SampleVersion {
    /// Days before today on which it came into use.
    pub days_ago: i64,
    pub model: &'static Model,
    pub temperature: f64,
    pub system_prompt: &'static str,
    /// User prompt with `{{name}}` for each variable.
    pub template: &'static str,
}

/// What an agent is asked once, and what it answers.
#[derive(Debug)]
pub struct Case {
    pub variables: Map<String, Value>,
    pub output: String,
}

/// A sample agent.
#[derive(Debug)]
pub struct SampleAgent {
    pub name: &'static str,
    /// Executions on a typical working day.
    pub per_day: f64,
    pub rhythm: Rhythm,
    /// Where it is started from, by weight.
    pub sources: &'static [(Source, u32)],
    /// Share of the input that a provider's cache serves once it is warm, in percent.
    pub cached_percent: i64,
    /// Oldest first.
    pub versions: &'static [SampleVersion],
    /// Makes up a case.
    pub case: fn(&mut StdRng) -> Case,
}

/// Every sample agent.
pub const ALL: [&SampleAgent; 5] = [
    &copywriter::AGENT,
    &triage::AGENT,
    &contracts::AGENT,
    &release_notes::AGENT,
    &nightly_report::AGENT,
];

impl Case {
    fn new(variables: &[(&str, &str)], output: String) -> Self {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect();
        Self { variables, output }
    }
}

/// The template with the variables put in.
pub fn fill(template: &str, variables: &Map<String, Value>) -> String {
    let mut text = template.to_owned();
    for (name, value) in variables {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        text = text.replace(&format!("{{{{{name}}}}}"), &value);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn every_place_of_every_template_is_filled() {
        let mut rng = StdRng::seed_from_u64(1);
        for agent in ALL {
            for version in agent.versions {
                for _ in 0..50 {
                    let case = (agent.case)(&mut rng);
                    let prompt = fill(version.template, &case.variables);
                    assert!(!prompt.contains("{{"), "{}: {prompt}", agent.name);
                    assert!(!case.output.is_empty());
                }
            }
        }
    }
}
