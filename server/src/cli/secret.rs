//! Secrets among the settings, given by themselves or in a file.

use super::Error;
use std::{fmt, path::Path};

/// A secret as it was given. `Debug` hides it, as does what clap says of it.
#[derive(Clone)]
pub struct Secret(String);

impl From<String> for Secret {
    fn from(secret: String) -> Self {
        Self(secret)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// The secret in a file, without the end of its line. The error names the file.
    pub fn in_file(path: &Path) -> Result<Self, Error> {
        let text =
            std::fs::read_to_string(path).map_err(|error| Error::io(path.display().to_string(), error))?;
        Ok(Self(text.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// What is not to be told.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_to_the_end_of_its_line_and_named_where_it_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.secret");
        let missing = Secret::in_file(&path).unwrap_err().to_string();
        assert!(missing.contains("a.secret"), "{missing}");
        std::fs::write(&path, " s3cret \r\n").unwrap();
        let secret = Secret::in_file(&path).unwrap();
        assert_eq!(secret.reveal(), " s3cret ");
        assert!(!format!("{secret:?}").contains("s3cret"));
    }
}
