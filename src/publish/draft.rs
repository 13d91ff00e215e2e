//! Files for people, written whole or not at all: first under another name in the same folder, then, when all is on the
//! disk, renamed. A disk that fills up or a program that is killed leaves the file of yesterday as it was.

use super::warehouse::sync_dir;
use crate::message::Message;
use anyhow::Result;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// A file that is removed unless it gets its name.
#[derive(Debug)]
struct Unnamed(PathBuf);

impl Drop for Unnamed {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A file that is being written.
#[derive(Debug)]
pub struct Draft {
    /// As it was asked for, for messages.
    asked: PathBuf,
    /// Where it will stand.
    path: PathBuf,
    /// None where there is nothing to replace: a device or pipe is written as it is.
    unnamed: Option<Unnamed>,
    file: BufWriter<File>,
    failed: Option<Message>,
}

impl Draft {
    /// Begins the file `path`. A link stays one: what it leads to is replaced.
    pub fn new(path: &Path) -> Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let asked = path.to_owned();
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let failed = |error: io::Error| Message::unwritable(&asked, &error);
        let before = fs::metadata(&path).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            let file = File::options().write(true).open(&path).map_err(failed)?;
            return Ok(Draft { asked, path, unnamed: None, file: BufWriter::new(file), failed: None });
        }
        // Short, since a name of Chinese characters is soon as long as a file system allows.
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let unnamed = path.with_file_name(format!(".huizong-{}-{number}.new", std::process::id()));
        let file = File::create(&unnamed).map_err(failed)?;
        let unnamed = Unnamed(unnamed);
        if let Some(before) = before {
            // Whoever could read it can go on doing so; not every file system has permissions.
            let _ = fs::set_permissions(&unnamed.0, before.permissions());
        }
        Ok(Draft { asked, path, unnamed: Some(unnamed), file: BufWriter::new(file), failed: None })
    }

    /// `result` of somebody who wrote here; where the disk was at fault, that is told rather than what they made of it.
    pub fn told<T, E: Into<anyhow::Error>>(&self, result: Result<T, E>) -> Result<T> {
        result.map_err(|error| self.failed.clone().map_or_else(|| error.into(), Into::into))
    }

    /// Completes the file, not yet under its name.
    pub fn seal(mut self) -> Result<Sealed> {
        let flushed = self.flush();
        self.told(flushed)?;
        let Draft { asked, path, unnamed, file, .. } = self;
        if unnamed.is_some() {
            file.get_ref().sync_all().map_err(|error| Message::unwritable(&asked, &error))?;
        }
        Ok(Sealed { asked, path, unnamed })
    }

    fn seen<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result {
            self.failed = Some(Message::unwritable(&self.asked, error));
        }
        result
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        self.seen(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.file.flush();
        self.seen(flushed)
    }
}

/// A file that is complete and only lacks its name.
#[derive(Debug)]
pub struct Sealed {
    asked: PathBuf,
    path: PathBuf,
    unnamed: Option<Unnamed>,
}

impl Sealed {
    /// Gives it its name.
    pub fn publish(self) -> Result<()> {
        let Sealed { asked, path, unnamed: Some(unnamed) } = self else { return Ok(()) };
        fs::rename(&unnamed.0, &path).map_err(|error| Message::unwritable(&asked, &error))?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        sync_dir(folder.unwrap_or(Path::new(".")))
    }
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    sealed(path, bytes)?.publish()
}

/// The same, not yet under its name.
pub fn sealed(path: &Path, bytes: &[u8]) -> Result<Sealed> {
    let mut draft = Draft::new(path)?;
    let written = draft.write_all(bytes);
    draft.told(written)?;
    draft.seal()
}
