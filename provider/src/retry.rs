//! When a refused request is sent again.

use crate::failure::{Code, Failure};
use chrono::{DateTime, Utc};
use rand::RngExt;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use std::time::Duration;

/// Most requests that go out for one run.
pub const MAX_ATTEMPTS: u32 = 3;
/// Longest time that one run waits between requests, in all.
pub const MAX_WAITING: Duration = Duration::from_secs(30);
/// The pause before the second request; twice that before the third.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// How long to wait before another request, or `None` where the failure ends the run. Sent again is what was refused for
/// a reason that passes: by a rate limit, a fault of the provider's, or for want of a connection. A provider that asks
/// for more time than is left ends the run. `answered` says whether something was generated already, `attempts` how
/// many requests went out, and `waited` how long the run has waited between them.
pub fn pause(failure: &Failure, answered: bool, attempts: u32, waited: Duration) -> Option<Duration> {
    let passes = matches!(
        failure.code,
        Code::RateLimitExceeded | Code::ProviderUnavailable | Code::Network | Code::ConnectTimeout
    );
    let is_redirect = failure.status.is_some_and(|status| status < 400);
    if !passes || is_redirect || answered || attempts >= MAX_ATTEMPTS {
        return None;
    }
    let own = FIRST_PAUSE * (1 << attempts.saturating_sub(1));
    // Runs that were refused together do not come back together.
    let own = own + own.mul_f64(rand::rng().random_range(0.0..0.5));
    let pause = failure.retry_after.map_or(own, |asked| asked.max(own));
    (pause <= MAX_WAITING.saturating_sub(waited)).then_some(pause)
}

/// How long an answer's headers ask to wait: `retry-after-ms` (OpenAI), or `Retry-After` in seconds or as a date
/// (RFC 9110, 10.2.3).
pub fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let milliseconds = text("retry-after-ms").and_then(|text| text.trim().parse::<f64>().ok());
    let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).ok();
    milliseconds
        .and_then(|milliseconds| seconds(milliseconds / 1_000.0))
        .or_else(|| {
            let given = text(RETRY_AFTER.as_str())?.trim();
            match given.parse() {
                Ok(given) => seconds(given),
                Err(_) => {
                    let at = DateTime::<Utc>::from(httpdate::parse_http_date(given).ok()?);
                    Some((at - now).to_std().unwrap_or(Duration::ZERO))
                }
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(code: Code, retry_after: Option<u64>) -> Failure {
        let mut failure = Failure::new(code, "no");
        failure.retry_after = retry_after.map(Duration::from_secs);
        failure
    }

    #[test]
    fn what_passes_is_tried_again() {
        for code in [
            Code::RateLimitExceeded,
            Code::ProviderUnavailable,
            Code::Network,
            Code::ConnectTimeout,
        ] {
            let first = pause(&failure(code, None), false, 1, Duration::ZERO).unwrap();
            let second = pause(&failure(code, None), false, 2, first).unwrap();
            assert!((FIRST_PAUSE..FIRST_PAUSE * 2).contains(&first), "{first:?}");
            assert!((FIRST_PAUSE * 2..FIRST_PAUSE * 4).contains(&second), "{second:?}");
            assert_eq!(pause(&failure(code, None), false, 3, Duration::ZERO), None);
            assert_eq!(pause(&failure(code, None), true, 1, Duration::ZERO), None);
        }
        for code in [
            Code::InsufficientQuota,
            Code::InvalidRequest,
            Code::StreamBroken,
            Code::Timeout,
        ] {
            assert_eq!(
                pause(&failure(code, None), false, 1, Duration::ZERO),
                None,
                "{code}"
            );
        }
        let mut redirect = failure(Code::Network, None);
        redirect.status = Some(302);
        assert_eq!(pause(&redirect, false, 1, Duration::ZERO), None);
    }

    #[test]
    fn a_provider_is_given_the_time_that_it_asks_for_or_none() {
        let asks = |seconds, waited| {
            let asks = failure(Code::RateLimitExceeded, Some(seconds));
            pause(&asks, false, 1, Duration::from_secs(waited))
        };
        assert_eq!(asks(20, 0), Some(Duration::from_secs(20)));
        assert_eq!(asks(20, 10), Some(Duration::from_secs(20)));
        assert_eq!(asks(20, 11), None);
        assert_eq!(asks(31, 0), None);
        assert!(asks(0, 0).unwrap() >= FIRST_PAUSE);
    }

    #[test]
    fn headers_say_it_in_three_ways() {
        let now = DateTime::parse_from_rfc3339("2026-11-06T08:49:07Z")
            .unwrap()
            .to_utc();
        let asked = |headers: &[(&'static str, &str)]| {
            let headers = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            retry_after(&headers.collect(), now)
        };
        for (headers, seconds) in [
            (&[("retry-after", "7")][..], Some(7.0)),
            (&[("retry-after", "0.5")], Some(0.5)),
            (&[("retry-after-ms", "1500"), ("retry-after", "2")], Some(1.5)),
            (&[("retry-after", "Fri, 06 Nov 2026 08:49:37 GMT")], Some(30.0)),
            (&[("retry-after", "Fri, 06 Nov 2026 08:00:00 GMT")], Some(0.0)),
            (&[("retry-after", "-1")], None),
            (&[("retry-after", "inf")], None),
            (&[("retry-after", "soon")], None),
            (&[], None),
        ] {
            assert_eq!(
                asked(headers).map(|asked| asked.as_secs_f64()),
                seconds,
                "{headers:?}"
            );
        }
    }
}
