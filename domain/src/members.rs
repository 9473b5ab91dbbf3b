//! JSON of unknown shape, read into a tree whose size is bounded while it is read.

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use std::fmt;

/// How much of a tree there may be. Members of objects and items of arrays count alike, at any depth.
#[derive(Debug)]
pub struct Members {
    left: usize,
    depth: usize,
    beyond: Option<Beyond>,
}

/// What a tree has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// Members.
    Members,
    /// Levels of nesting.
    Depth,
}

impl Members {
    /// `most` of them, in objects and arrays that lie in each other `depth` levels deep at most.
    pub fn up_to(most: usize, depth: usize) -> Self {
        Self {
            left: most,
            depth,
            beyond: None,
        }
    }

    /// Reads a value, and says what there was too much of. The rest of such a one is read over and not kept, and its
    /// value means nothing.
    ///
    /// # Errors
    /// Where the text is no JSON.
    pub fn read<'de, D: Deserializer<'de>>(
        &mut self,
        deserializer: D,
    ) -> Result<Result<Value, Beyond>, D::Error> {
        let depth = self.depth;
        let value = Tree { members: self, depth }.deserialize(deserializer)?;
        Ok(match self.beyond {
            None => Ok(value),
            Some(beyond) => Err(beyond),
        })
    }

    /// How many more there may be.
    pub fn left(&self) -> usize {
        self.left
    }

    fn take_one(&mut self) {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => self.beyond = Some(Beyond::Members),
        }
    }
}

/// Reads a JSON object whatever its size, as it was written. `serde_json`'s own reader would take an object with a certain
/// name in it for JSON within a string.
///
/// # Errors
/// Where it is neither an object nor null.
pub fn object<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Map<String, Value>>, D::Error> {
    match Members::up_to(usize::MAX, usize::MAX).read(deserializer)? {
        Ok(Value::Object(map)) => Ok(Some(map)),
        Ok(Value::Null) => Ok(None),
        _ => Err(D::Error::custom("is not an object")),
    }
}

/// A value below which `depth` levels of objects and arrays may lie.
struct Tree<'a> {
    members: &'a mut Members,
    depth: usize,
}

/// A member or an item: as a tree, and counted.
struct Counted<'a>(Tree<'a>);

impl<'de> DeserializeSeed<'de> for Counted<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.0.members.take_one();
        match self.0.members.beyond {
            None => self.0.deserialize(deserializer),
            Some(_) => IgnoredAny::deserialize(deserializer).map(|_| Value::Null),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Tree<'_> {
    /// One level down.
    fn within(&mut self) -> Counted<'_> {
        Counted(Tree {
            members: self.members,
            depth: self.depth.saturating_sub(1),
        })
    }

    /// Whether a container may lie here.
    fn enter(&mut self) -> bool {
        if self.depth == 0 {
            self.members.beyond = Some(Beyond::Depth);
        }
        self.is_kept()
    }

    fn is_kept(&self) -> bool {
        self.members.beyond.is_none()
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        let mut more = self.enter();
        while more {
            match items.next_element_seed(self.within())? {
                Some(item) if self.is_kept() => kept.push(item),
                Some(_) => more = false,
                None => return Ok(Value::Array(kept)),
            }
        }
        drop(kept);
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::Null)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        let mut more = self.enter();
        while more {
            let Some(name) = members.next_key::<String>()? else {
                return Ok(Value::Object(kept));
            };
            let value = members.next_value_seed(self.within())?;
            more = self.is_kept();
            if more {
                kept.insert(name, value);
            }
        }
        drop(kept);
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value::Null)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn read(text: &str, most: usize, depth: usize) -> Result<Value, Beyond> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = Members::up_to(most, depth).read(&mut deserializer).unwrap();
        deserializer.end().unwrap();
        read
    }

    /// Any JSON that `serde_json` writes.
    pub fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,12}|[\\x00-\\x1f]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::vec(("\\PC{0,6}", inner), 0..6)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    fn count(value: &Value) -> usize {
        match value {
            Value::Array(items) => items.iter().map(|item| 1 + count(item)).sum(),
            Value::Object(map) => map.values().map(|member| 1 + count(member)).sum(),
            _ => 0,
        }
    }

    #[test]
    fn members_and_items_count_alike_and_at_any_depth() {
        let text = r#"{"a": [1, {"b": 2}], "c": {}}"#;
        assert_eq!(read(text, 5, 9).unwrap().to_string(), text.replace(' ', ""));
        assert_eq!(read(text, 4, 9), Err(Beyond::Members));
        assert_eq!(read("[]", 0, 1), Ok(json!([])));
        assert_eq!(read("[[[[[1,2],3],4],5],6]", 3, 9), Err(Beyond::Members));
    }

    #[test]
    fn a_level_too_many_is_read_over() {
        assert_eq!(read("[[{}]]", 9, 3), Ok(json!([[{}]])));
        assert_eq!(read("[[{}], {\"a\": [1]}, 2]", 9, 2), Err(Beyond::Depth));
        let deep = "[".repeat(1 << 20) + &"]".repeat(1 << 20);
        assert_eq!(read(&deep, 1_000, 100), Err(Beyond::Depth));
        assert_eq!(read(&deep, 10, 100), Err(Beyond::Members));
    }

    #[test]
    fn no_name_has_a_meaning() {
        let odd = r#"{"a":{"$serde_json::private::RawValue":"[1"},"b":{"$serde_json::private::Number":"1"}}"#;
        assert_eq!(read(odd, 9, 9).unwrap().to_string(), odd);
        let mut deserializer = serde_json::Deserializer::from_str(odd);
        let map = object(&mut deserializer).unwrap().unwrap();
        assert_eq!(Value::Object(map).to_string(), odd);
    }

    proptest! {
        #[test]
        fn within_its_bounds_a_tree_is_what_was_written(value in any_json()) {
            let (text, members) = (value.to_string(), count(&value));
            prop_assert_eq!(read(&text, members, 9), Ok(value.clone()));
            prop_assert_eq!(Members::up_to(members, 9).read(value.clone()).unwrap(), Ok(value));
            if members > 0 {
                prop_assert_eq!(read(&text, members - 1, 9), Err(Beyond::Members));
            }
        }
    }
}
