use std::os::unix::fs::PermissionsExt as _;

use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use super::{House, Plan, read_to_end, statuses};

const HELLO: &[u8] = b"GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

#[tokio::test]
async fn fault_22_a_full_node_says_so_and_serves_again_when_there_is_room() {
    let house = House::open(Plan { max: 2, ..Plan::default() });
    let held = [house.connect().await, house.connect().await];
    house.until_open(2).await;
    let refused = house.exchange(HELLO).await;
    assert_eq!(statuses(&refused), ["503"], "{refused}");
    assert!(refused.contains("retry-after: 5") && refused.contains("\"code\":\"overloaded\""), "{refused}");
    drop(held);
    house.until_open(0).await;
    assert_eq!(statuses(&house.exchange(HELLO).await), ["200"]);
}

#[tokio::test]
async fn the_operator_gets_in_when_the_node_is_full() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.sock");
    let house = House::open(Plan { max: 1, operator: Some(path.clone()), ..Plan::default() });
    let _held = house.connect().await;
    house.until_open(1).await;
    let mut stream = UnixStream::connect(&path).await.unwrap();
    stream.write_all(b"GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    assert!(read_to_end(&mut stream).await.ends_with("operator"));
}

#[tokio::test]
async fn only_the_socket_in_the_data_folder_is_the_operator_and_only_its_owner_may_open_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.sock");
    // A socket that a killed node left behind is in nobody's way.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let house = House::open(Plan { operator: Some(path.clone()), ..Plan::default() });
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let over_network = "GET /who HTTP/1.1\r\nHost: a\r\nForwarded: for=unix\r\nX-Forwarded-For: 127.0.0.1\r\nConnection: close\r\n\r\n";
    assert!(house.exchange(over_network.as_bytes()).await.ends_with("client"));
    house.doors.draining.cancel();
    super::soon(async {
        while path.exists() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}
