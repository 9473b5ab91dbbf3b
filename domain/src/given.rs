//! What a caller gives of an execution, read from JSON in bounded memory and not judged yet.

use crate::{
    field::{Field, Form, READ_BACK},
    members::{Beyond, Members},
    problem::short_name,
};
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::Value;
use std::fmt;

/// Members that `inputVariables` and `metadata` may have each, unless told otherwise.
pub const MAX_MEMBERS: usize = 100_000;
/// Deepest nesting of variables and metadata. Readers of JSON stop at 128, and an answer wraps what it tells.
pub const MAX_DEPTH: usize = 100;
/// Wrong fields that are told, unless told otherwise.
pub const MAX_ERRORS: usize = 100;

/// What bounds the memory of what is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Members that `inputVariables` and `metadata` may have each, nested ones and items of arrays counted.
    pub members: usize,
    /// Wrong fields that are told.
    pub errors: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            members: MAX_MEMBERS,
            errors: MAX_ERRORS,
        }
    }
}

/// What was given as a field's value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Given {
    /// Nothing, or null.
    #[default]
    Absent,
    /// For most fields a scalar; an array or object in its place is an empty array, as every one is equally wrong.
    Value(Value),
    /// Variables or metadata that were read over.
    Beyond(Beyond),
}

/// What a caller gives of an execution. What is not kept of it was read over: values of fields that are none, and whatever
/// is beyond the bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenExecution {
    pub(crate) bounds: Bounds,
    /// Whether it is an object at all.
    pub(crate) is_object: bool,
    fields: Vec<Given>,
    /// Names of fields that are none, shortened.
    pub(crate) unknown: Vec<String>,
    /// How many such names came after those.
    pub(crate) more_unknown: u64,
    members: usize,
}

impl GivenExecution {
    /// Reads within these bounds.
    pub fn within(bounds: Bounds) -> GivenReader {
        GivenReader(bounds)
    }

    /// The identifier as it was given, where it is a text.
    pub fn execution_id(&self) -> Option<&str> {
        match self.fields.get(Field::ExecutionId as usize)? {
            Given::Value(value) => value.as_str(),
            _ => None,
        }
    }

    /// Members of `inputVariables` and `metadata` together: the measure of its memory beside that of its texts.
    pub fn members(&self) -> usize {
        self.members
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        self.fields
            .get(field as usize)
            .is_some_and(|given| *given != Given::Absent)
    }

    pub(crate) fn take(&mut self, field: Field) -> Given {
        self.fields
            .get_mut(field as usize)
            .map(std::mem::take)
            .unwrap_or_default()
    }

    fn empty(bounds: Bounds, is_object: bool) -> Self {
        Self {
            bounds,
            is_object,
            fields: Vec::new(),
            unknown: Vec::new(),
            more_unknown: 0,
            members: 0,
        }
    }
}

/// What was read already is given as it is, however large, and bounded like a text.
impl From<Value> for GivenExecution {
    fn from(json: Value) -> Self {
        // A value can always be read.
        Self::deserialize(json).unwrap_or_else(|_| Self::empty(Bounds::default(), false))
    }
}

impl<'de> Deserialize<'de> for GivenExecution {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::within(Bounds::default()).deserialize(deserializer)
    }
}

/// Reads what is given of an execution within bounds. Fails only where the text is no JSON.
#[derive(Debug, Clone, Copy)]
pub struct GivenReader(Bounds);

impl<'de> DeserializeSeed<'de> for GivenReader {
    type Value = GivenExecution;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<GivenExecution, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl GivenReader {
    fn no_object<E>(self) -> Result<GivenExecution, E> {
        Ok(GivenExecution::empty(self.0, false))
    }
}

impl<'de> Visitor<'de> for GivenReader {
    type Value = GivenExecution;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of an execution")
    }

    fn visit_unit<E>(self) -> Result<GivenExecution, E> {
        self.no_object()
    }

    fn visit_bool<E>(self, _: bool) -> Result<GivenExecution, E> {
        self.no_object()
    }

    fn visit_i64<E>(self, _: i64) -> Result<GivenExecution, E> {
        self.no_object()
    }

    fn visit_u64<E>(self, _: u64) -> Result<GivenExecution, E> {
        self.no_object()
    }

    fn visit_f64<E>(self, _: f64) -> Result<GivenExecution, E> {
        self.no_object()
    }

    fn visit_str<E>(self, _: &str) -> Result<GivenExecution, E> {
        self.no_object()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<GivenExecution, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        self.no_object()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<GivenExecution, A::Error> {
        let mut given = GivenExecution::empty(self.0, true);
        given.fields.resize(Field::ALL.len(), Given::Absent);
        while let Some(name) = members.next_key_seed(NameReader {
            keeps: given.unknown.len() < self.0.errors,
        })? {
            match name {
                Name::Known(field) => {
                    // Of a repeated name the last one counts; two are never kept at once.
                    given.take(field);
                    let read = members.next_value_seed(FieldReader {
                        field,
                        members: self.0.members,
                    })?;
                    given.members += read.1;
                    if let Some(place) = given.fields.get_mut(field as usize) {
                        *place = read.0;
                    }
                }
                Name::ReadBack => drop(members.next_value::<IgnoredAny>()?),
                Name::Unknown(name) => {
                    if members.next_value::<Option<IgnoredAny>>()?.is_some() {
                        match name {
                            Some(name) => given.unknown.push(name),
                            None => given.more_unknown += 1,
                        }
                    }
                }
            }
        }
        Ok(given)
    }
}

/// A name in the object.
enum Name {
    Known(Field),
    ReadBack,
    /// Shortened, where it is to be kept.
    Unknown(Option<String>),
}

struct NameReader {
    keeps: bool,
}

impl<'de> DeserializeSeed<'de> for NameReader {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NameReader {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(match Field::named(name) {
            Some(field) => Name::Known(field),
            None if READ_BACK.contains(&name) => Name::ReadBack,
            None => Name::Unknown(self.keeps.then(|| short_name(name).into_owned())),
        })
    }
}

/// Reads a field's value, and how many members it has.
struct FieldReader {
    field: Field,
    members: usize,
}

impl<'de> DeserializeSeed<'de> for FieldReader {
    type Value = (Given, usize);

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(Given, usize), D::Error> {
        let is_object = self.field.form() == Form::Object;
        let (most, depth) = if is_object {
            (self.members, MAX_DEPTH)
        } else {
            (0, 0)
        };
        let mut members = Members::up_to(most, depth);
        let given = match members.read(deserializer)? {
            Ok(Value::Null) => Given::Absent,
            Ok(value) => Given::Value(value),
            Err(beyond) if is_object => Given::Beyond(beyond),
            Err(_) => Given::Value(Value::Array(Vec::new())),
        };
        Ok((given, most - members.left()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ExecutionFields, FieldError, Status, Timestamp, members::tests::any_json, time};
    use proptest::prelude::*;
    use serde_json::{Map, json};

    const NONE: &str = "is not a field of an execution; put what else is to be kept under metadata";

    fn now() -> Timestamp {
        time::parse_instant("2026-01-01T00:00:00Z").unwrap()
    }

    fn read(text: &str, bounds: Bounds) -> GivenExecution {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let given = GivenExecution::within(bounds)
            .deserialize(&mut deserializer)
            .unwrap();
        deserializer.end().unwrap();
        given
    }

    fn wrong(text: &str, bounds: Bounds) -> (Vec<(String, String)>, u64) {
        let errors = ExecutionFields::parse_new(read(text, bounds), now()).unwrap_err();
        let more = errors.more();
        let told = errors.into_iter().map(|error| (error.field, error.detail));
        (told.collect(), more)
    }

    /// Members, each counted once however deep.
    fn nested(members: usize) -> String {
        let items = vec!["0"; members - 2].join(",");
        format!(r#"{{"status": "success", "metadata": {{"a": {{"b": [{items}]}}}}}}"#)
    }

    #[test]
    fn variables_have_as_many_members_as_they_may_and_no_more() {
        let given = read(&nested(MAX_MEMBERS), Bounds::default());
        assert_eq!(given.members(), MAX_MEMBERS);
        let fields = ExecutionFields::parse_new(given, now()).unwrap();
        let items = &fields.payload.metadata.unwrap()["a"]["b"];
        assert_eq!(items.as_array().unwrap().len(), MAX_MEMBERS - 2);

        let detail = "must have at most 100000 members, nested ones and items of arrays counted";
        let expected = (vec![("metadata".to_owned(), detail.to_owned())], 0);
        assert_eq!(wrong(&nested(MAX_MEMBERS + 1), Bounds::default()), expected);
        let few = Bounds {
            members: 3,
            ..Bounds::default()
        };
        assert!(ExecutionFields::parse_new(read(&nested(3), few), now()).is_ok());
        assert_eq!(
            wrong(&nested(4), few).0[0].1,
            detail.replace("100000", "3"),
            "the bound is the one that was set"
        );
    }

    #[test]
    fn both_objects_have_members_of_their_own() {
        let bounds = Bounds {
            members: 2,
            ..Bounds::default()
        };
        let text = r#"{"status": "success", "metadata": {"a": 1, "b": 2}, "inputVariables": {"a": [1]}}"#;
        assert!(ExecutionFields::parse_new(read(text, bounds), now()).is_ok());
    }

    #[test]
    fn a_scalar_never_holds_a_tree_and_is_wrong_as_ever() {
        let items = format!("[{}]", vec!["[]"; 1_000].join(","));
        let text = format!(r#"{{"status": {items}, "latencyMs": {{"a": {items}}}, "model": {items}}}"#);
        let given = read(&text, Bounds::default());
        assert_eq!(given.members(), 0);
        let whole = ExecutionFields::parse(serde_json::from_str::<Value>(&text).unwrap(), now());
        let errors = whole.unwrap_err();
        assert_eq!(
            errors.told(),
            [
                FieldError::new(
                    "status",
                    "must be one of success, failed, rate_limited, canceled, unauthorized, running"
                ),
                FieldError::new("latencyMs", "must be a number from 0 to 31536000000"),
                FieldError::new("model", "must be a string"),
            ]
        );
        assert_eq!(ExecutionFields::parse(given, now()), Err(errors));
    }

    #[test]
    fn of_names_that_are_no_fields_some_are_told() {
        let bounds = Bounds {
            errors: 3,
            ..Bounds::default()
        };
        let text =
            r#"{"status": "done", "a": 1, "b": [[]], "c": {}, "d": "x", "e": null, "inputTokens": "y"}"#;
        let found = wrong(text, bounds);
        let names: Vec<_> = found.0.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!((names, found.1), (vec!["status", "inputTokens", "a"], 3));
        assert_eq!(found.0[2].1, NONE);
        let none = Bounds {
            errors: 0,
            ..Bounds::default()
        };
        assert_eq!(
            wrong(text, none),
            (Vec::new(), 6),
            "none is told, and all are wrong"
        );
    }

    #[test]
    fn a_long_name_is_told_by_its_beginning() {
        let text = json!({"status": "success", "ü".repeat(64): 1, "ü".repeat(65): 1}).to_string();
        let names: Vec<_> = wrong(&text, Bounds::default())
            .0
            .into_iter()
            .map(|(field, _)| field)
            .collect();
        assert_eq!(names, ["ü".repeat(64), "ü".repeat(64) + "…"]);
    }

    #[test]
    fn of_a_repeated_name_the_last_one_counts() {
        let text = r#"{"status": [1], "metadata": {"a": 1}, "status": "failed", "metadata": null}"#;
        let fields = ExecutionFields::parse_new(read(text, Bounds::default()), now()).unwrap();
        assert_eq!(
            (fields.status, fields.payload.metadata),
            (Some(Status::Failed), None)
        );
    }

    #[test]
    fn what_is_too_deep_for_other_readers_is_wrong_like_any_other_field() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let text =
            format!(r#"{{"status": {deep}, "metadata": {{"a": {deep}}}, "b": {deep}, "agentId": {deep}}}"#);
        let found = wrong(&text, Bounds::default()).0;
        assert_eq!(
            found[1],
            ("metadata".into(), "must be nested 100 levels deep at most".into())
        );
        assert_eq!(
            (found[0].0.as_str(), found[2].0.as_str(), found.len()),
            ("status", "b", 3)
        );
    }

    #[test]
    fn whatever_is_no_object_is_read_and_refused() {
        for text in [
            "null",
            "true",
            "-1",
            "1",
            "1.5",
            "\"a\"",
            "\"\\n\"",
            "[{\"status\": \"success\"}]",
        ] {
            let given = read(text, Bounds::default());
            let errors = ExecutionFields::parse_new(given, now()).unwrap_err();
            assert_eq!(errors.told()[0].field, "", "{text}");
        }
        assert!(serde_json::from_str::<GivenExecution>("{\"status\": \"success\"").is_err());
    }

    /// Names that mean something, and some that do not.
    fn any_name() -> impl Strategy<Value = String> {
        const NAMES: [&str; 12] = [
            "executionId",
            "status",
            "executedAt",
            "latencyMs",
            "inputTokens",
            "costUSD",
            "model",
            "inputVariables",
            "metadata",
            "outputText",
            "agentId",
            "temperature",
        ];
        prop_oneof![
            4 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned),
            1 => "\\PC{0,80}",
        ]
    }

    proptest! {
        #[test]
        fn a_text_gives_what_its_value_gives(
            members in prop::collection::vec((any_name(), any_json()), 0..12),
            status in prop::sample::select(vec!["success", "running", "none"]),
        ) {
            let mut map: Map<_, _> = members.into_iter().collect();
            map.insert("status".into(), status.into());
            let value = Value::Object(map);
            let text = value.to_string();
            let given = read(&text, Bounds::default());
            prop_assert_eq!(&given, &GivenExecution::from(value.clone()));
            prop_assert_eq!(
                ExecutionFields::parse_new(given, now()),
                ExecutionFields::parse_new(value.clone(), now())
            );
            // Every member of its own is kept, named, or read over.
            if let Ok(fields) = ExecutionFields::parse(value.clone(), now()) {
                let own = |name: &str| value.get(name).filter(|value| !value.is_null()).cloned();
                prop_assert_eq!(fields.payload.input_variables.map(Value::Object), own("inputVariables"));
                prop_assert_eq!(fields.payload.metadata.map(Value::Object), own("metadata"));
                prop_assert_eq!(fields.payload.output_text.map(Value::String), own("outputText"));
            }
        }
    }
}
