//! What a run keeps for the next night: which files it read, where their rows stand, and what the district view needs of
//! their reports. It lies in `runs/RUN_ID/state/`, beside the tables, and is listed in the manifest like them.
//!
//! Whatever is wrong with it (damaged, of another program, of another version) costs a full run and is told; it never
//! costs a row.

use super::manifest::{Manifest, PartFile};
use super::warehouse;
use crate::document::Stamp;
use crate::hash::sha256;
use crate::message::Message;
use crate::tables::RejectRow;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Version of the form of [`State`].
const VERSION: u32 = 1;

/// Folder in a run.
pub const FOLDER: &str = "state";

/// The file with the [`State`].
pub const FILE: &str = "files.bin";

/// All that a run knows of its input.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Program, rules and forms that made the rows: with others all is read anew.
    pub made_by: String,
    /// Roster, period and dates, on which the district's tables depend besides the reports.
    pub view: String,
    /// Every file that was found.
    pub files: Vec<KnownFile>,
    /// The parts, in the order of their numbers.
    pub parts: Vec<PartState>,
    /// Table `rejects`.
    pub rejects: Vec<RejectRow>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KnownFile {
    /// See [`crate::document::SourceFile::source_path`].
    pub source_path: String,
    /// Length.
    pub bytes: u64,
    /// What the disk said of it; none where it was too young for that to be trusted.
    pub stamp: Option<Stamp>,
    /// Hash of its bytes; none where it could not be read.
    pub sha256: Option<String>,
    /// Number of its part, and which group of it; none where it was rejected.
    pub place: Option<(u32, usize)>,
}

/// A part: the same-named files of all tables that hold the rows of single source files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PartState {
    /// Its number.
    pub number: u32,
    /// Its row groups.
    pub groups: Vec<GroupState>,
    /// Hash of its rows of `documents` and `document_stats`.
    pub documents: u64,
}

/// Some source files of a part, whose rows are a row group of each table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupState {
    /// Rows in each table, in the order of [`crate::tables::Rows::batches`]; 0 where there is no row group.
    pub rows: Vec<u32>,
    /// Refusals by reason.
    pub refusals: BTreeMap<String, u64>,
}

impl State {
    /// As bytes, with [`VERSION`] in front.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = VERSION.to_le_bytes().to_vec();
        bytes.extend(postcard::to_stdvec(self).expect("a state holds only what postcard can write"));
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (version, body) = bytes.split_first_chunk::<4>()?;
        (u32::from_le_bytes(*version) == VERSION).then_some(())?;
        postcard::from_bytes(body).ok()
    }
}

/// The run before, whose files tonight's run may share.
#[derive(Debug)]
pub struct Base {
    /// Its folder.
    pub run: PathBuf,
    /// Its files.
    pub manifest: Manifest,
    /// What it knows of its input.
    pub state: State,
}

/// Something of the run before is not as it was published: tonight must do without it.
#[derive(Debug)]
pub struct Damaged {
    /// What is not as it was.
    pub message: Message,
    /// Why it can't be read, where the system says so.
    cause: Option<io::Error>,
}

impl Damaged {
    /// The file at `path` is missing or has other bytes.
    pub fn new(path: &Path) -> Self {
        let shown = path.display();
        let message = Message::new(
            format!("上一次汇总的 {shown} 缺失或已损坏"),
            format!("{shown} of the last run is missing or damaged"),
        );
        Damaged { message, cause: None }
    }
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.message.fmt(f)
    }
}

impl std::error::Error for Damaged {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

impl Base {
    /// The current run, where there is one. An error is a reason to read all anew.
    pub fn open(root: &Path) -> Result<Option<Self>> {
        if warehouse::current_id(root)?.is_none() {
            return Ok(None);
        }
        let run = warehouse::current(root)?;
        let manifest = Manifest::read(&run)?;
        let mut base = Base { run, manifest, state: State::default() };
        let bytes = base.read(FOLDER, FILE)?;
        base.state = State::decode(&bytes).ok_or_else(|| Damaged::new(&base.run.join(FOLDER).join(FILE)))?;
        Ok(Some(base))
    }

    /// The part file of that name; none where the table has no rows in that part.
    pub fn part(&self, table: &str, name: &str) -> Option<&PartFile> {
        let files = if table == FOLDER { &self.manifest.state } else { self.manifest.tables.get(table)? };
        files.files.iter().find(|part| part.name == name)
    }

    /// The bytes of a file, if they are those that were published.
    pub fn read(&self, table: &str, name: &str) -> Result<Vec<u8>> {
        let path = self.run.join(table).join(name);
        let damaged = || Damaged::new(&path);
        let part = self.part(table, name).ok_or_else(damaged)?;
        let bytes = std::fs::read(&path).map_err(|cause| Damaged { cause: Some(cause), ..damaged() })?;
        let same = bytes.len() as u64 == part.bytes && sha256(&bytes) == part.sha256;
        Ok(same.then_some(bytes).ok_or_else(damaged)?)
    }

    /// Where the file lies, if the table has one of that name, and if it is undamaged.
    pub fn check(&self, table: &str, name: &str) -> Result<Option<PathBuf>> {
        match self.part(table, name) {
            Some(_) => self.read(table, name).map(|_| Some(self.run.join(table).join(name))),
            None => Ok(None),
        }
    }
}
