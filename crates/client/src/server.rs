//! Where a server is: one address that a person types, from which every transport's address is made.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// The address of a server, such as `https://chat.example.org` or `http://127.0.0.1:8080`; a path in front of `/v1` is kept. With it, who may vouch that it is
/// the server: the authorities that browsers trust, or one of the operator's own.
#[derive(Debug, Clone)]
pub struct ServerUrl {
    url: Url,
    authority: Option<Arc<ClientConfig>>,
}

/// Why a text is not the address of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not the address of a server: {problem}")]
pub struct InvalidServerUrl {
    text: String,
    problem: String,
}

impl ServerUrl {
    /// The same server, believed only when one of these certificates (in PEM) vouches for it.
    pub fn trusting(self, certificates_pem: &str) -> Result<Self, InvalidServerUrl> {
        let refuse = |problem: String| InvalidServerUrl { text: self.to_string(), problem };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(certificates_pem.as_bytes()) {
            let certificate = certificate.map_err(|error| refuse(format!("its authority's certificate cannot be read: {error}")))?;
            roots.add(certificate).map_err(|error| refuse(format!("its authority's certificate cannot be used: {error}")))?;
        }
        if roots.is_empty() {
            return Err(refuse("its authority's file holds no certificate".to_owned()));
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| refuse(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { authority: Some(Arc::new(config)), ..self })
    }

    /// How to check who answers, when it is not as browsers do.
    pub(crate) const fn authority(&self) -> Option<&Arc<ClientConfig>> {
        self.authority.as_ref()
    }

    /// The address of a path of the API; `segments` are encoded as they need be.
    pub fn http<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.url.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }

    /// The address of the socket.
    pub fn socket(&self) -> Url {
        let mut url = self.http(["v1", "socket"]);
        let scheme = if url.scheme() == "https" { "wss" } else { "ws" };
        url.set_scheme(scheme).expect("http and https become ws and wss");
        url
    }

    /// The address of the other two transports: a long poll, or server-sent events when that is what the request accepts.
    pub fn events(&self) -> Url {
        self.http(["v1", "events"])
    }

    /// True when the server is this machine: no proxy stands in between.
    pub fn is_loopback(&self) -> bool {
        let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl FromStr for ServerUrl {
    type Err = InvalidServerUrl;

    fn from_str(text: &str) -> Result<Self, InvalidServerUrl> {
        let refuse = |problem: &str| InvalidServerUrl { text: text.to_owned(), problem: problem.to_owned() };
        let url: Url = text.trim().parse().map_err(|error| refuse(&format!("{error}; write it as https://host or http://host:port")))?;
        match url.scheme() {
            "http" | "https" if url.host_str().is_none_or(str::is_empty) => Err(refuse("it names no host")),
            "http" | "https" if !url.username().is_empty() || url.password().is_some() => Err(refuse("it must hold no name and no password")),
            "http" | "https" if url.query().is_some() || url.fragment().is_some() => Err(refuse("it must end with its path")),
            "http" | "https" => Ok(Self { url, authority: None }),
            _ => Err(refuse("it must start with http:// or https://")),
        }
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.url.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_transport_starts_from_the_one_address() {
        let server: ServerUrl = "https://example.org/chat/".parse().unwrap();
        assert_eq!(server.socket().as_str(), "wss://example.org/chat/v1/socket");
        assert_eq!(server.http(["v1", "users", "a/b?c"]).as_str(), "https://example.org/chat/v1/users/a%2Fb%3Fc");
        assert_eq!("http://127.0.0.1:8080".parse::<ServerUrl>().unwrap().events().as_str(), "http://127.0.0.1:8080/v1/events");
        assert!("http://[::1]:80".parse::<ServerUrl>().unwrap().is_loopback());
        assert!("https://x".parse::<ServerUrl>().unwrap().trusting("nonsense").is_err());
        for bad in ["", "example.org", "ftp://x", "http://", "https://a:b@c", "http://x/?q=1"] {
            assert!(bad.parse::<ServerUrl>().is_err(), "{bad:?} was taken");
        }
    }
}
