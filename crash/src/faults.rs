//! What is not as it has to be.

use std::fmt::Display;

/// Faults, in the order in which they were found.
#[derive(Debug, Default)]
pub struct Faults(Vec<String>);

impl Faults {
    /// That what was seen is what was expected.
    pub fn same<T: PartialEq + Display>(&mut self, what: &str, seen: T, expected: T) {
        if seen != expected {
            self.0.push(format!("{what}: {seen} instead of {expected}"));
        }
    }

    /// Each in words.
    pub fn told(self) -> Vec<String> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let mut faults = Faults::default();
        faults.same("rows", 3, 3);
        faults.same("payloads", 2, 0);
        assert_eq!(faults.told(), ["payloads: 2 instead of 0"]);
    }
}
