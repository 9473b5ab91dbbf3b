//! The values that occur in an agent's history, for menus of filters.

use crate::FilterField;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Of each field whose values are kept, those that occur, in the order in which people look for them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets(BTreeMap<FilterField, Vec<FacetValue>>);

/// A value that occurs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// As it stands in executions.
    pub value: String,
    /// What people call it, where that is something else and still known: an API key's name.
    pub name: Option<String>,
}

impl FacetValue {
    /// What people read.
    pub fn label(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.value)
    }
}

/// A value without another name.
impl From<String> for FacetValue {
    fn from(value: String) -> Self {
        Self { value, name: None }
    }
}

impl Facets {
    /// The values of a field.
    pub fn of(&self, field: FilterField) -> &[FacetValue] {
        self.0.get(&field).map_or(&[], Vec::as_slice)
    }

    /// Sets the values of a field.
    pub fn set(&mut self, field: FilterField, values: Vec<FacetValue>) {
        if !values.is_empty() {
            self.0.insert(field, values);
        }
    }
}
