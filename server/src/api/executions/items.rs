//! The executions of one body, read one after the other.

use crate::{body, problem::Problem};
use domain::{FieldError, GivenExecution, given::Bounds};
use memchr::memchr;
use serde::de::{DeserializeSeed, IgnoredAny};
use std::ops::Deref;

/// The most executions in one request.
pub const MAX_ITEMS: usize = 1_000;

/// Brackets within each other up to which the end of a broken item is looked for.
const MAX_DEPTH: usize = 1_000;

/// One item of a request, or why it is no JSON.
pub type Item = Result<GivenExecution, FieldError>;

/// Reads the items of a body. One of them is in memory at a time, and it stops at the first that is too many.
pub struct Items<B> {
    text: B,
    form: Form,
    read: Read,
}

/// How far it was read.
#[derive(Clone, Copy)]
struct Read {
    /// In bytes.
    at: usize,
    items: usize,
    lines: usize,
    is_all: bool,
}

#[derive(Clone, Copy)]
enum Form {
    Array,
    Lines,
}

impl<B: Deref<Target = [u8]>> Items<B> {
    /// The items of NDJSON: one a line, empty lines left out. A line that is not JSON spoils only itself.
    pub fn of_lines(text: B) -> Self {
        Self::begin(text, Form::Lines, 0)
    }

    /// The items of an array; back comes what is none.
    pub fn of_array(text: B) -> Result<Self, B> {
        let at = after_whitespace(&text, 0);
        match text.get(at) {
            Some(b'[') => Ok(Self::begin(text, Form::Array, at + 1)),
            _ => Err(text),
        }
    }

    fn begin(text: B, form: Form, at: usize) -> Self {
        Self {
            text,
            form,
            read: Read {
                at,
                items: 0,
                lines: 0,
                is_all: false,
            },
        }
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// Where there are too many, or an array is no JSON. Nothing is to be read after that.
    pub fn next(&mut self, bounds: Bounds) -> Result<Option<Item>, Problem> {
        let item = match self.form {
            _ if self.read.is_all => None,
            Form::Array => self.next_of_array(bounds)?,
            Form::Lines => self.next_line(bounds)?,
        };
        self.read.is_all = item.is_none();
        Ok(item)
    }

    /// Whether the end was seen.
    pub fn is_ended(&self) -> bool {
        self.read.is_all
    }

    /// Bytes of the whole body.
    pub fn length(&self) -> usize {
        self.text.len()
    }

    /// How many items there are in all. Keeps its place, and none of them.
    ///
    /// # Errors
    /// As `next` of those that are left.
    pub fn count(&self) -> Result<usize, Problem> {
        let mut rest = Items {
            text: &*self.text,
            form: self.form,
            read: self.read,
        };
        let nothing = Bounds {
            errors: 0,
            ..Bounds::default()
        };
        while rest.next(nothing)?.is_some() {}
        Ok(rest.read.items)
    }

    fn next_of_array(&mut self, bounds: Bounds) -> Result<Option<Item>, Problem> {
        self.read.at = after_whitespace(&self.text, self.read.at);
        match (self.text.get(self.read.at), self.read.items) {
            (Some(b']'), _) => {
                let end = after_whitespace(&self.text, self.read.at + 1);
                return if end == self.text.len() {
                    Ok(None)
                } else {
                    Err(self.broken(None))
                };
            }
            (_, 0) => {}
            (Some(b','), _) => self.read.at = after_whitespace(&self.text, self.read.at + 1),
            _ => return Err(self.broken(None)),
        }
        self.take_one()?;
        let mut deserializer = serde_json::Deserializer::from_slice(&self.text[self.read.at..]);
        let error = match GivenExecution::within(bounds).deserialize(&mut deserializer) {
            Ok(given) => {
                self.read.at += deserializer.into_iter::<IgnoredAny>().byte_offset();
                return Ok(Some(Ok(given)));
            }
            Err(error) => error,
        };
        // Where the next one begins is known as long as brackets and quotes are in order.
        let Some(length) = length_of_item(&self.text[self.read.at..]) else {
            return Err(self.broken(Some(&error)));
        };
        let (line, column) = self.place(&error);
        self.read.at += length;
        let detail = format!("is not JSON: {} at line {line} column {column}", what(&error));
        Ok(Some(Err(FieldError::new("", detail))))
    }

    /// Line and column of what is wrong with the item that is read, in the whole body.
    fn place(&self, error: &serde_json::Error) -> (usize, usize) {
        let before = &self.text[..self.read.at];
        let lines = memchr::memchr_iter(b'\n', before).count();
        let column = match error.line() {
            1 => error.column() + before.len() - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1),
            _ => error.column(),
        };
        (lines + error.line(), column)
    }

    fn next_line(&mut self, bounds: Bounds) -> Result<Option<Item>, Problem> {
        while let Some(rest) = self.text.get(self.read.at..).filter(|rest| !rest.is_empty()) {
            let end = memchr(b'\n', rest).unwrap_or(rest.len());
            let line = rest[..end].trim_ascii();
            if line.is_empty() {
                self.read.at += end + 1;
                self.read.lines += 1;
                continue;
            }
            self.take_one()?;
            let line = &self.text[self.read.at..self.read.at + end];
            let mut deserializer = serde_json::Deserializer::from_slice(line);
            let given = GivenExecution::within(bounds)
                .deserialize(&mut deserializer)
                .and_then(|given| deserializer.end().map(|()| given));
            self.read.at += end + 1;
            self.read.lines += 1;
            return Ok(Some(given.map_err(|error| broken_line(self.read.lines, &error))));
        }
        Ok(None)
    }

    fn take_one(&mut self) -> Result<(), Problem> {
        if self.read.items == MAX_ITEMS {
            return Err(Problem::too_large(
                "too_many_items",
                "A request may hold 1,000 executions at most.",
            ));
        }
        self.read.items += 1;
        Ok(())
    }

    /// Where an array breaks, in the words of a parser that sees it whole, or of the item's own where only that knows.
    fn broken(&self, error: Option<&serde_json::Error>) -> Problem {
        match (serde_json::from_slice::<Vec<IgnoredAny>>(&self.text), error) {
            (Err(whole), _) => body::broken(&whole),
            (Ok(_), None) => body::broken(&"it ends in the middle"),
            (Ok(_), Some(error)) => {
                let (line, column) = self.place(error);
                body::broken(&format!("{} at line {line} column {column}", what(error)))
            }
        }
    }
}

/// Where a line breaks; the parser itself knows but one line.
fn broken_line(number: usize, error: &serde_json::Error) -> FieldError {
    let column = error.column();
    FieldError::new(
        "",
        format!("line {number} is not JSON: {} at column {column}", what(error)),
    )
}

/// What is wrong, without the place.
fn what(error: &serde_json::Error) -> String {
    let words = error.to_string();
    words.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Bytes of the item with which the text begins, up to the comma or the bracket after it; `None` where there is none, or
/// its brackets and quotes are out of order.
fn length_of_item(text: &[u8]) -> Option<usize> {
    let (mut open, mut at) = (Vec::new(), 0);
    loop {
        let byte = *text.get(at)?;
        match byte {
            b'"' => {
                while *text.get(at + 1)? != b'"' {
                    at += if text[at + 1] == b'\\' { 2 } else { 1 };
                }
                at += 1;
            }
            b'[' | b'{' if open.len() == MAX_DEPTH => return None,
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            b',' | b']' if open.is_empty() => return (at > 0).then_some(at),
            b']' | b'}' => {
                let expected = open.pop()?;
                if byte != expected {
                    return None;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn after_whitespace(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let blank = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\n' | b'\t' | b'\r'));
    at + blank.count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::to_bytes, response::IntoResponse};
    use serde_json::Value;

    fn all(mut items: Items<&[u8]>) -> Result<Vec<Item>, Problem> {
        let mut read = Vec::new();
        while let Some(item) = items.next(Bounds::default())? {
            read.push(item);
        }
        assert!(items.is_ended() && items.next(Bounds::default()).unwrap().is_none());
        Ok(read)
    }

    fn array(text: &str) -> Result<Vec<Item>, Problem> {
        all(Items::of_array(text.as_bytes()).unwrap())
    }

    async fn told(problem: Problem) -> (String, String) {
        let body = to_bytes(problem.into_response().into_body(), 1_000)
            .await
            .unwrap();
        let told: Value = serde_json::from_slice(&body).unwrap();
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        (text("code"), text("detail"))
    }

    #[test]
    fn an_array_gives_its_items() {
        let read =
            array(" [ {\"status\":\"a,]\"}\n,3 , [1,[2]],\"]\",{\"executionId\":\"b\"},null ]\n").unwrap();
        let ids: Vec<_> = read
            .iter()
            .map(|item| item.as_ref().unwrap().execution_id())
            .collect();
        assert_eq!(ids, [None, None, None, None, Some("b"), None]);
        assert!(array("[]").unwrap().is_empty() && array(" [\t] ").unwrap().is_empty());
        assert!(Items::of_array(b" {}".as_slice()).is_err() && Items::of_array(b"".as_slice()).is_err());
    }

    #[tokio::test]
    async fn a_broken_array_is_told_with_its_place() {
        for text in [
            "[",
            "[1",
            "[1,",
            "[1 2]",
            "[1,]",
            "[,1]",
            "[1]]",
            "[1] x",
            "[{]",
            "[1x]",
            "[{\"a\": [}]",
            "[{\"a\": \"b}]",
        ] {
            let whole = serde_json::from_str::<Vec<IgnoredAny>>(text).unwrap_err();
            let told = told(array(text).unwrap_err()).await;
            assert_eq!(told.0, "invalid_json", "{text}");
            assert_eq!(told.1, format!("The body is not JSON: {whole}."), "{text}");
        }
    }

    #[test]
    fn a_broken_item_of_an_array_spoils_itself_alone() {
        for item in [
            "NaN",
            "{\"a\": Infinity}",
            "{\"b\" 2}",
            "tru",
            "\"a\nb\"",
            "{\"latencyMs\":\n1e999}",
            "{\"a\": [\"],\\\"\", -]}",
        ] {
            let text = format!("[{{\"executionId\": \"a\"}},\n {item}, {{\"executionId\": \"b\"}}]");
            let read = array(&text).unwrap();
            let ids: Vec<_> = read
                .iter()
                .map(|item| item.as_ref().ok()?.execution_id())
                .collect();
            assert_eq!(ids, [Some("a"), None, Some("b")], "{text}");
            let whole = serde_json::from_str::<Value>(&text).unwrap_err();
            let detail = &read[1].as_ref().unwrap_err().detail;
            assert_eq!(*detail, format!("is not JSON: {whole}"), "{text}");
        }
    }

    #[tokio::test]
    async fn it_stops_at_the_first_item_too_many() {
        let most = vec!["{}"; MAX_ITEMS].join(",");
        assert_eq!(array(&format!("[{most}]")).unwrap().len(), MAX_ITEMS);
        // What follows is not even looked at.
        let over = array(&format!("[{most},{{}},,,")).unwrap_err();
        assert_eq!(told(over).await.0, "too_many_items");
        let lines = vec!["{}"; MAX_ITEMS].join("\n");
        assert_eq!(all(Items::of_lines(lines.as_bytes())).unwrap().len(), MAX_ITEMS);
        let over = all(Items::of_lines(format!("{lines}\n{{\n").as_bytes())).unwrap_err();
        assert_eq!(told(over).await.0, "too_many_items");
    }

    #[test]
    fn items_are_counted_from_wherever_it_is() {
        let mut items = Items::of_array(b"[1, 2, 3]".as_slice()).unwrap();
        assert_eq!(items.count().unwrap(), 3);
        items.next(Bounds::default()).unwrap();
        assert_eq!(items.count().unwrap(), 3);
        assert!(!items.is_ended());
        let broken = Items::of_array(b"[1, 2, 3".as_slice()).unwrap();
        assert!(broken.count().is_err());
    }

    #[test]
    fn lines_are_counted_with_empty_ones() {
        let read = all(Items::of_lines(b"\n{}\r\n \n{\n3".as_slice())).unwrap();
        assert_eq!(read.len(), 3);
        let detail = &read[1].as_ref().unwrap_err().detail;
        assert_eq!(
            detail,
            "line 4 is not JSON: EOF while parsing an object at column 1"
        );
    }
}
