//! Bodies that are cheap to send and dear to read.

use anyhow::Result;
use bytes::Bytes;
use flate2::{Compress, Compression, Crc, FlushCompress, write::GzEncoder};
use serde_json::{Map, Value, json};
use std::io::Write;

/// Items of an array, fields of an object, lines.
const MANY: usize = 1_000_000;
/// Variables of one execution.
const VARIABLES: usize = 500_000;
/// How deep something is nested.
const DEPTH: usize = 100_000;
/// Bytes of a body that is twice as large as any may be.
const LARGE: usize = 64 << 20;
/// Bytes that a bomb unpacks to.
const BOMB: usize = 1 << 30;
/// Bytes of a bomb that are packed once, and then repeated.
const BLOCK: usize = 1 << 20;
/// Items of which each is wrong in many ways, and fields of each that are unknown.
const WRONG_ITEMS: usize = 1_000;
const WRONG_FIELDS: usize = 20;

/// A body, and what may become of it.
#[derive(Debug, Clone)]
pub struct Body {
    /// What it is, in a few words.
    pub name: &'static str,
    /// As it is sent.
    pub bytes: Bytes,
    /// Whether that is gzip.
    pub is_packed: bool,
    /// Whether it is NDJSON instead of JSON.
    pub is_lines: bool,
    /// Whether its length is told before it.
    pub tells_length: bool,
    /// Whether recording may take it: each of several items is told what is wrong with it.
    pub may_be_taken: bool,
}

impl Body {
    fn new(name: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self {
            name,
            bytes: bytes.into(),
            is_packed: false,
            is_lines: false,
            tells_length: true,
            may_be_taken: false,
        }
    }

    fn packed(name: &'static str, bytes: impl Into<Bytes>) -> Self {
        Self {
            is_packed: true,
            ..Self::new(name, bytes)
        }
    }

    /// The same, packed.
    fn pack(&self, name: &'static str) -> Result<Self> {
        // As little work as can be: what it unpacks to is what counts.
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&self.bytes)?;
        Ok(Self {
            name,
            bytes: encoder.finish()?.into(),
            is_packed: true,
            ..self.clone()
        })
    }
}

/// Those that any call with a body is sent.
pub fn everywhere() -> Result<Vec<Body>> {
    let array = Body::new("array of a million arrays", array());
    Ok(vec![
        array.pack("array of a million arrays, packed")?,
        array,
        Body::new("object of a million fields", object()),
        Body {
            may_be_taken: true,
            ..Body::new("100,000 arrays in each other", nested("", "[", "", "]", ""))
        },
        Body::packed("1 GiB of zeros, packed", bomb(b"\0")?),
        Body::new("64 MiB", large()),
    ])
}

/// Those that recording is sent besides.
pub fn recording() -> Result<Vec<Body>> {
    let object = Body::new("object of a million fields", object());
    let variables = Body::new("500,000 variables", variables());
    let lines = Body {
        is_lines: true,
        ..Body::new("a million lines", "{}\n".repeat(MANY))
    };
    let wrong = Body {
        may_be_taken: true,
        ..Body::new("1,000 items wrong in many ways", wrong_items("[", ",", "]"))
    };
    let wrong_lines = Body {
        is_lines: true,
        may_be_taken: true,
        ..Body::new("1,000 lines wrong in many ways", wrong_items("", "\n", "\n"))
    };
    let deep = nested(
        "{\"status\":\"success\",\"inputVariables\":{\"a\":",
        "{\"a\":",
        "0",
        "}",
        "}}",
    );
    Ok(vec![
        object.pack("object of a million fields, packed")?,
        variables.pack("500,000 variables, packed")?,
        variables,
        Body::new("100,000 variables in each other", deep),
        Body::packed("1 GiB of spaces, packed", bomb(b" ")?),
        Body::packed("1 GiB of arrays, packed", bomb(b"[],[")?),
        Body {
            is_lines: true,
            ..Body::packed("1 GiB of lines, packed", bomb(b"{}\n\n")?)
        },
        lines.pack("a million lines, packed")?,
        lines,
        Body {
            tells_length: false,
            ..Body::new("64 MiB of untold length", large())
        },
        wrong,
        wrong_lines,
    ])
}

fn array() -> String {
    let mut text = "[".to_owned();
    text += &"[],".repeat(MANY - 1);
    text + "[]]"
}

fn object() -> String {
    members("{", MANY, "}")
}

fn variables() -> String {
    members("{\"status\":\"success\",\"inputVariables\":{", VARIABLES, "}}")
}

fn members(before: &str, count: usize, after: &str) -> String {
    let mut text = before.to_owned();
    for number in 0..count {
        if number > 0 {
            text.push(',');
        }
        text.push_str("\"f");
        text.push_str(&number.to_string());
        text.push_str("\":0");
    }
    text + after
}

fn nested(before: &str, open: &str, inmost: &str, close: &str, after: &str) -> String {
    [before, &open.repeat(DEPTH), inmost, &close.repeat(DEPTH), after].concat()
}

fn large() -> String {
    let mut text = "{\"status\":\"success\",\"outputText\":\"".to_owned();
    text += &"x".repeat(LARGE);
    text + "\"}"
}

/// Items between whose parts stands what is given.
fn wrong_items(before: &str, between: &str, after: &str) -> String {
    let mut fields = Map::new();
    for name in [
        "latencyMs",
        "inputTokens",
        "outputTokens",
        "cacheReadTokens",
        "tokensUsed",
        "costUSD",
    ] {
        fields.insert(name.to_owned(), json!(-1));
    }
    for name in [
        "status",
        "source",
        "executedAt",
        "temperature",
        "inputVariables",
        "metadata",
        "ipAddress",
    ] {
        fields.insert(name.to_owned(), json!("no such thing"));
    }
    for number in 0..WRONG_FIELDS {
        fields.insert(format!("a field that nobody knows, number {number}"), json!(null));
    }
    let item = Value::Object(fields).to_string();
    [before, &vec![item; WRONG_ITEMS].join(between), after].concat()
}

/// Gzip of 1 GiB in which a unit is repeated: one block is packed so that it stands for itself, and then repeated.
fn bomb(unit: &[u8]) -> Result<Vec<u8>> {
    packed_blocks(&unit.repeat(BLOCK / unit.len()), BOMB / BLOCK)
}

fn packed_blocks(block: &[u8], count: usize) -> Result<Vec<u8>> {
    /// Deflate, no name, no time, made on an unknown system.
    const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    /// An empty block that is the last.
    const LAST: [u8; 2] = [3, 0];
    let mut packed = Vec::with_capacity(block.len() + 64);
    Compress::new(Compression::best(), false).compress_vec(block, &mut packed, FlushCompress::Full)?;
    let mut one = Crc::new();
    one.update(block);
    let mut all = Crc::new();
    for _ in 0..count {
        all.combine(&one);
    }
    let mut bytes = HEAD.to_vec();
    bytes.extend(packed.repeat(count));
    bytes.extend(LAST);
    bytes.extend(all.sum().to_le_bytes());
    bytes.extend(all.amount().to_le_bytes());
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use std::io::Read;

    #[test]
    fn a_bomb_is_gzip() {
        let packed = packed_blocks(b"[],[[],[", 1_000).unwrap();
        let mut unpacked = Vec::new();
        GzDecoder::new(&packed[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, b"[],[[],[".repeat(1_000));
    }

    #[test]
    fn bombs_are_small() {
        assert!(bomb(b" ").unwrap().len() < 4 << 20);
    }

    #[test]
    fn members_are_json() {
        let json: Value = serde_json::from_str(&members("{\"a\":{", 3, "}}")).unwrap();
        assert_eq!(json, json!({ "a": { "f0": 0, "f1": 0, "f2": 0 } }));
    }

    #[test]
    fn items_are_json() {
        let json: Value = serde_json::from_str(&wrong_items("[", ",", "]")).unwrap();
        assert_eq!(json.as_array().map(Vec::len), Some(WRONG_ITEMS));
    }
}
