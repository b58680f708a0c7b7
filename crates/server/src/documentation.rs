//! Serves the description of the API: `/docs` for people, `/v1/openapi.json` and `/v1/asyncapi.json` for programs. Written once, when first asked for.

use std::sync::LazyLock;

use axum::Router;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::header;

use crate::{assets, describe};

static OPENAPI: LazyLock<String> = LazyLock::new(|| describe::to_text(&describe::openapi()));
static ASYNCAPI: LazyLock<String> = LazyLock::new(|| describe::to_text(&describe::asyncapi()));
static PAGE: LazyLock<String> = LazyLock::new(describe::page);

/// The routes.
pub fn routes() -> Router {
    Router::new()
        .route("/v1/openapi.json", get(|| async { answer("application/json", &OPENAPI) }))
        .route("/v1/asyncapi.json", get(|| async { answer("application/json", &ASYNCAPI) }))
        .route("/docs", get(|| async { answer("text/html; charset=utf-8", &PAGE) }))
        .route("/docs/style.css", get(|| async { answer("text/css; charset=utf-8", describe::PAGE_STYLE) }))
}

fn answer(kind: &'static str, text: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache"), (header::CONTENT_SECURITY_POLICY, assets::PAGE_POLICY)];
    (headers, text).into_response()
}
