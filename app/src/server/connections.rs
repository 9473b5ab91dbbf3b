//! Forms of connections.

use domain::{Choice, ConnectionKind, FieldError};
use service::{ConnectionChange, GivenConnection, Headers};
use zeroize::Zeroizing;

/// Reads the form of a new connection.
pub fn new_connection(
    name: String,
    kind: &str,
    base_url: String,
    api_key: String,
    headers: &str,
) -> Result<GivenConnection, FieldError> {
    let kind = ConnectionKind::from_name(kind)
        .ok_or_else(|| FieldError::new("kind", "must be one of those that are offered"))?;
    Ok(GivenConnection {
        name,
        kind,
        rest: ConnectionChange {
            base_url: filled(base_url).map(Some),
            ..secrets(api_key, headers)?
        },
    })
}

/// Reads the form that changes a connection. Empty secrets stay what they are; an empty address is the provider's own.
pub fn connection_change(
    name: String,
    base_url: String,
    api_key: String,
    headers: &str,
) -> Result<ConnectionChange, FieldError> {
    Ok(ConnectionChange {
        name: Some(name),
        base_url: Some(filled(base_url)),
        ..secrets(api_key, headers)?
    })
}

fn secrets(api_key: String, headers: &str) -> Result<ConnectionChange, FieldError> {
    let headers = lines(headers)?;
    Ok(ConnectionChange {
        api_key: filled(api_key).map(|key| Some(Zeroizing::new(key))),
        headers: (!headers.0.is_empty()).then_some(headers),
        ..ConnectionChange::default()
    })
}

fn filled(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

/// Headers as a text has them: a line each.
fn lines(text: &str) -> Result<Headers, FieldError> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let header = |line: &str| {
        let (name, value) = line.split_once(':').ok_or_else(|| {
            FieldError::new("headers", "must be lines such as X-Team: support, a header each")
        })?;
        Ok((name.trim().to_owned(), Zeroizing::new(value.trim().to_owned())))
    };
    lines.map(header).collect::<Result<_, _>>().map(Headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_lines() {
        let read = lines(" X-Team: a: b \n\n x-other:c").ok().unwrap().0;
        let read: Vec<_> = read.iter().map(|(name, value)| (&**name, &***value)).collect();
        assert_eq!(read, [("X-Team", "a: b"), ("x-other", "c")]);
        let wrong = lines("Authorization Bearer x").err().unwrap();
        assert_eq!(wrong.field, "headers");
    }

    #[test]
    fn what_is_left_empty_stays() {
        let change = connection_change("A".into(), " ".into(), String::new(), "\n")
            .ok()
            .unwrap();
        assert!(change.api_key.is_none() && change.headers.is_none());
        assert_eq!(change.base_url, Some(None));
    }
}
