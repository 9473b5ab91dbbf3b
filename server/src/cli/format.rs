//! The flag by which a format is given.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use domain::ExportFormat;

/// Reads how an export is to be written.
pub fn export_format() -> impl TypedValueParser<Value = ExportFormat> {
    let values = ExportFormat::ALL.map(|format| {
        PossibleValue::new(format.as_str()).help(match format {
            ExportFormat::Csv => "A row for each, a header first",
            ExportFormat::Ndjson => "A JSON object a line, with everything that is known of it",
        })
    });
    PossibleValuesParser::new(values).try_map(|name| ExportFormat::from_name(&name).ok_or("is no format"))
}
