//! Connections to providers of models.

use crate::{Caller, Error, Service, clock};
use domain::{
    Connection, ConnectionId, ConnectionKind, ConnectionTest, Errors, FieldError,
    agent::{parse_line, parse_name},
    connection::provider_of,
    field::MAX_LABEL,
};
use provider::{Endpoint, EndpointFields, Secret};
use store::{Access, NewConnection};
use url::Url;
use zeroize::Zeroizing;

/// Names and values of headers. `Debug` is not derived: they stay out of logs.
#[derive(Clone, Default)]
pub struct Headers(pub Vec<(String, Zeroizing<String>)>);

/// A connection as somebody gives it. `Debug` is not derived: its secrets stay out of logs.
pub struct GivenConnection {
    /// What people call it: one line of 1 to 100 characters.
    pub name: String,
    /// How the provider is spoken to.
    pub kind: ConnectionKind,
    /// What changes nothing of that.
    pub rest: ConnectionChange,
}

/// What changes about a connection; what is left out stays, or is what the kind has.
#[derive(Default)]
pub struct ConnectionChange {
    /// What people call it: one line of 1 to 100 characters.
    pub name: Option<String>,
    /// Who the provider is; none: as the host tells it.
    pub provider: Option<Option<String>>,
    /// Where the provider is; none: at its own address.
    pub base_url: Option<Option<String>>,
    /// Its API key; none: without.
    pub api_key: Option<Option<Zeroizing<String>>>,
    /// All of its further headers.
    pub headers: Option<Headers>,
}

impl Service {
    /// Makes a connection.
    ///
    /// # Errors
    /// A value is out of its bounds, or `Rule::ConnectionLimit`.
    pub async fn create_connection(
        &self,
        caller: &Caller,
        given: GivenConnection,
    ) -> Result<Connection, Error> {
        let store = self.administered(caller)?;
        let bare = NewConnection {
            name: parse_name("name", &given.name)?,
            kind: given.kind,
            provider: None,
            access: Access {
                base_url: None,
                api_key: None,
                headers: Vec::new(),
            },
        };
        let new = given.rest.put_over(bare)?;
        Ok(store
            .create_connection(caller.organization, new, clock::now())
            .await??)
    }

    /// Changes a connection. Where its base URL becomes one of another origin, its API key and headers have to be given
    /// anew, so that nobody else gets those that are stored.
    ///
    /// # Errors
    /// A value is out of its bounds, or there is no such connection.
    pub async fn change_connection(
        &self,
        caller: &Caller,
        id: &ConnectionId,
        change: ConnectionChange,
    ) -> Result<Connection, Error> {
        let store = self.administered(caller)?;
        let changed = store.change_connection(caller.organization, id, clock::now(), |before| {
            change.put_over(before)
        });
        Ok(changed.await??)
    }

    /// Deletes a connection, with its secrets.
    ///
    /// # Errors
    /// There is no such connection.
    pub async fn delete_connection(&self, caller: &Caller, id: &ConnectionId) -> Result<(), Error> {
        let store = self.administered(caller)?;
        Ok(store
            .delete_connection(caller.organization, id, clock::now())
            .await?)
    }
}

impl Service {
    /// Asks the provider for what costs nothing, and says whether the connection works.
    ///
    /// # Errors
    /// There is no such connection. What is wrong with one is no error.
    pub async fn test_connection(&self, caller: &Caller, id: &ConnectionId) -> Result<ConnectionTest, Error> {
        let store = self.administered(caller)?;
        let stored = store.connection(caller.organization, id).await?;
        let connection = stored.connection;
        let endpoint =
            endpoint(connection.kind, connection.provider, &stored.access).map_err(Errors::from)?;
        let Some(outbound) = &self.outbound else {
            return Err(Error::Internal("this process calls no providers".to_owned()));
        };
        let probe = provider::probe(outbound, &endpoint).await;
        Ok(ConnectionTest {
            ok: probe.ok,
            code: probe.code.map(|code| code.as_str().to_owned()),
            message: probe.message,
        })
    }
}

impl ConnectionChange {
    /// The connection with what is given put over it.
    fn put_over(&self, before: NewConnection) -> Result<NewConnection, Errors> {
        let mut errors = Errors::from(Vec::new());
        let mut after = before.clone();
        if let Some(name) = &self.name {
            after.name = errors.keep(parse_name("name", name)).unwrap_or_default();
        }
        if let Some(Some(provider)) = &self.provider {
            after.provider = errors.keep(parse_line("provider", provider, MAX_LABEL));
        }
        if let Some(base_url) = &self.base_url {
            after.access.base_url.clone_from(base_url);
        }
        if let Some(api_key) = &self.api_key {
            let trimmed = api_key.as_deref().map(|key| key.trim().to_owned());
            after.access.api_key = trimmed.map(Zeroizing::new);
        }
        if let Some(headers) = &self.headers {
            after.access.headers.clone_from(&headers.0);
        }
        if before.kind == ConnectionKind::Demo {
            self.refuse_what_the_demo_has_not(&mut errors);
        } else {
            match endpoint(after.kind, None, &after.access) {
                Ok(endpoint) => {
                    let base_url = endpoint.base_url().as_str().trim_end_matches('/');
                    after.access.base_url = Some(base_url.to_owned());
                    self.keep_secrets_from_others(&before, &after, &mut errors);
                }
                Err(wrong) => errors.extend(wrong),
            }
        }
        match &self.provider {
            Some(Some(_)) => {}
            // What was given stays, and what the host told follows it.
            None if before.provider != provider_at(&before.access) => {}
            Some(None) | None => after.provider = provider_at(&after.access),
        }
        if errors.is_empty() { Ok(after) } else { Err(errors) }
    }

    fn refuse_what_the_demo_has_not(&self, errors: &mut Errors) {
        let given = [
            ("baseUrl", matches!(self.base_url, Some(Some(_)))),
            ("apiKey", matches!(self.api_key, Some(Some(_)))),
            (
                "headers",
                self.headers.as_ref().is_some_and(|headers| !headers.0.is_empty()),
            ),
        ];
        for (field, _) in given.into_iter().filter(|(_, is_given)| *is_given) {
            let detail = "goes with a provider; the kind demo answers without any network, so leave it out";
            errors.push(FieldError::new(field, detail));
        }
    }

    fn keep_secrets_from_others(&self, before: &NewConnection, after: &NewConnection, errors: &mut Errors) {
        let origin = |access: &Access| {
            access
                .base_url
                .as_deref()
                .and_then(|url| Some(Url::parse(url).ok()?.origin()))
        };
        let (old, new) = (origin(&before.access), origin(&after.access));
        if old.is_none() || old == new {
            return;
        }
        let kept = [
            (
                "apiKey",
                before.access.api_key.is_some() && self.api_key.is_none(),
            ),
            (
                "headers",
                !before.access.headers.is_empty() && self.headers.is_none(),
            ),
        ];
        for (field, _) in kept.into_iter().filter(|(_, is_kept)| *is_kept) {
            let detail = "must be given anew, since `baseUrl` leads to another origin; null for none";
            errors.push(FieldError::new(field, detail));
        }
    }
}

/// Where requests go, and with what.
///
/// # Errors
/// Fields that are wrong, by the names that callers have for them.
fn endpoint(
    kind: ConnectionKind,
    provider: Option<String>,
    access: &Access,
) -> Result<Endpoint, Vec<FieldError>> {
    let secret = |text: &Zeroizing<String>| Secret::new(text.to_string());
    Endpoint::new(EndpointFields {
        kind,
        provider,
        base_url: access.base_url.clone(),
        api_key: access.api_key.as_ref().map(secret),
        headers: access
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), secret(value)))
            .collect(),
    })
}

/// The provider at the host of a base URL.
fn provider_at(access: &Access) -> Option<String> {
    let url = Url::parse(access.base_url.as_deref()?).ok()?;
    provider_of(url.host_str()?).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(kind: ConnectionKind) -> NewConnection {
        NewConnection {
            name: "One".to_owned(),
            kind,
            provider: None,
            access: Access {
                base_url: None,
                api_key: None,
                headers: Vec::new(),
            },
        }
    }

    fn secret(text: &str) -> Zeroizing<String> {
        Zeroizing::new(text.to_owned())
    }

    fn fields(errors: Result<NewConnection, Errors>) -> Vec<String> {
        let errors = errors.err().into_iter().flatten();
        errors.map(|error| error.field).collect()
    }

    #[test]
    fn a_kind_has_its_own_address_and_provider() {
        for (kind, base_url, provider) in [
            (
                ConnectionKind::Openai,
                Some("https://api.openai.com/v1"),
                Some("openai"),
            ),
            (
                ConnectionKind::Anthropic,
                Some("https://api.anthropic.com"),
                Some("anthropic"),
            ),
            (
                ConnectionKind::Gemini,
                Some("https://generativelanguage.googleapis.com"),
                Some("google"),
            ),
            (ConnectionKind::Demo, None, None),
        ] {
            let made = ConnectionChange::default().put_over(bare(kind)).ok().unwrap();
            assert_eq!(made.access.base_url.as_deref(), base_url);
            assert_eq!(made.provider.as_deref(), provider);
        }
    }

    #[test]
    fn secrets_are_given_anew_for_another_origin() {
        let first = ConnectionChange {
            api_key: Some(Some(secret("sk-1"))),
            headers: Some(Headers(vec![("X-Team".to_owned(), secret("a"))])),
            ..ConnectionChange::default()
        };
        let made = first.put_over(bare(ConnectionKind::Openai)).ok().unwrap();
        let moved = |url: &str| ConnectionChange {
            base_url: Some(Some(url.to_owned())),
            ..ConnectionChange::default()
        };
        assert_eq!(
            fields(moved("https://api.openai.com/v2").put_over(made.clone())),
            [""; 0]
        );
        for elsewhere in [
            "http://api.openai.com/v1",
            "https://api.openai.com:444/v1",
            "https://evil.example/v1",
        ] {
            assert_eq!(
                fields(moved(elsewhere).put_over(made.clone())),
                ["apiKey", "headers"],
                "{elsewhere}"
            );
        }
        let anew = ConnectionChange {
            api_key: Some(None),
            headers: Some(Headers::default()),
            ..moved("https://openrouter.ai/api/v1")
        };
        let moved = anew.put_over(made).ok().unwrap();
        assert_eq!(moved.provider.as_deref(), Some("openrouter"));
        assert!(moved.access.api_key.is_none() && moved.access.headers.is_empty());
    }

    #[test]
    fn everything_that_is_wrong_is_named() {
        let wrong = ConnectionChange {
            name: Some(String::new()),
            provider: Some(Some("x".repeat(65))),
            base_url: Some(Some("nowhere".to_owned())),
            api_key: Some(Some(secret("a\nb"))),
            headers: Some(Headers(vec![("Host".to_owned(), secret("a"))])),
        };
        assert_eq!(
            fields(wrong.put_over(bare(ConnectionKind::Openai))),
            ["name", "provider", "apiKey", "headers.Host", "baseUrl"]
        );
        assert_eq!(
            fields(wrong.put_over(bare(ConnectionKind::Demo))),
            ["name", "provider", "baseUrl", "apiKey", "headers"]
        );
    }
}
