//! The origin of a web page: scheme, host and port (RFC 6454), in one canonical form.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// An `http` or `https` origin, in lower case, without the scheme's own port.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

impl Origin {
    /// Such as `https://chat.example.org`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port, such as `chat.example.org` or `127.0.0.1:8080`.
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Whether pages of this origin are loaded over TLS.
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = &'static str;

    /// Refuses paths, user information and anything that is not HTTP. `null` is no origin.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const SHAPE: &str = "must be a scheme and a host, such as \"https://chat.example.org\", and nothing more";
        let uri: Uri = text.parse().map_err(|_| SHAPE)?;
        let scheme = uri.scheme_str().ok_or(SHAPE)?.to_ascii_lowercase();
        let own_port = match scheme.as_str() {
            "https" => 443,
            "http" => 80,
            _ => return Err("must begin with https:// or http://"),
        };
        let authority = uri.authority().ok_or(SHAPE)?;
        let has_more = uri.path() != "/" || uri.query().is_some() || authority.as_str().contains('@') || text.contains('#');
        if has_more || authority.host().is_empty() {
            return Err(SHAPE);
        }
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match authority.port_u16() {
            Some(port) if port != own_port => format!("{scheme}://{host}:{port}"),
            None if authority.as_str().len() > authority.host().len() => return Err(SHAPE),
            _ => format!("{scheme}://{host}"),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_have_one_form_and_nothing_else_is_taken() {
        let form = |text: &str| text.parse::<Origin>().map(|origin| origin.to_string());
        assert_eq!(form("HTTPS://Chat.Example.org:443/"), Ok("https://chat.example.org".to_owned()));
        assert_eq!(form("http://127.0.0.1:8080"), Ok("http://127.0.0.1:8080".to_owned()));
        assert_eq!(form("http://[::1]:8080"), Ok("http://[::1]:8080".to_owned()));
        for bad in
            ["null", "", "chat.example.org", "https://", "https://a@b", "https://a/b", "https://a?b", "ftp://a", "https://a:99999", "https://a#b"]
        {
            assert!(form(bad).is_err(), "{bad:?} was taken");
        }
    }
}
