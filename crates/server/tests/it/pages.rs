use std::path::Path;

use axum::Router;
use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use parlor_server::assets::{self, WebClient};
use parlor_server::documentation;
use parlor_server::health::{self, Readiness};
use tower::ServiceExt as _;

struct Shown {
    status: StatusCode,
    headers: http::HeaderMap,
    body: String,
}

impl Shown {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn ask(router: &Router, method: Method, path: &str, headers: &[(header::HeaderName, &str)]) -> Shown {
    let request = headers.iter().fold(Request::builder().method(method).uri(path), |request, (name, value)| request.header(name, *value));
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Shown { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
}

fn web_client(folder: &Path) -> Router {
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for (name, text) in [("index.html", "<!doctype html>the app"), ("sw.js", "//"), ("assets/main-5d41402a.js", "run()"), ("icon.svg", "<svg/>")] {
        std::fs::write(folder.join(name), text).unwrap();
    }
    WebClient::read(folder).unwrap().routes()
}

const PAGE: &[(header::HeaderName, &str)] = &[(header::ACCEPT, "text/html,*/*")];

#[tokio::test]
async fn deep_links_get_the_start_page_and_missing_files_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let router = web_client(folder.path());
    for path in ["/", "/index.html", "/c/123/45", "/join/abc"] {
        let shown = ask(&router, Method::GET, path, PAGE).await;
        assert_eq!((shown.status, shown.body.as_str()), (StatusCode::OK, "<!doctype html>the app"), "{path}");
    }
    for path in ["/assets/main-00000000.js", "/.env", "/parlor.db", "/assets/../../Cargo.toml", "/%2e%2e/Cargo.toml"] {
        assert_eq!(ask(&router, Method::GET, path, PAGE).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(ask(&router, Method::GET, "/c/123", &[]).await.status, StatusCode::NOT_FOUND, "a program is not given a page");
    assert_eq!(ask(&router, Method::POST, "/", PAGE).await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(WebClient::read(&folder.path().join("nothing")).is_none());
}

#[tokio::test]
async fn files_with_a_digest_in_their_name_are_kept_for_ever_and_others_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let router = web_client(folder.path());
    let hashed = ask(&router, Method::GET, "/assets/main-5d41402a.js", &[]).await;
    assert_eq!(hashed.header("cache-control"), "public, max-age=31536000, immutable");
    for path in ["/", "/sw.js", "/icon.svg", "/c/1"] {
        let first = ask(&router, Method::GET, path, PAGE).await;
        assert_eq!(first.header("cache-control"), "no-cache", "{path}");
        let tag = first.header("etag").to_owned();
        let again = ask(&router, Method::GET, path, &[(header::ACCEPT, "text/html"), (header::IF_NONE_MATCH, &tag)]).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{path}");
        let weak = format!("\"x\", W/{tag}");
        let listed = ask(&router, Method::GET, path, &[(header::ACCEPT, "text/html"), (header::IF_NONE_MATCH, &weak)]).await;
        assert_eq!(listed.status, StatusCode::NOT_MODIFIED, "{path}");
    }
}

#[tokio::test]
async fn abuse_10_pages_run_our_scripts_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let router = web_client(folder.path());
    for path in ["/", "/sw.js", "/assets/main-5d41402a.js"] {
        let policy = ask(&router, Method::GET, path, PAGE).await.header("content-security-policy").to_owned();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types parlor",
        ] {
            assert!(policy.split(';').any(|one| one.trim() == directive), "{path} lacks {directive}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*') && !policy.contains("http"), "{path}: {policy}");
    }
    let docs = documentation::routes();
    for path in ["/docs", "/docs/style.css", "/v1/openapi.json", "/v1/asyncapi.json"] {
        let shown = ask(&docs, Method::GET, path, &[]).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
        let policy = shown.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{path}: {policy}");
    }
    assert_eq!(ask(&docs, Method::GET, "/v1/openapi.json", &[]).await.body, parlor_server::describe::to_text(&parlor_server::describe::openapi()));
}

#[tokio::test]
async fn a_build_without_a_web_client_says_so_and_how_to_get_one() {
    let router = assets::routes_without();
    let shown = ask(&router, Method::GET, "/", PAGE).await;
    assert!(shown.status.is_success() && shown.body.contains("no web client") && shown.body.contains("cargo xtask run"), "{}", shown.body);
    assert_eq!(ask(&router, Method::GET, "/c/1", PAGE).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn readiness_follows_the_node_and_health_only_the_process() {
    let readiness = Readiness::default();
    let router = health::routes(readiness.clone());
    let status = async |path| ask(&router, Method::GET, path, &[]).await.status.as_u16();
    assert_eq!((status("/healthz").await, status("/readyz").await), (200, 503));
    readiness.set(true);
    assert_eq!((status("/healthz").await, status("/readyz").await), (200, 200));
    readiness.set(false);
    assert_eq!((status("/healthz").await, status("/readyz").await), (200, 503));
}
