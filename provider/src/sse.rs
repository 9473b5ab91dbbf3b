//! Server-sent events out of bytes, in bounded memory.
//!
//! Lines are tokio-util's `LinesCodec`, which is bounded; what is made of them here is the little of the standard
//! (WHATWG HTML, 9.2.6) that providers use: `event`, `data`, comments and blank lines. The crates that read events whole
//! were weighed: eventsource-stream and sse-stream gather lines and events without a bound and are adapters of streams,
//! where a decoder without I/O is wanted, and the former reads an unfinished line from its beginning again with each
//! chunk; sseer brings `unsafe`. A carriage return alone ends no line here: no provider writes that.

use bytes::BytesMut;
use tokio_util::codec::{Decoder, LinesCodec, LinesCodecError};

/// Largest event, and largest line, in bytes. Read as JSON it may take forty times that for a moment.
pub const MAX_EVENT: usize = 4 << 20;

/// An event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Event {
    /// Its name; empty where it has none.
    pub name: String,
    /// Its data, lines joined by line feeds.
    pub data: String,
}

/// Why events cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SseError {
    /// An event is larger than `MAX_EVENT`.
    TooLarge,
    /// A line is not UTF-8.
    NotText,
}

/// Reads events. Bytes are pushed, and events taken until there is none.
#[derive(Debug)]
pub struct Events {
    buffer: BytesMut,
    lines: LinesCodec,
    event: Event,
    is_open: bool,
    is_first: bool,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            buffer: BytesMut::new(),
            lines: LinesCodec::new_with_max_length(MAX_EVENT),
            event: Event::default(),
            is_open: false,
            is_first: true,
        }
    }
}

impl Events {
    /// Adds bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next event that is whole.
    ///
    /// # Errors
    /// It cannot be read; nothing more can.
    pub fn next(&mut self) -> Result<Option<Event>, SseError> {
        while let Some(line) = self.lines.decode(&mut self.buffer).map_err(told)? {
            if let Some(event) = self.line(&line)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// The event at the end of the bytes, where no blank line closed it: a few servers leave it out.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn last(&mut self) -> Result<Option<Event>, SseError> {
        let line = self.lines.decode_eof(&mut self.buffer).map_err(told)?;
        if let Some(line) = line
            && let Some(event) = self.line(&line)?
        {
            return Ok(Some(event));
        }
        self.line("")
    }

    /// Reads a line, which ends an event where it is blank.
    fn line(&mut self, line: &str) -> Result<Option<Event>, SseError> {
        let line = if std::mem::take(&mut self.is_first) {
            line.trim_start_matches('\u{feff}')
        } else {
            line
        };
        if line.is_empty() {
            let is_open = std::mem::take(&mut self.is_open);
            let event = std::mem::take(&mut self.event);
            return Ok(is_open.then_some(event));
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event.name),
            "data" if self.event.data.len() + value.len() >= MAX_EVENT => return Err(SseError::TooLarge),
            "data" => {
                if std::mem::replace(&mut self.is_open, true) {
                    self.event.data.push('\n');
                }
                self.event.data.push_str(value);
            }
            _ => {}
        }
        Ok(None)
    }
}

fn told(error: LinesCodecError) -> SseError {
    match error {
        LinesCodecError::MaxLineLengthExceeded => SseError::TooLarge,
        LinesCodecError::Io(_) => SseError::NotText,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &str) -> Vec<(String, String)> {
        let mut events = Events::default();
        events.push(text.as_bytes());
        let mut found = Vec::new();
        while let Some(event) = events.next().unwrap() {
            found.push((event.name, event.data));
        }
        found.extend(events.last().unwrap().map(|event| (event.name, event.data)));
        found
    }

    #[test]
    fn lines_become_events() {
        let one = |name: &str, data: &str| (name.to_owned(), data.to_owned());
        assert_eq!(
            events("\u{feff}: hello\n\nevent: a\r\ndata: 1\r\ndata:2\r\nid: 7\r\n\r\n\n\ndata\n\ndata:  x"),
            [one("a", "1\n2"), one("", ""), one("", " x")]
        );
        assert_eq!(events("event: lonely\n\n: only comments\n"), []);
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let mut line = Events::default();
        line.push(b"data: ");
        line.push(&vec![b'a'; MAX_EVENT]);
        assert_eq!(line.next(), Err(SseError::TooLarge));

        let mut lines = Events::default();
        let piece = format!("data: {}\n", "a".repeat(MAX_EVENT / 4));
        for _ in 0..3 {
            lines.push(piece.as_bytes());
            assert_eq!(lines.next(), Ok(None));
        }
        lines.push(piece.as_bytes());
        assert_eq!(lines.next(), Err(SseError::TooLarge));
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let mut events = Events::default();
        events.push(b"data: \xff\n\n");
        assert_eq!(events.next(), Err(SseError::NotText));
    }
}
