//! Values go into SQL as bound parameters, never as text.

use super::Finding;
use super::rust::{RustFile, Token, inside_brackets};

/// No SQL text is put together by formatting, and no formatted text is handed to a statement.
pub(super) fn formatted(file: &RustFile) -> Vec<Finding> {
    let patterns = ["format!(", "write!(", "writeln!(", "format_args!("];
    let found = patterns.into_iter().flat_map(|pattern| file.find(pattern));
    found
        .filter(|found| {
            let template = inside_brackets(found.after()).iter().find(|token| token.is_literal);
            template.is_some_and(|literal| is_sql_with_placeholder(&literal.text)) || is_argument_of_statement(found.before())
        })
        .map(|found| found.finding("formats a value into SQL instead of binding it"))
        .collect()
}

fn is_sql_with_placeholder(literal: &str) -> bool {
    const VERBS: [&str; 14] =
        ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "CREATE", "DROP", "ALTER", "PRAGMA", "VACUUM", "ATTACH", "WITH", "WHERE", "SAVEPOINT"];
    let text = literal.trim_start_matches(['r', '#', '"', ' ', '\n', '\\']);
    let first = text.split(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    VERBS.contains(&first) && literal.contains('{')
}

/// `connection.execute(&format!(…` and its kind.
fn is_argument_of_statement(before: &[Token]) -> bool {
    const METHODS: [&str; 9] =
        ["execute", "execute_batch", "prepare", "prepare_cached", "query", "query_one", "query_row", "query_opt", "batch_execute"];
    let mut backwards = before.iter().rev().map(|token| token.text.as_str());
    let mut next = backwards.next();
    if next == Some("&") {
        next = backwards.next();
    }
    next == Some("(") && backwards.next().is_some_and(|method| METHODS.contains(&method)) && backwards.next() == Some(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(text: &str) -> usize {
        let file = RustFile::parse("crates/store-sqlite/src/lib.rs", text).unwrap_or_else(|finding| panic!("{finding}"));
        formatted(&file).len()
    }

    #[test]
    fn formatted_sql_is_found() {
        assert_eq!(count(r#"fn f() { format!("SELECT * FROM users WHERE handle = '{handle}'"); }"#), 1);
        assert_eq!(count(r##"fn f() { format!(r#" DELETE FROM {}"#, table); }"##), 1);
        assert_eq!(count("fn f() { connection.execute(&format!(\"{sql}\"), []); }"), 1);
        assert_eq!(count("fn f() { connection.prepare(format!(\"{sql}\").as_str()); }"), 1);
    }

    #[test]
    fn bound_sql_and_ordinary_text_are_fine() {
        assert_eq!(count(r#"fn f() { connection.execute("DELETE FROM users WHERE id = ?1", [id]); }"#), 0);
        assert_eq!(count(r#"fn f() { format!("SELECTED {count}"); }"#), 0);
        assert_eq!(count(r#"fn f() { format!("could not update {name}"); }"#), 0);
        assert_eq!(count("fn f() { engine.execute(actor, command); }"), 0);
    }
}
