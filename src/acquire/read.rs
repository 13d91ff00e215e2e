//! Finds the source files below the inputs and reads them. The only place of the ingest that reads the disk.
//!
//! Every entry below an input ends as a file or as a reject with a fixed reason; only what no school submits (hidden
//! files, Office lock files, desktop rubbish), and a warehouse, is passed over. Real folders are walked first, links
//! after them, so what a link leads to is read once and under its own name wherever it has one. What the bytes mean is
//! not known here.

use super::reject::Reason;
use crate::document::{Reject, SourceFile, Stamp};
use std::collections::{HashSet, VecDeque};
use std::ffi::OsStr;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Most bytes that a file may have, unless the caller says otherwise: ten times the longest compilation seen. Rows weigh
/// some fifty times what their text weighs, so a file of this length takes under 2 GB.
pub const MAX_BYTES: u64 = 32 << 20;

/// What [`walk`] found: files in the order of their source paths, and what can't be read.
#[derive(Debug, Default)]
pub struct Found {
    /// Files to read.
    pub files: Vec<SourceFile>,
    /// Broken links, folders without permission and the like, in the order of their source paths.
    pub rejects: Vec<Reject>,
    /// The inputs, each once.
    pub inputs: Vec<Input>,
}

/// What came of an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// As it was given.
    pub path: PathBuf,
    /// Files below it that no other input has brought before.
    pub n_files: u64,
    /// Why the input itself, not only something below it, can't be read.
    pub unreadable: Option<&'static str>,
}

impl Input {
    /// Where it is, whatever the working directory of tonight; links are not followed, for where they lead may change
    /// from night to night.
    pub fn key(&self) -> String {
        std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone()).display().to_string()
    }
}

/// Walks the inputs, which are folders or files.
pub fn walk(inputs: &[PathBuf]) -> Found {
    let mut walker = Walker::default();
    for (input, name) in named(inputs) {
        walker.from = walker.inputs.len();
        let unreadable = unreadable(&input);
        walker.inputs.push(Input { path: input.clone(), n_files: 0, unreadable });
        walker.input(&input, &name);
    }
    while let Some((link, name, from)) = walker.links.pop_front() {
        walker.from = from;
        walker.link(&link, &name);
    }
    walker.found()
}

/// The reason code of an input that can't be read at all.
fn unreadable(input: &Path) -> Option<&'static str> {
    let opened = std::fs::metadata(input).and_then(|meta| match meta {
        meta if meta.is_dir() => std::fs::read_dir(input).map(drop),
        // To open a pipe would wait for its writer.
        meta if meta.is_file() => File::open(input).map(drop),
        _ => Ok(()),
    });
    opened.err().map(|error| reason_of(&error).code())
}

/// Reads a file of at most [`MAX_BYTES`].
pub fn read(file: &SourceFile) -> Result<Vec<u8>, Reject> {
    read_at_most(file, MAX_BYTES)
}

/// Reads a file of at most `limit` bytes; a file that grows or shrinks meanwhile is refused.
pub fn read_at_most(file: &SourceFile, limit: u64) -> Result<Vec<u8>, Reject> {
    let failed = |e: io::Error| io_reject(&file.source_path, &e);
    // Asked before opening: to open a pipe waits for its writer.
    let before = std::fs::metadata(&file.disk_path).map_err(failed)?;
    if !before.is_file() {
        return Err(Reason::SpecialFile.of(file, ""));
    }
    let too_large = |bytes: u64| Reason::TooLarge.of(file, &format!("{bytes} 字节，上限 {limit} 字节"));
    if before.len() > limit {
        return Err(too_large(before.len()));
    }
    let handle = File::open(&file.disk_path).map_err(failed)?;
    let mut bytes = Vec::with_capacity(before.len() as usize + 1);
    (&handle).take(limit + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > limit {
        return Err(too_large(bytes.len() as u64));
    }
    let after = handle.metadata().map_err(failed)?;
    let same_time = |a: &Metadata, b: &Metadata| a.modified().ok() == b.modified().ok();
    if after.len() != bytes.len() as u64 || !same_time(&before, &after) {
        return Err(Reason::Changing.of(file, ""));
    }
    Ok(bytes)
}

/// The inputs, each once, with the name that its files' source paths begin with: empty for a single folder, else the
/// shortest ends of the paths that tell the inputs apart.
fn named(inputs: &[PathBuf]) -> Vec<(PathBuf, String)> {
    let mut seen = HashSet::new();
    let real: Vec<(&PathBuf, PathBuf)> = inputs
        .iter()
        .map(|input| (input, input.canonicalize().unwrap_or_else(|_| input.clone())))
        .filter(|(_, real)| seen.insert(real.clone()))
        .collect();
    let end_of = |path: &Path, parts: usize| {
        let all: Vec<String> = path
            .components()
            .filter_map(|c| if let std::path::Component::Normal(n) = c { Some(part(n)) } else { None })
            .collect();
        all[all.len().saturating_sub(parts)..].join("/")
    };
    let depth = real.iter().map(|(_, r)| r.components().count()).max().unwrap_or(0);
    let names = (1..=depth.max(1))
        .map(|parts| real.iter().map(|(_, r)| end_of(r, parts)).collect::<Vec<_>>())
        .find(|names| names.iter().collect::<HashSet<_>>().len() == names.len())
        .unwrap_or_default();
    let single_folder = real.len() == 1 && real[0].1.is_dir();
    real.iter()
        .zip(names)
        .map(|((input, _), name)| ((*input).clone(), if single_folder { String::new() } else { name }))
        .collect()
}

#[derive(Default)]
struct Walker {
    files: Vec<SourceFile>,
    rejects: Vec<Reject>,
    inputs: Vec<Input>,
    /// The input that is walked.
    from: usize,
    /// Links met, with their source paths and inputs; followed when all real folders are known.
    links: VecDeque<(PathBuf, String, usize)>,
    /// Real paths of the folders and files found.
    known: HashSet<PathBuf>,
}

impl Walker {
    /// An input, or what a link leads to. An input that is itself a link is followed.
    fn input(&mut self, path: &Path, name: &str) {
        match std::fs::metadata(path) {
            Err(e) => self.rejects.push(io_reject(&shown(path, name), &e)),
            Ok(meta) if meta.is_dir() => self.folder(path, name),
            Ok(meta) => {
                let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
                let name = shown(path, name);
                if self.known.insert(real) {
                    self.entry(path, &name, &meta);
                } else {
                    self.rejects.push(Reason::AlreadyRead.reject(&name, ""));
                }
            }
        }
    }

    fn folder(&mut self, root: &Path, name: &str) {
        let real_root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        if self.known.contains(&real_root) {
            self.rejects.push(Reason::AlreadyRead.reject(&shown(root, name), ""));
            return;
        }
        let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(e) => {
                    let path = e.path().unwrap_or(root);
                    let path_name = joined(name, path.strip_prefix(root).unwrap_or(path));
                    let reason = e.io_error().map_or(Reason::Unreadable, reason_of);
                    self.rejects.push(reason.reject(&shown(path, &path_name), ""));
                    continue;
                }
            };
            let below = entry.path().strip_prefix(root).unwrap_or(entry.path()).to_owned();
            if entry.depth() > 0 && (is_rubbish(entry.file_name()) || is_warehouse(&entry)) {
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
                continue;
            }
            let path_name = joined(name, &below);
            let real = real_root.join(&below);
            if entry.depth() > 0 && entry.path_is_symlink() {
                self.links.push_back((entry.into_path(), path_name, self.from));
            } else if !self.known.insert(real) {
                // Another input, or a link into this folder, has brought us here before.
                self.rejects.push(Reason::AlreadyRead.reject(&path_name, ""));
                if entry.file_type().is_dir() {
                    entries.skip_current_dir();
                }
            } else if !is_folder(&entry) {
                match entry.metadata() {
                    Ok(meta) => self.entry(entry.path(), &path_name, &meta),
                    Err(_) => self.rejects.push(Reason::NotFound.reject(&path_name, "")),
                }
            }
        }
    }

    fn link(&mut self, path: &Path, name: &str) {
        match path.canonicalize() {
            Err(e) => {
                // Links that lead to each other have no real path: ELOOP, which std has no stable kind for.
                let reason = match e.kind() {
                    ErrorKind::NotFound => Reason::BrokenLink,
                    ErrorKind::PermissionDenied => Reason::PermissionDenied,
                    _ => Reason::LinkLoop,
                };
                self.rejects.push(reason.reject(name, ""));
            }
            Ok(real) => {
                let here = path.parent().and_then(|p| p.canonicalize().ok());
                if here.is_some_and(|here| here.starts_with(&real)) {
                    self.rejects.push(Reason::LinkLoop.reject(name, ""));
                } else if self.known.contains(&real) {
                    self.rejects.push(Reason::AlreadyRead.reject(name, ""));
                } else {
                    self.input(path, name);
                }
            }
        }
    }

    fn entry(&mut self, path: &Path, name: &str, meta: &Metadata) {
        if meta.is_file() && is_half(path) {
            self.rejects.push(Reason::Changing.reject(name, ""));
        } else if meta.is_file() {
            self.inputs[self.from].n_files += 1;
            self.files.push(SourceFile {
                source_path: name.to_owned(),
                disk_path: path.to_owned(),
                bytes: meta.len(),
                stamp: stamp(meta),
            });
        } else {
            self.rejects.push(Reason::SpecialFile.reject(name, ""));
        }
    }

    /// In order, and with each source path once: it is a key of the tables.
    fn found(mut self) -> Found {
        self.files.sort();
        let mut files: Vec<SourceFile> = Vec::with_capacity(self.files.len());
        for file in self.files {
            match files.last() {
                Some(last) if last.source_path == file.source_path => {
                    self.rejects.push(Reason::NameClash.of(&file, ""));
                }
                _ => files.push(file),
            }
        }
        self.rejects.sort_by(|a, b| (&a.source_path, a.reason).cmp(&(&b.source_path, b.reason)));
        Found { files, rejects: self.rejects, inputs: self.inputs }
    }
}

fn stamp(meta: &Metadata) -> Stamp {
    use std::os::unix::fs::MetadataExt;
    let nanos = |seconds: i64, nanos: i64| seconds.saturating_mul(1_000_000_000).saturating_add(nanos);
    Stamp {
        modified: nanos(meta.mtime(), meta.mtime_nsec()),
        changed: nanos(meta.ctime(), meta.ctime_nsec()),
        inode: meta.ino(),
    }
}

fn is_folder(entry: &DirEntry) -> bool {
    // The root may be a link to a folder: walkdir goes into it all the same.
    entry.file_type().is_dir() || entry.depth() == 0
}

/// What no school submits: hidden files and folders, Office lock files, what desktops and editors leave behind.
fn is_rubbish(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    name.starts_with('.')
        || name.starts_with("~$")
        || name.ends_with('~')
        || ["thumbs.db", "desktop.ini", "__macosx"].iter().any(|r| name.eq_ignore_ascii_case(r))
}

/// What an ingest has published, which is no report: its warehouse may lie beside the reports.
fn is_warehouse(entry: &DirEntry) -> bool {
    entry.file_type().is_dir() && entry.path().join("runs").is_dir() && entry.path().join("open.sql").is_file()
}

/// A file that is still being uploaded or downloaded, by the ending that programs give it until then.
fn is_half(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ["part", "partial", "filepart", "crdownload"].iter().any(|half| ending.eq_ignore_ascii_case(half))
}

/// `name` or, where it is empty (a single folder itself), the last part of the path.
fn shown(path: &Path, name: &str) -> String {
    match (name, path.file_name()) {
        ("", Some(last)) => part(last),
        ("", None) => part(path.as_os_str()),
        _ => name.to_owned(),
    }
}

fn joined(name: &str, below: &Path) -> String {
    let parts = below.components().map(|c| part(c.as_os_str()));
    let first = if name.is_empty() { None } else { Some(name.to_owned()) };
    first.into_iter().chain(parts).collect::<Vec<_>>().join("/")
}

/// One part of a source path. Control characters and marks that turn the writing direction stand as `%XX`, for the name
/// is shown on terminals and in pages; so do all bytes beyond ASCII of a name that is not UTF-8.
fn part(name: &OsStr) -> String {
    let mut out = String::new();
    let bytes = name.as_encoded_bytes();
    let Ok(name) = std::str::from_utf8(bytes) else {
        for byte in bytes {
            match byte {
                b' '..=b'~' => out.push(char::from(*byte)),
                _ => escape(&mut out, &[*byte]),
            }
        }
        return out;
    };
    for c in name.chars() {
        if c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') {
            escape(&mut out, c.encode_utf8(&mut [0; 4]).as_bytes());
        } else {
            out.push(c);
        }
    }
    out
}

fn escape(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        out.push_str(&format!("%{byte:02X}"));
    }
}

fn reason_of(e: &io::Error) -> Reason {
    match e.kind() {
        ErrorKind::NotFound => Reason::NotFound,
        ErrorKind::PermissionDenied => Reason::PermissionDenied,
        _ => Reason::Unreadable,
    }
}

fn io_reject(source_path: &str, e: &io::Error) -> Reject {
    match reason_of(e) {
        // What the system says helps only where the reason does not say it.
        Reason::Unreadable => Reason::Unreadable.reject(source_path, &e.to_string()),
        reason => reason.reject(source_path, ""),
    }
}

#[cfg(test)]
mod tests;
