//! The operations over HTTP: routes made from the registry, and what every request goes through.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header, request};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Body as _;
use parlor_engine::Actor;
use parlor_protocol::ErrorCode;
use parlor_protocol::operations::Rate;

use super::args::{self, Shape};
use super::dispatch::{Call, Form, Row, operations};
use super::{Api, Refused};
use crate::peer::Peer;
use crate::rate::Caller;
use crate::{auth, socket, stream};

/// One path of the registry with its methods.
struct Path {
    methods: Vec<(Method, &'static Row, Shape)>,
    allow: HeaderValue,
}

/// Every route under `/v1`: the operations, the socket, the event stream. Requests must carry a [`Peer`] in their extensions.
pub fn router(api: &Arc<Api>) -> Router {
    let mut router = Router::new();
    for (pattern, rows) in paths() {
        let path = Arc::new(Path::new(rows));
        router = router.route(
            pattern,
            any(move |State(api): State<Arc<Api>>, request: Request| {
                let path = path.clone();
                async move { path.answer(&api, request).await.unwrap_or_else(|refused| refuse(&api, refused)) }
            }),
        );
    }
    let unknown = || async { Refused::new(ErrorCode::UnknownOperation, "there is nothing at this path; see docs/api.md").into_response() };
    router
        .route("/v1/socket", any(socket::open))
        .route("/v1/events", any(stream::open))
        .route("/v1", any(unknown))
        .route("/v1/", any(unknown))
        .route("/v1/{*rest}", any(unknown))
        .layer(from_fn_with_state(api.clone(), dress))
        .with_state(api.clone())
}

fn paths() -> BTreeMap<&'static str, Vec<&'static Row>> {
    let mut paths: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in operations() {
        paths.entry(row.entry.path).or_default().push(row);
    }
    paths
}

/// An answer to a refusal, counted.
pub(crate) fn refuse(api: &Api, refused: Refused) -> Response {
    api.tally.count_refusal(refused.0.code);
    refused.into_response()
}

impl Path {
    fn new(rows: Vec<&'static Row>) -> Self {
        let methods: Vec<_> = rows.into_iter().map(|row| (method_of(row), row, Shape::of(&row.entry))).collect();
        let mut allowed: Vec<&str> = methods.iter().map(|(method, ..)| method.as_str()).collect();
        if allowed.contains(&"GET") {
            allowed.push("HEAD");
        }
        allowed.push("OPTIONS");
        let allow = HeaderValue::try_from(allowed.join(", ")).expect("names of methods are visible characters");
        Self { methods, allow }
    }

    async fn answer(&self, api: &Arc<Api>, request: Request) -> Result<Response, Refused> {
        let (mut parts, body) = request.into_parts();
        let method = if parts.method == Method::HEAD { Method::GET } else { parts.method.clone() };
        let Some((_, row, shape)) = self.methods.iter().find(|(other, ..)| *other == method) else {
            return Ok(not_allowed(api, &method, &self.allow));
        };
        let call = call_of(api, &parts).await?;
        row.admit(api, &call)?;
        let mut given = path_arguments(&mut parts).await?;
        given.extend(form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned());
        let body = read_body(api, &parts, body).await?;
        if method == Method::GET && !body.is_empty() {
            return Err(Refused::invalid("a GET takes its arguments from the path and the query, not from a body"));
        }
        let body = str::from_utf8(&body).map_err(|_| Refused::invalid("the body is not UTF-8"))?;
        if args::is_too_deep(body, api.engine.limits().json_depth_max) {
            return Err(Refused::invalid(format!("the body nests deeper than {} levels", api.engine.limits().json_depth_max)));
        }
        let args = args::compose(shape, &given, body)?;
        let json = row.start(api, call, &args, Form::Body)?.answer.await?;
        Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response())
    }
}

fn method_of(row: &Row) -> Method {
    Method::from_bytes(row.entry.method.as_str().as_bytes()).expect("the registry names methods of HTTP")
}

/// `OPTIONS` is answered with what there is, any other method is refused with it.
pub(crate) fn not_allowed(api: &Api, method: &Method, allow: &HeaderValue) -> Response {
    let mut response = match *method {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => refuse(api, Refused::new(ErrorCode::MethodNotAllowed, "this path does not take this method; the header Allow says which it takes")),
    };
    response.headers_mut().insert(header::ALLOW, allow.clone());
    response
}

/// Who asks, by the request's head.
pub(crate) async fn call_of(api: &Api, parts: &request::Parts) -> Result<Call, Refused> {
    let peer = peer_of(parts)?;
    let address = peer.client_address(&parts.headers, &api.config);
    let actor = match auth::actor_of(&api.engine, peer, &parts.headers).await {
        Ok(actor) => actor,
        Err(refused) => {
            // Tokens cannot be guessed, but looking up wrong ones is not free.
            api.rates.charge(Rate::Read, Caller::new(None, address))?;
            return Err(refused);
        }
    };
    let session = if let Actor::Session(session) = actor { Some(session) } else { None };
    Ok(Call { actor, caller: Caller::new(session, address), mailbox: None })
}

/// The other end. The listener puts it there; without it nothing is safe to answer.
pub(crate) fn peer_of(parts: &request::Parts) -> Result<&Peer, Refused> {
    parts.extensions.get::<Peer>().ok_or_else(|| {
        tracing::error!("a request came without its peer: the listener must set it");
        Refused::internal()
    })
}

async fn path_arguments(parts: &mut request::Parts) -> Result<Vec<(String, String)>, Refused> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| Refused::invalid("the path is not valid UTF-8 after percent-decoding"))?;
    Ok(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

async fn read_body(api: &Api, parts: &request::Parts, body: Body) -> Result<Bytes, Refused> {
    let limit = api.engine.limits().frame_bytes_max;
    let too_large = || Refused::new(ErrorCode::TooLarge, format!("the body is larger than {limit} bytes"));
    if body.size_hint().lower() > u64::from(limit) {
        return Err(too_large());
    }
    let collected = tokio::time::timeout(api.config.connections.body, Limited::new(body, limit as usize).collect()).await;
    let collected = collected.map_err(|_| Refused::invalid("the body did not arrive in time"))?;
    let bytes = match collected {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Err(too_large()),
        Err(_) => return Err(Refused::invalid("the body broke off")),
    };
    if !bytes.is_empty() && !is_json(&parts.headers) {
        return Err(Refused::invalid("the header must be: Content-Type: application/json"));
    }
    Ok(bytes)
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let kind = values.next().and_then(|value| value.to_str().ok()).and_then(|value| value.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) && values.next().is_none()
}

/// What every answer under `/v1` wears: no cache keeps it, no browser guesses its type, and pages of other origins read it only when the operator allowed
/// theirs. Credentials are never taken from cookies, so other origins' pages can at most ask as nobody.
async fn dress(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let origin = allowed_origin(&api, request.headers());
    let is_preflight = request.method() == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = match &origin {
        Some(_) if is_preflight => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE"));
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type, last-event-id"));
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("7200"));
            response
        }
        _ => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    }
    response
}

/// The request's origin, when there is one and its pages may use this server.
fn allowed_origin(api: &Api, headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get(header::ORIGIN)?;
    is_origin_allowed(api, headers).then(|| value.clone())
}

/// Whether whoever sent these headers may use this server from a browser. Without an `Origin` it is no browser's page.
pub(crate) fn is_origin_allowed(api: &Api, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let Some(origin) = origins.next() else { return true };
    let parsed = origin.to_str().ok().and_then(|text| text.parse().ok());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    origins.next().is_none() && parsed.is_some_and(|origin| api.config.allows_origin(&origin, host))
}
