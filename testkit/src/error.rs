//! Why recorded data could not be converted.

/// Why recorded data could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file is not CSV.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// A line is not what is expected there. Lines count from 1.
    #[error("line {line}: {detail}")]
    Line {
        /// Number of the line.
        line: usize,
        /// What is wrong with it.
        detail: String,
    },
}

impl ConvertError {
    pub(crate) fn line(line: usize, detail: impl ToString) -> Self {
        Self::Line {
            line,
            detail: detail.to_string(),
        }
    }
}
