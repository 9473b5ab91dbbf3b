//! Fields of a JSON object, taken and checked one by one.

use super::JsonBody;
use crate::problem::Problem;
use domain::{Errors, FieldError, problem::short_name};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Takes the fields of a JSON object one by one and remembers what is wrong with them.
pub struct Fields {
    map: Map<String, Value>,
    errors: Errors,
}

impl Fields {
    /// The fields of a JSON object.
    pub fn of(json: JsonBody) -> Result<Self, Problem> {
        let mut errors = Errors::up_to(json.most_errors);
        match json.value {
            Value::Object(map) => Ok(Self { map, errors }),
            _ => {
                errors.push(FieldError::new("", "must be a JSON object"));
                Err(Problem::invalid_fields(errors))
            }
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// A field that may be left out, or null. `expected` completes "must be …".
    pub fn optional<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Option<T> {
        let value = self.map.shift_remove(name).filter(|value| !value.is_null())?;
        let parsed = serde_json::from_value(value).ok();
        if parsed.is_none() {
            self.wrong(FieldError::new(name, format!("must be {expected}")));
        }
        parsed
    }

    /// A field that may be left out, which is `None`, and where null says something of its own.
    pub fn nullable<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Option<Option<T>> {
        match self.map.get(name)? {
            Value::Null => {
                self.map.shift_remove(name);
                Some(None)
            }
            _ => self.optional(name, expected).map(Some),
        }
    }

    /// A field that must be there.
    pub fn required<T: DeserializeOwned>(&mut self, name: &str, expected: &str) -> Option<T> {
        if self.map.get(name).is_none_or(Value::is_null) {
            self.wrong(FieldError::new(name, format!("is required: {expected}")));
            return None;
        }
        self.optional(name, expected)
    }

    /// A name that must be there.
    pub fn name(&mut self, field: &str) -> Option<String> {
        let text: String = self.required(field, "a string")?;
        self.checked(domain::agent::parse_name(field, &text))
    }

    /// Remembers that a field is wrong.
    pub fn wrong(&mut self, error: FieldError) {
        self.errors.push(error);
    }

    /// The value, or else what is wrong remembered.
    pub fn checked<T>(&mut self, result: Result<T, FieldError>) -> Option<T> {
        result.map_err(|error| self.wrong(error)).ok()
    }

    /// `built` is `None` only where a field was wrong; every wrong and every unknown one is then named.
    pub fn finish<T>(mut self, built: Option<T>) -> Result<T, Problem> {
        for name in std::mem::take(&mut self.map).keys() {
            self.wrong(FieldError::new(short_name(name), "is not a field here"));
        }
        match built {
            Some(built) if self.errors.is_empty() => Ok(built),
            _ => Err(Problem::invalid_fields(self.errors)),
        }
    }
}
