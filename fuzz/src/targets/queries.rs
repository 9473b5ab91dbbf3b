//! Addresses: the parameters of lists, exports and event streams, and those of the audit log and of tasks.

use super::support::is_told;
use domain::{AuditQuery, ExecutionQuery, FieldError, TaskQuery, zones::Tz};

/// A query survives its own address, what is wrong with one is named as it was written, and it means a filter or says
/// why not.
pub fn run(input: &[u8]) {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(input).into_owned().collect();
    let given = || pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));

    let (query, errors) = ExecutionQuery::parse(given());
    named_in(&errors, &pairs);
    let address = encoded(&query.pairs());
    let read: Vec<_> = form_urlencoded::parse(address.as_bytes()).into_owned().collect();
    let again = ExecutionQuery::parse(read.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    assert_eq!(again, (query.clone(), Vec::new()), "another address: {address}");
    let filter = query.clone().filter(Tz::Asia__Kathmandu);
    refused_by_zone(filter.err());

    let (query, errors) = AuditQuery::parse(given());
    named_in(&errors, &pairs);
    let address = encoded(&query.pairs());
    let read: Vec<_> = form_urlencoded::parse(address.as_bytes()).into_owned().collect();
    let again = AuditQuery::parse(read.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    assert_eq!(again, (query.clone(), Vec::new()), "another address: {address}");
    refused_by_zone(query.filter(Tz::America__Sao_Paulo).err());

    let (query, errors) = TaskQuery::parse(given());
    named_in(&errors, &pairs);
    let address = encoded(&query.pairs());
    let read: Vec<_> = form_urlencoded::parse(address.as_bytes()).into_owned().collect();
    let again = TaskQuery::parse(read.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    assert_eq!(again, (query, Vec::new()), "another address: {address}");

    // What a database cannot be asked for is refused before it is.
    let texts = pairs.iter().filter(|(_, value)| value.contains('\0'));
    for (name, _) in texts.filter(|(name, _)| name == "model" || name == "actor") {
        let is_named = |errors: &[FieldError]| errors.iter().any(|error| error.field == *name);
        let refused = is_named(&ExecutionQuery::parse(given()).1) || is_named(&AuditQuery::parse(given()).1);
        assert!(refused, "{name} may hold what no text of a database can");
    }
}

fn encoded(pairs: &[(&'static str, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn named_in(errors: &[FieldError], pairs: &[(String, String)]) {
    if !errors.is_empty() {
        is_told(errors);
    }
    for error in errors {
        assert!(
            pairs.iter().any(|(name, _)| *name == error.field),
            "{error:?} names what was not given"
        );
    }
}

/// A range may be read in a zone that nobody knows; nothing else can be wrong by then.
fn refused_by_zone(error: Option<FieldError>) {
    if let Some(error) = error {
        assert_eq!(error.field, "timeZone");
    }
}
