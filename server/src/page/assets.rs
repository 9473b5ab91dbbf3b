//! WASM, its JavaScript and the stylesheet, embedded with hashed names and packed twice beforehand.

use axum::{
    body::{Body, Bytes},
    extract::Path,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Response},
    routing::get,
};
use flate2::read::GzDecoder;
use rust_embed::{EmbeddedFile, RustEmbed};
use std::{borrow::Cow, io::Read};

/// Folder of the files, under the root of the site.
pub const FOLDER: &str = "pkg";
/// Names change with contents, so a file never does.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ONE_DAY: &str = "public, max-age=86400";
/// Nothing here is for search engines.
const ROBOTS: &str = "User-agent: *\nDisallow: /\n";
const FAVICON: &str = include_str!("favicon.svg");

/// What `cargo xtask` built. Of the WebAssembly only what is packed: whatever runs it takes that.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[exclude = "*.wasm"]
#[allow_missing = true]
struct Site;

/// The files and the icon. They need no session, and nothing packs them again.
pub fn router<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new()
        .route("/pkg/{*name}", get(file))
        .route("/favicon.svg", get(favicon))
        // Where browsers and others look for one whatever the page says.
        .route("/favicon.ico", get(favicon))
        .route("/robots.txt", get(|| async { ROBOTS }))
}

/// Name that the JavaScript and the WASM share, with its hash: `agent-ledger-<hash>`.
pub fn output_name() -> String {
    find(".js").map_or_else(
        || "agent-ledger".to_owned(),
        |name| name.trim_end_matches(".js").to_owned(),
    )
}

/// Address of the stylesheet.
pub fn stylesheet() -> String {
    let name = find(".css").unwrap_or_else(|| "agent-ledger.css".to_owned());
    format!("/{FOLDER}/{name}")
}

/// The file of that ending in the folder itself, not below it.
fn find(ending: &str) -> Option<String> {
    Site::iter().find_map(|path| {
        let name = path.strip_prefix(FOLDER)?.strip_prefix('/')?;
        (name.ends_with(ending) && !name.contains('/')).then(|| name.to_owned())
    })
}

async fn file(Path(name): Path<String>, request: HeaderMap) -> Response {
    let path = format!("{FOLDER}/{name}");
    let Some((file, encoding)) = negotiate(&path, &request) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = etag(&file, encoding);
    let mut response = if request.get(IF_NONE_MATCH) == Some(&etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body(file.data).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(&name)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOR_EVER));
    headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    headers.insert(ETAG, etag);
    if let Some(encoding) = encoding {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// The file as the client takes it, the smallest first, and how it is packed.
fn negotiate(path: &str, request: &HeaderMap) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let accepted = request
        .get(ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(accepted, encoding))
        .find_map(|(encoding, ending)| Some((Site::get(&format!("{path}{ending}"))?, Some(encoding))))
        .or_else(|| Some((Site::get(path).or_else(|| unpacked(path))?, None)))
}

/// The file out of its packed form.
fn unpacked(path: &str) -> Option<EmbeddedFile> {
    let mut file = Site::get(&format!("{path}.gz"))?;
    let mut bytes = Vec::new();
    GzDecoder::new(&*file.data).read_to_end(&mut bytes).ok()?;
    file.data = Cow::Owned(bytes);
    Some(file)
}

/// Whether `Accept-Encoding` names the encoding without refusing it by `q=0`.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|item| {
        let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
        let weight = parameters
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_none_or(|weight| weight > 0.0)
    })
}

fn etag(file: &EmbeddedFile, encoding: Option<&str>) -> HeaderValue {
    let hash: String = file.metadata.sha256_hash()[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let packed = encoding.map(|name| format!("-{name}")).unwrap_or_default();
    HeaderValue::try_from(format!("\"{hash}{packed}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn body(data: Cow<'static, [u8]>) -> Body {
    match data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes).into(),
        Cow::Owned(bytes) => bytes.into(),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}

async fn favicon() -> impl IntoResponse {
    (
        [(CONTENT_TYPE, "image/svg+xml"), (CACHE_CONTROL, ONE_DAY)],
        FAVICON,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_encoding_is_not_sent() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("gzip;q=0.5, br;q=1.0", "gzip"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "gzip"));
        assert!(!accepts("brotli", "br"));
    }
}
