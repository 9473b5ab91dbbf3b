//! The audit log's parameters as they stand in a URL, of the REST call and of the page alike.

use super::AuditAction;
use crate::{DateBound, FieldError, Limit, PageRequest, Timestamp, parameter, query};

/// Which events are meant. The default means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Any of these; empty means all.
    pub actions: Vec<AuditAction>,
    /// Whose identifier or kind is this, or whose name has this in it, letters of either case.
    pub actor: Option<String>,
    /// The same of what something was done to.
    pub subject: Option<String>,
    /// At this instant or later.
    pub from: Option<Timestamp>,
    /// At this instant or earlier.
    pub to: Option<Timestamp>,
}

/// The parameters, read but not yet placed in a time zone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// `action`, repeated or comma-separated: names of actions, or of groups of them.
    pub actions: Vec<String>,
    /// `actor`.
    pub actor: Option<String>,
    /// `subject`.
    pub subject: Option<String>,
    /// `startDate`.
    pub start: Option<DateBound>,
    /// `endDate`.
    pub end: Option<DateBound>,
    /// `timeZone`: IANA name of the zone in which days are read; not checked here.
    pub time_zone: Option<String>,
    /// `limit` and `offset`; on the page, `page` gives the offset.
    pub page: PageRequest,
}

impl AuditQuery {
    /// Reads decoded parameters. What is wrong is named and read over, so that a caller may refuse it or show it.
    /// Parameters of other names are left to others.
    pub fn parse<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<FieldError>) {
        let mut query = Self::default();
        let mut errors = Vec::new();
        let mut page_number = None;
        for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            if let Err(detail) = query.set(name, value, &mut page_number) {
                errors.push(FieldError::new(name, detail));
            }
        }
        if let Some(number) = page_number {
            query.page.offset = query::offset_of(number, query.page.limit);
        }
        (query, errors)
    }

    fn set(&mut self, name: &str, value: &str, page_number: &mut Option<u64>) -> Result<(), String> {
        match name {
            "action" => self.choose(value)?,
            "actor" => self.actor = named(value)?,
            "subject" => self.subject = named(value)?,
            "startDate" => self.start = Some(query::bound(value)?),
            "endDate" => self.end = Some(query::end_bound(value)?),
            "timeZone" => self.time_zone = Some(parameter::text(value)?),
            _ => query::set_page(&mut self.page, name, value, page_number)?,
        }
        Ok(())
    }

    fn choose(&mut self, value: &str) -> Result<(), String> {
        for name in value.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            if AuditAction::named(name).is_empty() {
                return Err(
                    "must be names of actions such as api_key.created, or of groups such as api_key"
                        .to_owned(),
                );
            }
            self.actions.push(name.to_owned());
        }
        Ok(())
    }

    /// The parameters that say this query again, in a fixed order, without what is the default.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        pairs.extend(self.actions.iter().map(|action| ("action", action.clone())));
        pairs.extend(self.actor.clone().map(|actor| ("actor", actor)));
        pairs.extend(self.subject.clone().map(|subject| ("subject", subject)));
        pairs.extend(self.start.map(|bound| ("startDate", bound.to_string())));
        pairs.extend(self.end.map(|bound| ("endDate", query::end_text(bound))));
        pairs.extend(self.time_zone.clone().map(|zone| ("timeZone", zone)));
        query::push_page(&mut pairs, self.page);
        pairs
    }

    /// The same events from the first one on, as many as a page has by default.
    pub fn without_page(&self) -> Self {
        Self {
            page: PageRequest::default(),
            ..self.clone()
        }
    }

    /// The page that begins at an offset, of as many rows as this one.
    pub fn at(&self, offset: u64) -> Self {
        let limit: Limit = self.page.limit;
        Self {
            page: PageRequest { limit, offset },
            ..self.clone()
        }
    }

    /// Whether anything but the page was chosen.
    pub fn is_filtered(&self) -> bool {
        Self {
            time_zone: None,
            ..self.without_page()
        } != Self::default()
    }

    /// The filter that this query means, its days read in its own `timeZone` or else in `zone`.
    #[cfg(feature = "zones")]
    pub fn filter(&self, zone: crate::zones::Tz) -> Result<AuditFilter, FieldError> {
        let (from, to) = crate::zones::range(self.start, self.end, self.time_zone.as_deref(), zone)?;
        Ok(AuditFilter {
            actions: self
                .actions
                .iter()
                .flat_map(|name| AuditAction::named(name))
                .collect(),
            actor: self.actor.clone(),
            subject: self.subject.clone(),
            from,
            to,
        })
    }
}

/// A part of a name as it is looked for; blanks alone look for nothing.
fn named(value: &str) -> Result<Option<String>, String> {
    Ok(Some(parameter::text(value.trim())?).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_reads_back_and_what_is_wrong_is_named() {
        let given = [
            ("action", "api_key,session.refused"),
            ("actor", " mira "),
            ("subject", " "),
            ("startDate", "2026-01-01"),
            ("page", "3"),
        ];
        let (query, errors) = AuditQuery::parse(given);
        assert_eq!(errors, []);
        assert_eq!((query.page.offset, query.actor.as_deref()), (40, Some("mira")));
        let pairs = query.pairs();
        let again = AuditQuery::parse(pairs.iter().map(|(name, value)| (*name, value.as_str())));
        assert_eq!(again, (query, vec![]));

        let wrong = [
            ("action", "api"),
            ("limit", "0"),
            ("endDate", "soon"),
            ("offset", "-1"),
        ];
        let (query, errors) = AuditQuery::parse(wrong);
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, wrong.map(|(name, _)| name));
        assert!(!query.is_filtered());
    }
}
