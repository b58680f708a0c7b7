use parlor_server::config::{Config, example_file, reference_page};

use super::file;

#[test]
fn the_example_file_with_every_key_taken_in_means_the_defaults() {
    let keys = example_file();
    let lines = keys.lines().filter_map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')));
    let without_default = ["public_url", "certificate", "key"];
    let said: Vec<&str> = lines.filter(|line| !without_default.contains(&line.split(' ').next().unwrap_or_default())).collect();
    let said = said.join("\n");
    let config = file(&said).unwrap_or_else(|error| panic!("{error}\n{said}"));
    let defaults = Config::default();
    // Only the data folder differs, because a path in a file is relative to the file.
    assert_eq!(Config { data: defaults.data.clone(), store: defaults.store.clone(), ..config }, defaults);
}

#[test]
fn every_key_has_a_meaning_and_a_variable_of_its_own() {
    let page = reference_page();
    let variables: Vec<&str> = page.split('`').filter(|word| word.starts_with("PARLOR_") && *word != "PARLOR_CONFIG").collect();
    let distinct: std::collections::HashSet<&&str> = variables.iter().collect();
    assert!(variables.len() > 40 && distinct.len() == variables.len(), "{variables:?}");
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("### ") {
            let doc = (lines.next(), lines.next().unwrap_or_default());
            assert!(doc.1.ends_with('.'), "{line} has no meaning: {:?}", doc.1);
        }
    }
}
