//! The list's parameters of a call.

use crate::{problem::Problem, state::AppState};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    AuditFilter, AuditQuery, DateBound, Errors, ExecutionFilter, ExecutionQuery, FieldError, FilterField,
    OrganizationId, PageRequest, Source, Status, TaskQuery, given::MAX_ERRORS, zones,
};
use std::convert::Infallible;
use store::Store;
use utoipa::{
    IntoParams,
    openapi::{
        Object, Required, Schema, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::ArrayBuilder,
    },
};

/// The decoded parameters of an address, in their order.
pub struct QueryPairs {
    pairs: Vec<(String, String)>,
    /// How many wrong ones are told.
    most_errors: usize,
}

impl FromRequestParts<AppState> for QueryPairs {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        let most_errors = state.limits.max_errors as usize;
        Ok(Self {
            most_errors,
            ..Self::from(query.as_bytes())
        })
    }
}

impl From<&[u8]> for QueryPairs {
    fn from(query: &[u8]) -> Self {
        Self {
            pairs: form_urlencoded::parse(query).into_owned().collect(),
            most_errors: MAX_ERRORS,
        }
    }
}

impl QueryPairs {
    /// The last value of `name` that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .rev()
            .find(|(given, value)| given == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The executions that are meant, and the page of them. `page` is a parameter of the page's address, not of ours.
    pub async fn executions(
        &self,
        store: &Store,
        organization: OrganizationId,
    ) -> Result<(ExecutionFilter, PageRequest), Problem> {
        let query = self.parse()?;
        let zone = zone(
            store,
            organization,
            [query.start, query.end],
            query.time_zone.as_ref(),
        )
        .await?;
        let filter = query
            .filter(zone)
            .map_err(|error| Problem::invalid_parameters(vec![error]))?;
        Ok((filter, query.page))
    }

    /// The events of the audit log that are meant, and the page of them.
    pub async fn audit_events(
        &self,
        store: &Store,
        organization: OrganizationId,
    ) -> Result<(AuditFilter, PageRequest), Problem> {
        let (query, errors) = AuditQuery::parse(self.pairs());
        self.check(query.time_zone.as_ref(), errors)?;
        let zone = zone(
            store,
            organization,
            [query.start, query.end],
            query.time_zone.as_ref(),
        )
        .await?;
        let filter = query
            .filter(zone)
            .map_err(|error| Problem::invalid_parameters(vec![error]))?;
        Ok((filter, query.page))
    }

    /// The tasks that are meant, and the page of them.
    pub fn tasks(&self) -> Result<TaskQuery, Problem> {
        let (query, errors) = TaskQuery::parse(self.pairs());
        self.check(None, errors)?;
        Ok(query)
    }

    /// The page that is meant of a list without filters.
    pub fn page(&self) -> Result<PageRequest, Problem> {
        let (page, errors) = PageRequest::parse(self.pairs());
        self.check(None, errors)?;
        Ok(page)
    }

    /// All but the page's number, which is a parameter of the page's address.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self
            .pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| *name != "page")
    }

    fn parse(&self) -> Result<ExecutionQuery, Problem> {
        let (query, errors) = ExecutionQuery::parse(self.pairs());
        self.check(query.time_zone.as_ref(), errors)?;
        Ok(query)
    }

    /// Refuses a query with what is wrong with it, an unknown time zone among the rest.
    fn check(&self, time_zone: Option<&String>, wrong: Vec<FieldError>) -> Result<(), Problem> {
        let mut errors = Errors::up_to(self.most_errors);
        errors.extend(wrong);
        errors.extend(time_zone.and_then(|name| zones::named(name).err()));
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid_parameters(errors))
        }
    }
}

/// The organization's zone, asked for only where a day or a local time has to be placed in it.
async fn zone(
    store: &Store,
    organization: OrganizationId,
    bounds: [Option<DateBound>; 2],
    named: Option<&String>,
) -> Result<zones::Tz, Problem> {
    let is_local = bounds
        .iter()
        .any(|bound| bound.is_some_and(|bound| !matches!(bound, DateBound::Instant(_))));
    if !is_local || named.is_some() {
        return Ok(zones::Tz::UTC);
    }
    Ok(store.organization(organization).await?.zone())
}

/// Which executions of the agent.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; `ExecutionQuery` reads them")]
struct RangeParameters {
    /// Only these statuses; may repeat or be separated by commas.
    #[param(inline)]
    status: Option<Vec<Status>>,
    /// Only from these sources; may repeat or be separated by commas.
    #[param(inline)]
    source: Option<Vec<Source>>,
    /// Begun then or later: an RFC 3339 instant, a date, which means that whole day, or a local time without
    /// offset such as `2025-11-18T09:45`.
    #[param(rename = "startDate", example = "2025-11-01")]
    start_date: Option<String>,
    /// Begun then or earlier: an RFC 3339 instant, a date, which means that whole day, or a local time without
    /// offset such as `2025-11-18T09:45`. A minute or second means all of it; with a fraction an instant is exact.
    #[param(rename = "endDate", example = "2025-11-18T09:45:00Z")]
    end_date: Option<String>,
    /// IANA name of the zone in which dates and local times are read; the organization's unless given.
    #[param(rename = "timeZone", example = "Europe/Berlin")]
    time_zone: Option<String>,
}

/// The parameters that filter: those above, and those of `FilterField`.
pub struct FilterParameters;

impl IntoParams for FilterParameters {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let fields = FilterField::ALL.into_iter().map(|field| {
            let text = Object::with_type(Type::String);
            let (schema, repeats) = if field.repeats() {
                (Schema::from(ArrayBuilder::new().items(text)), "; may repeat.")
            } else {
                (Schema::from(text), ".")
            };
            ParameterBuilder::new()
                .name(field.as_str())
                .parameter_in(ParameterIn::Query)
                .description(Some(format!("{}{repeats}", field.meaning())))
                .required(Required::False)
                .schema(Some(schema))
                .build()
        });
        let mut parameters = RangeParameters::into_params(parameter_in);
        parameters.extend(fields);
        parameters
    }
}

/// Which page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the parameters; `ExecutionQuery` reads them")]
pub struct PageParameters {
    /// Rows on the page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: Option<u32>,
    /// Rows to skip before it.
    #[param(minimum = 0, default = 0)]
    offset: Option<u64>,
}
