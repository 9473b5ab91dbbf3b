//! Where things lie: the repository's folders and cargo's target folder.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

/// The repository that `cargo xtask` was called in.
pub struct Workspace {
    root: PathBuf,
    target_override: Option<PathBuf>,
}

impl Workspace {
    /// Reads what cargo says of the running xtask, so a built xtask knows no path by itself.
    pub fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .context("run this as `cargo xtask`, not as a program of its own")?;
        let root = Path::new(&manifest)
            .parent()
            .context("xtask/ has no folder above it")?
            .to_owned();
        // Made absolute, because cargo is called from the root whatever folder the caller is in.
        let target_override = env::var_os("CARGO_TARGET_DIR")
            .map(std::path::absolute)
            .transpose()?;
        Ok(Self {
            root,
            target_override,
        })
    }

    /// A path given from the repository's root.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// A path in the workspace's own `target`, whatever `CARGO_TARGET_DIR` says.
    pub fn own_target(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.path("target").join(relative)
    }

    /// The target folder of the WASM build: its own, as its compiler may be another one.
    pub fn wasm_target(&self) -> PathBuf {
        self.target_override
            .clone()
            .unwrap_or_else(|| self.path("target"))
            .join("wasm")
    }

    /// `cargo` at the repository's root, of the toolchain that runs this xtask.
    pub fn cargo(&self) -> Command {
        let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        // `cargo run` points the loader at its own toolchain's libraries, which another rustc must not load.
        cargo.current_dir(&self.root).env_remove("LD_LIBRARY_PATH");
        if let Some(target) = &self.target_override {
            cargo.env("CARGO_TARGET_DIR", target);
        }
        cargo
    }
}
