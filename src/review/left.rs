//! What lies in a folder for people besides what is written there now: pages of another period, tables of another export.
//!
//! Nothing of a person is ever deleted: only files that this program wrote there itself, that are as it wrote them, and
//! that are not written again. Which these are is told by a hidden list beside them.

use crate::hash::sha256;
use crate::publish::draft;
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// The list: names and hashes of what was written.
const LIST: &str = ".huizong-files.json";

/// Writes files into `folder`, all of them or none, and removes what an earlier call wrote there and this one does not;
/// says how many were removed.
pub fn replace(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<usize> {
    let sealed = files.iter().map(|(name, bytes)| draft::sealed(&folder.join(name), bytes));
    let sealed = sealed.collect::<Result<Vec<_>>>()?;
    let list = folder.join(LIST);
    let old: BTreeMap<String, String> =
        fs::read(&list).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let new: BTreeMap<&str, String> = files.iter().map(|(name, bytes)| (name.as_str(), sha256(bytes))).collect();
    let list = draft::sealed(&list, &serde_json::to_vec_pretty(&new)?)?;
    for file in sealed {
        file.publish()?;
    }
    list.publish()?;
    let mut removed = 0;
    for (name, hash) in old.iter().filter(|(name, _)| !files.contains_key(*name)) {
        let path = folder.join(name);
        let is_here = Path::new(name).file_name().is_some_and(|last| last == name.as_str());
        if is_here && fs::read(&path).is_ok_and(|bytes| sha256(&bytes) == *hash) && fs::remove_file(&path).is_ok() {
            removed += 1;
        }
    }
    Ok(removed)
}

/// Names of files in `folder` that end like `extension` and are not among `written`.
pub fn others(folder: &Path, extension: &str, written: &BTreeSet<String>) -> Vec<String> {
    let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let alike = |name: &String| Path::new(name).extension().is_some_and(|e| e.eq_ignore_ascii_case(extension));
    let mut others: Vec<String> =
        names.filter(|name| alike(name) && !name.starts_with('.') && !written.contains(name)).collect();
    others.sort();
    others
}

/// A line that tells of such files, the first ones by name; none where there are none.
pub fn told(folder: &Path, others: &[String]) -> Option<String> {
    const TOLD: usize = 5;
    let names = others.iter().take(TOLD).cloned().collect::<Vec<_>>().join("、");
    let more = if others.len() > TOLD { "等" } else { "" };
    let n = others.len();
    let folder = folder.display();
    (n > 0).then(|| format!("{folder} 里另有 {n} 个文件不是这一次写的，请看是否该删：{names}{more}"))
}
