//! Who is at the other end of a connection. The listener makes a [`Peer`] when it accepts and puts it into the extensions of every request.
//!
//! Rule: an address is what the kernel says. What a header says is believed only from a proxy that the configuration names.

use std::any::Any;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use http::HeaderMap;

use crate::config::{Config, ProxyHeader};

/// The other end of a connection. Cheap to clone.
#[derive(Clone)]
pub struct Peer {
    address: Option<IpAddr>,
    /// What counts the connection among those of the node and of its address. Kept for as long as anything of the connection lives, an upgraded socket included.
    _permit: Option<Arc<dyn Any + Send + Sync>>,
}

impl Peer {
    /// A peer over TCP. `permit` is dropped with the last clone.
    pub fn remote(address: SocketAddr, permit: Option<Arc<dyn Any + Send + Sync>>) -> Self {
        Self { address: Some(address.ip().to_canonical()), _permit: permit }
    }

    /// Whoever may open the operator's socket in the data folder: an admin without an account.
    pub const fn operator() -> Self {
        Self { address: None, _permit: None }
    }

    /// Whether it came over the operator's socket.
    pub const fn is_operator(&self) -> bool {
        self.address.is_none()
    }

    /// The address of the client: the peer's own, or what a trusted proxy says. `None` over the operator's socket.
    pub(crate) fn client_address(&self, headers: &HeaderMap, config: &Config) -> Option<IpAddr> {
        let mut address = self.address?;
        if !config.trusts(address) {
            return Some(address);
        }
        // Each proxy appends who it spoke with, so the last word that comes from none of ours counts; what stands before it anybody may have written.
        for said in forwarded_for(headers, config.proxy_header).into_iter().rev() {
            let Some(said) = said else { break };
            address = said;
            if !config.trusts(address) {
                break;
            }
        }
        Some(address)
    }
}

/// The addresses that the proxies on the way saw, nearest to the client first; `None` for what is no address.
fn forwarded_for(headers: &HeaderMap, header: ProxyHeader) -> Vec<Option<IpAddr>> {
    let name = match header {
        ProxyHeader::XForwardedFor => "x-forwarded-for",
        ProxyHeader::Forwarded => "forwarded",
    };
    let elements = headers.get_all(name).into_iter().flat_map(|value| value.to_str().unwrap_or("?").split(','));
    elements
        .map(|element| match header {
            ProxyHeader::XForwardedFor => parse_node(element),
            ProxyHeader::Forwarded => element.split(';').find_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.trim().eq_ignore_ascii_case("for").then(|| parse_node(value))?
            }),
        })
        .collect()
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `"[2001:db8::1]:80"`.
fn parse_node(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(address, _)| address);
    let parsed = bare.parse::<IpAddr>().ok().or_else(|| bare.parse::<SocketAddr>().ok().map(|address| address.ip()));
    parsed.map(|address| address.to_canonical())
}

/// What counts as one address: whoever has one IPv6 address has at least the /64 network around it.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(header: ProxyHeader, value: &str, trusted: &[&str]) -> String {
        let config =
            Config { proxy_header: header, trusted_proxies: trusted.iter().map(|network| network.parse().unwrap()).collect(), ..Config::default() };
        let name = if header == ProxyHeader::Forwarded { "forwarded" } else { "x-forwarded-for" };
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        let peer = Peer::remote(SocketAddr::from(([10, 0, 0, 1], 5)), None);
        peer.client_address(&headers, &config).unwrap().to_string()
    }

    #[test]
    fn a_header_is_believed_only_from_a_proxy_that_the_operator_named() {
        assert_eq!(seen(ProxyHeader::XForwardedFor, "203.0.113.9", &[]), "10.0.0.1");
        assert_eq!(seen(ProxyHeader::XForwardedFor, "203.0.113.9", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(seen(ProxyHeader::XForwardedFor, "198.51.100.1, 203.0.113.9", &["10.0.0.0/8"]), "203.0.113.9", "the client wrote the first one");
        assert_eq!(seen(ProxyHeader::XForwardedFor, "203.0.113.9, 10.2.3.4", &["10.0.0.0/8"]), "203.0.113.9", "two proxies of ours");
        assert_eq!(seen(ProxyHeader::XForwardedFor, "not an address", &["10.0.0.0/8"]), "10.0.0.1");
        assert_eq!(seen(ProxyHeader::Forwarded, "for=198.51.100.1, for=\"[2001:db8::7]:443\";proto=https", &["10.0.0.0/8"]), "2001:db8::7");
    }

    #[test]
    fn one_ipv6_network_is_one_address() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2:ffff::1"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_eq!(network("::ffff:192.0.2.1").to_string(), "192.0.2.1");
    }
}
