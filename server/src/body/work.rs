//! The work that a body makes: how much memory it takes, and where it is done.

use crate::problem::Problem;
use memchr::{memchr_iter, memchr2};

/// Bytes of text up to which it is parsed where it came in: longer would hold up others for milliseconds.
const AT_ONCE: usize = 256 << 10;
/// Bytes of memory of a member or an item beside its text, about.
const MEMBER: usize = 128;
/// The same of an object or array with one member.
const CONTAINER: usize = 512;
/// A guess that is larger is checked.
const LARGE: usize = 256 << 10;

/// Bytes of memory that a JSON text takes once it is parsed, its own included: about, and rather too many. A member is as
/// many bytes of text as it likes to be, but none has less than a comma or a bracket.
pub fn weight(text: &[u8]) -> usize {
    let count = |byte| memchr_iter(byte, text).count();
    let guess = sum(text.len(), count(b','), count(b'[') + count(b'{'));
    // Prose has commas, too, so a large guess is worth a closer look.
    if guess <= LARGE { guess } else { exact(text) }
}

/// The same of a form: each field is read on its own.
pub fn weight_of_form(form: &[u8]) -> usize {
    2 * form.len() + memchr_iter(b'&', form).count() * MEMBER
}

fn sum(length: usize, commas: usize, brackets: usize) -> usize {
    length + commas * MEMBER + brackets * CONTAINER
}

/// The same without what is within strings.
fn exact(text: &[u8]) -> usize {
    let (mut commas, mut brackets, mut at) = (0, 0, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b',' => commas += 1,
            b'[' | b'{' => brackets += 1,
            b'"' => at += string(text.get(at + 1..).unwrap_or_default()),
            _ => {}
        }
        at += 1;
    }
    sum(text.len(), commas, brackets)
}

/// Bytes of a string up to its end and with it.
fn string(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found + 1;
        if text.get(at - 1) == Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}

/// Does what takes time in proportion to `bytes` of text: where others wait meanwhile only if it is short.
///
/// # Errors
/// Where it broke off.
pub async fn aside<T: Send + 'static>(
    bytes: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    if bytes <= AT_ONCE {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
}

/// Does `work` to its end even if whoever asked is gone: the store does so, too, and memory that the work holds counts as
/// taken until then.
///
/// # Errors
/// Those of the work, and where it broke off.
pub async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(work).await.map_err(Problem::internal)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_text_weighs_what_its_structure_does() {
        let prose = format!("{{\"a\": \"{}\"}}", "[{,\\\",".repeat(100_000));
        assert_eq!(weight(prose.as_bytes()), prose.len() + CONTAINER);
        let items = format!("[{}]", vec!["\"\\\\\""; 100_000].join(","));
        assert_eq!(
            weight(items.as_bytes()),
            items.len() + 99_999 * MEMBER + CONTAINER
        );
        let unfinished = "\"\\".repeat(100_000) + "[,";
        assert!(weight(unfinished.as_bytes()) >= unfinished.len());
    }

    #[test]
    fn a_small_text_weighs_rather_too_much() {
        assert_eq!(weight(b"{\"a\": \",,\"}"), 11 + 2 * MEMBER + CONTAINER);
    }
}
