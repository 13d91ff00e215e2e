//! Rule files: how they are found, read and checked.
//!
//! Rules are data (TOML), built into the program and, with `--rules DIR`, added to or overridden by a district's own
//! files of the same names. This module reads files and reports mistakes with file, line, rule and repair; what a
//! rule means is told by the family that uses it, in `extract` and `dissect`.

use anyhow::Result;
use std::path::Path;

/// The rule files of a run: for each name the built-in text and, where there is one, the district's.
#[derive(Clone, Debug, Default)]
pub struct RuleFiles {
    own: Vec<(String, String)>,
}

impl RuleFiles {
    /// The built-in rules alone.
    pub fn built_in() -> Self {
        RuleFiles::default()
    }

    /// The built-in rules, with the files of `dir` where one is given.
    pub fn for_option(dir: Option<&Path>) -> Result<Self> {
        dir.map_or_else(|| Ok(Self::built_in()), Self::with_dir)
    }

    /// With the files of `dir`.
    pub fn with_dir(dir: &Path) -> Result<Self> {
        let mut own = Vec::new();
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                own.push((name, std::fs::read_to_string(&path)?));
            }
        }
        own.sort();
        Ok(RuleFiles { own })
    }

    /// The district's text for file `name`, if it has one.
    pub fn own(&self, name: &str) -> Option<&str> {
        self.own.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str())
    }
}
