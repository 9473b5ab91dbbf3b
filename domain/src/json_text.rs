//! JSON as it was written: laid out anew for reading, while every number and every string keeps its own letters.

use serde::de::IgnoredAny;

/// Deepest nesting that is laid out.
const MAX_DEPTH: usize = 64;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Between quotes.
    String,
    /// A number.
    Number,
    /// `true`, `false` or `null`.
    Word,
}

/// A value; texts are as they were written, strings and names with their quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonText<'a> {
    /// A value without parts.
    Scalar(Kind, &'a str),
    /// Values in their order.
    Array(Vec<JsonText<'a>>),
    /// Names and values in their order; a name may come twice.
    Object(Vec<(&'a str, JsonText<'a>)>),
}

impl<'a> JsonText<'a> {
    /// Reads a text that is one object or array; `None` where it is anything else, or nested deeper than 64 times.
    pub fn parse(text: &'a str) -> Option<Self> {
        let text = text.trim_matches([' ', '\t', '\n', '\r']);
        if !text.starts_with(['{', '[']) || serde_json::from_str::<IgnoredAny>(text).is_err() {
            return None;
        }
        Reader { rest: text }.value(0)
    }

    /// How many parts it has; 0 for a value without parts.
    pub fn len(&self) -> usize {
        match self {
            Self::Scalar(..) => 0,
            Self::Array(items) => items.len(),
            Self::Object(fields) => fields.len(),
        }
    }

    /// Whether it has no parts.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its parts, with their names where they have any.
    pub fn parts(&self) -> Vec<(Option<&'a str>, &Self)> {
        match self {
            Self::Scalar(..) => Vec::new(),
            Self::Array(items) => items.iter().map(|item| (None, item)).collect(),
            Self::Object(fields) => fields.iter().map(|(name, value)| (Some(*name), value)).collect(),
        }
    }

    /// The signs around its parts.
    pub fn signs(&self) -> (&'static str, &'static str) {
        match self {
            Self::Object(_) => ("{", "}"),
            _ => ("[", "]"),
        }
    }

    /// Indented by two blanks a level, without line end.
    pub fn pretty(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text
    }

    /// On one line.
    pub fn compact(&self) -> String {
        if let Self::Scalar(_, written) = self {
            return (*written).to_owned();
        }
        let (open, close) = self.signs();
        let parts = self.parts().into_iter().map(|(name, value)| match name {
            Some(name) => format!("{name}: {}", value.compact()),
            None => value.compact(),
        });
        format!("{open}{}{close}", parts.collect::<Vec<_>>().join(", "))
    }

    /// Lines after the first begin with `indent` blanks or more.
    fn write(&self, text: &mut String, indent: usize) {
        if let Self::Scalar(_, written) = self {
            text.push_str(written);
            return;
        }
        let (open, close) = self.signs();
        text.push_str(open);
        for (index, (name, value)) in self.parts().into_iter().enumerate() {
            text.push_str(if index == 0 { "\n" } else { ",\n" });
            text.extend(std::iter::repeat_n(' ', indent + 2));
            if let Some(name) = name {
                text.push_str(name);
                text.push_str(": ");
            }
            value.write(text, indent + 2);
        }
        if !self.is_empty() {
            text.push('\n');
            text.extend(std::iter::repeat_n(' ', indent));
        }
        text.push_str(close);
    }
}

/// Walks over a text that is known to be JSON.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Option<JsonText<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.skip_blanks();
        Some(match self.rest.as_bytes().first()? {
            b'{' => {
                let mut fields = Vec::new();
                self.parts(|reader| {
                    let name = reader.string()?;
                    reader.skip_blanks();
                    reader.rest = reader.rest.strip_prefix(':')?;
                    fields.push((name, reader.value(depth + 1)?));
                    Some(())
                })?;
                JsonText::Object(fields)
            }
            b'[' => {
                let mut items = Vec::new();
                self.parts(|reader| {
                    items.push(reader.value(depth + 1)?);
                    Some(())
                })?;
                JsonText::Array(items)
            }
            b'"' => JsonText::Scalar(Kind::String, self.string()?),
            first => {
                let kind = if first.is_ascii_alphabetic() {
                    Kind::Word
                } else {
                    Kind::Number
                };
                let end = |letter: char| ",]}".contains(letter) || letter.is_ascii_whitespace();
                let length = self.rest.find(end).unwrap_or(self.rest.len());
                JsonText::Scalar(kind, self.take(length)?)
            }
        })
    }

    /// What stands between an opening and its closing sign, parted by commas.
    fn parts(&mut self, mut part: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.take(1)?;
        loop {
            self.skip_blanks();
            match self.rest.as_bytes().first()? {
                b'}' | b']' => {
                    self.take(1)?;
                    return Some(());
                }
                b',' => {
                    self.take(1)?;
                    self.skip_blanks();
                    part(self)?;
                }
                _ => part(self)?,
            }
        }
    }

    /// A string with its quotes.
    fn string(&mut self) -> Option<&'a str> {
        let mut is_escaped = false;
        for (index, byte) in self.rest.bytes().enumerate().skip(1) {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => return self.take(index + 1),
                _ => {}
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a str> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::Value;

    #[test]
    fn letters_stay_as_they_were_written() {
        let text =
            r#" {"n": 12345678901234567890123, "e":1e400,"s":"\u00e9\"]","n":[ ],"o":{},"w":[true,null]} "#;
        assert_eq!(
            JsonText::parse(text).unwrap().pretty(),
            "{\n  \"n\": 12345678901234567890123,\n  \"e\": 1e400,\n  \"s\": \"\\u00e9\\\"]\",\n  \"n\": [],\n  \
             \"o\": {},\n  \"w\": [\n    true,\n    null\n  ]\n}"
        );
    }

    #[test]
    fn one_line_says_the_same() {
        let text = "{ \"a\": [1,\n2, {}], \"b\": \"c\" }";
        assert_eq!(
            JsonText::parse(text).unwrap().compact(),
            "{\"a\": [1, 2, {}], \"b\": \"c\"}"
        );
    }

    #[test]
    fn what_is_no_object_or_array_is_left_alone() {
        for text in [
            "",
            "12",
            "\"a\"",
            "{",
            "[1,]",
            "{} {}",
            "{a: 1}",
            "Sure! {}",
            "```json\n{}\n```",
        ] {
            assert_eq!(JsonText::parse(text), None, "{text}");
        }
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(JsonText::parse(&deep), None);
        let deepest = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(JsonText::parse(&deepest), None);
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-1e9..1e9f64).prop_map(Value::from),
            "\\PC{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::hash_map("\\PC{0,6}", inner, 0..5)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn it_reads_as_it_is_and_as_it_is_laid_out(value in any_json(), spread in any::<bool>()) {
            let text = if spread {
                serde_json::to_string_pretty(&value).unwrap()
            } else {
                value.to_string()
            };
            match JsonText::parse(&text) {
                None => prop_assert!(!value.is_object() && !value.is_array()),
                Some(parsed) => {
                    prop_assert_eq!(parsed.pretty(), serde_json::to_string_pretty(&value).unwrap());
                }
            }
        }

        #[test]
        fn nothing_makes_it_stumble(text in "[\\[\\]{}:,\"\\\\ a1é\n-]{0,30}") {
            let is_json = serde_json::from_str::<Value>(&text).is_ok_and(|value| value.is_object() || value.is_array());
            prop_assert_eq!(JsonText::parse(&text).is_some(), is_json);
        }
    }
}
