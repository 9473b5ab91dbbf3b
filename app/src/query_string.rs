//! The part of an address behind the question mark.

use domain::{ExecutionQuery, FieldError};
use std::borrow::Cow;

/// Names and values of a raw query string, decoded. Server and browser read it alike, broken escapes too.
pub fn pairs(raw: &str) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
    form_urlencoded::parse(raw.trim_start_matches('?').as_bytes()).collect()
}

/// The value of the last parameter of that name.
pub fn value(raw: &str, name: &str) -> Option<String> {
    pairs(raw)
        .into_iter()
        .rev()
        .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
}

/// `path` with these parameters behind it.
pub fn address(path: &str, pairs: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

/// Which executions an address asks for, and which of its parameters make no sense.
pub fn executions(raw: &str) -> (ExecutionQuery, Vec<FieldError>) {
    ExecutionQuery::parse(
        pairs(raw)
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_back() {
        let given = [
            ("model", "a b&c=d+e".to_owned()),
            ("version", "100 % é".to_owned()),
        ];
        let address = address("/x", given.clone());
        let raw = address.strip_prefix("/x").unwrap();
        assert_eq!(value(raw, "model").as_deref(), Some("a b&c=d+e"));
        assert_eq!(value(raw, "version").as_deref(), Some("100 % é"));
        assert_eq!(value(raw, "limit"), None);
    }

    #[test]
    fn broken_escapes_do_not_stop_the_rest() {
        let (query, errors) = executions("?version=%FF%zz&status=failed&limit=x");
        assert_eq!(query.versions, ["\u{fffd}%zz"]);
        assert_eq!(query.statuses.chosen().count(), 1);
        assert_eq!(errors.len(), 1);
    }

    #[test]
    fn nothing_to_say_leaves_the_path() {
        assert_eq!(address("/agents", []), "/agents");
    }
}
