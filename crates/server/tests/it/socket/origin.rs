//! Abuse 9: pages of other sites cannot open a socket.

use parlor_test_support::{Node, Socket};
use tokio_tungstenite::tungstenite::Error;

async fn status(node: &Node, origin: &str) -> u16 {
    match Socket::try_open(node.address(), &[("origin", origin)]).await.map_err(|error| *error) {
        Ok(_) => 101,
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn abuse_9_only_the_servers_own_pages_and_allowed_ones_may_connect() {
    let node = Node::builder().config(|config| config.allowed_origins = vec!["https://app.example.org".parse().unwrap()]).start().await;
    let address = node.address();
    for good in [format!("http://{address}"), "https://app.example.org".to_owned()] {
        assert_eq!(status(&node, &good).await, 101, "{good}");
    }
    let bad = [
        "null".to_owned(),
        String::new(),
        "https://evil.example".to_owned(),
        format!("http://{}", address.ip()),
        format!("http://{address}.evil.example"),
        format!("http://evil.example#{address}"),
        format!("http://{address}@evil.example"),
        "https://app.example.org.evil.example".to_owned(),
        "https://notapp.example.org".to_owned(),
        "http://app.example.org".to_owned(),
        "https://app.example.org:444".to_owned(),
        "https://app.example.org/".repeat(2),
    ];
    for bad in bad {
        assert_eq!(status(&node, &bad).await, 403, "{bad}");
    }
}

#[tokio::test]
async fn two_origins_are_none() {
    let node = Node::start().await;
    let own = format!("http://{}", node.address());
    let opened = Socket::try_open(node.address(), &[("origin", &own), ("origin", "https://evil.example")]).await;
    assert!(opened.is_err());
}

#[tokio::test]
async fn with_a_public_url_the_host_header_opens_nothing() {
    let node = Node::builder().config(|config| config.public_url = Some("https://chat.example.org".parse().unwrap())).start().await;
    assert_eq!(status(&node, "https://chat.example.org").await, 101);
    assert_eq!(status(&node, &format!("http://{}", node.address())).await, 403);
}
