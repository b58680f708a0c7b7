//! The web client's files: embedded in a release build, read from `web/dist` at the start of any other. Deep links get the start page; files whose name holds a
//! digest are kept by browsers for ever, all others are asked for again.
//!
//! Must never: run a script that is not ours (see `POLICY`), or answer the start page for what is part of the API.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use sha1::{Digest as _, Sha1};

struct Embedded {
    path: &'static str,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Where builds that are not releases find the web client.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");

/// Scripts, styles, fonts and connections of this origin and nothing else; nothing inline; strings become scripts' addresses only through the web client's own policy.
pub(crate) const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types parlor";
/// For our own pages without a script.
pub(crate) const PAGE_POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const ASK_AGAIN: &str = "no-cache";
const START_PAGE: &str = "index.html";

/// What stands at `/` when there is no web client.
const WITHOUT: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Parlor</title>\n\
    <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"stylesheet\" href=\"/docs/style.css\"></head>\n<body><main>\n\
    <h1>This is a Parlor server</h1>\n<p>It runs, but this build has no web client.</p>\n\
    <p>To get one, build it with the web client: <code>cargo xtask run</code> does both. Or chat from a terminal: <code>parlor chat</code>.</p>\n\
    <p><a href=\"/docs\">The API of this server</a></p>\n</main></body>\n</html>\n";

/// The files by their path, without the first slash.
pub struct WebClient {
    files: HashMap<String, File>,
}

struct File {
    kind: &'static str,
    tag: HeaderValue,
    is_immutable: bool,
    identity: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

impl WebClient {
    /// The web client of this build, if it has one.
    pub fn load() -> Option<Self> {
        let files: HashMap<String, File> = EMBEDDED
            .iter()
            .map(|file| {
                let packed = |bytes: Option<&'static [u8]>| bytes.map(Bytes::from_static);
                (file.path.to_owned(), File::new(file.path, Bytes::from_static(file.identity), packed(file.brotli), packed(file.gzip)))
            })
            .collect();
        let client = Self { files };
        client.files.contains_key(START_PAGE).then_some(client).or_else(|| Self::read(Path::new(FOLDER)))
    }

    /// The web client in a folder, if there is one.
    pub fn read(folder: &Path) -> Option<Self> {
        let mut files = HashMap::new();
        let mut waiting = vec![folder.to_path_buf()];
        while let Some(current) = waiting.pop() {
            for entry in std::fs::read_dir(&current).ok()?.flatten() {
                let path = entry.path();
                if path.is_dir() {
                    waiting.push(path);
                } else if let (Ok(bytes), Ok(inside)) = (std::fs::read(&path), path.strip_prefix(folder)) {
                    let name = inside.to_string_lossy().into_owned();
                    files.insert(name.clone(), File::new(&name, bytes.into(), None, None));
                }
            }
        }
        files.contains_key(START_PAGE).then_some(Self { files })
    }

    /// Answers every path that nothing else answers.
    pub fn routes(self) -> Router {
        Router::new().fallback(answer).with_state(Arc::new(self))
    }

    fn find(&self, path: &str, headers: &HeaderMap) -> Option<&File> {
        let name = path.trim_start_matches('/');
        if let Some(file) = self.files.get(if name.is_empty() { START_PAGE } else { name }) {
            return Some(file);
        }
        let looks_like_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
        let wants_page = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"));
        if looks_like_file || !wants_page { None } else { self.files.get(START_PAGE) }
    }
}

/// `/`, and 404 elsewhere, when there is no web client.
pub fn routes_without() -> Router {
    async fn page() -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], WITHOUT).into_response()
    }
    Router::new().route("/", axum::routing::get(page)).fallback(|| async { not_found() })
}

async fn answer(State(client): State<Arc<WebClient>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    match client.find(request.uri().path(), request.headers()) {
        Some(file) => file.answer(request.headers()),
        None => not_found(),
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "there is nothing here\n").into_response()
}

impl File {
    fn new(path: &str, identity: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let digest = URL_SAFE_NO_PAD.encode(&Sha1::digest(&identity)[..12]);
        let tag = HeaderValue::try_from(format!("\"{digest}\"")).expect("base64 is made of visible characters");
        // The web client's build gives these names with a digest of their content.
        Self { kind: kind_of(path), tag, is_immutable: path.starts_with("assets/"), identity, brotli, gzip }
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let is_known = asked.get_all(header::IF_NONE_MATCH).iter().any(|value| {
            let Ok(tags) = value.to_str() else { return false };
            tags.split(',').any(|tag| tag.trim().trim_start_matches("W/").as_bytes() == self.tag.as_bytes())
        });
        let (encoding, bytes) = self.representation(asked);
        let mut response = Response::new(if is_known { Body::empty() } else { Body::from(bytes.clone()) });
        if is_known {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(if self.is_immutable { FOR_EVER } else { ASK_AGAIN }));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(self.kind));
        // Workers are ruled by the policy that came with their own script, so every file carries it.
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        response
    }

    fn representation(&self, asked: &HeaderMap) -> (Option<&'static str>, &Bytes) {
        let accepts = |name: &str| {
            asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|one| {
                let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
                coding.trim().eq_ignore_ascii_case(name) && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
            })
        };
        match (&self.brotli, &self.gzip) {
            (Some(bytes), _) if accepts("br") => (Some("br"), bytes),
            (_, Some(bytes)) if accepts("gzip") => (Some("gzip"), bytes),
            _ => (None, &self.identity),
        }
    }
}

fn kind_of(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "wasm" => "application/wasm",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_get_the_smallest_form_that_they_take() {
        let packed = |text: &'static str| Some(Bytes::from_static(text.as_bytes()));
        let file = File::new("assets/a.js", Bytes::from_static(b"plain"), packed("br"), packed("gz"));
        let chosen = |accepted: &str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_str(accepted).unwrap())]);
            file.representation(&headers).0
        };
        assert_eq!(chosen("gzip, deflate, br, zstd"), Some("br"));
        assert_eq!(chosen("br;q=0, gzip;q=0.5"), Some("gzip"));
        assert_eq!(chosen("identity"), None);
        assert_eq!(file.representation(&HeaderMap::new()).0, None);
        let response = file.answer(&HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static("br"))]));
        assert_eq!(
            (&response.headers()[header::CONTENT_ENCODING], &response.headers()[header::VARY]),
            (&"br".parse().unwrap(), &"accept-encoding".parse().unwrap())
        );
    }
}
