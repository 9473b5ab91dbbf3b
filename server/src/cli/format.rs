//! The flag by which a format is given.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use domain::ExportFormat;

/// Reads how an export is to be written.
pub fn export_format() -> impl TypedValueParser<Value = ExportFormat> {
    PossibleValuesParser::new(ExportFormat::ALL.map(ExportFormat::as_str))
        .try_map(|name| ExportFormat::from_name(&name).ok_or("is no format"))
}
