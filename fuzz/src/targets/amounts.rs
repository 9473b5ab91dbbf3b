//! Costs, as text and as JSON numbers.

use super::support::text;
use domain::NanoDollars;

/// An amount is in range, exact, and printed as it is read; in JSON it is the same amount.
pub fn run(input: &[u8]) {
    let text = text(input);
    if let Ok(amount) = text.parse::<NanoDollars>() {
        assert!((0..=NanoDollars::MAX.nanos()).contains(&amount.nanos()));
        assert_eq!(amount.to_string().parse(), Ok(amount));
        let is_plain = amount
            .to_string()
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
        assert!(is_plain, "{amount}");
        assert_eq!(NanoDollars::from_dollars(amount.dollars()), Some(amount));
        assert_eq!(NanoDollars::from_nanos(amount.nanos()), Some(amount));
    }
    if let Ok(amount) = serde_json::from_str::<NanoDollars>(&text) {
        let again = serde_json::to_string(&amount).map(|json| serde_json::from_str(&json).ok());
        assert_eq!(again.ok(), Some(Some(amount)));
    }
}
