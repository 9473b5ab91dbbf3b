//! `audit`.

use super::{Error, GlobalArgs, context, format::export_format};
use domain::{AuditQuery, ExportFormat};
use service::{Caller, ExportError};
use std::io::Write;

/// What `audit` takes.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Who did what, when, and from where, newest first, an event a line. What is filtered for goes by the same words as the \
REST call. That the log was written out is an event of it too.")]
pub struct Args {
    /// Name of the organization.
    #[arg(long, value_name = "NAME")]
    org: String,
    /// How it is written.
    #[arg(long, value_parser = export_format(), default_value = ExportFormat::Ndjson.as_str())]
    format: ExportFormat,
    /// Only these: names such as api_key.created, or of groups such as api_key; repeatable or separated by commas.
    #[arg(long, value_name = "ACTION")]
    action: Vec<String>,
    /// Only what this one did: an id, a kind such as command_line, or a part of a name.
    #[arg(long, value_name = "WHO")]
    actor: Option<String>,
    /// Only what was done to this: an id, a kind such as agent, or a part of a name.
    #[arg(long, value_name = "WHAT")]
    subject: Option<String>,
    /// Only then or later: a date, or an RFC 3339 time.
    #[arg(long, value_name = "TIME")]
    start_date: Option<String>,
    /// Only then or earlier: a date, that day included, or an RFC 3339 time.
    #[arg(long, value_name = "TIME")]
    end_date: Option<String>,
}

/// Writes an organization's audit log to standard output.
pub async fn run(args: Args, global: &GlobalArgs) -> Result<(), Error> {
    let (query, errors) = AuditQuery::parse(args.pairs());
    if !errors.is_empty() {
        let sentence = |error: &domain::FieldError| format!("{} {}", flag(&error.field), error.detail);
        let sentences: Vec<_> = errors.iter().map(sentence).collect();
        return Err(Error::refused(sentences.join("; ")));
    }
    let service = context::service(global).await?;
    let organization = context::organization(&service.store, &args.org).await?;
    let filter = query
        .filter(organization.zone())
        .map_err(|error| Error::refused(error.to_string()))?;
    let operator = Caller::operator(organization.id);
    let mut export = service.begin_audit_export(&operator, filter, args.format).await?;
    let mut out = std::io::stdout().lock();
    let failed = |error| Error::io("standard output", error);
    loop {
        match export.next().await {
            Ok(Some(bytes)) => out.write_all(&bytes).map_err(failed)?,
            Ok(None) => break,
            Err(ExportError::Service(error)) => return Err(error.into()),
            Err(ExportError::Write(error)) => return Err(failed(error)),
        }
    }
    out.flush().map_err(failed)?;
    drop(out);
    service.store.close().await;
    Ok(())
}

impl Args {
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let others = [
            ("actor", &self.actor),
            ("subject", &self.subject),
            ("startDate", &self.start_date),
            ("endDate", &self.end_date),
        ];
        let given = others
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)));
        self.action
            .iter()
            .map(|action| ("action", action.as_str()))
            .chain(given)
    }
}

/// The flag by which a parameter was given.
fn flag(parameter: &str) -> &'static str {
    match parameter {
        "action" => "--action",
        "actor" => "--actor",
        "subject" => "--subject",
        "startDate" => "--start-date",
        _ => "--end-date",
    }
}
