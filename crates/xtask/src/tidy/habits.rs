//! Habits of Rust code that are seen in its tokens: tasks, channels, time, tests, lints.

use super::Finding;
use super::rust::{Match, RustFile, Token, inside_brackets};

/// Crates that, like every crate's examples, are never part of a running node; they may start threads and read the clock as they like.
const DEVELOPMENT_CRATES: [&str; 4] = ["bench", "sim", "test-support", "xtask"];

/// Places that may ask the machine for the time: the implementations of the clock.
const CLOCK_PLACES: [(&str, &str); 1] = [("crates/types/src/time.rs", "the system clock behind the Clock trait")];

/// Module names that say nothing of what is inside.
pub(super) const EMPTY_NAMES: [&str; 7] = ["common", "utils", "helpers", "core", "misc", "manager", "globals"];

/// A task or thread started without the tracker has no name and nobody waits for it at the end.
pub(super) fn bare_spawn(file: &RustFile) -> Vec<Finding> {
    if is_development(file) {
        return Vec::new();
    }
    let patterns = ["tokio::spawn", "task::spawn", "task::spawn_local", "thread::spawn"];
    outside_tests(file, &patterns).map(|found| found.finding("starts a task or thread without a name and without a tracker")).collect()
}

/// A channel without a bound hides an overload until the memory is gone.
pub(super) fn channel_without_bound(file: &RustFile) -> Vec<Finding> {
    let by_name = outside_tests(file, &["unbounded_channel", "UnboundedSender", "UnboundedReceiver", "channel::unbounded"]);
    // The standard library's `channel()` takes no bound; every bounded one takes it as an argument.
    let std_channel = outside_tests(file, &["mpsc::channel"]).filter(|found| calls_without_arguments(found.after()));
    by_name.chain(std_channel).map(|found| found.finding("makes a channel without a bound")).collect()
}

/// Time comes from the clock that is handed in, or tests could not move it. Tokio's `Instant` is for timers and obeys tests.
pub(super) fn clock(file: &RustFile) -> Vec<Finding> {
    if is_development(file) || is_listed(file, &CLOCK_PLACES) {
        return Vec::new();
    }
    let wall = outside_tests(file, &["SystemTime::now", "Utc::now", "Local::now", "Timestamp::now", "Zoned::now"]);
    let monotonic = outside_tests(file, &["Instant::now"])
        .filter(|found| !ends_with(found.before(), &["tokio", ":", ":", "time", ":", ":"]) && !imports_tokio_instant(file));
    wall.chain(monotonic).map(|found| found.finding("asks the machine for the time instead of the Clock it was given")).collect()
}

/// A test that does not run guards nothing.
pub(super) fn ignored_test(file: &RustFile) -> Vec<Finding> {
    file.find("#[ignore").map(|found| found.finding("ignores a test")).collect()
}

/// A test waits for a condition, with a bound; a sleep is either too short or too long.
pub(super) fn sleep_in_test(file: &RustFile) -> Vec<Finding> {
    ["thread::sleep", "time::sleep", "sleep("]
        .into_iter()
        .flat_map(|pattern| file.find(pattern))
        .filter(|found| found.token().in_test)
        // `time::sleep(` would be found twice.
        .filter(|found| !(found.token().text == "sleep" && ends_with(found.before(), &[":"])))
        .map(|found| found.finding("sleeps in a test instead of waiting for a condition"))
        .collect()
}

/// A lint that is switched off says why.
pub(super) fn reasonless_allow(file: &RustFile) -> Vec<Finding> {
    ["#[allow(", "#![allow(", "#[expect(", "#![expect("]
        .into_iter()
        .flat_map(|pattern| file.find(pattern))
        .filter(|found| inside_brackets(found.after()).iter().all(|token| token.text != "reason"))
        .map(|found| found.finding("switches a lint off without a reason"))
        .collect()
}

/// Modules are named for what is inside.
pub(super) fn module_name(file: &RustFile) -> Vec<Finding> {
    file.find("mod")
        .filter(|found| found.after().first().is_some_and(|name| EMPTY_NAMES.contains(&name.text.as_str())))
        .map(|found| found.finding("names a module for nothing that is inside"))
        .collect()
}

/// The rules are pure: they take values and the time, and give back events or a refusal.
pub(super) fn async_in_domain(file: &RustFile) -> Vec<Finding> {
    if file.crate_name() != Some("domain") {
        return Vec::new();
    }
    outside_tests(file, &["async", "await"]).map(|found| found.finding("is asynchronous; the rules of `domain` are pure")).collect()
}

fn is_development(file: &RustFile) -> bool {
    file.crate_name().is_some_and(|name| DEVELOPMENT_CRATES.contains(&name)) || file.path.contains("/examples/")
}

fn is_listed(file: &RustFile, places: &[(&str, &str)]) -> bool {
    places.iter().any(|(path, _)| file.path == *path)
}

fn outside_tests<'file>(file: &'file RustFile, patterns: &[&'static str]) -> impl Iterator<Item = Match<'file>> {
    let found: Vec<_> = patterns.iter().flat_map(|pattern| file.find(pattern)).collect();
    found.into_iter().filter(|found| !found.token().in_test)
}

/// `()` or `::<T>()`.
fn calls_without_arguments(after: &[Token]) -> bool {
    let open = after.iter().position(|token| token.text == "(");
    let only_types_before = |index: usize| index == 0 || after[0].text == ":";
    open.is_some_and(|index| only_types_before(index) && after.get(index + 1).is_some_and(|token| token.text == ")"))
}

fn ends_with(tokens: &[Token], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens[tokens.len() - words.len()..].iter().zip(words).all(|(token, word)| token.text == *word)
}

fn imports_tokio_instant(file: &RustFile) -> bool {
    file.find("use tokio").any(|found| {
        let statement: Vec<&str> = found.after().iter().take_while(|token| token.text != ";").map(|token| token.text.as_str()).collect();
        statement.contains(&"time") && statement.contains(&"Instant")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(check: fn(&RustFile) -> Vec<Finding>, path: &str, text: &str) -> usize {
        let file = RustFile::parse(path, text).unwrap_or_else(|finding| panic!("{finding}"));
        check(&file).len()
    }

    const ENGINE: &str = "crates/engine/src/hub.rs";

    #[test]
    fn bare_spawns_are_found_where_they_count() {
        let bad = "fn f() { tokio::spawn(async {}); std::thread::spawn(|| ()); }";
        assert_eq!(count(bare_spawn, ENGINE, bad), 2);
        assert_eq!(count(bare_spawn, "crates/sim/src/main.rs", bad), 0);
        assert_eq!(count(bare_spawn, "crates/engine/tests/it/main.rs", bad), 0);
        assert_eq!(count(bare_spawn, "crates/store-sqlite/examples/append.rs", bad), 0);
        assert_eq!(count(bare_spawn, ENGINE, "fn f() { tracker.spawn(async {}); }"), 0);
    }

    #[test]
    fn unbounded_channels_are_found() {
        assert_eq!(count(channel_without_bound, ENGINE, "fn f() { let (a, b) = mpsc::unbounded_channel(); }"), 1);
        assert_eq!(count(channel_without_bound, ENGINE, "fn f() { let (a, b) = std::sync::mpsc::channel(); }"), 1);
        assert_eq!(count(channel_without_bound, ENGINE, "fn f() { let (a, b) = mpsc::channel::<u8>(); }"), 1);
        assert_eq!(count(channel_without_bound, ENGINE, "fn f() { let (a, b) = mpsc::channel(16); }"), 0);
        assert_eq!(count(channel_without_bound, ENGINE, "fn f() { let (a, b) = mpsc::channel::<u8>(size()); }"), 0);
        assert_eq!(count(channel_without_bound, ENGINE, "fn f() { let (a, b) = mpsc::sync_channel(1); }"), 0);
    }

    #[test]
    fn time_comes_from_the_clock() {
        assert_eq!(count(clock, ENGINE, "fn f() { std::time::SystemTime::now(); }"), 1);
        assert_eq!(count(clock, ENGINE, "use std::time::Instant; fn f() { Instant::now(); }"), 1);
        assert_eq!(count(clock, ENGINE, "fn f() { jiff::Timestamp::now(); }"), 1);
        assert_eq!(count(clock, ENGINE, "use tokio::time::{self, Instant}; fn f() { Instant::now(); }"), 0);
        assert_eq!(count(clock, ENGINE, "fn f() { tokio::time::Instant::now(); }"), 0);
        assert_eq!(count(clock, ENGINE, "fn f(clock: &dyn Clock) { clock.now(); }"), 0);
        assert_eq!(count(clock, CLOCK_PLACES[0].0, "fn f() { SystemTime::now(); }"), 0);
    }

    #[test]
    fn ignored_tests_are_found() {
        assert_eq!(count(ignored_test, ENGINE, "#[test]\n#[ignore]\nfn f() {}"), 1);
        assert_eq!(count(ignored_test, ENGINE, "#[test]\n#[ignore = \"slow\"]\nfn f() {}"), 1);
        assert_eq!(count(ignored_test, ENGINE, "#[test]\nfn ignore() {}"), 0);
    }

    #[test]
    fn sleeps_are_found_in_tests_only() {
        let sleeping = "#[tokio::test]\nasync fn f() { tokio::time::sleep(x).await; std::thread::sleep(x); }";
        assert_eq!(count(sleep_in_test, ENGINE, sleeping), 2);
        assert_eq!(count(sleep_in_test, ENGINE, "#[test]\nfn f() { sleep(x); }"), 1);
        assert_eq!(count(sleep_in_test, ENGINE, "async fn f() { tokio::time::sleep(x).await; }"), 0);
        assert_eq!(count(sleep_in_test, ENGINE, "#[test]\nfn f() { eventually(|| done()); }"), 0);
    }

    #[test]
    fn lints_are_switched_off_with_a_reason() {
        assert_eq!(count(reasonless_allow, ENGINE, "#[allow(dead_code)]\nfn f() {}"), 1);
        assert_eq!(count(reasonless_allow, ENGINE, "#![allow(clippy::unwrap_used)]"), 1);
        assert_eq!(count(reasonless_allow, ENGINE, "#[allow(dead_code, reason = \"read by serde\")]\nfn f() {}"), 0);
        assert_eq!(count(reasonless_allow, ENGINE, "#[expect(dead_code)]\nfn f() {}"), 1);
    }

    #[test]
    fn modules_have_names_that_say_something() {
        assert_eq!(count(module_name, ENGINE, "mod utils;"), 1);
        assert_eq!(count(module_name, ENGINE, "pub mod core { }"), 1);
        assert_eq!(count(module_name, ENGINE, "mod hub;"), 0);
    }

    #[test]
    fn the_rules_are_pure() {
        assert_eq!(count(async_in_domain, "crates/domain/src/lib.rs", "pub async fn f() {}"), 1);
        assert_eq!(count(async_in_domain, "crates/domain/src/lib.rs", "pub fn f() {}"), 0);
        assert_eq!(count(async_in_domain, ENGINE, "pub async fn f() {}"), 0);
    }
}
