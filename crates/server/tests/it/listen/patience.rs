use std::time::Duration;

use parlor_server::config::{Config, ConnectionLimits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::Instant;

use super::{House, Plan, read_to_end, soon, statuses};

fn impatient() -> Plan {
    let short = Duration::from_millis(200);
    Plan { limits: ConnectionLimits { header: short, body: short, write: short, ..Config::default().connections }, ..Plan::default() }
}

#[tokio::test]
async fn abuse_5_headers_that_do_not_come_end_the_connection() {
    let house = House::open(impatient());
    for begin in ["", "GET /hello HT", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: "] {
        let started = Instant::now();
        let read = house.exchange(begin.as_bytes()).await;
        assert!(statuses(&read).iter().all(|status| *status == "408"), "{begin:?}: {read}");
        assert!(started.elapsed() >= Duration::from_millis(150), "{begin:?} was not given its time");
    }
    house.until_open(0).await;
}

#[tokio::test]
async fn abuse_5_headers_that_drip_do_not_get_more_time() {
    let house = House::open(impatient());
    let mut stream = house.connect().await;
    let started = Instant::now();
    stream.write_all(b"GET /hello HTTP/1.1\r\nHost: a\r\n").await.unwrap();
    let mut drip = tokio::time::interval(Duration::from_millis(20));
    let ended = soon(async {
        loop {
            drip.tick().await;
            if stream.write_all(b"X-A: b\r\n").await.is_err() {
                return;
            }
            let mut byte = [0];
            if tokio::time::timeout(Duration::from_millis(1), stream.read(&mut byte)).await.is_ok_and(|read| !matches!(read, Ok(1))) {
                return;
            }
        }
    });
    ended.await;
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_connection_may_idle_between_requests_only_so_long() {
    let house = House::open(impatient());
    let mut stream = house.connect().await;
    stream.write_all(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let read = read_to_end(&mut stream).await;
    assert_eq!(statuses(&read)[0], "200");
    house.until_open(0).await;
}

#[tokio::test]
async fn fault_8_a_client_that_takes_nothing_is_not_waited_for() {
    let house = House::open(impatient());
    let mut stream = house.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    // Nothing is read: the kernel's buffers fill, and then the server's patience ends.
    house.until_open(1).await;
    house.until_open(0).await;
}

#[tokio::test]
async fn a_client_that_takes_slowly_but_steadily_gets_everything() {
    let house = House::open(impatient());
    let mut stream = house.connect().await;
    stream.write_all(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut taken = 0;
    let mut buffer = vec![0; 2 * 1024 * 1024];
    let mut pace = tokio::time::interval(Duration::from_millis(5));
    loop {
        pace.tick().await;
        match soon(stream.read(&mut buffer)).await.unwrap() {
            0 => break,
            bytes => taken += bytes,
        }
    }
    assert!(taken > 64 * 1024 * 1024, "only {taken} bytes came");
}
