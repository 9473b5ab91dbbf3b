//! Money as an integer, so that sums are exact.

use std::{fmt, str::FromStr};

/// Nano-dollars in one dollar.
pub const PER_DOLLAR: i64 = 1_000_000_000;

/// An amount in billionths of a US dollar, from 0 to one million dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = f64))]
pub struct NanoDollars(i64);

impl NanoDollars {
    /// The largest amount: one million dollars.
    pub const MAX: Self = Self(1_000_000 * PER_DOLLAR);

    /// The amount of `nanos` billionths of a dollar, if it is in range.
    pub fn from_nanos(nanos: i64) -> Option<Self> {
        (0..=Self::MAX.0).contains(&nanos).then_some(Self(nanos))
    }

    /// The amount nearest to `dollars`, if it is in range. Exact for every decimal with nine places in range.
    pub fn from_dollars(dollars: f64) -> Option<Self> {
        let nanos = (dollars * PER_DOLLAR as f64).round();
        (0.0..=Self::MAX.0 as f64)
            .contains(&nanos)
            .then_some(Self(nanos as i64))
    }

    /// Billionths of a dollar.
    pub fn nanos(self) -> i64 {
        self.0
    }

    /// Dollars as the nearest double: what a JSON number carries.
    pub fn dollars(self) -> f64 {
        self.0 as f64 / PER_DOLLAR as f64
    }
}

/// What several amounts come to, in billionths of a US dollar: may be more than any one of them, and is never below 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = f64))]
pub struct DollarSum(i64);

impl DollarSum {
    /// The sum of `nanos` billionths of a dollar; 0 where that is less.
    pub fn from_nanos(nanos: i64) -> Self {
        Self(nanos.max(0))
    }

    /// Billionths of a dollar.
    pub fn nanos(self) -> i64 {
        self.0
    }
}

impl From<NanoDollars> for DollarSum {
    fn from(amount: NanoDollars) -> Self {
        Self(amount.0)
    }
}

/// A plain decimal without exponent or padding: `0.0023`, `0`, `12`.
impl fmt::Display for NanoDollars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        plain(self.0, f)
    }
}

/// As an amount is written.
impl fmt::Display for DollarSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        plain(self.0, f)
    }
}

fn plain(nanos: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (whole, fraction) = (nanos / PER_DOLLAR, nanos % PER_DOLLAR);
    if fraction == 0 {
        return write!(f, "{whole}");
    }
    let digits = format!("{fraction:09}");
    write!(f, "{whole}.{}", digits.trim_end_matches('0'))
}

/// The text is not an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an amount from 0 to 1000000 dollars")]
pub struct InvalidAmount;

impl FromStr for NanoDollars {
    type Err = InvalidAmount;
    fn from_str(text: &str) -> Result<Self, InvalidAmount> {
        text.parse()
            .ok()
            .and_then(Self::from_dollars)
            .ok_or(InvalidAmount)
    }
}

impl serde::Serialize for NanoDollars {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.dollars())
    }
}

impl<'de> serde::Deserialize<'de> for NanoDollars {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let dollars = f64::deserialize(deserializer)?;
        Self::from_dollars(dollars).ok_or_else(|| serde::de::Error::custom(InvalidAmount))
    }
}

/// As a JSON number, which is exact up to nine million dollars.
impl serde::Serialize for DollarSum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / PER_DOLLAR as f64)
    }
}

impl<'de> serde::Deserialize<'de> for DollarSum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let dollars = f64::deserialize(deserializer)?;
        Ok(Self::from_nanos((dollars * PER_DOLLAR as f64).round() as i64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prints_a_plain_decimal() {
        for (nanos, text) in [
            (0, "0"),
            (2_300_000, "0.0023"),
            (1, "0.000000001"),
            (12 * PER_DOLLAR, "12"),
            (12_500_000_000, "12.5"),
        ] {
            assert_eq!(NanoDollars(nanos).to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_out_of_range() {
        for wrong in ["-0.1", "1000001", "NaN", "inf", "a"] {
            assert_eq!(wrong.parse::<NanoDollars>(), Err(InvalidAmount), "{wrong}");
        }
    }

    #[test]
    fn a_sum_is_more_than_an_amount_and_never_less_than_nothing() {
        let sum = DollarSum::from_nanos(3 * NanoDollars::MAX.0 + 1);
        assert_eq!(sum.to_string(), "3000000.000000001");
        let json = serde_json::to_string(&sum).unwrap();
        assert_eq!(serde_json::from_str::<DollarSum>(&json).unwrap(), sum);
        assert_eq!(DollarSum::from_nanos(-1), DollarSum::default());
    }

    proptest! {
        #[test]
        fn text_and_json_keep_every_nano(nanos in 0..=NanoDollars::MAX.0) {
            let amount = NanoDollars(nanos);
            prop_assert_eq!(amount.to_string().parse::<NanoDollars>().unwrap(), amount);
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<NanoDollars>(&json).unwrap(), amount);
        }
    }
}
