//! The page's WASM: compiled, given its JavaScript by wasm-bindgen, made small by wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::purpose::Purpose;
use crate::site::{self, digest};
use crate::toolchain::{self, Toolchain};
use crate::workspace::Workspace;
use crate::{node, process, progress};

const PACKAGE: &str = "frontend";

/// Each feature by name: `--all-features` emits modules that browsers refuse.
const WASM_OPT: [&str; 8] = [
    "-Oz",
    // Copies of a function put into others differ from it and from each other: less code, and a tenth more to send.
    "--skip-pass=inlining-optimizing",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the module and its JavaScript under one hashed name; returns the folder that holds them and nothing else.
///
/// The name is made of everything that goes in, so a folder of that name is never made twice.
pub fn bundle(workspace: &Workspace, purpose: Purpose) -> Result<PathBuf> {
    let compiled = compile(workspace, purpose)?;
    let module = fs::read(&compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let bundles = workspace.own_target("xtask").join(purpose.page_profile());
    // The module itself names the version of wasm-bindgen.
    if !purpose.is_small() {
        let name = site::hashed_name(&digest(&[&module]));
        return make(&bundles, &name, |unfinished| bind(&compiled, unfinished, &name));
    }
    let mut wasm_opt = node::program(workspace, "wasm-opt")?;
    let optimizer = fs::read(workspace.path("end2end/node_modules/binaryen/package.json"))?;
    let name = site::hashed_name(&digest(&[&module, &optimizer, WASM_OPT.join(" ").as_bytes()]));
    make(&bundles, &name, |unfinished| {
        bind(&compiled, unfinished, &name)?;
        progress::quiet_step("wasm-opt", || {
            let module = unfinished.join(format!("{name}_bg.wasm"));
            process::run(wasm_opt.args(WASM_OPT).arg(&module).arg("-o").arg(&module))
        })
    })
}

/// The folder of that name among the bundles, filled unless it is there; others are removed.
fn make(bundles: &Path, name: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let finished = bundles.join(name);
    if finished.is_dir() {
        progress::skipped("bundle the page");
        return Ok(finished);
    }
    if bundles.exists() {
        fs::remove_dir_all(bundles)?;
    }
    // A folder gets its name only when it is whole.
    let unfinished = bundles.join("unfinished");
    fill(&unfinished)?;
    fs::rename(&unfinished, &finished)?;
    Ok(finished)
}

fn compile(workspace: &Workspace, purpose: Purpose) -> Result<PathBuf> {
    let (toolchain, profile) = (Toolchain::find_or_install()?, purpose.page_profile());
    progress::step("compile the page to WASM", || {
        process::run(
            toolchain
                .build(workspace)
                .args(["--package", PACKAGE, "--profile", profile]),
        )
    })?;
    Ok(toolchain::module_path(&workspace.wasm_target(), profile, PACKAGE))
}

fn bind(module: &Path, folder: &Path, name: &str) -> Result<()> {
    progress::quiet_step("wasm-bindgen", || {
        Bindgen::new()
            .input_path(module)
            .out_name(name)
            .web(true)?
            .typescript(false)
            .remove_name_section(true)
            .remove_producers_section(true)
            .generate(folder)
            .context("wasm-bindgen failed")
    })
}
