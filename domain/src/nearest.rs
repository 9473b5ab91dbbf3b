//! The name that somebody may have meant by another one.

/// How many letters a name may be off, or may another third of its length, and still be meant.
const MOST_OFF: usize = 2;

/// Of `names` the one that is nearest to `given`, whatever the case of its letters; none where all are far from it.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given: Vec<char> = given.chars().flat_map(char::to_lowercase).take(64).collect();
    names
        .into_iter()
        .map(|name| (distance(&given, &name.to_lowercase()), name))
        .min()
        .filter(|(distance, name)| *distance <= MOST_OFF.max(name.chars().count() / 3))
        .map(|(_, name)| name)
}

/// Letters to be put in, taken out or changed to make one of the other (Levenshtein).
fn distance(given: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=given.len()).collect();
    for (line, letter) in name.chars().enumerate() {
        let mut diagonal = line;
        row[0] = line + 1;
        for (column, other) in given.iter().enumerate() {
            let changed = diagonal + usize::from(*other != letter);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[given.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_understood_and_something_else_is_not() {
        const NAMES: [&str; 4] = ["startDate", "endDate", "status", "limit"];
        for (given, meant) in [
            ("startdate", Some("startDate")),
            ("start_date", Some("startDate")),
            ("STATUS", Some("status")),
            ("state", Some("status")),
            ("limt", Some("limit")),
            ("", None),
            ("executedBy", None),
        ] {
            assert_eq!(nearest(given, NAMES), meant, "{given}");
        }
        assert_eq!(nearest("a", []), None);
    }
}
