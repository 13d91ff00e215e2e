//! Tells the program what it was made from: a hash of its sources, rules and dependencies.
//!
//! Rows of an earlier night are carried over only by a program that would make the same rows. The version number does
//! not change with every rule, this hash does.

use std::path::{Path, PathBuf};

/// What rows can depend on.
const MADE_FROM: &[&str] = &["src", "schemas", "Cargo.toml", "Cargo.lock"];

fn main() {
    let mut files = Vec::new();
    for path in MADE_FROM {
        println!("cargo:rerun-if-changed={path}");
        collect(Path::new(path), &mut files);
    }
    files.sort();
    let mut hash = FNV_OFFSET;
    for file in files {
        let bytes = std::fs::read(&file).unwrap_or_default();
        hash = add(hash, file.to_string_lossy().as_bytes());
        hash = add(hash, &(bytes.len() as u64).to_le_bytes());
        hash = add(hash, &bytes);
    }
    println!("cargo:rustc-env=HUIZONG_MADE_FROM={hash:016x}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    match std::fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| collect(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}

/// FNV-1a: a hash that needs no dependency and is the same everywhere.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;

fn add(hash: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
