//! Which files are read tonight, and which are carried over from the run before.
//!
//! A file is carried over if its content is the same under the same name. What the disk says of it (length, times,
//! inode) saves reading it; where that differs, or is too young to be trusted, the hash of its content decides. Files
//! keep the part and group in which they stand, so that a night writes only what it must; new files fill up the last
//! group, then new groups and parts. A group or part that has lost most of its files is read anew with the new ones, so
//! that years of changes leave no crumbs.

use crate::acquire::read;
use crate::document::SourceFile;
use crate::hash::sha256;
use crate::publish::part::GroupSource;
use crate::publish::state::{KnownFile, State};
use crate::tables::RejectRow;
use arrow::array::RecordBatch;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::SystemTime;

/// Files in a part, at most.
const PART_FILES: usize = 64;

/// Bytes in a part, unless a single file is larger.
const PART_BYTES: u64 = 4 << 20;

/// Files in a group, at most: what is written anew when one of them changes. Measured on 10,000 reports of which 1 %
/// changed: half of it makes the tables a quarter larger and the night no shorter.
const GROUP_FILES: usize = 32;

/// Bytes in a group, unless a single file is larger: as much as so many reports hold where each is a file of its own.
const GROUP_BYTES: u64 = 256 << 10;

/// A group or part of which a night leaves less than this share (one part in so many) is given up.
const CRUMB: usize = 4;

/// A file is younger than the clock of its disk can tell where it changed less than this before the run.
const YOUNG_NANOS: i64 = 2_000_000_000;

/// What a night does.
#[derive(Debug, Default)]
pub struct Plan {
    /// Parts that will have rows.
    pub parts: Vec<PartPlan>,
    /// Files carried over that were rejected last time and are the same.
    pub rejected: Vec<KnownFile>,
    /// What differs from the run before.
    pub difference: Difference,
}

/// What a night does with a part.
#[derive(Debug, Default)]
pub struct PartPlan {
    /// Its number.
    pub number: u32,
    /// Its groups, none of which is empty.
    pub groups: Vec<GroupPlan>,
    /// True where it holds what it held last night.
    pub unchanged: bool,
}

/// What a night does with a group.
#[derive(Debug, Default)]
pub struct GroupPlan {
    /// The group of the run before that it continues.
    pub old: Option<usize>,
    /// Files carried over.
    pub kept: Vec<(SourceFile, KnownFile)>,
    /// Source paths whose rows are dropped.
    pub lost: HashSet<String>,
    /// Files to read.
    pub fresh: Vec<SourceFile>,
}

impl GroupPlan {
    fn files(&self) -> usize {
        self.kept.len() + self.fresh.len()
    }

    fn bytes(&self) -> u64 {
        self.kept.iter().map(|(file, _)| file).chain(&self.fresh).map(|file| file.bytes).sum()
    }

    fn is_unchanged(&self) -> bool {
        self.old.is_some() && self.lost.is_empty() && self.fresh.is_empty()
    }

    /// The group as it is written, with the rows of its fresh files. `reports` are the ids of reports by their source
    /// path: rows of some tables are known by these alone.
    pub fn source(&self, rows: Vec<RecordBatch>, reports: &[(String, String)]) -> GroupSource {
        match self.old {
            Some(old) if self.is_unchanged() => GroupSource::Old(old),
            old => {
                let ids = reports.iter().filter(|(path, _)| self.lost.contains(path)).map(|(_, id)| id.clone());
                GroupSource::New { old, dropped: self.lost.iter().cloned().chain(ids).collect(), rows }
            }
        }
    }
}

/// What differs from the run before: source paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Files that were not there.
    pub new: BTreeSet<String>,
    /// Files with other content.
    pub changed: BTreeSet<String>,
    /// Files that are there no longer.
    pub removed: BTreeSet<String>,
    /// Files with content that stood under another name: from, to.
    pub moved: Vec<(String, String)>,
    /// Files carried over.
    pub carried: usize,
}

impl Difference {
    /// What differs between the files of a run and those of tonight, all of which were read anew: by path and content,
    /// whatever made their rows.
    pub fn between(before: &State, now: &[KnownFile]) -> Self {
        let known: FxHashMap<&str, &KnownFile> = before.files.iter().map(|f| (f.source_path.as_str(), f)).collect();
        let here: HashSet<&str> = now.iter().map(|file| file.source_path.as_str()).collect();
        let paths = |files: Vec<&KnownFile>| files.iter().map(|file| file.source_path.clone()).collect();
        let of = |differs: fn(&KnownFile, Option<&KnownFile>) -> bool| {
            paths(now.iter().filter(|file| differs(file, known.get(file.source_path.as_str()).copied())).collect())
        };
        let mut difference = Difference {
            new: of(|_, before| before.is_none()),
            changed: of(|file, before| before.is_some_and(|before| before.sha256 != file.sha256)),
            removed: paths(before.files.iter().filter(|file| !here.contains(file.source_path.as_str())).collect()),
            ..Difference::default()
        };
        difference.find_moved(before, now);
        difference
    }

    /// True where every file is the same.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    /// Tells moved files from new and removed ones, when the contents of the new ones are known.
    pub fn find_moved(&mut self, before: &State, now: &[KnownFile]) {
        let mut gone: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
        for file in before.files.iter().rev().filter(|file| self.removed.contains(&file.source_path)) {
            if let Some(sha256) = &file.sha256 {
                gone.entry(sha256).or_default().push(&file.source_path);
            }
        }
        for file in now.iter().filter(|file| self.new.contains(&file.source_path)) {
            let from = file.sha256.as_deref().and_then(|sha256| gone.get_mut(sha256)).and_then(Vec::pop);
            if let Some(from) = from {
                self.moved.push((from.to_owned(), file.source_path.clone()));
            }
        }
        for (from, to) in &self.moved {
            self.removed.remove(from);
            self.new.remove(to);
        }
    }
}

/// A file against the run before.
enum Seen {
    Same(KnownFile),
    Changed(Option<(u32, usize)>),
    New,
}

/// What the run that began at `started` knows of a file that it has read, for the next one.
pub fn known(file: &SourceFile, sha256: Option<String>, place: Option<(u32, usize)>, started: SystemTime) -> KnownFile {
    let started = started.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos() as i64);
    let young = file.stamp.modified.max(file.stamp.changed) > started - YOUNG_NANOS;
    KnownFile {
        source_path: file.source_path.clone(),
        bytes: file.bytes,
        stamp: (!young).then_some(file.stamp),
        sha256,
        place,
    }
}

fn compare(file: &SourceFile, before: Option<&KnownFile>, rejects: &[RejectRow], started: SystemTime) -> Seen {
    let Some(before) = before else { return Seen::New };
    if before.sha256.is_some() && before.bytes == file.bytes && before.stamp == Some(file.stamp) {
        return Seen::Same(before.clone());
    }
    let same = match read::read(file) {
        Ok(bytes) => before.sha256.as_ref() == Some(&sha256(&bytes)),
        // What could not be read and still can't be is the same, if for the same reason.
        Err(reject) => {
            before.sha256.is_none()
                && rejects.iter().any(|row| row.source_path == file.source_path && row.reason == reject.reason)
        }
    };
    if same {
        Seen::Same(known(file, before.sha256.clone(), before.place, started))
    } else {
        Seen::Changed(before.place)
    }
}

/// Compares what was found with what the run before knows.
pub fn plan(found: &[SourceFile], before: Option<&State>, started: SystemTime) -> Plan {
    let nothing = State::default();
    let before = before.unwrap_or(&nothing);
    let known: FxHashMap<&str, &KnownFile> =
        before.files.iter().map(|file| (file.source_path.as_str(), file)).collect();
    let seen: Vec<Seen> = found
        .par_iter()
        .map(|file| compare(file, known.get(file.source_path.as_str()).copied(), &before.rejects, started))
        .collect();

    let mut parts: BTreeMap<u32, Vec<GroupPlan>> = BTreeMap::new();
    for part in &before.parts {
        let groups = (0..part.groups.len()).map(|i| GroupPlan { old: Some(i), ..GroupPlan::default() }).collect();
        parts.insert(part.number, groups);
    }
    let mut plan = Plan::default();
    let mut stream: Vec<SourceFile> = Vec::new();
    let mut gone = known;
    for (file, seen) in found.iter().zip(seen) {
        gone.remove(file.source_path.as_str());
        match seen {
            Seen::Same(known) => {
                plan.difference.carried += 1;
                match known.place.and_then(|place| group_at(&mut parts, place)) {
                    Some(group) => group.kept.push((file.clone(), known)),
                    None => plan.rejected.push(known),
                }
            }
            Seen::Changed(place) => {
                plan.difference.changed.insert(file.source_path.clone());
                match place.and_then(|place| group_at(&mut parts, place)) {
                    Some(group) => {
                        group.lost.insert(file.source_path.clone());
                        group.fresh.push(file.clone());
                    }
                    None => stream.push(file.clone()),
                }
            }
            Seen::New => {
                plan.difference.new.insert(file.source_path.clone());
                stream.push(file.clone());
            }
        }
    }
    for (path, known) in gone {
        plan.difference.removed.insert(path.to_owned());
        if let Some(group) = known.place.and_then(|place| group_at(&mut parts, place)) {
            group.lost.insert(path.to_owned());
        }
    }
    give_up_crumbs(&mut parts, &mut stream);
    stream.sort();
    fill(&mut parts, stream);
    let n_groups = |number: u32| before.parts.iter().find(|part| part.number == number).map_or(0, |p| p.groups.len());
    plan.parts = parts
        .into_iter()
        .map(|(number, mut groups)| {
            let unchanged = groups.iter().all(GroupPlan::is_unchanged) && groups.len() == n_groups(number);
            groups.retain(|group| group.files() > 0);
            PartPlan { number, unchanged: unchanged && groups.len() == n_groups(number), groups }
        })
        .filter(|part| !part.groups.is_empty())
        .collect();
    plan
}

fn group_at(parts: &mut BTreeMap<u32, Vec<GroupPlan>>, (part, group): (u32, usize)) -> Option<&mut GroupPlan> {
    parts.get_mut(&part)?.get_mut(group)
}

/// Takes the files out of groups and parts that have lost most of theirs; the last part is still filling.
fn give_up_crumbs(parts: &mut BTreeMap<u32, Vec<GroupPlan>>, stream: &mut Vec<SourceFile>) {
    let Some(last) = parts.last_key_value().map(|(number, _)| *number) else { return };
    for (_, groups) in parts.iter_mut().filter(|(number, _)| **number != last) {
        let lost = groups.iter().any(|group| !group.lost.is_empty());
        let crumbs = lost && groups.iter().map(GroupPlan::files).sum::<usize>() < PART_FILES / CRUMB;
        for group in groups {
            if crumbs || !group.lost.is_empty() && group.files() < GROUP_FILES / CRUMB {
                for (file, _) in group.kept.drain(..) {
                    group.lost.insert(file.source_path.clone());
                    stream.push(file);
                }
                stream.append(&mut group.fresh);
            }
        }
    }
}

/// Puts files into the last group, then into new groups and parts.
fn fill(parts: &mut BTreeMap<u32, Vec<GroupPlan>>, stream: Vec<SourceFile>) {
    let next = parts.last_key_value().map_or(0, |(number, _)| number + 1);
    let (mut number, mut groups) = parts.pop_last().unwrap_or((next, Vec::new()));
    for file in stream {
        let files: usize = groups.iter().map(GroupPlan::files).sum();
        let bytes: u64 = groups.iter().map(GroupPlan::bytes).sum();
        if files > 0 && (files >= PART_FILES || bytes + file.bytes > PART_BYTES) {
            parts.insert(number, std::mem::take(&mut groups));
            number += 1;
        }
        let has_room =
            |group: &&mut GroupPlan| group.files() < GROUP_FILES && group.bytes() + file.bytes <= GROUP_BYTES;
        match groups.last_mut().filter(has_room) {
            Some(group) => group.fresh.push(file),
            None => groups.push(GroupPlan { fresh: vec![file], ..GroupPlan::default() }),
        }
    }
    parts.insert(number, groups);
}
