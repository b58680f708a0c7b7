use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{House, Plan, read_to_end, soon, statuses};

#[tokio::test]
async fn draining_ends_idle_connections_and_takes_no_new_ones() {
    let house = House::open(Plan::default());
    let mut idle = house.connect().await;
    idle.write_all(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut begin = [0; 12];
    idle.read_exact(&mut begin).await.unwrap();
    house.doors.draining.cancel();
    assert!(read_to_end(&mut idle).await.ends_with("hello"));
    house.doors.tasks.close();
    soon(house.doors.tasks.wait()).await;
    assert!(TcpStream::connect(house.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_request_that_is_under_way_finishes_while_the_node_drains() {
    let house = House::open(Plan::default());
    let mut busy = house.connect().await;
    busy.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut begin = vec![0; 4096];
    busy.read_exact(&mut begin).await.unwrap();
    house.doors.draining.cancel();
    let rest = read_to_end(&mut busy).await;
    assert!(rest.len() + begin.len() > 64 * 1024 * 1024);
}

#[tokio::test]
async fn what_never_ends_is_cut_when_the_time_is_over() {
    let house = House::open(Plan::default());
    let mut stuck = house.connect().await;
    stuck.write_all(b"GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    house.until_open(1).await;
    house.doors.draining.cancel();
    house.doors.killed.cancel();
    assert_eq!(statuses(&read_to_end(&mut stuck).await).len(), 0);
    house.doors.tasks.close();
    soon(house.doors.tasks.wait()).await;
    assert_eq!(house.doors.capacity.open(), 0);
}
