//! How long a certificate is valid.

use super::Certificate;
use chrono::DateTime;
use domain::Timestamp;
use x509_parser::{certificate::X509Certificate, prelude::FromDer, time::ASN1Time};

impl Certificate {
    /// From when until when it is valid; none where that cannot be read.
    pub fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        validity(self.0.in_use().cert.first()?)
    }
}

fn validity(der: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let instant = |time: ASN1Time| DateTime::from_timestamp(time.timestamp(), 0);
    let validity = certificate.validity();
    Some((instant(validity.not_before)?, instant(validity.not_after)?))
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
