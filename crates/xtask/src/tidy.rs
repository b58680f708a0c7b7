//! Style as a test: the import table between crates, and the habits that neither the compiler nor clippy can check.
//!
//! Every check is a pure function over the text of a file (or of all files) that returns [`Finding`]s, with unit tests on
//! a good and a bad sample. To add one: write the function in the module of its subject, and name it in [`check_file`] or
//! [`check_tree`]. A check has no list of known faults: what it finds is mended, or the habit is changed for everyone.

mod files;
mod habits;
mod imports;
mod links;
mod machine;
mod manifests;
mod promises;
mod rust;
mod script;
mod sql;

use std::fmt;

use anyhow::{Context as _, Result, bail};

use crate::tree::Tree;
use rust::RustFile;

/// One place that breaks a habit.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    path: String,
    /// Counted from 1; 0 when the whole file is meant.
    line: usize,
    message: String,
}

/// A file of the tree whose content is text.
struct TextFile {
    /// Relative to the root, with slashes.
    path: String,
    text: String,
}

/// Checks the whole tree, prints what it finds, and fails when there is anything.
pub(crate) fn run(tree: &Tree) -> Result<()> {
    let files = read_text_files(tree)?;
    let mut findings = Vec::new();
    let mut rust_files = Vec::new();
    for file in &files {
        check_file(file, &mut findings);
        if is_rust(&file.path) {
            match RustFile::parse(&file.path, &file.text) {
                Ok(rust_file) => rust_files.push(rust_file),
                Err(finding) => findings.push(finding),
            }
        }
    }
    check_tree(tree, &files, &rust_files, &mut findings)?;

    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings in {} files looked at", findings.len(), files.len());
    }
    println!("tidy: nothing to mend in {} files", files.len());
    Ok(())
}

/// The checks that need one file's text and nothing else.
fn check_file(file: &TextFile, findings: &mut Vec<Finding>) {
    let TextFile { path, text } = file;
    findings.extend(files::size(path, text));
    findings.extend(files::name(path));
    findings.extend(files::module_docs(path, text));
    findings.extend(machine::paths(path, text));
    findings.extend(machine::hosts(path, text));
    findings.extend(manifests::crate_manifest(path, text));
    findings.extend(script::shortcuts(path, text));
}

/// The checks that read Rust as tokens, and those that need the whole tree.
fn check_tree(tree: &Tree, files: &[TextFile], rust_files: &[RustFile], findings: &mut Vec<Finding>) -> Result<()> {
    for file in rust_files {
        findings.extend(habits::bare_spawn(file));
        findings.extend(habits::channel_without_bound(file));
        findings.extend(habits::clock(file));
        findings.extend(habits::ignored_test(file));
        findings.extend(habits::sleep_in_test(file));
        findings.extend(habits::reasonless_allow(file));
        findings.extend(habits::module_name(file));
        findings.extend(habits::async_in_domain(file));
        findings.extend(sql::formatted(file));
    }
    for TextFile { path, text } in files {
        findings.extend(links::dead(path, text, |target| tree.root().join(target).exists()));
    }
    findings.extend(promises::each_has_a_test(rust_files));
    let text = |path: &str| files.iter().find(|file| file.path == path).map_or("", |file| &file.text);
    let crate_manifests: Vec<&str> =
        files.iter().filter(|file| file.path.starts_with("crates/") && file.path.ends_with("/Cargo.toml")).map(|file| file.text.as_str()).collect();
    findings.extend(manifests::workspace_dependencies(text("Cargo.toml"), &crate_manifests, text(manifests::DEPENDENCIES_PAGE)));
    findings.extend(imports::table(&tree.metadata()?.packages));
    Ok(())
}

fn read_text_files(tree: &Tree) -> Result<Vec<TextFile>> {
    let mut files = Vec::new();
    for path in tree.files()? {
        let bytes = std::fs::read(tree.path(&path)).with_context(|| format!("could not read {path}"))?;
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(TextFile { path, text });
        }
    }
    Ok(files)
}

fn is_rust(path: &str) -> bool {
    has_extension(path, "rs")
}

fn has_extension(path: &str, extension: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|found| found == extension)
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, message } = self;
        match line {
            0 => write!(formatter, "{path}: {message}"),
            line => write!(formatter, "{path}:{line}: {message}"),
        }
    }
}
