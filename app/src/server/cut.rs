//! Cuts what was recorded to what a page shows of it.

use super::PageBounds;
use crate::data::cut::{Cut, Part};
use domain::{AgentVersion, Payload};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io;

/// Cuts a payload, and tells what was cut. The metadata are taken out: a page shows them as the text that is answered.
pub fn payload(payload: &mut Payload, bounds: PageBounds) -> (Option<String>, Vec<Cut>) {
    let mut cut = Vec::new();
    for (part, text) in [
        (Part::SystemPrompt, &mut payload.system_prompt),
        (Part::UserPrompt, &mut payload.user_prompt),
        (Part::Output, &mut payload.output_text),
        (Part::ErrorMessage, &mut payload.error_message),
    ] {
        if let Some(text) = text {
            cut.extend(self::text(part, text, bounds.text));
        }
    }
    if let Some(variables) = &mut payload.input_variables {
        cut.extend(self::variables(variables, bounds));
    }
    let metadata = payload.metadata.take().filter(|metadata| !metadata.is_empty());
    let metadata = metadata.map(|metadata| {
        let printed = Printed::of(&metadata, bounds.text);
        cut.extend(printed.cut(Part::Metadata));
        printed.text
    });
    (metadata, cut)
}

/// Cuts a text to so many bytes, at a character's end.
pub fn text(part: Part, text: &mut String, bytes: usize) -> Option<Cut> {
    let whole = text.len() as u64;
    (text.len() > bytes).then(|| {
        text.truncate(text.floor_char_boundary(bytes));
        text.shrink_to_fit();
        Cut { part, whole }
    })
}

/// Cuts the prompts of versions to so many bytes each, which are answered where one is longer.
pub fn versions(versions: &mut [AgentVersion], bytes: usize) -> Option<u32> {
    let mut cut_at = None;
    for version in versions {
        let AgentVersion {
            system_prompt,
            user_prompt_template,
            ..
        } = version;
        for prompt in system_prompt.iter_mut().chain([user_prompt_template]) {
            if text(Part::SystemPrompt, prompt, bytes).is_some() {
                cut_at = u32::try_from(bytes).ok();
            }
        }
    }
    cut_at
}

/// Leaves so many variables, whose names and values have so many bytes together as they are printed. The value that goes
/// over becomes the text of its beginning.
fn variables(variables: &mut Map<String, Value>, bounds: PageBounds) -> Vec<Cut> {
    let (mut room, mut cut, mut shown) = (bounds.text, Vec::new(), 0);
    for (name, value) in variables.iter_mut().take(bounds.variables) {
        // A name alone may be too long, too; then neither is shown.
        let Some(left) = room.checked_sub(name.len()) else {
            break;
        };
        shown += 1;
        let mut printed = match value {
            Value::String(text) if text.len() <= left => {
                room = left - text.len();
                continue;
            }
            Value::String(text) => {
                let whole = text.len();
                text.truncate(text.floor_char_boundary(left));
                Printed {
                    text: std::mem::take(text),
                    whole,
                }
            }
            _ => Printed::of(value, left),
        };
        if printed.whole <= left {
            room = left - printed.whole;
            continue;
        }
        cut.push(Cut {
            part: Part::LastVariable,
            whole: (name.len() + printed.whole) as u64,
        });
        printed.text.shrink_to_fit();
        *value = Value::String(printed.text);
        break;
    }
    if shown < variables.len() {
        cut.push(Cut {
            part: Part::Variables,
            whole: variables.len() as u64,
        });
        *variables = std::mem::take(variables).into_iter().take(shown).collect();
    }
    cut
}

/// The beginning of indented JSON, and how many bytes all of it has.
struct Printed {
    text: String,
    whole: usize,
}

impl Printed {
    /// JSON that is printed as far as it fits into so many bytes.
    fn of(value: &impl Serialize, bytes: usize) -> Self {
        let mut beginning = Beginning {
            kept: Vec::new(),
            most: bytes,
            whole: 0,
        };
        // Neither a value nor this writer fails.
        _ = serde_json::to_writer_pretty(&mut beginning, value);
        let mut kept = beginning.kept;
        let valid = std::str::from_utf8(&kept).map_or_else(|error| error.valid_up_to(), str::len);
        kept.truncate(valid);
        Self {
            text: String::from_utf8(kept).unwrap_or_default(),
            whole: beginning.whole,
        }
    }

    fn cut(&self, part: Part) -> Option<Cut> {
        (self.text.len() < self.whole).then_some(Cut {
            part,
            whole: self.whole as u64,
        })
    }
}

/// Keeps the first bytes, and counts all.
struct Beginning {
    kept: Vec<u8>,
    most: usize,
    whole: usize,
}

impl io::Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = (self.most - self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(&bytes[..room]);
        self.whole += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::cut::whole_of;
    use serde_json::json;

    const BOUNDS: PageBounds = PageBounds {
        text: 10,
        variables: 3,
    };

    fn given(json: Value) -> Payload {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn what_is_just_short_enough_stays_and_a_byte_more_is_cut() {
        let mut whole = given(json!({
            "systemPrompt": "0123456789", "outputText": "", "inputVariables": {"a": "12", "b": 3456, "cd": true}
        }));
        let before = whole.clone();
        assert_eq!(
            payload(&mut whole, PageBounds { text: 14, ..BOUNDS }),
            (None, vec![])
        );
        assert_eq!(whole, before);
        let mut longer = given(json!({"systemPrompt": "0123456789a", "errorMessage": "012345678\u{e4}"}));
        let (_, cut) = payload(&mut longer, BOUNDS);
        assert_eq!(longer.system_prompt.as_deref(), Some("0123456789"));
        assert_eq!(
            longer.error_message.as_deref(),
            Some("012345678"),
            "a character is whole"
        );
        assert_eq!(whole_of(&cut, Part::SystemPrompt), Some(11));
        assert_eq!(whole_of(&cut, Part::ErrorMessage), Some(11));
    }

    #[test]
    fn variables_are_counted_and_the_value_that_goes_over_is_cut() {
        let mut many = given(json!({"inputVariables": {"a": 1, "b": 2, "c": 3, "d": 4}}));
        let (_, cut) = payload(&mut many, BOUNDS);
        assert_eq!(many.input_variables.unwrap().len(), 3);
        assert_eq!(
            cut,
            [Cut {
                part: Part::Variables,
                whole: 4
            }]
        );
        for (value, beginning, whole) in [(json!("0123456789"), "01234", 11), (json!([1, 2]), "[\n  1", 13)] {
            let mut long = given(json!({"inputVariables": {"a": "123", "b": value, "c": 1}}));
            let (_, cut) = payload(&mut long, BOUNDS);
            assert_eq!(json!(long.input_variables), json!({"a": "123", "b": beginning}));
            assert_eq!(whole_of(&cut, Part::LastVariable), Some(whole));
            assert_eq!(whole_of(&cut, Part::Variables), Some(3));
        }
    }

    #[test]
    fn metadata_are_a_text() {
        let mut short = given(json!({"metadata": {"a": 1}}));
        let (metadata, cut) = payload(&mut short, PageBounds { text: 12, ..BOUNDS });
        assert_eq!((metadata.as_deref(), cut), (Some("{\n  \"a\": 1\n}"), vec![]));
        let mut long = given(json!({"metadata": {"a": "\u{e4}"}}));
        let (metadata, cut) = payload(&mut long, BOUNDS);
        assert_eq!(metadata.as_deref(), Some("{\n  \"a\": \""));
        assert_eq!(whole_of(&cut, Part::Metadata), Some(15));
        assert_eq!(
            payload(&mut given(json!({"metadata": {}})), BOUNDS),
            (None, vec![])
        );
    }
}
