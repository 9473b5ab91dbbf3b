//! The stylesheet: style/main.css with its imports, in one minified text.

use anyhow::{Result, anyhow};
use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};
use lightningcss::targets::{Browsers, Targets};

use crate::workspace::Workspace;

/// The first browsers with `light-dark()`, which so stays as written.
const BROWSERS: Browsers = Browsers {
    android: Some(123 << 16),
    chrome: Some(123 << 16),
    edge: Some(123 << 16),
    firefox: Some(120 << 16),
    ie: None,
    ios_saf: Some(17 << 16 | 5 << 8),
    opera: Some(109 << 16),
    safari: Some(17 << 16 | 5 << 8),
    samsung: Some(27 << 16),
};

/// Bundles and minifies the stylesheet.
///
/// # Errors
/// A file is missing or is not valid CSS; the sentence names file and line.
pub fn bundle(workspace: &Workspace) -> Result<String> {
    let entry = workspace.path("style/main.css");
    let targets = Targets::from(BROWSERS);
    let files = FileProvider::new();
    let mut sheet = Bundler::new(&files, None, ParserOptions::default())
        .bundle(&entry)
        .map_err(|error| anyhow!("cannot bundle style/main.css: {error}"))?;
    sheet
        .minify(MinifyOptions {
            targets,
            ..MinifyOptions::default()
        })
        .map_err(|error| anyhow!("cannot minify style/main.css: {error}"))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            targets,
            ..PrinterOptions::default()
        })
        .map_err(|error| anyhow!("cannot print style/main.css: {error}"))?;
    Ok(printed.code)
}
