//! Cells of the CSV export.

use super::support::{now, text};
use domain::{Source, Status, csv::Line};

/// A row stays one row of nine cells, and no spreadsheet takes a cell for a formula.
pub fn run(input: &[u8]) {
    let text = text(input);
    let (model, version) = text.split_once('\n').unwrap_or((&text, ""));
    let Ok(execution_id) = "exec_1".parse() else {
        return;
    };
    let line = Line {
        execution_id,
        status: Status::Success,
        source: Source::Api,
        executed_at: now(),
        latency_ms: None,
        tokens_used: Some(1),
        cost: None,
        model: Some(model.to_owned()),
        version: Some(version.to_owned()),
    };
    let cells = line.cells();
    for cell in &cells {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell:?} could be run"
        );
    }
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = writer.write_record(cells.iter().map(|cell| cell.as_bytes()));
    assert!(written.is_ok());
    let bytes = writer.into_inner().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&*bytes);
    let rows: Vec<_> = reader.records().filter_map(Result::ok).collect();
    assert_eq!(rows.len(), 1, "more than one row");
    assert!(
        rows.iter()
            .all(|row| row.iter().eq(cells.iter().map(AsRef::as_ref)))
    );
}
