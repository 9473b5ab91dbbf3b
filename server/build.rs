//! Builds again when what is embedded has changed.

use std::{fs, io};

/// What `cargo xtask` fills; without it the binary carries no page.
const SITE: &str = "../target/site";

fn main() -> io::Result<()> {
    // A path that does not exist would count as changed every time.
    fs::create_dir_all(SITE)?;
    println!("cargo:rerun-if-changed={SITE}");
    Ok(())
}
