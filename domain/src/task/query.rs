//! The parameters of the list of tasks as they stand in a URL.

use super::TaskState;
use crate::{FieldError, PageRequest, query};

/// Which tasks are meant. The default means all that are not done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskQuery {
    /// `state`, repeated or comma-separated; each at most once.
    pub states: Vec<TaskState>,
    /// `limit` and `offset`.
    pub page: PageRequest,
}

impl TaskQuery {
    /// Reads decoded parameters. What is wrong is named and read over, so that a caller may refuse it or show it.
    /// Parameters of other names are left to others.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<FieldError>) {
        let mut query = Self::default();
        let mut errors = Vec::new();
        let mut page_number = None;
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            let read = match name {
                "state" => query.choose(value),
                _ => query::set_page(&mut query.page, name, value, &mut page_number),
            };
            if let Err(detail) = read {
                errors.push(FieldError::new(name, detail));
            }
        }
        if let Some(number) = page_number {
            query.page.offset = query::offset_of(number, query.page.limit);
        }
        (query, errors)
    }

    fn choose(&mut self, value: &str) -> Result<(), String> {
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let Some(state) = TaskState::from_name(name) else {
                let names = TaskState::ALL.map(TaskState::as_str).join(", ");
                return Err(format!("must be one or several of {names}"));
            };
            if !self.states.contains(&state) {
                self.states.push(state);
            }
        }
        Ok(())
    }

    /// The states that pass: the chosen ones, or all but `done` where none was chosen.
    pub fn passing(&self) -> Vec<TaskState> {
        if self.states.is_empty() {
            let states = TaskState::ALL.into_iter();
            states.filter(|state| *state != TaskState::Done).collect()
        } else {
            self.states.clone()
        }
    }

    /// The parameters that say this query again, in a fixed order, without what is the default.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let states = self.states.iter();
        let mut pairs: Vec<_> = states.map(|state| ("state", state.as_str().to_owned())).collect();
        query::push_page(&mut pairs, self.page);
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_and_what_is_wrong_is_named() {
        let given = [
            ("state", "failed, done"),
            ("state", "failed"),
            ("limit", "5"),
            ("offset", "7"),
        ];
        let (query, errors) = TaskQuery::parse(given);
        assert_eq!(errors, []);
        assert_eq!(query.passing(), [TaskState::Failed, TaskState::Done]);
        assert_eq!((query.page.limit.rows(), query.page.offset), (5, 7));
        let pairs = query.pairs();
        let again = TaskQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str())));
        assert_eq!(again, (query, vec![]));

        let wrong = [("state", "open"), ("limit", "0"), ("offset", "-1")];
        let (query, errors) = TaskQuery::parse(wrong);
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, wrong.map(|(name, _)| name));
        assert_eq!(query, TaskQuery::default());
    }

    #[test]
    fn all_but_what_is_done_passes_by_default() {
        let (query, errors) = TaskQuery::parse([("state", ""), ("other", "x")]);
        assert_eq!(errors, []);
        let passing = query.passing();
        assert_eq!(passing.len(), TaskState::ALL.len() - 1);
        assert!(!passing.contains(&TaskState::Done));
    }
}
