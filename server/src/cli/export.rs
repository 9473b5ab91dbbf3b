//! `export`.

use super::{Error, GlobalArgs, context, format::export_format};
use clap::ArgAction;
use domain::{AgentId, ExecutionFilter, ExecutionQuery, ExportFormat, FilterField, zones};
use service::{Caller, Export, ExportError};
use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

/// What `export` takes.
#[derive(Debug, clap::Args)]
#[command(disable_version_flag = true)]
pub struct Args {
    /// Name of the organization that owns the agent.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// Id of the agent.
    #[arg(long, value_name = "ID")]
    agent: AgentId,
    /// How it is written.
    #[arg(long, value_parser = export_format(), default_value = ExportFormat::Csv.as_str())]
    format: ExportFormat,
    /// File to write instead of standard output; it takes its name once it is complete.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Which executions.
    #[command(flatten)]
    filter: FilterArgs,
}

/// The list's filters. Everything is exported where none is given.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Filters")]
struct FilterArgs {
    /// Only these: success, failed, rate_limited, canceled, unauthorized, running; repeatable or separated by commas.
    #[arg(long, value_name = "STATUS")]
    status: Vec<String>,
    /// Only from these: dashboard, api, workflow; repeatable or separated by commas.
    #[arg(long, value_name = "SOURCE")]
    source: Vec<String>,
    /// Only what began then or later: a date, or an RFC 3339 time.
    #[arg(long, value_name = "TIME")]
    start_date: Option<String>,
    /// Only what began then or earlier: a date, that day included, or an RFC 3339 time.
    #[arg(long, value_name = "TIME")]
    end_date: Option<String>,
    /// Zone in which dates are read, such as Europe/Berlin; the organization's unless given.
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// The values of `FilterField`.
    #[command(flatten)]
    values: FieldArgs,
}

/// A flag for each `FilterField`, with the values given for it.
#[derive(Debug, Default)]
struct FieldArgs(Vec<(FilterField, String)>);

impl clap::Args for FieldArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(FilterField::ALL.map(|field| {
            let (action, repeats) = if field.repeats() {
                (ArgAction::Append, "; repeatable")
            } else {
                (ArgAction::Set, "")
            };
            clap::Arg::new(field.as_str())
                .long(field.separated('-'))
                .value_name(field.placeholder())
                .help(format!("{}{repeats}", field.meaning()))
                .action(action)
        }))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for FieldArgs {
    fn from_arg_matches(matches: &clap::ArgMatches) -> Result<Self, clap::Error> {
        let values = FilterField::ALL.into_iter().flat_map(|field| {
            let values = matches.get_many::<String>(field.as_str()).into_iter().flatten();
            values.map(move |value| (field, value.clone()))
        });
        Ok(Self(values.collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &clap::ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Writes an agent's executions, newest first.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let service = context::service(global).await?;
    let organization = context::organization(&service.store, &args.org).await?;
    let filter = args.filter.parse(organization.zone())?;
    let operator = Caller::operator(organization.id);
    let export = service
        .begin_export(&operator, args.agent, filter, args.format)
        .await?;
    match &args.output {
        None => copy(export, std::io::stdout(), "standard output")
            .await
            .map(drop)?,
        Some(file) => write_file(export, file).await?,
    }
    service.store.close().await;
    Ok(())
}

/// Writes beside `file` and renames at the end, so that half an export never looks like a whole one.
async fn write_file(export: Export, file: &Path) -> Result<(), Error> {
    let subject = file.display().to_string();
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let written = match fs::File::create(&part) {
        Ok(target) => copy(export, target, &subject).await,
        Err(error) => Err(Error::io(&subject, error)),
    };
    let renamed = written.and_then(|rows| {
        fs::rename(&part, file)
            .map(|()| rows)
            .map_err(|error| Error::io(&subject, error))
    });
    match renamed {
        Ok(rows) => eprintln!("{rows} executions written to {subject}"),
        Err(error) => {
            let _ = fs::remove_file(&part);
            return Err(error);
        }
    }
    Ok(())
}

/// Writes the whole export to `target` and returns how many executions that were.
async fn copy(mut export: Export, mut target: impl Write, subject: &str) -> Result<u64, Error> {
    loop {
        let bytes = match export.next().await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => break,
            Err(ExportError::Service(error)) => return Err(error.into()),
            Err(ExportError::Write(error)) => return Err(Error::io(subject, error)),
        };
        target
            .write_all(&bytes)
            .map_err(|error| Error::io(subject, error))?;
    }
    target.flush().map_err(|error| Error::io(subject, error))?;
    Ok(export.rows())
}

impl FilterArgs {
    /// The filter that these flags mean; the wrong ones are named.
    fn parse(&self, zone: zones::Tz) -> Result<ExecutionFilter, Error> {
        let (query, errors) = ExecutionQuery::parse(self.pairs());
        if !errors.is_empty() {
            let sentences: Vec<_> = errors
                .iter()
                .map(|error| format!("{} {}", flag(&error.field), error.detail))
                .collect();
            return Err(Error::refused(sentences.join("; ")));
        }
        query
            .filter(zone)
            .map_err(|error| Error::refused(format!("{} {}", flag(&error.field), error.detail)))
    }

    /// The flags as the list's parameters.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let repeated = [("status", &self.status), ("source", &self.source)];
        let single = [
            ("startDate", &self.start_date),
            ("endDate", &self.end_date),
            ("timeZone", &self.time_zone),
        ];
        let repeated = repeated
            .into_iter()
            .flat_map(|(name, values)| values.iter().map(move |value| (name, value.as_str())));
        let single = single
            .into_iter()
            .filter_map(|(name, value)| value.as_deref().map(|value| (name, value)));
        let values = self.values.0.iter();
        let values = values.map(|(field, value)| (field.as_str(), value.as_str()));
        repeated.chain(single).chain(values)
    }
}

/// The flag of a parameter: `--start-date` of `startDate`.
fn flag(parameter: &str) -> String {
    parameter.chars().fold("--".to_owned(), |mut flag, letter| {
        if letter.is_ascii_uppercase() {
            flag.push('-');
        }
        flag.push(letter.to_ascii_lowercase());
        flag
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Status;

    #[test]
    fn flags_mean_what_the_parameters_mean() {
        let args = FilterArgs {
            status: vec!["failed,running".into(), "canceled".into()],
            start_date: Some("2025-11-18".into()),
            time_zone: Some("Asia/Kathmandu".into()),
            values: FieldArgs(vec![(FilterField::Version, "V3".into())]),
            ..Default::default()
        };
        let filter = args.parse(zones::Tz::UTC).unwrap();
        assert!(filter.statuses.is_chosen(Status::Canceled) && filter.statuses.is_chosen(Status::Failed));
        assert_eq!(
            filter.from.map(domain::time::rfc3339).as_deref(),
            Some("2025-11-17T18:15:00Z")
        );
        assert_eq!(filter.values.of(FilterField::Version), ["V3"]);
    }

    #[test]
    fn a_wrong_flag_is_named_as_it_was_given() {
        let args = FilterArgs {
            end_date: Some("soon".into()),
            values: FieldArgs(vec![(FilterField::ExecutionId, "a b".into())]),
            ..Default::default()
        };
        let error = args.parse(zones::Tz::UTC).unwrap_err().to_string();
        assert!(
            error.contains("--end-date must be") && error.contains("--execution-id must be"),
            "{error}"
        );
    }
}
