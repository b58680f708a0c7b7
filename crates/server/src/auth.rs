//! Who asks. A token comes in the `Authorization` header or in `hello`, never from a URL or a cookie: so no other site can make a browser send it.

use http::{HeaderMap, header};
use parlor_engine::{Actor, Engine};
use parlor_protocol::ErrorCode;

use crate::api::Refused;
use crate::peer::Peer;

/// Longer than any token of ours.
const TOKEN_BYTES_MAX: usize = 256;

/// The actor of a request: a session by its bearer token; without one the operator over the operator's socket, else nobody.
pub(crate) async fn actor_of(engine: &Engine, peer: &Peer, headers: &HeaderMap) -> Result<Actor, Refused> {
    match bearer(headers)? {
        Some(token) => Ok(Actor::Session(engine.authenticate(token).await?)),
        None if peer.is_operator() => Ok(Actor::Operator),
        None => Ok(Actor::Anonymous),
    }
}

/// The bearer token, if there is an `Authorization` header.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Refused> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let token = value.to_str().ok().and_then(|value| value.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    match token.map(|(_, token)| token.trim()) {
        Some(token) if is_token(token) && values.next().is_none() => Ok(Some(token)),
        _ => Err(Refused::new(ErrorCode::Unauthenticated, "the header must be: Authorization: Bearer, a space, and the token")),
    }
}

/// Whether a text can be a token at all, so that nothing else is looked up.
pub(crate) fn is_token(text: &str) -> bool {
    (1..=TOKEN_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(values: &[&str]) -> Result<Option<String>, ErrorCode> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        bearer(&headers).map(|token| token.map(str::to_owned)).map_err(|refused| refused.0.code)
    }

    #[test]
    fn one_bearer_token_is_read_and_nothing_else() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["Bearer abc"]), Ok(Some("abc".to_owned())));
        assert_eq!(read(&["bearer  abc "]), Ok(Some("abc".to_owned())));
        for bad in [&["Basic abc"][..], &["Bearer"], &["Bearer "], &["abc"], &["Bearer a b"], &["Bearer a", "Bearer b"]] {
            assert_eq!(read(bad), Err(ErrorCode::Unauthenticated), "{bad:?} was taken");
        }
    }
}
