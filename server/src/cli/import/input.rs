//! What a file is by its first bytes, and its executions as lines: NDJSON as it is, a JSON array item by item, either of
//! them also in gzip.

use crate::cli::Error;
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

/// Bytes that are looked at.
const BEGINNING: usize = 4 << 10;
const GZIP: &[u8] = b"\x1f\x8b";
const MARK: &[u8] = b"\xef\xbb\xbf";

/// An opened file.
pub struct Input {
    /// Its executions, one a line.
    pub lines: Box<dyn BufRead + Send>,
    /// Its size, where that is known and what is read of it is what it holds.
    pub bytes: Option<u64>,
    /// What a line is called in sentences.
    pub unit: &'static str,
}

/// Opens a file, or standard input for `-`.
///
/// # Errors
/// It cannot be read, or is none that could be imported.
pub fn open(file: &Path) -> Result<Input, Error> {
    if file == Path::new("-") {
        return look(Box::new(io::stdin()), None, "standard input");
    }
    let shown = file.display().to_string();
    let failed = |error| Error::io(&shown, error);
    let input = File::open(file).map_err(failed)?;
    let metadata = input.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    look(
        Box::new(input),
        metadata.is_file().then_some(metadata.len()),
        &shown,
    )
}

fn look(input: Box<dyn Read + Send>, bytes: Option<u64>, shown: &str) -> Result<Input, Error> {
    let failed = |error| Error::io(shown, error);
    let (beginning, input) = beginning_of(input).map_err(failed)?;
    if beginning.starts_with(GZIP) {
        let unpacked = MultiGzDecoder::new(input);
        return look_unpacked(Box::new(unpacked), None, shown);
    }
    look_unpacked(input, bytes, shown)
}

fn look_unpacked(input: Box<dyn Read + Send>, bytes: Option<u64>, shown: &str) -> Result<Input, Error> {
    let (beginning, input) = beginning_of(input).map_err(|error| Error::io(shown, error))?;
    let text = beginning
        .strip_prefix(MARK)
        .unwrap_or(&beginning)
        .trim_ascii_start();
    let is_array = text.first() == Some(&b'[');
    if is_csv(text) {
        return Err(Error::refused(format!(
            "{shown} looks like CSV, which has no variables, prompts and outputs: give NDJSON, as `agent-ledger export \
             --format ndjson` writes it, or a JSON array"
        )));
    }
    let lines: Box<dyn Read + Send> = match is_array {
        true => Box::new(Items::of(input)),
        false => input,
    };
    Ok(Input {
        lines: Box::new(BufReader::with_capacity(1 << 18, lines)),
        bytes,
        unit: if is_array { "item" } else { "line" },
    })
}

/// A first line of several names.
fn is_csv(text: &[u8]) -> bool {
    let line = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let begins_as_json = matches!(line.first(), Some(b'{' | b'[') | None);
    !begins_as_json && line.iter().any(|byte| matches!(byte, b',' | b';' | b'\t'))
}

/// The first bytes, and the whole.
fn beginning_of(mut input: Box<dyn Read + Send>) -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut beginning = Vec::with_capacity(BEGINNING);
    input
        .by_ref()
        .take(BEGINNING as u64)
        .read_to_end(&mut beginning)?;
    let whole = io::Cursor::new(beginning.clone()).chain(input);
    Ok((beginning, Box::new(whole)))
}

/// A JSON array as lines: each byte stays one, the brackets become blanks, the commas between items ends of lines, and ends
/// of lines elsewhere blanks.
struct Items<R> {
    input: R,
    depth: usize,
    is_in_string: bool,
    is_escaped: bool,
    has_ended: bool,
}

impl<R: Read> Items<R> {
    fn of(input: R) -> Self {
        Self {
            input,
            depth: 0,
            is_in_string: false,
            is_escaped: false,
            has_ended: false,
        }
    }

    fn turn(&mut self, byte: u8) -> u8 {
        if self.is_in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.is_in_string = false,
                _ => {}
            }
            return if byte == b'\n' { b' ' } else { byte };
        }
        match byte {
            b'"' => self.is_in_string = true,
            b'[' | b'{' => {
                self.depth += 1;
                if self.depth == 1 && !self.has_ended {
                    return b' ';
                }
            }
            b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 && !self.has_ended {
                    self.has_ended = true;
                    return b' ';
                }
            }
            b',' if self.depth == 1 => return b'\n',
            b'\n' => return b' ',
            _ => {}
        }
        byte
    }
}

impl<R: Read> Read for Items<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if read == 0 && !buffer.is_empty() && !self.has_ended {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the JSON array does not end; what stands before that was recorded, import it again once the file is whole",
            ));
        }
        for byte in &mut buffer[..read] {
            *byte = self.turn(*byte);
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn lines(bytes: &[u8]) -> Result<(Vec<String>, &'static str), String> {
        let owned = bytes.to_vec();
        let mut input =
            look(Box::new(io::Cursor::new(owned)), None, "a").map_err(|error| error.to_string())?;
        let mut text = String::new();
        let read = input.lines.read_to_string(&mut text);
        read.map_err(|error| error.to_string())?;
        let lines = text.trim_start_matches('\u{feff}').lines();
        Ok((lines.map(|line| line.trim().to_owned()).collect(), input.unit))
    }

    #[test]
    fn an_array_is_its_items() {
        let array = "\u{feff} [ {\"a\": \"x,]\\\"y\",\n \"b\": [1,\n2]} , {\"c\": {}}\n]\n";
        let expected = vec![
            "{\"a\": \"x,]\\\"y\",  \"b\": [1, 2]}".to_owned(),
            "{\"c\": {}}".to_owned(),
        ];
        assert_eq!(lines(array.as_bytes()).unwrap(), (expected, "item"));
        assert!(lines(b"[]").unwrap().0.concat().is_empty());
        assert!(lines(b"[{\"a\":1},").unwrap_err().contains("does not end"));
    }

    #[test]
    fn gzip_is_unpacked_whatever_is_in_it() {
        for (text, unit) in [
            ("{\"a\":1}\n{\"a\":2}\n", "line"),
            ("[{\"a\":1},{\"a\":2}]", "item"),
        ] {
            let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
            packed.write_all(text.as_bytes()).unwrap();
            let expected = vec!["{\"a\":1}".to_owned(), "{\"a\":2}".to_owned()];
            assert_eq!(lines(&packed.finish().unwrap()).unwrap(), (expected, unit));
        }
    }

    #[test]
    fn csv_is_refused() {
        for csv in ["Execution ID,Status\na,success\n", "\u{feff}\"a\";\"b\"\n"] {
            assert!(
                lines(csv.as_bytes()).unwrap_err().contains("looks like CSV"),
                "{csv}"
            );
        }
        assert_eq!(lines(b"not json\n").unwrap().1, "line");
    }
}
