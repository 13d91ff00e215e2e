//! Finds the source files below the inputs and reads them. The only place of the ingest that reads the disk.

use crate::document::{Reject, SourceFile};
use std::path::PathBuf;

/// What [`walk`] found: files in the order of their source paths, and what can't be read.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read.
    pub files: Vec<SourceFile>,
    /// Broken links, folders without permission and the like.
    pub rejects: Vec<Reject>,
}

/// Walks the inputs.
pub fn walk(inputs: &[PathBuf]) -> Found {
    let _ = inputs;
    Found::default()
}

/// Reads one file.
pub fn read(file: &SourceFile) -> Result<Vec<u8>, Reject> {
    std::fs::read(&file.disk_path).map_err(|error| Reject {
        source_path: file.source_path.clone(),
        reason: "unreadable",
        detail: error.to_string(),
    })
}
