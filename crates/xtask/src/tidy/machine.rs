//! Nothing that is committed may depend on, or tell of, the machine it was written on.

use super::Finding;

// Put together from halves, so that this file does not find itself.
const PATHS: [&str; 2] = [concat!("/wor", "k/"), concat!("/roo", "t/")];
const HOSTS: [&str; 8] = [
    concat!("registry.npm", "js.org"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("deb.debian", ".org"),
    concat!("security.debian", ".org"),
    concat!("proxy.golang", ".org"),
];

/// No path of one machine.
pub(super) fn paths(path: &str, text: &str) -> Vec<Finding> {
    lines_with(text, &PATHS, is_start_of_path)
        .map(|(line, name)| Finding::new(path, line, format!("names `{name}`, a path of one machine")))
        .collect()
}

/// No host of a package registry: a lock file that names one pins everybody to it.
pub(super) fn hosts(path: &str, text: &str) -> Vec<Finding> {
    lines_with(text, &HOSTS, |_| true).map(|(line, name)| Finding::new(path, line, format!("names the registry host `{name}`"))).collect()
}

fn lines_with<'text>(
    text: &'text str,
    names: &'static [&'static str],
    counts: fn(before: &str) -> bool,
) -> impl Iterator<Item = (usize, &'static str)> + 'text {
    text.lines().enumerate().filter_map(move |(index, line)| {
        let name = names.iter().find(|name| line.match_indices(**name).any(|(at, _)| counts(&line[..at])))?;
        Some((index + 1, *name))
    })
}

/// `docs/work/…` and `https://example.org/root/` are no paths of a machine.
fn is_start_of_path(before: &str) -> bool {
    before.chars().next_back().is_none_or(|letter| !letter.is_alphanumeric() && !"/.~_-}$>".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_a_machine_are_found() {
        let text = format!("fine\ndata = \"{}main\"\n", PATHS[0]);
        assert_eq!(paths("docs/setup.md", &text).iter().map(|finding| finding.line).collect::<Vec<_>>(), [2]);
        assert_eq!(paths("docs/setup.md", "see docs/work/plan and example.org/root/page"), []);
    }

    #[test]
    fn registry_hosts_are_found() {
        let text = format!("\"resolved\": \"https://{}/react/-/react-19.0.0.tgz\"", HOSTS[0]);
        assert_eq!(hosts("web/package-lock.json", &text).len(), 1);
        assert_eq!(hosts("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""), []);
    }
}
