//! One request to a provider, as it goes over the wire.

use crate::endpoint::Endpoint;
use crate::failure::{Code, Failure};
use crate::parameters::body;
use crate::request::Request;
use crate::wire::body::merge;
use bytes::Bytes;
use domain::ConnectionKind;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

/// The version of Anthropic's interface.
const ANTHROPIC_VERSION: (HeaderName, HeaderValue) = (
    HeaderName::from_static("anthropic-version"),
    HeaderValue::from_static("2023-06-01"),
);

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its address.
    pub url: Url,
    /// Its headers, secrets among them.
    pub headers: HeaderMap,
    /// Its body, JSON.
    pub body: Bytes,
}

impl Call {
    /// The call that asks a model.
    ///
    /// # Errors
    /// The model's name cannot stand in an address (Gemini).
    pub fn new(endpoint: &Endpoint, request: &Request) -> Result<Self, Failure> {
        let mut body = body(endpoint.kind, endpoint.provider.as_deref(), request);
        merge(&mut body, &request.parameters.extra);
        let mut headers = headers(endpoint);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Ok(Self {
            url: address(endpoint, &request.model)?,
            headers,
            body: Value::Object(body).to_string().into(),
        })
    }
}

/// The headers of every request.
pub fn headers(endpoint: &Endpoint) -> HeaderMap {
    let mut headers = HeaderMap::new();
    if endpoint.kind == ConnectionKind::Anthropic {
        let (name, version) = ANTHROPIC_VERSION;
        headers.insert(name, version);
    }
    headers.extend(endpoint.headers.clone());
    headers
}

fn address(endpoint: &Endpoint, model: &str) -> Result<Url, Failure> {
    Ok(match endpoint.kind {
        ConnectionKind::Openai | ConnectionKind::Demo => endpoint.url(["chat", "completions"]),
        ConnectionKind::Anthropic => endpoint.url(["v1", "messages"]),
        ConnectionKind::Gemini => {
            // `tunedModels/x` is a name too; one without a slash is a model of Google's.
            let path = if model.contains('/') {
                model.to_owned()
            } else {
                format!("models/{model}")
            };
            let is_lost = |segment: &str| matches!(segment, "" | "." | "..");
            if path.split('/').any(is_lost) {
                let message = format!("`{model}` cannot be the name of a model.");
                return Err(Failure::new(Code::InvalidModel, message));
            }
            let path = format!("{path}:streamGenerateContent");
            let mut url = endpoint.url(["v1beta"].into_iter().chain(path.split('/')));
            url.set_query(Some("alt=sse"));
            url
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::endpoint::EndpointFields;
    use crate::secret::Secret;
    use domain::prompt::{Message, Parameters, Role};
    use serde_json::json;

    fn endpoint(kind: ConnectionKind, provider: Option<&str>) -> Endpoint {
        let fields = EndpointFields {
            kind,
            provider: provider.map(str::to_owned),
            base_url: None,
            api_key: Some(Secret::new("the-key".into())),
            headers: vec![("x-team".into(), Secret::new("blue".into()))],
        };
        Endpoint::new(fields).unwrap()
    }

    fn request(model: &str, parameters: Value) -> Request {
        let message = |role, text: &str| Message {
            role,
            text: text.to_owned(),
        };
        Request {
            model: model.to_owned(),
            messages: vec![
                message(Role::System, "Be kind."),
                message(Role::User, "Hello"),
                message(Role::Assistant, "Hi"),
                message(Role::System, "Be brief."),
                message(Role::User, "Bye"),
            ],
            parameters: serde_json::from_value::<Parameters>(parameters).unwrap(),
            response_schema: Some(json!({"type": "object"})),
        }
    }

    fn sent(call: &Call) -> (Value, String) {
        let headers = call
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
        let mut headers: Vec<String> = headers.collect();
        headers.sort();
        (serde_json::from_slice(&call.body).unwrap(), headers.join("\n"))
    }

    fn all() -> Value {
        json!({
            "temperature": 1, "maxTokens": 10, "topP": 0.9, "stop": ["END"], "reasoningEffort": "low",
            "extra": {"user": "u"},
        })
    }

    #[test]
    fn chat_completions() {
        let call = Call::new(
            &endpoint(ConnectionKind::Openai, Some("openai")),
            &request("o3-mini-high", all()),
        )
        .unwrap();
        assert_eq!(call.url.as_str(), "https://api.openai.com/v1/chat/completions");
        let (body, headers) = sent(&call);
        assert_eq!(
            headers,
            "authorization: Bearer the-key\ncontent-type: application/json\nx-team: blue"
        );
        assert_eq!(
            body,
            json!({
                "model": "o3-mini-high",
                "messages": [
                    {"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hello"},
                    {"role": "assistant", "content": "Hi"}, {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "Bye"},
                ],
                "temperature": 1, "max_completion_tokens": 10, "top_p": 0.9, "stop": ["END"], "reasoning_effort": "low",
                "response_format": {
                    "type": "json_schema",
                    "json_schema": {"name": "response", "strict": true, "schema": {"type": "object"}},
                },
                "stream": true, "stream_options": {"include_usage": true}, "user": "u",
            })
        );
        let other = Call::new(&endpoint(ConnectionKind::Openai, None), &request("m", all())).unwrap();
        assert_eq!(sent(&other).0["max_tokens"], 10);
    }

    #[test]
    fn messages() {
        let call = Call::new(
            &endpoint(ConnectionKind::Anthropic, None),
            &request("claude", all()),
        )
        .unwrap();
        assert_eq!(call.url.as_str(), "https://api.anthropic.com/v1/messages");
        let (body, headers) = sent(&call);
        assert_eq!(
            headers,
            "anthropic-version: 2023-06-01\ncontent-type: application/json\nx-api-key: the-key\nx-team: blue"
        );
        assert_eq!(
            body,
            json!({
                "model": "claude", "system": "Be kind.\n\nBe brief.",
                "messages": [
                    {"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"},
                    {"role": "user", "content": "Bye"},
                ],
                "max_tokens": 10, "temperature": 1, "top_p": 0.9, "stop_sequences": ["END"],
                "output_config": {
                    "effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}},
                },
                "stream": true, "user": "u",
            })
        );
    }

    #[test]
    fn generate_content() {
        let mut parameters = all();
        parameters["extra"] = json!({"generationConfig": {"topK": 5}});
        parameters["seed"] = json!(7);
        let call = Call::new(
            &endpoint(ConnectionKind::Gemini, None),
            &request("gemini-x", parameters),
        )
        .unwrap();
        assert_eq!(
            call.url.as_str(),
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?alt=sse"
        );
        let (body, headers) = sent(&call);
        assert_eq!(
            headers,
            "content-type: application/json\nx-goog-api-key: the-key\nx-team: blue"
        );
        assert_eq!(
            body,
            json!({
                "contents": [
                    {"role": "user", "parts": [{"text": "Hello"}]}, {"role": "model", "parts": [{"text": "Hi"}]},
                    {"role": "user", "parts": [{"text": "Bye"}]},
                ],
                "systemInstruction": {"parts": [{"text": "Be kind."}, {"text": "Be brief."}]},
                "generationConfig": {
                    "temperature": 1, "maxOutputTokens": 10, "topP": 0.9, "stopSequences": ["END"], "seed": 7,
                    "thinkingConfig": {"thinkingLevel": "low"}, "responseMimeType": "application/json",
                    "responseJsonSchema": {"type": "object"}, "topK": 5,
                },
            })
        );
    }

    #[test]
    fn a_models_name_stays_within_its_place_of_the_address() {
        let endpoint = endpoint(ConnectionKind::Gemini, None);
        let url =
            |model| Call::new(&endpoint, &request(model, json!({}))).map(|call| call.url.path().to_owned());
        assert_eq!(
            url("tunedModels/x y?").unwrap(),
            "/v1beta/tunedModels/x%20y%3F:streamGenerateContent"
        );
        for model in ["", "..", "../x", "models/", "a//b", "./a"] {
            assert_eq!(url(model).unwrap_err().code, Code::InvalidModel, "{model}");
        }
    }
}
