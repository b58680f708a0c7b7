//! Reads a Rust file as a flat list of tokens that know their line and whether they belong to a test.
//!
//! Tokens and not text, so that comments and strings never match; tokens and not a syntax tree, because what stands inside
//! `select!` or `proptest!` counts as well.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Finding;

/// A Rust file, ready for the checks.
pub(super) struct RustFile {
    pub(super) path: String,
    pub(super) tokens: Vec<Token>,
}

/// One word, punctuation character, literal, or bracket.
#[derive(Clone)]
pub(super) struct Token {
    pub(super) text: String,
    pub(super) line: usize,
    /// Inside a test function, a `#[cfg(test)]` item or a file of tests.
    pub(super) in_test: bool,
    pub(super) is_literal: bool,
}

impl RustFile {
    /// Reads a file; text that is not Rust is itself a finding.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Finding> {
        let stream: TokenStream = text.parse().map_err(|error| Finding::new(path, 0, format!("could not be read as Rust: {error}")))?;
        let mut tokens = Vec::new();
        flatten(stream, is_test_path(path), &mut tokens);
        Ok(Self { path: path.to_owned(), tokens })
    }

    /// The crate's folder name, such as `store-sqlite`.
    pub(super) fn crate_name(&self) -> Option<&str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    /// Every place where the tokens begin with this pattern, written as Rust: `"tokio::spawn"`.
    pub(super) fn find<'file>(&'file self, pattern: &str) -> impl Iterator<Item = Match<'file>> {
        let words = tokens_of(pattern);
        (0..self.tokens.len()).filter_map(move |start| {
            let candidate = self.tokens.get(start..start + words.len())?;
            let matches = candidate.iter().zip(&words).all(|(token, word)| !token.is_literal && token.text == *word);
            matches.then(|| Match { file: self, start, end: start + words.len() })
        })
    }
}

/// A place where a pattern was found.
pub(super) struct Match<'file> {
    file: &'file RustFile,
    start: usize,
    end: usize,
}

impl<'file> Match<'file> {
    /// The first token of the match.
    pub(super) fn token(&self) -> &'file Token {
        &self.file.tokens[self.start]
    }

    /// The tokens before the match, nearest last.
    pub(super) fn before(&self) -> &'file [Token] {
        &self.file.tokens[..self.start]
    }

    /// The tokens after the match.
    pub(super) fn after(&self) -> &'file [Token] {
        &self.file.tokens[self.end..]
    }

    /// A finding at this place.
    pub(super) fn finding(&self, message: impl Into<String>) -> Finding {
        Finding::new(&self.file.path, self.token().line, message)
    }
}

/// The tokens up to the bracket that closes what the slice begins inside of.
pub(super) fn inside_brackets(tokens: &[Token]) -> &[Token] {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            _ if token.is_literal => {}
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth == 0 => return &tokens[..index],
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
    }
    tokens
}

/// Whether the whole file is test code. A conformance suite is: back ends run it as their tests.
fn is_test_path(path: &str) -> bool {
    const FOLDERS: [&str; 3] = ["/tests/", "/benches/", "/conformance/"];
    FOLDERS.iter().any(|folder| path.contains(folder)) || path.ends_with("/tests.rs") || path.ends_with("_tests.rs")
}

/// Words stay whole, each other character is a token of its own.
fn tokens_of(pattern: &str) -> Vec<String> {
    let mut tokens: Vec<String> = Vec::new();
    let mut in_word = false;
    for letter in pattern.chars() {
        let is_word = letter.is_alphanumeric() || letter == '_';
        match tokens.last_mut() {
            Some(word) if is_word && in_word => word.push(letter),
            _ if letter == ' ' => {}
            _ => tokens.push(letter.to_string()),
        }
        in_word = is_word;
    }
    tokens
}

fn flatten(stream: TokenStream, in_test: bool, tokens: &mut Vec<Token>) {
    // Set by a test attribute; holds until the item it stands on ends.
    let mut item_is_test = false;
    let mut after_hash = false;
    for tree in stream {
        let line = tree.span().start().line;
        let here = in_test || item_is_test;
        match tree {
            TokenTree::Group(group) => {
                let is_attribute = after_hash && group.delimiter() == Delimiter::Bracket;
                let (open, close) = brackets(group.delimiter());
                item_is_test |= is_attribute && marks_test(&group.stream());
                let here = in_test || item_is_test;
                tokens.extend(bracket(open, line, here));
                flatten(group.stream(), here, tokens);
                tokens.extend(bracket(close, group.span_close().start().line, here));
                if group.delimiter() == Delimiter::Brace {
                    item_is_test = false;
                }
                after_hash = false;
            }
            TokenTree::Punct(punct) => {
                let letter = punct.as_char();
                tokens.push(Token { text: letter.to_string(), line, in_test: here, is_literal: false });
                if letter == ';' {
                    item_is_test = false;
                }
                // `#!` begins an inner attribute.
                after_hash = letter == '#' || (after_hash && letter == '!');
            }
            TokenTree::Ident(ident) => {
                tokens.push(Token { text: ident.to_string(), line, in_test: here, is_literal: false });
                after_hash = false;
            }
            TokenTree::Literal(literal) => {
                tokens.push(Token { text: literal.to_string(), line, in_test: here, is_literal: true });
                after_hash = false;
            }
        }
    }
}

fn brackets(delimiter: Delimiter) -> (&'static str, &'static str) {
    match delimiter {
        Delimiter::Parenthesis => ("(", ")"),
        Delimiter::Brace => ("{", "}"),
        Delimiter::Bracket => ("[", "]"),
        Delimiter::None => ("", ""),
    }
}

/// The invisible brackets of macro expansion have no text and make no token.
fn bracket(text: &str, line: usize, in_test: bool) -> Option<Token> {
    (!text.is_empty()).then(|| Token { text: text.to_owned(), line, in_test, is_literal: false })
}

/// `#[test]`, `#[tokio::test(..)]`, `#[cfg(test)]`; not `#[cfg(not(test))]`.
fn marks_test(attribute: &TokenStream) -> bool {
    let words: Vec<String> = attribute.clone().into_iter().map(|tree| tree.to_string()).collect();
    match words.first().map(String::as_str) {
        Some("cfg") => {
            words.get(1).is_some_and(|condition| condition.contains("test") && !condition.contains("not") && !condition.contains("feature"))
        }
        Some("cfg_attr") | None => false,
        Some(_) => {
            let path: Vec<&String> = words.iter().filter(|word| !word.starts_with('(')).collect();
            path.last().is_some_and(|last| *last == "test")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> RustFile {
        RustFile::parse("crates/types/src/lib.rs", text).unwrap_or_else(|finding| panic!("{finding}"))
    }

    fn is_test(text: &str, word: &str) -> bool {
        let file = read(text);
        let found = file.find(word).next();
        found.unwrap_or_else(|| panic!("no {word}")).token().in_test
    }

    #[test]
    fn comments_and_strings_never_match() {
        let file = read("// tokio::spawn\nfn f() { let s = \"tokio::spawn\"; }");
        assert_eq!(file.find("tokio::spawn").count(), 0);
    }

    #[test]
    fn matches_inside_macros_carry_their_line() {
        let file = read("fn f() {\n  select! {\n    _ = a => tokio::spawn(b),\n  }\n}");
        let lines: Vec<usize> = file.find("tokio::spawn").map(|found| found.token().line).collect();
        assert_eq!(lines, [3]);
    }

    #[test]
    fn test_code_is_known_as_such() {
        assert!(is_test("#[test]\nfn f() { inside(); }", "inside"));
        assert!(is_test("#[tokio::test(start_paused = true)]\nasync fn f() { inside(); }", "inside"));
        assert!(is_test("#[cfg(test)]\nmod tests { fn f() { inside(); } }", "inside"));
        assert!(is_test("proptest! { #[test] fn g3_order(x in 0..3) { inside(); } }", "g3_order"));
        assert!(!is_test("#[cfg(test)]\nmod tests;\nfn f() { inside(); }", "inside"));
        assert!(!is_test("#[cfg(not(test))]\nfn f() { inside(); }", "inside"));
        assert!(!is_test("#[test]\nfn f() {}\nfn g() { inside(); }", "inside"));
    }

    #[test]
    fn files_under_tests_are_tests() {
        let file = RustFile::parse("crates/types/tests/it/main.rs", "fn f() {}");
        assert!(file.is_ok_and(|file| file.tokens.iter().all(|token| token.in_test)));
    }

    #[test]
    fn what_is_not_rust_is_a_finding() {
        assert!(RustFile::parse("crates/types/src/lib.rs", "fn f( {").is_err());
    }

    #[test]
    fn brackets_are_followed_to_their_end() {
        let file = read("f(a(1), b) + c");
        let inside = inside_brackets(&file.tokens[2..]);
        let text: Vec<&str> = inside.iter().map(|token| token.text.as_str()).collect();
        assert_eq!(text, ["a", "(", "1", ")", ",", "b"]);
    }
}
