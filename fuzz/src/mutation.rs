//! Inputs made from others: a few small changes each, the same ones for the same seed on every machine.

/// Longest input that is made, in bytes.
const LONGEST: usize = 4_096;

/// What parsers tend to trip over.
const TOKENS: &[&[u8]] = &[
    b"\0",
    b"\n",
    b"\r\n",
    b"\t",
    b" ",
    b"\"",
    b"\\",
    b"'",
    b"%",
    b"%00",
    b"%ff",
    b"&",
    b"=",
    b",",
    b";",
    b":",
    b"/",
    b"//",
    b"@",
    b"{",
    b"}",
    b"{{",
    b"}}",
    b"[",
    b"]",
    b"[]",
    b"{}",
    b"null",
    b"true",
    b"-0",
    b"0",
    b"-1",
    b"1e308",
    b"1e-400",
    b"0.1",
    b"9223372036854775807",
    b"9223372036854775808",
    b"18446744073709551616",
    b":60",
    b":59.9999999Z",
    b"+00:00",
    b"-23:59",
    b"9999-12-31",
    b"1970-01-01",
    b"T",
    b"Z",
    b"\xff",
    b"\xc3\xa9",
    b"\xe2\x80\xa8",
    b"\xf0\x9f\x92\xa9",
    b"\\u0000",
    b"\\ud800",
    b"\xef\xbb\xbf",
    b"::1",
    b"::ffff:10.0.0.1",
    b"10.0.0.1",
];

/// Pseudo-random numbers (SplitMix64): not for secrets, but short, and alike everywhere.
pub struct Random(u64);

impl Random {
    /// Begins with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 where `end` is 0.
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or_default()
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.below(items.len()))
    }
}

/// One of `inputs` with one to eight changes.
pub fn mutated(inputs: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = random.pick(inputs).cloned().unwrap_or_default();
    for _ in 0..=random.below(8) {
        change(&mut bytes, inputs, random);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, inputs: &[Vec<u8>], random: &mut Random) {
    let at = random.below(bytes.len() + 1);
    let end = (at + 1 + random.below(12)).min(bytes.len());
    match random.below(8) {
        0 => {
            let bit = 1 << random.below(8);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= bit;
            }
        }
        1 => drop(bytes.drain(at..end)),
        2 => {
            let again: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
            let times = 1 + random.below(4);
            insert(bytes, at, &again.repeat(times));
        }
        3 => {
            let other: Vec<u8> = random.pick(inputs).cloned().unwrap_or_default();
            let from = random.below(other.len() + 1);
            let to = (from + random.below(40)).min(other.len());
            insert(bytes, at, other.get(from..to).unwrap_or_default());
        }
        4 => bytes.truncate(at),
        5 => {
            // A digit for a digit keeps numbers, dates and addresses well formed.
            let digit = b'0' + u8::try_from(random.below(10)).unwrap_or_default();
            let place = bytes.iter().skip(at).position(u8::is_ascii_digit);
            if let Some(byte) = place.and_then(|place| bytes.get_mut(at + place)) {
                *byte = digit;
            }
        }
        6 => {
            let token = random.pick(TOKENS).copied().unwrap_or_default();
            drop(bytes.drain(at..end));
            insert(bytes, at, token);
        }
        _ => {
            let token = random.pick(TOKENS).copied().unwrap_or_default();
            insert(bytes, at, token);
        }
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, what: &[u8]) {
    bytes.splice(at..at, what.iter().copied());
}
