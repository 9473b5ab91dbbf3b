//! How a model is to answer.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};

/// How a model is to answer. What is absent is not sent, so that the provider's own default holds. Which values a model
/// takes is the provider's to say; which kind of connection has a field for which of them, the crate `provider` knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Parameters {
    /// How much chance there is in the choice of words, as it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub temperature: Option<Number>,
    /// Most tokens of an answer, reasoning included.
    pub max_tokens: Option<u64>,
    /// Share of the likeliest words to choose from, as it was written.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub top_p: Option<Number>,
    /// Texts that end the answer; none by default.
    pub stop: Vec<String>,
    /// Makes choices repeatable, as far as the provider can.
    pub seed: Option<i64>,
    /// How much the model is to think, in the provider's own word.
    pub reasoning_effort: Option<String>,
    /// Further fields of the provider's request, merged into it last.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub extra: Map<String, Value>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_form() {
        let text = r#"{"temperature":1,"topP":0.10,"extra":{"top_k":40}}"#;
        let parameters: Parameters = serde_json::from_str(text).unwrap();
        let json = serde_json::to_value(&parameters).unwrap();
        assert_eq!(json["temperature"].to_string(), "1");
        assert_eq!(json["topP"].to_string(), "0.1");
        assert_eq!(serde_json::from_value::<Parameters>(json).unwrap(), parameters);
        assert!(serde_json::from_str::<Parameters>(r#"{"max_tokens":1}"#).is_err());
    }
}
