//! A text through the whole program, as if it were a file.

use huizong::document::{SourceFile, Stamp};
use huizong::pipeline::{Engine, Processed, process};

pub fn processed(engine: &Engine, text: &str) -> Processed {
    let file = SourceFile {
        source_path: "a.txt".to_owned(),
        disk_path: "a.txt".into(),
        bytes: text.len() as u64,
        stamp: Stamp::default(),
    };
    process(engine, &file, text.as_bytes()).unwrap()
}
