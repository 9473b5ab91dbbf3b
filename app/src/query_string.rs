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

/// The raw query string without the parameters of that name, and without question mark. All else stays as it is written.
pub fn without(raw: &str, name: &str) -> String {
    let pairs = raw.trim_start_matches('?').split('&');
    let others: Vec<_> = pairs
        .filter(|pair| form_urlencoded::parse(pair.as_bytes()).all(|(key, _)| key != name))
        .collect();
    others.join("&")
}

/// `path` with these parameters behind it.
pub fn address(path: &str, pairs: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let raw = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    join(path, &raw)
}

/// `path` with this raw query string behind it; one that has parameters already gets these as well.
pub fn join(path: &str, raw: &str) -> String {
    let raw = raw.trim_start_matches('?');
    let separator = match path.contains('?') {
        _ if raw.is_empty() => "",
        true => "&",
        false => "?",
    };
    format!("{path}{separator}{raw}")
}

/// Which executions an address asks for, and which of its parameters make no sense. A form's fields for a date and a
/// time arrive apart: `startTime` and `endTime` belong to the day before them in the address.
pub fn executions(raw: &str) -> (ExecutionQuery, Vec<FieldError>) {
    let mut joined: Vec<(Cow<'_, str>, Cow<'_, str>)> = Vec::new();
    for (name, value) in pairs(raw) {
        let day = match name.as_ref() {
            "startTime" => "startDate",
            "endTime" => "endDate",
            _ => {
                joined.push((name, value));
                continue;
            }
        };
        let day = joined.iter_mut().rev().find(|(name, _)| name == day);
        if let Some((_, day)) = day.filter(|(_, day)| !day.is_empty() && !value.is_empty()) {
            *day = Cow::Owned(format!("{day}T{value}"));
        }
    }
    ExecutionQuery::parse(joined.iter().map(|(name, value)| (name.as_ref(), value.as_ref())))
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
        assert_eq!(query.values.of(domain::FilterField::Version), ["\u{fffd}%zz"]);
        assert_eq!(query.statuses.chosen().count(), 1);
        assert_eq!(errors.len(), 1);
    }

    #[test]
    fn a_time_joins_its_day() {
        let (query, errors) = executions("startDate=2025-11-18&startTime=09:45&endDate=2025-11-19&endTime=");
        assert_eq!(errors, []);
        let expected = [("startDate", "2025-11-18T09:45"), ("endDate", "2025-11-19")];
        assert_eq!(
            query.pairs(),
            expected.map(|(name, value)| (name, value.to_owned()))
        );
        // A time without a day says nothing.
        assert_eq!(
            executions("startDate=&startTime=09:45&endTime=10:00"),
            Default::default()
        );
        let (_, errors) = executions("startDate=2025-11-18&startTime=soon");
        assert_eq!(errors.len(), 1);
    }

    #[test]
    fn one_parameter_is_taken_out_and_the_rest_left() {
        let raw = "?status=bogus&execution=a&x=%zz&exec%75tion=b&executionId=c";
        assert_eq!(without(raw, "execution"), "status=bogus&x=%zz&executionId=c");
        assert_eq!(without("", "execution"), "");
        assert_eq!(without("?execution=a", "execution"), "");
    }

    #[test]
    fn a_raw_query_stays_as_it_is_written() {
        assert_eq!(join("/x", "?a=%zz&b"), "/x?a=%zz&b");
        assert_eq!(join("/x?a=1", "b=2"), "/x?a=1&b=2");
    }

    #[test]
    fn nothing_to_say_leaves_the_path() {
        assert_eq!(address("/agents", []), "/agents");
        assert_eq!(join("/agents", "?"), "/agents");
    }
}
