use crate::node::Place;

const COMMANDS: [&[&str]; 23] = [
    &[],
    &["serve"],
    &["chat"],
    &["chat", "login"],
    &["chat", "register"],
    &["chat", "logout"],
    &["chat", "send"],
    &["admin"],
    &["admin", "users"],
    &["admin", "create-user"],
    &["admin", "reset-password"],
    &["admin", "disable"],
    &["admin", "enable"],
    &["admin", "make-admin"],
    &["admin", "remove-admin"],
    &["admin", "invite"],
    &["admin", "invites"],
    &["admin", "revoke-invite"],
    &["admin", "set"],
    &["backup"],
    &["restore"],
    &["check"],
    &["check-config"],
];

#[test]
fn every_command_says_what_it_does() {
    let place = Place::new();
    let mut shown = String::new();
    for command in COMMANDS {
        let arguments: Vec<&str> = command.iter().copied().chain(["--help"]).collect();
        let help = place.done(&arguments);
        shown.extend(["$ parlor ", &arguments.join(" "), "\n", &help, "\n"]);
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let place = Place::new();
    for wrong in [&["serv"][..], &["serve", "--lisen", "x"], &["admin", "invite", "--uses", "0"], &["serve", "--set", "name"], &[]] {
        assert_eq!(place.run(wrong).code, Some(2), "{wrong:?}");
    }
    assert!(place.done(&["--version"]).starts_with("parlor 0."));
}
