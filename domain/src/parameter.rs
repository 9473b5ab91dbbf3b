//! What the value of any parameter of an address may be.

/// Longest value, in characters.
const MAX_VALUE: usize = 200;

/// A value that may be kept somewhere.
///
/// # Errors
/// Nothing that is kept is so; in words that go on after the parameter's name.
pub(crate) fn text(value: &str) -> Result<String, String> {
    if value.chars().count() > MAX_VALUE {
        return Err(format!("must be at most {MAX_VALUE} characters long"));
    }
    // Nothing that is kept has any, and PostgreSQL does not take U+0000.
    if value.chars().any(char::is_control) {
        return Err("must not contain control characters".to_owned());
    }
    Ok(value.to_owned())
}
