//! The few words in which the tests speak: a folder of files, a run of the program, the rows that it published.

use huizong::publish::columns::Row;
use huizong::publish::{parquet, warehouse};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that is gone after the test, with files in it.
pub struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Folder(tempfile::tempdir().unwrap())
    }

    /// Where something in it lies.
    pub fn at(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// Puts a file into it.
    pub fn put(&self, path: &str, bytes: impl AsRef<[u8]>) {
        let path = self.at(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// Runs the program.
pub fn huizong(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_huizong")).args(arguments).output().unwrap()
}

/// Runs an ingest and returns its exit code.
pub fn ingest(input: &Path, warehouse: &Path, more: &[&str]) -> i32 {
    let paths = [input.to_str().unwrap(), "--warehouse", warehouse.to_str().unwrap(), "--quiet"];
    let output = huizong(&[&["ingest"], &paths[..], more].concat());
    let code = output.status.code().unwrap();
    assert!(code != 1, "{}", String::from_utf8_lossy(&output.stderr));
    code
}

/// The rows of a table in the current run.
pub fn rows<T: Row>(warehouse: &Path) -> Vec<T> {
    parquet::read(&warehouse::current(warehouse).unwrap()).unwrap()
}
