//! Identifiers, keys, roles, scopes, addresses of people, positions: the short words of headers, paths and bodies.

use super::support::text;
use domain::{
    ApiKeyToken, EventPosition, ExecutionId, Retention, Role, Scopes, access::parse_email, agent::parse_name,
};

/// Each prints as it was read, or in a form that is read as the same; a key's secret does not show.
pub fn run(input: &[u8]) {
    let text = text(input);
    let text = text.as_ref();
    if let Ok(id) = text.parse::<ExecutionId>() {
        assert_eq!(id.as_str(), text);
        assert!((1..=64).contains(&text.len()) && text.is_ascii());
    }
    if let Ok(token) = text.parse::<ApiKeyToken>() {
        assert_eq!(token.reveal(), text);
        assert!(
            !format!("{token:?}").contains(&token.secret) || token.public.as_str().contains(&token.secret)
        );
    }
    if let Ok(role) = text.parse::<Role>() {
        assert_eq!(role.as_str(), text);
    }
    if let Ok(scopes) = text.parse::<Scopes>() {
        assert_eq!(scopes.to_string().parse(), Ok(scopes));
    }
    if let Ok(position) = text.parse::<EventPosition>() {
        assert_eq!(position.to_string().parse(), Ok(position));
    }
    match parse_email(text) {
        Ok(email) => {
            assert_eq!(parse_email(&email), Ok(email.clone()));
            assert!(email.len() <= 254 && !email.chars().any(char::is_control));
        }
        Err(error) => assert_eq!(error.field, "email"),
    }
    match parse_name("name", text) {
        Ok(name) => {
            assert_eq!(parse_name("name", &name), Ok(name.clone()));
            assert!(!name.chars().any(char::is_control));
        }
        Err(error) => assert_eq!(error.field, "name"),
    }
    let (plan, days) = text.split_once(' ').unwrap_or((text, ""));
    let days = days.parse().ok();
    match Retention::parse(plan, days) {
        Ok(retention) => assert_eq!(Retention::parse(retention.plan(), days), Ok(retention)),
        Err(error) => assert!(["plan", "days"].contains(&error.field.as_str()), "{error:?}"),
    }
}
