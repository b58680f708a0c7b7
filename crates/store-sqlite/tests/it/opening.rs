use parlor_store::Store;
use parlor_store_sqlite::{OpenError, OpenOptions, SqliteStore};
use parlor_types::Seq;

use crate::scene::{Scene, options};

#[tokio::test]
async fn what_was_committed_is_there_after_opening_again() {
    let scene = Scene::new();
    let (mia, noa) = (scene.user("mia").await, scene.user("noa").await);
    let group = scene.group(&[mia, noa]).await;
    let said = scene.say(group, mia, "hello").await;
    let before = (scene.store.epoch().await.unwrap(), scene.store.horizon().await.unwrap(), scene.store.list_heads(noa, None).await.unwrap());
    assert_eq!(before.1, said.position);
    assert_eq!((before.2[0].unread, before.2[0].conversation.last_seq), (1, Seq(4)));

    let scene = scene.reopen();
    let after = (scene.store.epoch().await.unwrap(), scene.store.horizon().await.unwrap(), scene.store.list_heads(noa, None).await.unwrap());
    assert_eq!(after, before);
    assert_eq!(scene.say(group, noa, "hi").await.position, before.1.next());
    assert_eq!(scene.store.check().await.unwrap(), Vec::<String>::new());
}

#[test]
fn a_second_process_is_told_who_has_the_store() {
    let scene = Scene::new();
    let error = SqliteStore::open(options(&scene.path())).unwrap_err();
    assert!(matches!(&error, OpenError::InUse { process, .. } if *process == std::process::id().to_string()), "{error}");
    let path = scene.path();
    let folder = scene.close();
    assert!(SqliteStore::open(options(&path)).is_ok());
    drop(folder);
}

#[test]
fn a_missing_store_is_made_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = OpenOptions { create: false, ..options(&folder.path().join("parlor.db")) };
    assert!(matches!(SqliteStore::open(wanted).unwrap_err(), OpenError::Missing(_)));
    assert!(matches!(SqliteStore::open(options(&folder.path().join("no/parlor.db"))).unwrap_err(), OpenError::Io { .. }));
}

#[test]
fn a_foreign_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("parlor.db");
    std::fs::write(&path, "Dear diary, this is long enough to be looked at closely, and nothing of it is a database. ".repeat(3)).unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(SqliteStore::open(options(&path)).unwrap_err(), OpenError::Foreign(_)));
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE things (id INTEGER)").unwrap();
    assert!(matches!(SqliteStore::open(options(&other)).unwrap_err(), OpenError::Foreign(_)));
}

#[test]
fn a_store_of_a_newer_version_is_refused() {
    let scene = Scene::new();
    let path = scene.path();
    let folder = scene.close();
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 999).unwrap();
    let error = SqliteStore::open(options(&path)).unwrap_err();
    assert!(matches!(error, OpenError::Newer { found: 999, .. }), "{error}");
    assert!(error.to_string().contains("newer version"), "{error}");
    drop(folder);
}

#[tokio::test]
async fn a_truncated_store_is_refused_with_the_way_out() {
    let scene = Scene::new();
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    for count in 0..200 {
        scene.say(group, mia, &"x".repeat(1000 + count)).await;
    }
    let path = scene.path();
    let folder = scene.close();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
    let error = SqliteStore::open(options(&path)).unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("parlor restore"), "{error}");
    drop(folder);
}
