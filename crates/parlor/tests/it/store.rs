use std::io::{Seek as _, SeekFrom, Write as _};

use crate::node::Place;

#[test]
fn g11_a_backup_of_a_running_node_is_put_back_under_a_new_epoch() {
    let place = Place::new();
    let node = place.start();
    place.done(&["admin", "create-user", "mia"]);
    let written = place.done(&["backup", "copy.db"]);
    assert!(written.starts_with("copy.db holds parlor-data/parlor.db"), "{written}");
    place.done(&["admin", "create-user", "bob"]);
    let again = place.run(&["backup", "copy.db"]);
    assert!(again.code == Some(1) && again.stderr.contains("exists and is not overwritten"), "{}", again.stderr);

    let in_use = place.run(&["restore", "copy.db", "--replace"]);
    assert!(in_use.code == Some(1) && in_use.stderr.contains("is in use by the process"), "{}", in_use.stderr);
    let left: Vec<_> = std::fs::read_dir(place.path("parlor-data")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().contains("before-restore")), "{left:?}");
    node.stop();

    let there = place.run(&["restore", "copy.db"]);
    assert!(there.code == Some(1) && there.stderr.contains("--replace"), "{}", there.stderr);
    let restored = place.done(&["restore", "copy.db", "--replace"]);
    assert!(restored.contains("What was there before is parlor-data/parlor.db.before-restore-1"), "{restored}");
    assert!(place.done(&["check"]).contains("parlor-data/parlor.db is sound: 1 users"));
    assert!(!place.done(&["admin", "users"]).contains("@bob"), "what came after the backup is gone");

    let old = place.done(&["check", "--set", "store=sqlite:parlor.db.before-restore-1"]);
    assert!(old.contains("is sound: 2 users"), "what was replaced is whole: {old}");
}

#[test]
fn a_backup_is_put_into_an_empty_place() {
    let from = Place::new();
    from.done(&["admin", "create-user", "mia"]);
    let copy = from.path("copy.db");
    from.done(&["backup", "copy.db"]);
    let to = Place::new();
    to.done(&["restore", copy.to_str().unwrap()]);
    let node = to.start();
    assert!(node.block.contains("1 users"), "{}", node.block);
}

#[test]
fn fault_12_damage_is_found_told_and_never_served() {
    let place = Place::new();
    place.done(&["admin", "create-user", "mia"]);
    let copy = place.path("copy.db");
    place.done(&["backup", "copy.db"]);
    let store = place.path("parlor-data/parlor.db");

    // A page in the middle loses its content.
    let mut file = std::fs::File::options().write(true).open(&store).unwrap();
    file.seek(SeekFrom::Start(4096 * 5)).unwrap();
    file.write_all(&vec![0xA5; 4096 * 20]).unwrap();
    drop(file);
    let check = place.run(&["check"]);
    assert_eq!(check.code, Some(3), "{}{}", check.stdout, check.stderr);
    assert!(check.stderr.contains("parlor restore"), "{}", check.stderr);

    std::fs::write(&store, &std::fs::read(&store).unwrap()[..4096]).unwrap();
    let serve = place.run(&["serve"]);
    assert_eq!(serve.code, Some(3), "{}", serve.stderr);
    assert!(serve.stderr.contains("is damaged") && serve.stderr.contains("parlor restore"), "{}", serve.stderr);

    let broken = place.run(&["restore", store.to_str().unwrap(), "--data", "elsewhere"]);
    assert!(broken.code != Some(0), "a damaged backup is not put in place");
    place.done(&["restore", copy.to_str().unwrap(), "--replace"]);
    assert!(place.done(&["check"]).contains("is sound"));
}

#[test]
fn fault_12_a_node_that_reads_damage_stops_by_itself() {
    let place = Place::new();
    let node = place.start_with(&["--set", "registration=open"]);
    let registered = node.post("/v1/accounts", r#"{"handle":"mia","password":"a-quite-long-one-8571"}"#);
    let token = registered.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let made = node.post_as(&token, "/v1/conversations", r#"{"key":"key-of-the-group","kind":"group","title":"Mill Lane"}"#);
    let conversation = made.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let messages = format!("/v1/conversations/{conversation}/messages");
    let user = registered.split("\"id\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    for number in 0..40 {
        let text = "CANARY ".repeat(200);
        // With a mention it goes into its log at once. What only just arrived is read by every start, which would find the damage first.
        let sent = node.post_as(&token, &messages, &format!("{{\"key\":\"key-{number:04}\",\"text\":\"{text}\",\"mentions\":[\"{user}\"]}}"));
        assert!(sent.starts_with("HTTP/1.1 200"), "{sent}");
    }
    node.stop();

    // Every page that holds part of a message loses its content.
    let store = place.path("parlor-data/parlor.db");
    let mut bytes = std::fs::read(&store).unwrap();
    let mut damaged = 0;
    for page in bytes.chunks_mut(4096).skip(1).filter(|page| page.windows(7).any(|part| part == b"CANARY ")) {
        page.fill(0xA5);
        damaged += 1;
    }
    assert!(damaged > 5, "the messages are in the file");
    std::fs::write(&store, bytes).unwrap();

    let mut node = place.start();
    let answer = node.get_as(&token, &messages);
    assert!(answer.starts_with("HTTP/1.1 503"), "wrong bytes are never served: {answer}");
    assert_eq!(node.ended(), Some(3), "{}", node.log());
    assert!(node.log().contains("its store cannot be trusted") && node.log().contains("parlor restore"), "{}", node.log());
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let place = Place::new();
    std::fs::create_dir(place.path("parlor-data")).unwrap();
    let text = "these are somebody's notes, and no store\n".repeat(10);
    std::fs::write(place.path("parlor-data/parlor.db"), &text).unwrap();
    for command in [&["serve"][..], &["check"], &["admin", "users"]] {
        let ended = place.run(command);
        assert!(ended.code == Some(1) && ended.stderr.contains("is no store of Parlor"), "{command:?}: {}", ended.stderr);
    }
    assert_eq!(std::fs::read_to_string(place.path("parlor-data/parlor.db")).unwrap(), text);
}
