//! How long a certificate is valid: the one thing of it that we read ourselves (RFC 5280, section 4.1; DER, X.690).

use super::Certificate;
use chrono::NaiveDateTime;
use domain::Timestamp;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version, `[0]`, which the oldest certificates leave out.
const VERSION: u8 = 0xa0;

impl Certificate {
    /// From when until when it is valid; none where that cannot be read.
    pub fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        validity(self.0.in_use().cert.first()?)
    }
}

fn validity(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (certificate, _) = expect(der, SEQUENCE)?;
    let (mut fields, _) = expect(certificate, SEQUENCE)?;
    if let Some((_, rest)) = expect(fields, VERSION) {
        fields = rest;
    }
    // Serial number, signature algorithm, issuer.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        (_, fields) = expect(fields, tag)?;
    }
    let (validity, _) = expect(fields, SEQUENCE)?;
    let (from, rest) = instant(validity)?;
    let (until, _) = instant(rest)?;
    Some((from, until))
}

/// Content of the value at the beginning, if it is of that kind, and what follows it.
fn expect(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = value(der)?;
    (found == tag).then_some((content, rest))
}

/// Kind and content of the value at the beginning, and what follows it.
fn value(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x84 => {
            let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

fn instant(der: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (tag, content, rest) = value(der)?;
    let text = std::str::from_utf8(content).ok()?;
    let text = match tag {
        GENERALIZED_TIME => text.to_owned(),
        // Two digits of the year, of which those from 50 on belong to the last century.
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => return None,
    };
    let time = NaiveDateTime::parse_from_str(&text, "%Y%m%d%H%M%SZ").ok()?;
    Some((time.and_utc(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    #[test]
    fn both_ways_to_write_a_time_are_read() {
        let key = KeyPair::generate().unwrap();
        for (from, until) in [(1975, 2049), (2020, 2050), (2051, 4096)] {
            let mut params = CertificateParams::new(["localhost".to_owned()]).unwrap();
            params.not_before = date_time_ymd(from, 2, 3);
            params.not_after = date_time_ymd(until, 12, 31);
            let der = params.self_signed(&key).unwrap();
            let (read_from, read_until) = validity(der.der()).unwrap();
            assert_eq!(read_from.to_rfc3339(), format!("{from}-02-03T00:00:00+00:00"));
            assert_eq!(read_until.to_rfc3339(), format!("{until}-12-31T00:00:00+00:00"));
        }
    }

    #[test]
    fn what_is_cut_off_anywhere_is_no_certificate() {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let der = made.cert.der();
        for end in 0..der.len() {
            assert_eq!(validity(&der[..end]), None);
        }
    }
}
