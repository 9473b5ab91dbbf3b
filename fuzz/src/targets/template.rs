//! Templates laid over prompts.

use super::support::text;
use domain::template::{Segment, align};
use serde_json::{Map, Value};

/// Template, prompt and variables, in parts divided by a form feed. What fits is the prompt, put together again; a template
/// without places fits itself alone.
pub fn run(input: &[u8]) {
    let text = text(input);
    let mut parts = text.splitn(3, '\u{c}');
    let mut part = || parts.next().unwrap_or_default();
    let (template, prompt, variables) = (part(), part(), part());
    let variables: Map<String, Value> = serde_json::from_str(variables).unwrap_or_default();
    if let Some(segments) = align(template, prompt, &variables) {
        let together: String = segments
            .iter()
            .map(|segment| match segment {
                Segment::Literal(text) | Segment::Variable { text, .. } => text.as_str(),
            })
            .collect();
        assert_eq!(together, prompt);
    }
    assert!(
        align(template, template, &Map::new()).is_some() || template.contains("}}{{"),
        "does not fit itself"
    );
    if !template.contains("{{") {
        assert_eq!(align(template, prompt, &variables).is_some(), template == prompt);
    }
}
