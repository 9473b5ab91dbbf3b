//! Debian packages: installed where the caller is root, else named in the error.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, bail};

use crate::{process, progress};

/// Sees to it that the packages are installed; `purpose` begins the error's sentence.
///
/// # Errors
/// The system has no apt-get, the caller is not root, or apt-get fails. The sentence says what to do.
pub fn ensure(packages: &[&str], purpose: &str) -> Result<()> {
    let missing: Vec<_> = packages
        .iter()
        .copied()
        .filter(|package| !installed(&[package]))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if process::find(&["apt-get"]).is_none() {
        bail!("{purpose} needs what Debian calls {names}: install it with this system's package manager");
    }
    if !is_root() {
        bail!(
            "{purpose} needs `sudo apt-get install --no-install-recommends {names}`: run that, then try again"
        );
    }
    progress::step(&format!("apt-get install {names}"), || {
        static UPDATED: AtomicBool = AtomicBool::new(false);
        if !UPDATED.swap(true, Ordering::Relaxed) {
            process::run(Command::new("apt-get").args(["-qq", "update"]))?;
        }
        process::run(
            Command::new("apt-get")
                .env("DEBIAN_FRONTEND", "noninteractive")
                .args(["-qq", "install", "-y", "--no-install-recommends"])
                .args(&missing),
        )
    })
}

/// Whether all of the packages are installed; false on a system without dpkg.
pub fn installed(packages: &[&str]) -> bool {
    packages.iter().all(|package| {
        Command::new("dpkg-query")
            .args(["--show", "--showformat=${db:Status-Status}", package])
            .output()
            .is_ok_and(|output| output.stdout == b"installed")
    })
}

/// Whether the caller may install packages and must run servers as somebody else.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}
