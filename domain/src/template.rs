//! Prompt templates: which parts of a prompt that was sent were put in for variables.

use serde_json::{Map, Value};

/// A part of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// The template's own words.
    Literal(String),
    /// What stands in a variable's place.
    Variable {
        /// The variable.
        name: String,
        /// The text in its place.
        text: String,
    },
}

/// A part of a template.
enum Part<'a> {
    Literal(&'a str),
    /// A place for a variable: its name, and how it is written.
    Place {
        name: &'a str,
        written: &'a str,
    },
}

/// Lays a template over the prompt that came from it. In each place stands the variable's value, or the place as it is
/// written where nothing was put in, or else whatever reaches to the template's next words. `None` where the template
/// does not fit the prompt. Without its empty parts the answer put together is the prompt.
pub fn align(template: &str, prompt: &str, variables: &Map<String, Value>) -> Option<Vec<Segment>> {
    let parts = parts(template);
    let mut segments = Vec::new();
    let mut rest = prompt;
    let mut parts = parts.iter().peekable();
    while let Some(part) = parts.next() {
        match part {
            Part::Literal(words) => {
                rest = rest.strip_prefix(words)?;
                segments.push(Segment::Literal((*words).to_owned()));
            }
            Part::Place { name, written } => {
                let next = match parts.peek() {
                    Some(Part::Literal(words)) => Next::Words(words),
                    Some(Part::Place { .. }) => Next::Place,
                    None => Next::End,
                };
                let length = length_of_value(rest, &next, variables.get(*name), written)?;
                let (text, after) = rest.split_at(length);
                rest = after;
                segments.push(Segment::Variable {
                    name: (*name).to_owned(),
                    text: text.to_owned(),
                });
            }
        }
    }
    segments.retain(|segment| match segment {
        Segment::Literal(text) | Segment::Variable { text, .. } => !text.is_empty(),
    });
    rest.is_empty().then_some(segments)
}

/// What follows a place in the template.
enum Next<'a> {
    Words(&'a str),
    Place,
    End,
}

impl Next<'_> {
    fn fits(&self, rest: &str) -> bool {
        match self {
            Self::Words(words) => rest.starts_with(words),
            Self::Place => true,
            Self::End => rest.is_empty(),
        }
    }
}

/// How many bytes of `rest` stand in a place.
fn length_of_value(rest: &str, next: &Next<'_>, value: Option<&Value>, written: &str) -> Option<usize> {
    let known = match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(value) => vec![
            value.to_string(),
            serde_json::to_string_pretty(value).unwrap_or_default(),
        ],
        None => Vec::new(),
    };
    let known = known.iter().map(String::as_str).chain([written]);
    let length = known
        .filter_map(|text| rest.strip_prefix(text).map(|after| (text.len(), after)))
        .find_map(|(length, after)| next.fits(after).then_some(length));
    length.or_else(|| match next {
        Next::Words(words) => rest.find(words),
        Next::End => Some(rest.len()),
        Next::Place => None,
    })
}

/// The template's words and places. A place is `{{name}}`, with or without blanks inside; a name has no brace and no line
/// end, and other braces are words.
fn parts(template: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut rest, mut searched) = (template, 0);
    while let Some((before, after)) = rest.get(searched..).and_then(|tail| tail.split_once("{{")) {
        let start = searched + before.len();
        let Some((name, length)) = place(after) else {
            // The second brace may begin a place.
            searched = start + 1;
            continue;
        };
        let (words, place_on) = rest.split_at(start);
        let (written, tail) = place_on.split_at("{{".len() + length);
        if !words.is_empty() {
            parts.push(Part::Literal(words));
        }
        parts.push(Part::Place { name, written });
        (rest, searched) = (tail, 0);
    }
    if !rest.is_empty() {
        parts.push(Part::Literal(rest));
    }
    parts
}

/// The name of the place that `{{` begins, given what follows it, and how many bytes of that belong to the place.
fn place(after: &str) -> Option<(&str, usize)> {
    let end = after.find(['{', '}', '\n'])?;
    let (name, tail) = after.split_at(end);
    let is_place = tail.starts_with("}}") && !name.trim().is_empty();
    is_place.then(|| (name.trim(), end + "}}".len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn marked(template: &str, prompt: &str, variables: Value) -> Option<Vec<String>> {
        let Value::Object(variables) = variables else {
            panic!("variables are an object")
        };
        align(template, prompt, &variables).map(|segments| {
            segments
                .into_iter()
                .filter_map(|segment| match segment {
                    Segment::Literal(_) => None,
                    Segment::Variable { name, text } => Some(format!("{name}={text}")),
                })
                .collect()
        })
    }

    #[test]
    fn values_are_found_where_they_were_put() {
        let template = "Write about {{product}} for {{ who }}, {{n}} words.";
        let variables = json!({"product": "Smart Watch for you", "who": "runners", "n": 120});
        assert_eq!(
            marked(
                template,
                "Write about Smart Watch for you for runners, 120 words.",
                variables
            ),
            Some(vec![
                "product=Smart Watch for you".into(),
                "who=runners".into(),
                "n=120".into()
            ])
        );
    }

    #[test]
    fn adjacent_places_are_told_apart_by_their_values() {
        let variables = json!({"a": "x", "b": "yz"});
        assert_eq!(
            marked("{{a}}{{b}}", "xyz", variables),
            Some(vec!["a=x".into(), "b=yz".into()])
        );
        assert_eq!(marked("{{a}}{{b}}", "xyz", json!({})), None);
    }

    #[test]
    fn a_value_that_was_written_otherwise_reaches_to_the_next_words() {
        assert_eq!(
            marked(
                "List: {{items}}. End",
                "List: a, b. End",
                json!({"items": ["a", "b"]})
            ),
            Some(vec!["items=a, b".into()])
        );
        assert_eq!(
            marked("{{gone}}!", "{{gone}}!", json!({})),
            Some(vec!["gone={{gone}}".into()])
        );
        assert_eq!(marked("a {{x}}b", "a b", json!({"x": ""})), Some(vec![]));
    }

    #[test]
    fn a_template_of_another_prompt_marks_nothing() {
        for (template, prompt) in [
            ("Hello {{a}}", "Goodbye x"),
            ("Hello {{a}}!", "Hello x?"),
            ("Hello", "Hello there"),
            ("{{a}} x", ""),
        ] {
            assert_eq!(marked(template, prompt, json!({"a": "x"})), None, "{template}");
        }
    }

    #[test]
    fn braces_that_are_no_place_are_words() {
        let template = "{{}} {{ {\"a\": {{a}}} {{";
        assert_eq!(
            marked(template, "{{}} {{ {\"a\": 1} {{", json!({"a": 1})),
            Some(vec!["a=1".into()])
        );
    }

    #[test]
    fn a_long_template_of_braces_takes_no_square_of_its_length() {
        for braces in ["{{", "{{ ", "{{a{", "{{\n"] {
            let template = braces.repeat(500_000) + "}}";
            assert!(align(&template, "", &Map::new()).is_none());
        }
    }

    /// Every beginning and every end is tried, one after the other.
    fn places_by_trying(template: &str) -> Vec<&str> {
        let (mut places, mut from) = (Vec::new(), 0);
        while from < template.len() {
            let tail = &template[from..];
            let ends = tail
                .match_indices("}}")
                .map(|(end, braces)| &tail[..end + braces.len()]);
            let is_place = |written: &&str| {
                let name = written
                    .strip_prefix("{{")
                    .and_then(|name| name.strip_suffix("}}"));
                name.is_some_and(|name| !name.trim().is_empty() && !name.contains(['{', '}', '\n']))
            };
            match ends.into_iter().find(is_place) {
                Some(written) => {
                    places.push(written);
                    from += written.len();
                }
                None => from += 1,
            }
        }
        places
    }

    proptest! {
        #[test]
        fn no_place_is_skipped(template in "[{}a \n]{0,24}") {
            let places: Vec<_> = parts(&template)
                .into_iter()
                .filter_map(|part| match part {
                    Part::Place { written, .. } => Some(written),
                    Part::Literal(_) => None,
                })
                .collect();
            prop_assert_eq!(places, places_by_trying(&template));
        }

        #[test]
        fn a_filled_template_always_fits(
            words in proptest::collection::vec("[a-z{} é]{0,6}", 1..5),
            values in proptest::collection::vec("\\PC{0,8}", 4),
        ) {
            let names = ["a", "b", "c", "d"];
            let mut variables = Map::new();
            let (mut template, mut prompt) = (String::new(), String::new());
            for (index, words) in words.iter().enumerate() {
                let words = words.replace("{{", "").replace("}}", "").trim_matches(['{', '}']).to_owned();
                template += &format!("{words} {{{{{}}}}}", names[index]);
                prompt += &format!("{words} {}", values[index]);
                variables.insert(names[index].to_owned(), json!(values[index]));
            }
            let segments = align(&template, &prompt, &variables);
            let text: Option<String> = segments.map(|segments| {
                segments
                    .into_iter()
                    .map(|segment| match segment {
                        Segment::Literal(text) | Segment::Variable { text, .. } => text,
                    })
                    .collect()
            });
            prop_assert_eq!(text, Some(prompt));
        }

        #[test]
        fn nothing_makes_it_stumble(template in "\\PC{0,40}|[{}a é\n]{0,40}", prompt in "\\PC{0,40}") {
            if let Some(segments) = align(&template, &prompt, &Map::new()) {
                let text: String = segments
                    .into_iter()
                    .map(|segment| match segment {
                        Segment::Literal(text) | Segment::Variable { text, .. } => text,
                    })
                    .collect();
                prop_assert_eq!(text, prompt);
            }
        }
    }
}
