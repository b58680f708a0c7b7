//! Makes what others wrote harmless in a terminal: no control character, no change of writing direction that reaches past its line.

use std::fmt::Write as _;

/// The text on one line: control characters are shown as `\u{1b}`, line ends as `↵`.
pub(crate) fn line(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => safe.push('↵'),
            '\t' => safe.push(' '),
            _ if is_dangerous(character) => {
                // Writing into a string does not fail.
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(character));
            }
            _ => safe.push(character),
        }
    }
    safe
}

/// The lines of a text, each made harmless.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = String> {
    text.split('\n').map(|part| line(part.strip_suffix('\r').unwrap_or(part)))
}

/// Control characters of both sets, line and paragraph separators, marks that turn the direction of writing, and tags that nobody sees.
fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_comes_through() {
        assert_eq!(line("\u{1b}[2J\u{1b}]0;title\u{7}"), "\\u{1b}[2J\\u{1b}]0;title\\u{7}");
        assert_eq!(line("a\rb\u{8}\u{7f}\u{9b}31m"), "a\\u{d}b\\u{8}\\u{7f}\\u{9b}31m");
        assert_eq!(line("abc\u{202e}def\u{2066}"), "abc\\u{202e}def\\u{2066}");
        assert_eq!(line("two\nlines\tand é 👍🏽 שלום"), "two↵lines and é 👍🏽 שלום");
        assert_eq!(lines("one\r\ntwo\n\u{0}").collect::<Vec<_>>(), ["one", "two", "\\u{0}"]);
        for code in (0..=0x10_ffff).filter_map(char::from_u32) {
            assert!(!line(&code.to_string()).chars().any(char::is_control), "{code:?} came through");
        }
    }
}
