use crate::node::Place;

/// The same story with a node and without: the commands are the same operations either way.
fn tells_the_story(place: &Place) {
    let made = place.done(&["admin", "create-user", "mia", "--display-name", "Mia K", "--admin"]);
    assert!(made.starts_with("@mia was made. The password, to be changed soon:\n  "), "{made}");
    let given = place.run_with_input(&["admin", "create-user", "bob", "--password-stdin"], "correct-horse-battery-9\n");
    assert_eq!((given.code, given.stdout.as_str()), (Some(0), "@bob was made.\n"), "{}", given.stderr);
    let users = place.done(&["admin", "users"]);
    assert!(users.contains("@mia") && users.contains("admin") && users.contains("@bob"), "{users}");
    assert!(!place.done(&["admin", "users", "mi"]).contains("@bob"));

    let again = place.run(&["admin", "create-user", "mia"]);
    assert_eq!(again.code, Some(1));
    assert!(again.stderr.contains("the handle belongs to somebody else"), "{}", again.stderr);
    let nobody = place.run(&["admin", "disable", "nobody"]);
    assert!(nobody.code == Some(1) && nobody.stderr.contains("there is no user @nobody"), "{}", nobody.stderr);
    let weak = place.run_with_input(&["admin", "reset-password", "bob", "--password-stdin"], "password");
    assert!(weak.code == Some(1) && weak.stderr.contains("too easy to guess"), "{}", weak.stderr);

    assert_eq!(place.done(&["admin", "disable", "@bob"]), "@bob is disabled, and all sessions were ended.\n");
    assert!(place.done(&["admin", "users", "bob"]).contains("disabled"));
    assert_eq!(place.done(&["admin", "enable", "bob"]), "@bob may log in.\n");
    assert_eq!(place.done(&["admin", "make-admin", "bob"]), "@bob is an admin of the server.\n");
    assert_eq!(place.done(&["admin", "remove-admin", "bob"]), "@bob is an ordinary user.\n");
    let last = place.run(&["admin", "remove-admin", "mia"]);
    assert_eq!(last.code, Some(1), "the last admin stays one: {}", last.stdout);

    let invite = place.done(&["admin", "invite", "--uses", "2", "--days", "1"]);
    let code = invite.lines().nth(1).unwrap().trim();
    let invites = place.done(&["admin", "invites"]);
    assert!(invites.contains(code) && invites.contains("0 of 2"), "{invites}");
    let id = invites.lines().nth(1).unwrap().split_whitespace().next().unwrap();
    place.done(&["admin", "revoke-invite", id]);
    assert!(!place.done(&["admin", "invites"]).contains(code));

    let set = place.done(&["admin", "set", "--registration", "closed", "--name", "Mill Lane"]);
    assert_eq!(set, "The server \"Mill Lane\" takes new accounts in the mode closed.\n");
    assert!(place.done(&["admin", "figures"]).contains("users           2"));
}

#[test]
fn the_operator_manages_a_running_node() {
    let place = Place::new();
    let node = place.start();
    tells_the_story(&place);
    assert!(node.get("/v1/server").contains("\"name\":\"Mill Lane\""), "the node knows at once");
    let password = place.done(&["admin", "reset-password", "bob"]);
    let password = password.lines().nth(1).unwrap().trim();
    let login = node.post("/v1/sessions", &format!("{{\"handle\":\"bob\",\"password\":\"{password}\"}}"));
    assert!(login.starts_with("HTTP/1.1 200"), "{login}");
}

#[test]
fn the_operator_manages_a_server_that_does_not_run() {
    let place = Place::new();
    tells_the_story(&place);
    let node = place.start();
    assert!(node.block.contains("2 users") && !node.block.contains("nobody has an account"), "{}", node.block);
    assert!(node.get("/v1/server").contains("\"name\":\"Mill Lane\""));
}

#[test]
fn a_wrong_folder_does_not_start_an_empty_server() {
    let place = Place::new();
    for wrong in [["admin", "users", "--data", "elsewhere"], ["admin", "--data", "elsewhere", "users"]] {
        let ended = place.run(&wrong);
        assert_eq!(ended.code, Some(1));
        assert!(ended.stderr.contains("there is no store at elsewhere/parlor.db"), "{}", ended.stderr);
        assert!(!place.path("elsewhere").exists());
    }
}
