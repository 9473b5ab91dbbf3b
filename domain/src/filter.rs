//! Which executions of an agent are meant: one type for the table, the REST list, the export and the stream.

use crate::{
    ExecutionId, ExecutionSummary, InvalidId, Selection, Source, Status, Timestamp, id, named::named,
    parameter,
};

named! {
    /// A field by whose exact values executions are filtered, beside status, source and time. Parameters of addresses,
    /// SQL, API description, flags, menus and chips follow this list.
    #[derive(PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "camelCase")]
    pub enum FilterField {
        /// Label of the prompt's version.
        Version = "version",
        /// Model that answered.
        Model = "model",
        /// Provider of the model.
        Provider = "provider",
        /// Stable name of the error.
        ErrorCode = "errorCode",
        /// Public half of the API key that recorded it.
        ApiKeyId = "apiKeyId",
        /// Who triggered it.
        ExecutedBy = "executedBy",
        /// The execution itself.
        ExecutionId = "executionId",
    }
}

/// What is said of a field.
struct Description {
    /// As people call it.
    label: &'static str,
    /// What stands for a value in a usage line.
    placeholder: &'static str,
    /// Which executions pass, in words.
    meaning: &'static str,
    /// The number under which the values that occur are kept for menus and daily counts. A person's name is not kept
    /// anywhere but in their executions, so that it goes with them.
    kept_as: Option<i64>,
    value: fn(&ExecutionSummary) -> Option<&str>,
}

impl FilterField {
    const fn description(self) -> Description {
        match self {
            Self::Version => Description {
                label: "Version",
                placeholder: "LABEL",
                meaning: "Only these version labels",
                kept_as: Some(1),
                value: |execution| execution.version.as_deref(),
            },
            Self::Model => Description {
                label: "Model",
                placeholder: "MODEL",
                meaning: "Only these models",
                kept_as: Some(2),
                value: |execution| execution.model.as_deref(),
            },
            Self::Provider => Description {
                label: "Provider",
                placeholder: "PROVIDER",
                meaning: "Only models of these providers",
                kept_as: Some(5),
                value: |execution| execution.provider.as_deref(),
            },
            Self::ErrorCode => Description {
                label: "Error code",
                placeholder: "CODE",
                meaning: "Only these error codes",
                kept_as: Some(3),
                value: |execution| execution.error_code.as_deref(),
            },
            Self::ApiKeyId => Description {
                label: "API key",
                placeholder: "ID",
                meaning: "Only what these API keys recorded, by their public half",
                kept_as: Some(4),
                value: |execution| execution.api_key_id.as_ref().map(|id| id.as_str()),
            },
            Self::ExecutedBy => Description {
                label: "Executed by",
                placeholder: "NAME",
                meaning: "Only what exactly these people or programs triggered",
                kept_as: None,
                value: |execution| execution.executed_by.as_deref(),
            },
            Self::ExecutionId => Description {
                label: "Execution ID",
                placeholder: "ID",
                meaning: "This execution alone",
                kept_as: None,
                value: |execution| Some(execution.execution_id.as_str()),
            },
        }
    }

    /// The field as people call it.
    pub const fn label(self) -> &'static str {
        self.description().label
    }

    /// What stands for a value in a usage line.
    pub const fn placeholder(self) -> &'static str {
        self.description().placeholder
    }

    /// Which executions pass, in words without a full stop.
    pub const fn meaning(self) -> &'static str {
        self.description().meaning
    }

    /// The number under which the values that occur are kept; `None` where they are not.
    pub const fn kept_as(self) -> Option<i64> {
        self.description().kept_as
    }

    /// Whether several values can be asked for. One execution is found by its identifier, whatever else is asked for.
    pub const fn repeats(self) -> bool {
        !matches!(self, Self::ExecutionId)
    }

    /// The field's name in words that `separator` joins, such as `error_code` and `error-code`.
    pub fn separated(self, separator: char) -> String {
        let mut words = String::new();
        for letter in self.as_str().chars() {
            if letter.is_ascii_uppercase() {
                words.push(separator);
            }
            words.push(letter.to_ascii_lowercase());
        }
        words
    }

    /// The execution's value.
    pub fn value(self, execution: &ExecutionSummary) -> Option<&str> {
        (self.description().value)(execution)
    }

    /// Reads a value that is asked for.
    ///
    /// # Errors
    /// No execution can have it; in words that go on after the field's name.
    fn read(self, value: &str) -> Result<String, String> {
        match self {
            Self::ApiKeyId | Self::ExecutionId => {
                // Pasted, as often as not.
                let value = value.trim();
                if id::is_valid(value) {
                    Ok(value.to_owned())
                } else {
                    Err(InvalidId.to_string())
                }
            }
            _ => parameter::text(value),
        }
    }
}

/// The values that are asked for, of each field in the order in which they were given. None of a field means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldValues([Vec<String>; FilterField::ALL.len()]);

impl FieldValues {
    /// Asks for the field's value in `execution`, where it has one.
    pub fn same_as(execution: &ExecutionSummary, field: FilterField) -> Self {
        field
            .value(execution)
            .map(|value| (field, value))
            .into_iter()
            .collect()
    }

    /// The values of a field.
    pub fn of(&self, field: FilterField) -> &[String] {
        &self.0[field as usize]
    }

    /// Asks for a value more, or instead where only one can be asked for.
    ///
    /// # Errors
    /// No execution can have it; in words that go on after the field's name.
    pub fn add(&mut self, field: FilterField, value: &str) -> Result<(), String> {
        let value = field.read(value)?;
        let values = &mut self.0[field as usize];
        if !field.repeats() {
            values.clear();
        }
        values.push(value);
        Ok(())
    }

    /// The same without one value.
    pub fn without(&self, field: FilterField, value: &str) -> Self {
        let mut rest = self.clone();
        rest.0[field as usize].retain(|one| one != value);
        rest
    }

    /// Asks for nothing of a field.
    pub fn clear(&mut self, field: FilterField) {
        self.0[field as usize].clear();
    }

    /// The fields of which something is asked for, with their values.
    pub fn asked(&self) -> impl Iterator<Item = (FilterField, &[String])> {
        let all = FilterField::ALL.into_iter().zip(&self.0);
        all.filter(|(_, values)| !values.is_empty())
            .map(|(field, values)| (field, values.as_slice()))
    }

    /// Every value with its field.
    pub fn iter(&self) -> impl Iterator<Item = (FilterField, &str)> {
        self.asked()
            .flat_map(|(field, values)| values.iter().map(move |value| (field, value.as_str())))
    }

    /// The identifier, where one execution alone is asked for.
    pub fn execution_id(&self) -> Option<ExecutionId> {
        self.of(FilterField::ExecutionId).first()?.parse().ok()
    }

    fn matches(&self, execution: &ExecutionSummary) -> bool {
        self.asked().all(|(field, values)| {
            field
                .value(execution)
                .is_some_and(|value| values.iter().any(|one| one == value))
        })
    }
}

/// For what is known to be a value, such as one of an execution. What none can have is left out.
impl<V: AsRef<str>> FromIterator<(FilterField, V)> for FieldValues {
    fn from_iter<I: IntoIterator<Item = (FilterField, V)>>(values: I) -> Self {
        let mut all = Self::default();
        for (field, value) in values {
            let _ = all.add(field, value.as_ref());
        }
        all
    }
}

/// Which executions of an agent are meant. The default means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExecutionFilter {
    /// Any of these statuses.
    pub statuses: Selection<Status>,
    /// Any of these sources.
    pub sources: Selection<Source>,
    /// Begun at this instant or later.
    pub from: Option<Timestamp>,
    /// Begun at this instant or earlier.
    pub to: Option<Timestamp>,
    /// Of each field any of these values.
    pub values: FieldValues,
}

impl ExecutionFilter {
    /// Whether the execution passes.
    pub fn matches(&self, execution: &ExecutionSummary) -> bool {
        self.statuses.contains(execution.status)
            && self.sources.contains(execution.source)
            && self.from.is_none_or(|from| execution.executed_at >= from)
            && self.to.is_none_or(|to| execution.executed_at <= to)
            && self.values.matches(execution)
    }

    /// Whether status, source and time alone decide, so that the bucket counts know the answer.
    pub fn is_counted(&self) -> bool {
        self.values.asked().next().is_none()
    }

    /// Whether the daily counts know the answer: whether values are kept of every field that decides.
    pub fn is_counted_daily(&self) -> bool {
        self.values.asked().all(|(field, _)| field.kept_as().is_some())
    }
}
