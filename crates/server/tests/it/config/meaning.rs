use std::path::{Path, PathBuf};
use std::time::Duration;

use parlor_server::config::{Config, LogFormat, Origin, Sources, StoreLocation};
use parlor_types::{Limits, RegistrationMode};

use super::{environment, file, owned};

#[test]
fn an_empty_configuration_is_valid_and_embedded() {
    let config = Config::load(&Sources::default()).unwrap();
    assert_eq!(config, Config::default());
    assert_eq!(config, file("").unwrap());
    assert_eq!(config.listen, ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(config.store, StoreLocation::Sqlite(PathBuf::from("parlor-data/parlor.db")));
    assert_eq!(config.limits, Limits::DEFAULT);
    assert_eq!(config.registration, RegistrationMode::Invite);
    assert!(config.web && config.tls.is_none() && config.trusted_proxies.is_empty());
    assert!(config.metrics.is_some_and(|metrics| metrics.address.ip().is_loopback() && metrics.is_default));
}

#[test]
fn flags_win_over_the_environment_and_the_environment_over_the_file() {
    let sources = Sources {
        file: Some((PathBuf::from("parlor.toml"), "name = \"file\"\nweb = false\n[stop]\ndrain_seconds = 1".to_owned())),
        environment: owned(&[("PARLOR_NAME", "environment"), ("PARLOR_STOP_DRAIN_SECONDS", "2"), ("PATH", "x")]),
        flags: owned(&[("stop.drain_seconds", "3"), ("listen", "127.0.0.1:1, [::1]:2")]),
    };
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.name, "environment");
    assert_eq!(config.drain, Duration::from_secs(3));
    assert!(!config.web);
    assert_eq!(config.listen.iter().map(ToString::to_string).collect::<Vec<_>>(), ["127.0.0.1:1", "[::1]:2"]);
}

#[test]
fn paths_in_the_file_are_relative_to_its_folder() {
    let config = file("data = \"state\"\nstore = \"sqlite:chat.db\"\ntls = { certificate = \"a.pem\", key = \"/keys/b.pem\" }").unwrap();
    assert_eq!(config.data, Path::new("/etc/parlor/state"));
    assert_eq!(config.store, StoreLocation::Sqlite(PathBuf::from("/etc/parlor/state/chat.db")));
    let tls = config.tls.unwrap();
    assert_eq!((tls.certificate.as_path(), tls.key.as_path()), (Path::new("/etc/parlor/a.pem"), Path::new("/keys/b.pem")));
    let said_elsewhere = environment(&[("PARLOR_DATA", "state")]).unwrap();
    assert_eq!(said_elsewhere.data, Path::new("state"));
}

#[test]
fn a_store_outside_of_the_data_folder_is_named_by_its_whole_path() {
    for text in ["sqlite:/srv/chat.db", "sqlite:///srv/chat.db"] {
        assert_eq!(file(&format!("store = {text:?}")).unwrap().store, StoreLocation::Sqlite(PathBuf::from("/srv/chat.db")));
    }
}

#[test]
fn one_key_of_a_section_leaves_the_others_as_they_are() {
    let config = file("[rates.write]\nburst = 5\n[limits]\nheartbeat_ms = 10000").unwrap();
    assert_eq!(config.rates.write.burst, 5);
    assert_eq!(config.rates.write.per_minute, Config::default().rates.write.per_minute);
    assert_eq!((config.limits.heartbeat_ms, config.limits.dead_after_ms), (10_000, 25_000));
    assert_eq!(config.limits.pins_max, Limits::DEFAULT.pins_max);
}

#[test]
fn every_kind_of_value_is_read_from_the_environment() {
    let config = environment(&[
        ("PARLOR_REGISTRATION", "open"),
        ("PARLOR_WEB", "off"),
        ("PARLOR_LOG_FORMAT", "json"),
        ("PARLOR_LIMITS_GROUP_MEMBERS_MAX", "250"),
        ("PARLOR_METRICS_LISTEN", "off"),
        ("PARLOR_TRUSTED_PROXIES", "10.0.0.0/8,192.0.2.7"),
        ("PARLOR_PUBLIC_URL", "https://Chat.Example.org/"),
    ])
    .unwrap();
    assert_eq!(config.registration, RegistrationMode::Open);
    assert_eq!((config.web, config.log.format, config.limits.group_members_max), (false, LogFormat::Json, 250));
    assert_eq!(config.metrics, None);
    assert_eq!(config.link_origin().as_str(), "https://chat.example.org");
    assert!(config.trusts("10.1.2.3".parse().unwrap()) && config.trusts("192.0.2.7".parse().unwrap()));
    assert!(config.trusts("::ffff:10.1.2.3".parse().unwrap()), "an IPv4 address that arrived over IPv6 is the same address");
    assert!(!config.trusts("192.0.2.8".parse().unwrap()));
}

#[test]
fn links_never_carry_what_a_client_called_the_server() {
    assert_eq!(Config::default().link_origin().as_str(), "http://127.0.0.1:8080");
    assert_eq!(file("listen = [\"0.0.0.0:80\"]").unwrap().link_origin().as_str(), "http://localhost");
}

#[test]
fn pages_of_the_server_itself_and_listed_origins_may_use_it() {
    let origin = |text: &str| text.parse::<Origin>().unwrap();
    let config = file("public_url = \"https://chat.example.org\"\nallowed_origins = [\"https://app.example.org\"]").unwrap();
    assert!(config.allows_origin(&origin("https://chat.example.org"), None));
    assert!(config.allows_origin(&origin("https://app.example.org:443"), None));
    for stranger in ["http://chat.example.org", "https://chat.example.org.evil.example", "https://chat.example.org:8443", "https://evil.example"] {
        assert!(!config.allows_origin(&origin(stranger), Some("evil.example")), "{stranger} was let in");
    }
    let unnamed = Config::default();
    assert!(unnamed.allows_origin(&origin("http://192.0.2.1:8080"), Some("192.0.2.1:8080")));
    assert!(!unnamed.allows_origin(&origin("http://evil.example"), Some("192.0.2.1:8080")));
    assert!(!unnamed.allows_origin(&origin("http://192.0.2.1:8080"), None));
}

#[test]
fn what_a_container_platform_injects_is_not_taken_for_a_key() {
    let injected = [("PARLOR_SERVICE_HOST", "10.0.0.1"), ("PARLOR_PORT", "tcp://10.0.0.1:80"), ("PARLOR_PORT_80_TCP_ADDR", "10.0.0.1")];
    assert_eq!(environment(&injected).unwrap(), Config::default());
    assert_eq!(
        environment(&[("PARLOR_SERVER", "https://chat.example.org"), ("PARLOR_PASSWORD", "x")]).unwrap(),
        Config::default(),
        "`parlor chat` reads these"
    );
}
