//! Lines of a stream, numbered, with a bound on the memory that one can take.

use domain::surrogates::replace_lone_surrogates;
use std::io::{self, BufRead};

/// Longest line, in bytes: what a body of the REST call may hold.
pub const MAX_LINE: usize = 32 << 20;

/// Reads a stream line by line.
pub struct Lines<R> {
    input: R,
    buffer: Vec<u8>,
    number: usize,
    end: u64,
}

/// One line.
pub struct Line<'a> {
    /// Counted from 1.
    pub number: usize,
    /// Bytes of the stream up to its end.
    pub end: u64,
    /// What it says, without its end; `None` where it is longer than `MAX_LINE`.
    pub text: Option<&'a [u8]>,
}

impl<R: BufRead> Lines<R> {
    /// Lines of `input`.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            number: 0,
            end: 0,
        }
    }

    /// The next line; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.buffer.clear();
        let mut length = 0;
        loop {
            let available = match self.input.fill_buf() {
                Ok([]) if length == 0 => return Ok(None),
                Ok([]) => break,
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let newline = available.iter().position(|byte| *byte == b'\n');
            let taken = newline.map_or(available.len(), |at| at + 1);
            length += taken;
            if length <= MAX_LINE + 1 {
                self.buffer.extend_from_slice(&available[..taken]);
            }
            self.input.consume(taken);
            if newline.is_some() {
                break;
            }
        }
        self.number += 1;
        self.end += length as u64;
        Ok(Some(Line {
            number: self.number,
            end: self.end,
            text: (self.buffer.len() == length).then(|| {
                replace_lone_surrogates(&mut self.buffer);
                trim(&self.buffer, self.number)
            }),
        }))
    }
}

/// The line without white space around it and without the mark that some programs put before the first.
fn trim(line: &[u8], number: usize) -> &[u8] {
    let line = match number {
        1 => line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line),
        _ => line,
    };
    line.trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read};

    #[test]
    fn numbers_ends_and_marks() {
        let input = "\u{feff}one\r\n\n  two  \nthree";
        let mut lines = Lines::new(BufReader::with_capacity(4, input.as_bytes()));
        let mut seen = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let text = line.text.map(|text| String::from_utf8_lossy(text).into_owned());
            seen.push((line.number, line.end, text.unwrap()));
        }
        let expected = [(1, 8, "one"), (2, 9, ""), (3, 17, "two"), (4, 22, "three")];
        assert_eq!(
            seen,
            expected.map(|(number, end, text)| (number, end, text.to_owned()))
        );
    }

    #[test]
    fn a_line_without_end_takes_no_more_memory_than_allowed() {
        let input = io::repeat(b'x')
            .take(2 * MAX_LINE as u64)
            .chain("\nnext".as_bytes());
        let mut lines = Lines::new(BufReader::new(input));
        assert!(lines.next().unwrap().unwrap().text.is_none());
        assert!(lines.buffer.capacity() <= 2 * MAX_LINE);
        assert_eq!(lines.next().unwrap().unwrap().text, Some(b"next".as_slice()));
    }
}
