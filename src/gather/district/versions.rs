//! Second versions: of the same report of the same body and period only the newest counts; all of them stay findable.
//!
//! Two files are versions of one report where most of one is in the other, or where they have the same title. The
//! newest is told by the marks in their names (初稿, 修改稿, 最终稿, v2, a date), then by the date in the text, then by
//! the order of their names.

use crate::gather::copies::{Comparison, Groups};
use crate::gather::digest::Digest;
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Two reports of a body and period are versions of one from this containment on.
const VERSION: f64 = 0.5;

/// Fills in `superseded_by`.
pub fn assign(digests: &mut [Digest], bodies: &[u32], comparison: &Comparison) {
    let mut groups = Groups::new(digests.len());
    let may_be = |a: usize, b: usize| {
        let (x, y) = (&digests[a].document, &digests[b].document);
        x.on_topic && y.on_topic && x.source_path != y.source_path
    };
    for pair in comparison.pairs.iter().filter(|p| bodies[p.a] == bodies[p.b]) {
        if pair.containment_a.max(pair.containment_b) >= VERSION && may_be(pair.a, pair.b) {
            groups.join(pair.a, pair.b);
        }
    }
    let mut titles: HashMap<(u32, Option<&str>, String), usize> = HashMap::new();
    for (i, digest) in digests.iter().enumerate() {
        let document = &digest.document;
        let Some(title) = document.title.as_deref().map(without_marks).filter(|t| !t.is_empty()) else { continue };
        match titles.entry((bodies[i], document.period.as_deref(), title)) {
            std::collections::hash_map::Entry::Occupied(first) if may_be(*first.get(), i) => {
                groups.join(*first.get(), i)
            }
            std::collections::hash_map::Entry::Occupied(_) => {}
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(i);
            }
        }
    }
    for set in groups.sets() {
        let age = |&&i: &&usize| (rank(&digests[i].document.source_path), digests[i].document.report_date, i);
        let newest = *set.iter().max_by_key(age).expect("a set holds two reports at least");
        let by = digests[newest].document.doc_id.clone();
        for i in set.into_iter().filter(|i| *i != newest) {
            digests[i].document.superseded_by = Some(by.clone());
        }
    }
}

static MARKS: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?P<first>初稿|草稿|草案|征求意见稿|第?一稿)|(?P<last>最终|终稿|定稿|正式)|(?P<new>修改|修订|修正|更正|补报|重报|新版|第?[二三四五]稿)|[vV](?P<v>\d{1,2})(?:\D|$)|[(（](?P<n>\d{1,2})[)）]\s*$";
    Regex::new(pattern).expect("a fixed pattern")
});

static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"20\d\d[-._年]?(?:1[0-2]|0?[1-9])[-._月]?(?:3[01]|[12]\d|0?[1-9])日?").expect("a fixed pattern")
});

/// How late a version is by its file name: mark, number, day.
fn rank(source_path: &str) -> (i32, u32, String) {
    let file = source_path.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (mut mark, mut number) = (0, 0);
    for found in MARKS.captures_iter(stem) {
        mark = match () {
            () if found.name("first").is_some() => -1,
            () if found.name("last").is_some() => 2,
            () => mark.max(1),
        };
        let count = found.name("v").or(found.name("n")).and_then(|n| n.as_str().parse().ok());
        let word = found.name("new").and_then(|w| "二三四五".chars().position(|c| w.as_str().contains(c)));
        number = number.max(count.or(word.map(|i| i as u32 + 2)).unwrap_or(0));
    }
    let day = DAY.find(stem).map_or(String::new(), |d| {
        let parts: Vec<&str> = d.as_str().split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
        parts.iter().map(|p| format!("{p:0>2}")).collect()
    });
    (mark, number, day)
}

/// A title without the marks of a version.
fn without_marks(title: &str) -> String {
    MARKS.replace_all(title, "").chars().filter(|c| c.is_alphanumeric() && *c != '稿').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_told_by_its_name() {
        let in_order = [
            ["松林小学(初稿).txt", "松林小学.txt"],
            ["松林小学.txt", "松林小学（修改稿）.txt"],
            ["松林小学二稿.txt", "松林小学三稿.txt"],
            ["松林小学修改稿.txt", "松林小学最终稿.txt"],
            ["松林小学v2.txt", "松林小学v10.txt"],
            ["松林小学20231105.txt", "松林小学2023-11-20.txt"],
            ["松林小学.txt", "松林小学(1).txt"],
        ];
        for [old, new] in in_order {
            assert!(rank(old) < rank(new), "{old} {:?} before {new} {:?}", rank(old), rank(new));
        }
        assert_eq!(without_marks("双减工作汇报（修改稿）"), "双减工作汇报");
    }
}
