//! Halves of surrogate pairs that stand alone in JSON text: programs that cut a text in the middle of an emoji write them
//! (JavaScript's `slice`, Python's `json.dumps`), and no text in Unicode has them.

/// The escape of U+FFFD, which is as long as any.
const REPLACEMENT: &[u8; 6] = b"\\ufffd";

/// Puts U+FFFD in the place of each half that stands alone, as decoders of UTF-8 do with what they cannot decode.
pub fn replace_lone_surrogates(json: &mut [u8]) {
    let mut at = 0;
    while let Some(offset) = json[at..].iter().position(|byte| *byte == b'\\') {
        let escape = at + offset;
        let (length, is_alone) = match unit(json, escape) {
            Some(0xd800..=0xdbff) => match unit(json, escape + 6) {
                Some(0xdc00..=0xdfff) => (12, false),
                _ => (6, true),
            },
            Some(0xdc00..=0xdfff) => (6, true),
            Some(_) => (6, false),
            // Of another kind, a backslash among them: what follows is no escape.
            None => (2, false),
        };
        if is_alone {
            json[escape..escape + 6].copy_from_slice(REPLACEMENT);
        }
        at = (escape + length).min(json.len());
    }
}

/// The code unit whose escape begins there.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok()?;
    digits
        .bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn replaced(json: &str) -> String {
        let mut text = json.as_bytes().to_vec();
        replace_lone_surrogates(&mut text);
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn halves_that_stand_alone_are_replaced_and_nothing_else() {
        for (json, text) in [
            (r#""\ud83d""#, "\u{fffd}"),
            (r#""a\uD83Db""#, "a\u{fffd}b"),
            (r#""\ude00\ud83d\ude00\ud83d""#, "\u{fffd}\u{1f600}\u{fffd}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\\ud83d \u0041\\""#, r"\ud83d A\"),
        ] {
            let read: String = serde_json::from_str(&replaced(json)).unwrap();
            assert_eq!(read, text, "{json}");
        }
        for unchanged in [r#"{"a": "\u00e4"}"#, r#""\ud8"#, r#""\u+123""#, r"\", r"\\\", ""] {
            assert_eq!(replaced(unchanged), unchanged);
        }
    }

    proptest! {
        #[test]
        fn what_is_json_stays_as_it_is(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(replaced(&json), json);
        }

        #[test]
        fn whatever_is_escaped_can_be_read(units in prop::collection::vec(any::<u16>(), 0..20)) {
            let escaped: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
            let read: String = serde_json::from_str(&replaced(&format!("\"{escaped}\""))).unwrap();
            prop_assert_eq!(read, String::from_utf16_lossy(&units));
        }
    }
}
