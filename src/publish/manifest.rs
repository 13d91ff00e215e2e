//! `manifest.json`: what a run consists of, file by file, and which versions made it.

use crate::message::{Message, Tell};
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The form of the file itself. A reader refuses a greater one.
pub const MANIFEST_VERSION: u32 = 1;

/// The whole of `manifest.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// See [`MANIFEST_VERSION`].
    pub manifest_version: u32,
    /// The run.
    pub run_id: String,
    /// Version of this program.
    pub tool_version: String,
    /// Hash of all rule files.
    pub rules_version: String,
    /// Hash of the dictionaries.
    pub dictionary_version: String,
    /// Version of the contracts in `schemas/`.
    pub schema_version: String,
    /// Each table by its name.
    pub tables: BTreeMap<String, TableFiles>,
    /// What the run keeps for the next night, in folder `state`; no rows.
    #[serde(default)]
    pub state: TableFiles,
}

/// The files of one table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TableFiles {
    /// Rows in all of them.
    pub rows: u64,
    /// In the order of their names.
    pub files: Vec<PartFile>,
}

/// One part file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartFile {
    /// Name in the table's folder.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hex.
    pub sha256: String,
}

impl Manifest {
    /// Reads the manifest of the run in folder `run`.
    pub fn read(run: &Path) -> Result<Self> {
        let path = run.join("manifest.json");
        let shown = path.display();
        let text = std::fs::read_to_string(&path).tell(|| Message::unreached(&path))?;
        let manifest: Manifest = serde_json::from_str(&text)
            .tell(|| Message::new(format!("{shown} 不是汇总清单"), format!("{shown} is no manifest of a run")))?;
        if manifest.manifest_version > MANIFEST_VERSION {
            bail!(Message::new(
                format!("{shown} 由更新版本的 huizong 写成：请升级后再读"),
                format!("{shown} was written by a newer version of huizong: update before you read it"),
            ));
        }
        Ok(manifest)
    }

    /// Rows of a table; none where the run has no such table.
    pub fn rows(&self, table: &str) -> Option<u64> {
        self.tables.get(table).map(|files| files.rows)
    }
}
