//! Wrong fields of one input, of which a bounded number is told.

use crate::FieldError;
use std::fmt;

/// Wrong fields in the order in which they were met: the first ones with what is wrong, the rest counted. So an answer
/// stays small whatever came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errors {
    told: Vec<FieldError>,
    more: u64,
    most: usize,
}

impl Errors {
    /// None yet; `most` at most will be told.
    pub fn up_to(most: usize) -> Self {
        Self {
            told: Vec::new(),
            more: 0,
            most,
        }
    }

    /// Notes a wrong field.
    pub fn push(&mut self, error: FieldError) {
        if self.told.len() < self.most {
            self.told.push(error);
        } else {
            self.count(1);
        }
    }

    /// The value, where it is right; notes what is wrong with it where it is not.
    pub fn keep<T>(&mut self, checked: Result<T, FieldError>) -> Option<T> {
        checked.map_err(|error| self.push(error)).ok()
    }

    /// Notes so many wrong fields that are not told.
    pub fn count(&mut self, more: u64) {
        self.more = self.more.saturating_add(more);
    }

    /// Tells `most` at most, and counts the others.
    pub fn cut(&mut self, most: usize) {
        let over = self.told.len().saturating_sub(most);
        self.told.truncate(most);
        self.count(over as u64);
        self.most = self.most.min(most);
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.told.is_empty() && self.more == 0
    }

    /// Those that are told.
    pub fn told(&self) -> &[FieldError] {
        &self.told
    }

    /// How many are not told.
    pub fn more(&self) -> u64 {
        self.more
    }

    /// Those that are told.
    pub fn into_told(self) -> Vec<FieldError> {
        self.told
    }
}

impl fmt::Display for Errors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.told.iter().enumerate() {
            let separator = if number == 0 { "" } else { "; " };
            write!(formatter, "{separator}{error}")?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(formatter, "; and {more} more"),
        }
    }
}

impl Extend<FieldError> for Errors {
    fn extend<T: IntoIterator<Item = FieldError>>(&mut self, errors: T) {
        errors.into_iter().for_each(|error| self.push(error));
    }
}

impl From<Vec<FieldError>> for Errors {
    fn from(told: Vec<FieldError>) -> Self {
        Self {
            told,
            more: 0,
            most: usize::MAX,
        }
    }
}

impl From<FieldError> for Errors {
    fn from(error: FieldError) -> Self {
        vec![error].into()
    }
}

impl IntoIterator for Errors {
    type Item = FieldError;
    type IntoIter = std::vec::IntoIter<FieldError>;

    /// Those that are told.
    fn into_iter(self) -> Self::IntoIter {
        self.told.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(field: &str) -> FieldError {
        FieldError::new(field, "is wrong")
    }

    #[test]
    fn the_first_are_told_and_the_rest_is_counted() {
        let mut errors = Errors::up_to(2);
        assert!(errors.is_empty());
        errors.extend(["a", "b", "c"].map(wrong));
        errors.count(4);
        assert_eq!((errors.told(), errors.more()), (&[wrong("a"), wrong("b")][..], 5));
        errors.cut(1);
        errors.push(wrong("d"));
        assert_eq!((errors.told(), errors.more()), (&[wrong("a")][..], 7));
    }

    #[test]
    fn one_that_is_not_told_is_wrong_nevertheless() {
        let mut errors = Errors::up_to(0);
        errors.push(wrong("a"));
        assert!(!errors.is_empty() && errors.told().is_empty());
    }
}
