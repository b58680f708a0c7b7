//! The files of the repository that follow from the code. `parlor generate` writes them; the tests compare them with what is committed.

use crate::{config, describe};

/// Path in the repository and content of each file.
pub fn files() -> [(&'static str, String); 4] {
    [
        ("deploy/parlor.example.toml", config::example_file()),
        ("docs/generated/config.md", config::reference_page()),
        ("docs/generated/openapi.json", describe::to_text(&describe::openapi())),
        ("docs/generated/asyncapi.json", describe::to_text(&describe::asyncapi())),
    ]
}
