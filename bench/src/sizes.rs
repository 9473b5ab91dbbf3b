//! How large the binary is, and the WASM as a browser gets it.

use crate::ledger::Server;
use anyhow::{Context, Result};
use std::path::Path;

/// Sizes in bytes.
#[derive(Debug)]
pub struct Sizes {
    pub binary: u64,
    pub wasm: u64,
    pub wasm_brotli: u64,
}

/// Measures both; the WASM is found through the page that loads it.
pub async fn measure(binary: &Path, server: &Server, html: &str) -> Result<Sizes> {
    let path = wasm_path(html).context("the page names no WASM")?;
    let raw = server.api().await?.get(path).await?.body.len();
    let brotli = server.browser_with_brotli().await?.get(path).await?.body.len();
    Ok(Sizes {
        binary: std::fs::metadata(binary)?.len(),
        wasm: raw as u64,
        wasm_brotli: brotli as u64,
    })
}

/// The first path in quotes that ends in `.wasm`.
fn wasm_path(html: &str) -> Option<&str> {
    html.split(['"', '\''])
        .find(|text| text.starts_with('/') && text.ends_with(".wasm"))
}
