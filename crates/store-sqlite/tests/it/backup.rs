use std::sync::Arc;

use parlor_store::{Commit, Store};
use parlor_store_sqlite::backup::{BackupError, restore};
use parlor_store_sqlite::{OpenError, SqliteStore};
use parlor_types::{OsRandom, Random, Seq};

use crate::scene::{Scene, options};

#[tokio::test]
async fn g11_a_restored_store_has_what_was_there_and_another_epoch() {
    let scene = Scene::new();
    let (mia, noa) = (scene.user("mia").await, scene.user("noa").await);
    let group = scene.group(&[mia, noa]).await;
    scene.say(group, mia, "before").await;
    let copy = scene.beside("copy.db");
    scene.store.backup(&copy).await.unwrap();
    scene.say(group, mia, "after").await;
    assert!(!scene.beside("copy.db-wal").exists() && !scene.beside("copy.db.partial").exists());

    let elsewhere = scene.beside("restored.db");
    let epoch = restore(&copy, &elsewhere, false, &OsRandom).unwrap();
    let restored = SqliteStore::open(options(&elsewhere)).unwrap();
    assert_eq!(restored.epoch().await.unwrap(), epoch);
    assert_ne!(epoch, scene.store.epoch().await.unwrap());
    assert_eq!(restored.find_conversation(group).await.unwrap().unwrap().last_seq, Seq(4));
    assert_eq!(restored.list_heads(noa, None).await.unwrap()[0].unread, 1);
    assert_eq!(restored.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_backup_under_load_is_sound_and_holds_all_that_was_acknowledged_before() {
    let scene = Arc::new(Scene::new());
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    let expected = scene.store.find_conversation(group).await.unwrap().unwrap().rules_version;
    let senders: Vec<_> = (0..8)
        .map(|sender| {
            let scene = scene.clone();
            tokio::spawn(async move {
                for count in 0..100 {
                    let send = scene.send(group, expected, mia, &format!("key-{sender:04}-{count:04}"), "some words");
                    scene.store.commit(vec![send.into_write()]).await.unwrap();
                }
            })
        })
        .collect();
    let acknowledged = scene.store.find_conversation(group).await.unwrap().unwrap().last_seq;
    let copy = scene.beside("copy.db");
    scene.store.backup(&copy).await.unwrap();
    for sender in senders {
        sender.await.unwrap();
    }
    let elsewhere = scene.beside("restored.db");
    restore(&copy, &elsewhere, false, &OsRandom).unwrap();
    let restored = SqliteStore::open(options(&elsewhere)).unwrap();
    let copied = restored.find_conversation(group).await.unwrap().unwrap().last_seq;
    assert!(copied >= acknowledged, "{copied} {acknowledged}");
    assert_eq!(scene.store.find_conversation(group).await.unwrap().unwrap().last_seq, Seq(802));
    assert_eq!(scene.store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn nothing_is_overwritten_unless_asked() {
    let scene = Scene::new();
    let copy = scene.beside("copy.db");
    std::fs::write(&copy, "precious").unwrap();
    assert!(matches!(scene.store.backup(&copy).await.unwrap_err(), BackupError::Exists(_)));
    assert_eq!(std::fs::read(&copy).unwrap(), b"precious");
    std::fs::remove_file(&copy).unwrap();
    scene.store.backup(&copy).await.unwrap();

    // A store in use is never replaced.
    let error = restore(&copy, &scene.path(), true, &OsRandom).unwrap_err();
    assert!(matches!(error, BackupError::Open(OpenError::InUse { .. })), "{error}");
    let path = scene.path();
    scene.user("mia").await;
    let epoch = scene.store.epoch().await.unwrap();
    let _folder = scene.close();
    assert!(matches!(restore(&copy, &path, false, &OsRandom).unwrap_err(), BackupError::Exists(_)));
    let restored = restore(&copy, &path, true, &OsRandom).unwrap();
    assert_ne!(restored, epoch);
    let store = SqliteStore::open(options(&path)).unwrap();
    assert!(store.settings().await.unwrap().empty);
}

#[tokio::test]
async fn what_is_no_sound_backup_is_refused() {
    let scene = Scene::new();
    let mia = scene.user("mia").await;
    let group = scene.group(&[mia]).await;
    scene.say(group, mia, "hello").await;
    let (copy, target) = (scene.beside("copy.db"), scene.beside("restored.db"));
    scene.store.backup(&copy).await.unwrap();

    rusqlite::Connection::open(&copy).unwrap().execute("DELETE FROM events WHERE seq = 2", []).unwrap();
    let error = restore(&copy, &target, false, &OsRandom).unwrap_err();
    assert!(matches!(&error, BackupError::Unsound { findings, .. } if findings.iter().any(|line| line.contains("events 2 to 2"))), "{error}");
    std::fs::write(&copy, vec![b'x'; 10_000]).unwrap();
    let error = restore(&copy, &target, false, &OsRandom).unwrap_err();
    assert!(matches!(error, BackupError::Open(OpenError::Foreign(_))), "{error}");
    assert!(matches!(restore(&scene.beside("none.db"), &target, false, &OsRandom).unwrap_err(), BackupError::Open(OpenError::Missing(_))));
    assert!(!target.exists() && !scene.beside("restored.db.partial").exists());
}

#[test]
fn the_epoch_of_a_new_store_is_random_and_fits_a_json_number() {
    struct Ones;
    impl Random for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str, random: Arc<dyn Random>| {
        let mut wanted = options(&folder.path().join(name));
        wanted.random = random;
        let store = SqliteStore::open(wanted).unwrap();
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(store.epoch()).unwrap()
    };
    assert_eq!(open("ones.db", Arc::new(Ones)).0, (1 << 53) - 1);
    assert_ne!(open("one.db", Arc::new(OsRandom)), open("other.db", Arc::new(OsRandom)));
}
