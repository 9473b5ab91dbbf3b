//! The folder that the server embeds: every static file, with its brotli and gzip twins beside it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::progress;
use crate::purpose::Purpose;
use crate::workspace::Workspace;

/// Bytes from which on a file takes seconds to be made smallest.
const LARGE: usize = 500_000;

/// `target/site` in the making: files are added, then whatever was not is removed.
pub struct Site {
    root: PathBuf,
    is_small: bool,
    files: BTreeSet<PathBuf>,
}

impl Site {
    /// Begins with no file known; those of the last build stay until [`Site::finish`].
    pub fn new(workspace: &Workspace, purpose: Purpose) -> Self {
        Self {
            root: workspace.own_target("site"),
            is_small: purpose.is_small(),
            files: BTreeSet::new(),
        }
    }

    /// Puts all files of a folder, at any depth, under the site's folder `at`.
    pub fn add_folder(&mut self, folder: &Path, at: &Path) -> Result<()> {
        for file in files_below(folder)? {
            let bytes = fs::read(&file)?;
            self.add(&at.join(file.strip_prefix(folder)?), &bytes)?;
        }
        Ok(())
    }

    /// Puts one file, and touches nothing where it is there already.
    pub fn add(&mut self, name: &Path, bytes: &[u8]) -> Result<()> {
        let file = self.root.join(name);
        let (brotli_file, gzip_file) = (with_suffix(&file, ".br"), with_suffix(&file, ".gz"));
        let is_there =
            brotli_file.is_file() && gzip_file.is_file() && fs::read(&file).is_ok_and(|old| old == bytes);
        if !is_there {
            progress::quiet_step(&format!("compress {}", name.display()), || {
                fs::create_dir_all(file.parent().context("a site file needs a folder")?)?;
                fs::write(&brotli_file, brotli(bytes, self.is_small)?)?;
                fs::write(&gzip_file, gzip(bytes)?)?;
                // Last, so that a file that is there has its twins.
                Ok(fs::write(&file, bytes)?)
            })?;
        }
        self.files.extend([file, brotli_file, gzip_file]);
        Ok(())
    }

    /// Removes the files of earlier builds.
    pub fn finish(self) -> Result<()> {
        for file in files_below(&self.root)? {
            if !self.files.contains(&file) {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }
}

/// `agent-ledger-<hash>`: a name that may be cached for ever.
pub fn hashed_name(hash: &str) -> String {
    format!("agent-ledger-{hash}")
}

/// 16 hexadecimal digits that change with any of the parts or their order.
pub fn digest(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Made smallest, a module takes a hundred times as long. What is no module is small and quick, whatever it is for.
fn brotli(mut bytes: &[u8], is_small: bool) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams {
        quality: if is_small || bytes.len() < LARGE { 11 } else { 3 },
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_name().map(OsStr::to_owned).unwrap_or_default();
    name.push(suffix);
    file.with_file_name(name)
}

/// In a fixed order; none where there is no such folder.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path())?);
        } else {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn twins_hold_the_same_bytes() {
        let page = "<p>Agent Ledger</p>".repeat(500).into_bytes();

        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut brotli(&page, true).unwrap().as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, page);

        unpacked.clear();
        flate2::read::GzDecoder::new(gzip(&page).unwrap().as_slice())
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, page);
    }

    #[test]
    fn a_digest_tells_where_a_part_ends() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
        assert_eq!(digest(&[b"ab"]).len(), 16);
    }

    #[test]
    fn a_suffix_keeps_the_extension() {
        assert_eq!(
            with_suffix(Path::new("pkg/a.js"), ".br"),
            Path::new("pkg/a.js.br")
        );
    }
}
