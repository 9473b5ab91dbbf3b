//! A compiler for `wasm32-unknown-unknown`: rustup's, or Debian's where rustup can download nothing.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace::Workspace;
use crate::{debian, process, progress};

const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's compiler for the web and the standard library's source, which cargo then builds as well.
const DEBIAN_COMPILER: [&str; 2] = ["rustc-web", "rust-web-src"];

/// Named in full: rustup's `rustc` and `cargo-clippy` come first on `PATH`.
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CLIPPY: &str = "/usr/bin/cargo-clippy";

/// Who compiles the WASM face.
pub enum Toolchain {
    /// The one that compiles everything else; it has the target's standard library.
    Native,
    /// Debian's rustc, with the linker of rustup's toolchain.
    Debian {
        /// `rust-lld`.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Takes what is installed, else lets rustup fetch the target, else Debian's packages.
    ///
    /// # Errors
    /// None of these can be had; the sentence says what to do.
    pub fn find_or_install() -> Result<Self> {
        if native_has_target()? {
            return Ok(Self::Native);
        }
        if !debian::installed(&DEBIAN_COMPILER) {
            if rustup_adds_target() && native_has_target()? {
                return Ok(Self::Native);
            }
            debian::ensure(
                &DEBIAN_COMPILER,
                &format!("compiling to WASM, where `rustup target add {TARGET}` fails,"),
            )?;
        }
        Ok(Self::Debian { linker: rust_lld()? })
    }

    /// `cargo build` for the target; the caller adds package and profile.
    pub fn build(&self, workspace: &Workspace) -> Command {
        let mut cargo = workspace.cargo();
        cargo.arg("build");
        self.configure(&mut cargo, workspace);
        cargo
    }

    /// `cargo clippy` for the target; the caller adds the package and `-- LINTS`.
    ///
    /// # Errors
    /// Debian's clippy is missing and cannot be installed.
    pub fn clippy(&self, workspace: &Workspace) -> Result<Command> {
        let mut clippy = match self {
            Self::Native => workspace.cargo(),
            Self::Debian { .. } => {
                debian::ensure(&["rust-web-clippy"], "linting the WASM face")?;
                let cargo = workspace.cargo();
                let mut clippy = Command::new(DEBIAN_CLIPPY);
                clippy.env("CARGO", cargo.get_program());
                copy_surroundings(&cargo, &mut clippy);
                clippy
            }
        };
        clippy.arg("clippy");
        self.configure(&mut clippy, workspace);
        Ok(clippy)
    }

    fn configure(&self, cargo: &mut Command, workspace: &Workspace) {
        cargo
            .args(["--target", TARGET])
            .arg("--target-dir")
            .arg(workspace.wasm_target());
        if let Self::Debian { linker } = self {
            cargo
                .env("RUSTC", DEBIAN_RUSTC)
                // Building the standard library is unstable, so a stable compiler needs the permission.
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker)
                .args([
                    "-Zbuild-std=std,panic_abort",
                    "-Zbuild-std-features=optimize_for_size",
                ]);
        }
    }
}

/// Where the WASM build leaves a package's module, given the target folder and the profile.
pub fn module_path(target: &Path, profile: &str, package: &str) -> PathBuf {
    target
        .join(TARGET)
        .join(profile)
        .join(package)
        .with_extension("wasm")
}

fn native_has_target() -> Result<bool> {
    let folder = process::output(rustc().args(["--print", "target-libdir", "--target", TARGET]))?;
    Ok(Path::new(folder.trim()).is_dir())
}

fn rustup_adds_target() -> bool {
    if process::find(&["rustup"]).is_none() {
        return false;
    }
    let added = progress::step(&format!("rustup target add {TARGET}"), || {
        // On a closed network a repeat only costs time.
        process::run(
            Command::new("rustup")
                .env("RUSTUP_MAX_RETRIES", "1")
                .args(["target", "add", TARGET]),
        )
    });
    added
        .inspect_err(|error| eprintln!("{error:#}: trying Debian's packages"))
        .is_ok()
}

fn rust_lld() -> Result<PathBuf> {
    let sysroot = process::output(rustc().args(["--print", "sysroot"]))?;
    let version = process::output(rustc().args(["--version", "--verbose"]))?;
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc names no host")?;
    let linker = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host)
        .join("bin/rust-lld");
    ensure!(
        linker.is_file(),
        "linking WASM needs rust-lld, which this Rust lacks: install stable Rust with rustup, then try again"
    );
    Ok(linker)
}

fn rustc() -> Command {
    Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

fn copy_surroundings(from: &Command, to: &mut Command) {
    if let Some(folder) = from.get_current_dir() {
        to.current_dir(folder);
    }
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
}
