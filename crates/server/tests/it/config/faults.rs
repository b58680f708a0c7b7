use parlor_server::config::Sources;

use super::{environment, file, owned, refusal};

#[test]
fn unknown_keys_name_the_nearest_right_one() {
    for (text, hint) in [
        ("listn = []", "listn (in /etc/parlor/parlor.toml) is not a key; did you mean listen?"),
        ("certificate = \"x\"", "certificate (in /etc/parlor/parlor.toml) is not a key; did you mean tls.certificate?"),
        ("[limit]\npins_max = 3", "did you mean limits?"),
        ("[limits]\npin_max = 3", "did you mean limits.pins_max?"),
        ("[log]\nlevle = \"info\"", "did you mean log.level?"),
        ("zzzzzzzz = 1", "docs/generated/config.md lists all keys"),
    ] {
        let printed = refusal(file(text));
        assert!(printed.contains(hint), "{printed}");
    }
    let printed = refusal(environment(&[("PARLOR_LISTN", "x")]));
    assert!(printed.contains("PARLOR_LISTN sets no key (listn is unknown); the nearest is PARLOR_LISTEN"), "{printed}");
    let flags = Sources { flags: owned(&[("log.lvel", "info")]), ..Sources::default() };
    let printed = refusal(parlor_server::config::Config::load(&flags));
    assert!(printed.contains("log.lvel (in the command line) is not a key; did you mean log.level?"), "{printed}");
}

#[test]
fn wrong_types_and_bounds_say_what_would_be_right() {
    for (text, problem) in [
        ("web = \"yes\"", "web (in /etc/parlor/parlor.toml) must be true or false, not \"yes\""),
        ("listen = \"127.0.0.1:1\"", "listen (in /etc/parlor/parlor.toml) must be a list of texts"),
        ("registration = \"everybody\"", "must be one of \"open\", \"invite\", \"closed\", not \"everybody\""),
        ("[limits]\ngroup_members_max = 1", "limits.group_members_max (in /etc/parlor/parlor.toml) must be a whole number from 2 to 10000, not 1"),
        ("[limits]\ngroup_members_max = 10001", "from 2 to 10000, not 10001"),
        ("[limits]\ngroup_members_max = -5", "not -5"),
        ("[limits]\ngroup_members_max = 2.5", "not 2.5"),
        ("name = 7", "name (in /etc/parlor/parlor.toml) must be a text in quotes, not 7"),
        ("log = \"debug\"", "log (in /etc/parlor/parlor.toml) is a section: write [log] and its keys on the lines below"),
        ("name = ", "/etc/parlor/parlor.toml is not TOML"),
    ] {
        let printed = refusal(file(text));
        assert!(printed.contains(problem), "{printed}");
    }
    assert!(file("[limits]\ngroup_members_max = 2").is_ok() && file("[limits]\ngroup_members_max = 10000").is_ok());
}

#[test]
fn values_that_cannot_be_meant_name_their_key_and_the_fix() {
    for (text, problem) in [
        ("public_url = \"chat.example.org\"", "public_url must be a scheme and a host, such as \"https://chat.example.org\""),
        ("public_url = \"https://example.org/chat\"", "public_url must be"),
        ("listen = [\"8080\"]", "listen must be an address and a port, such as \"0.0.0.0:8080\""),
        ("listen = []", "listen must name at least one address"),
        ("store = \"postgres://db/parlor\"", "store names a store of the kind \"postgres\"; this version supports sqlite: only"),
        ("store = \"parlor.db\"", "store must begin with the kind of store; write \"sqlite:parlor.db\""),
        ("store = \"sqlite:\"", "store must name a file"),
        ("trusted_proxies = [\"10.0.0.0/33\"]", "trusted_proxies must be addresses or networks"),
        ("allowed_origins = [\"*\"]", "allowed_origins must be a scheme and a host"),
        ("[tls]\nkey = \"k\"", "tls.certificate is missing"),
        ("[tls]\ncertificate = \"c\"", "tls.key is missing"),
        ("[log]\nlevel = \"parlor=loud\"", "log.level must be error, warn, info, debug or trace"),
        ("name = \" \"", "name must be one line of 1 to 64 characters"),
        ("[metrics]\nlisten = \"on\"", "metrics.listen must be an address and a port"),
    ] {
        let printed = refusal(file(text));
        assert!(printed.contains(problem), "{printed}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let unread = refusal(file("listn = []\nweb = 1\n[log]\nlevle = \"x\"\n[tls]\nkey = 3"));
    assert_eq!(unread.lines().count(), 5, "{unread}");
    let unmeant = refusal(file("listen = [\"x\", \"y\"]\nstore = \"s3:x\"\npublic_url = \"x\""));
    assert_eq!(unmeant.lines().count(), 5, "{unmeant}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let missing = Sources::gather(Some(std::path::Path::new("/nowhere/parlor.toml")), Vec::new()).unwrap_err().to_string();
    assert!(missing.contains("/nowhere/parlor.toml could not be read"), "{missing}");
}
