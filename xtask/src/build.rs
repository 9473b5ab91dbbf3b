//! `cargo xtask build`: page, stylesheet and static files into the site, the site into the binary.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::purpose::Purpose;
use crate::site::{self, Site};
use crate::workspace::Workspace;
use crate::{binary, style, wasm};

/// Builds everything and returns the binary's path.
pub fn build(workspace: &Workspace, purpose: Purpose) -> Result<PathBuf> {
    site(workspace, purpose)?;
    binary::build(workspace, purpose)
}

/// Builds everything and returns the path of the binary that tests are run with. The page in it is the one that is used.
pub fn build_tested(workspace: &Workspace) -> Result<PathBuf> {
    site(workspace, Purpose::Release)?;
    binary::build_tested(workspace)
}

/// Makes the site: page, stylesheet and static files.
pub fn site(workspace: &Workspace, purpose: Purpose) -> Result<()> {
    let page = wasm::bundle(workspace, purpose)?;
    let style = style::bundle(workspace)?;

    // Hashed names under pkg/, which browsers keep; the files of public/ at the root, under their own names.
    let hashed = Path::new("pkg");
    let mut site = Site::new(workspace, purpose);
    site.add_folder(&page, hashed)?;
    let name = site::hashed_name(&site::digest(&[style.as_bytes()]));
    site.add(&hashed.join(name).with_extension("css"), style.as_bytes())?;
    site.add_folder(&workspace.path("public"), Path::new(""))?;
    site.finish()
}
