//! Habits of the web client's TypeScript that its own lint does not check.

use super::files::is_generated;
use super::{Finding, has_extension};

/// What makes a test green without making it true, with what to do instead.
const SHORTCUTS: [(&str, &str); 9] = [
    ("@ts-ignore", "switches the type checker off"),
    ("@ts-nocheck", "switches the type checker off"),
    ("test.skip(", "skips a test"),
    ("it.skip(", "skips a test"),
    ("describe.skip(", "skips tests"),
    ("test.only(", "skips every other test"),
    ("it.only(", "skips every other test"),
    ("describe.only(", "skips every other test"),
    ("waitForTimeout(", "sleeps in a test instead of waiting for a condition"),
];

/// No test is skipped and no type is silenced.
pub(super) fn shortcuts(path: &str, text: &str) -> Vec<Finding> {
    if !path.starts_with("web/") || !(has_extension(path, "ts") || has_extension(path, "tsx")) || is_generated(path) {
        return Vec::new();
    }
    let lines = text.lines().enumerate();
    lines
        .flat_map(|(index, line)| SHORTCUTS.iter().map(move |shortcut| (index + 1, line, shortcut)))
        .filter(|(_, line, (pattern, _))| line.contains(pattern))
        .map(|(line, _, (_, fault))| Finding::new(path, line, *fault))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipped_tests_and_silenced_types_are_found() {
        let bad = "test.skip('later', () => {})\n// @ts-ignore\nawait page.waitForTimeout(500)\n";
        assert_eq!(shortcuts("web/e2e/group.test.ts", bad).len(), 3);
    }

    #[test]
    fn ordinary_tests_are_fine() {
        let good = "test('skip to newest', async () => { await expect(row).toBeVisible() })\n";
        assert_eq!(shortcuts("web/e2e/group.test.ts", good), []);
        assert_eq!(shortcuts("docs/a.ts", "test.skip("), []);
    }
}
