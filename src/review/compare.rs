//! `huizong compare`: which rows differ between two runs, by table and rule.
//!
//! A finding is the same while its id stays, which file, place, rule family and value make; what differs in the other
//! columns is a changed row. What is left is paired by its place (another value or rule for the same words), then by
//! its words (the same sentence at another place of the file): moved. Of the other tables, [`others`] counts the rows that
//! only one run has. Files that two runs share are not even read.

mod others;

use crate::cli;
use crate::publish::columns::Row;
use crate::publish::manifest::Manifest;
use crate::publish::parquet;
use crate::review::export::run_folder;
use crate::review::text;
use crate::tables::{DocumentRow, FigureRow, MeasureRow, ProblemRow, RejectRow, RunRow};
use anyhow::Result;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::io::Write;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// A row, as far as it is compared.
struct Compared {
    id: String,
    /// Where it stands.
    place: String,
    /// Its file.
    file: String,
    /// What it says, wherever it stands.
    words: String,
    /// What made it.
    rule: String,
    /// All of it but the run.
    content: u64,
}

/// A table whose rows can be compared one by one.
trait Comparable: Row + Serialize {
    fn compared(self) -> Compared;
}

fn content(row: &impl Serialize) -> u64 {
    xxh3_64(&postcard::to_stdvec(row).expect("rows hold only what postcard can write"))
}

macro_rules! findings {
    ($($row:ident)*) => { $(
        impl Comparable for $row {
            fn compared(self) -> Compared {
                let row = $row { run_id: String::new(), ..self };
                Compared {
                    content: content(&row),
                    place: format!("{} {} {}", row.source_path, row.start, row.end),
                    words: format!("「{}」 {}", row.quote, row.unit_text.unwrap_or_default()),
                    file: row.source_path,
                    id: row.fact_id,
                    rule: row.rule_id,
                }
            }
        }
    )* };
}
findings! { FigureRow MeasureRow ProblemRow }

impl Comparable for DocumentRow {
    fn compared(self) -> Compared {
        let row = DocumentRow { run_id: String::new(), ..self };
        Compared {
            content: content(&row),
            place: format!("{} {}", row.source_path, row.part),
            file: row.source_path,
            words: row.title.unwrap_or_default(),
            id: row.doc_id,
            rule: row.doc_kind.unwrap_or_default(),
        }
    }
}

impl Comparable for RejectRow {
    fn compared(self) -> Compared {
        let row = RejectRow { run_id: String::new(), ..self };
        Compared {
            content: content(&row),
            id: format!("{} {}", row.source_path, row.reason),
            place: row.source_path.clone(),
            file: row.source_path,
            words: row.detail,
            rule: row.reason,
        }
    }
}

/// How many rows differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Only in the second run.
    pub added: u64,
    /// Only in the first run.
    pub removed: u64,
    /// In both, with a column that differs.
    pub changed: u64,
    /// The same words at another place of their file.
    pub moved: u64,
}

/// A row that differs, for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// `+`, `-` or `~`.
    pub sign: char,
    /// Table and rule.
    pub rule: String,
    /// File, place and words.
    pub what: String,
}

/// What differs between two runs.
#[derive(Debug, Default, Serialize)]
pub struct Comparison {
    /// By table and rule; of documents by kind, of rejects by reason.
    pub by_rule: BTreeMap<String, BTreeMap<String, Counts>>,
    /// The first rows of each kind.
    pub rows: Vec<Told>,
    /// Rows that only one of the runs has in the other tables.
    pub tables: BTreeMap<String, Counts>,
}

/// `huizong compare`; 0 whatever differs.
pub fn command(options: &cli::Compare, out: &mut impl Write) -> Result<()> {
    let [a, b] = [&options.run_a, &options.run_b].map(|run| run_folder(&options.warehouse, Some(run)));
    let comparison = compare(&a?, &b?, options.rows)?;
    if options.json {
        writeln!(out, "{}", serde_json::to_string(&comparison)?)?;
        return Ok(());
    }
    for (table, rules) in &comparison.by_rule {
        let sum = |count: fn(&Counts) -> u64| rules.values().map(count).sum::<u64>();
        let all = Counts {
            added: sum(|c| c.added),
            removed: sum(|c| c.removed),
            changed: sum(|c| c.changed),
            moved: sum(|c| c.moved),
        };
        writeln!(out, "{table}  {}", shown(&all))?;
        for (rule, counts) in rules {
            writeln!(out, "    {rule}  {}", shown(counts))?;
        }
    }
    for Told { sign, rule, what } in &comparison.rows {
        writeln!(out, "{sign} {rule}  {what}")?;
    }
    for (table, Counts { added, removed, .. }) in &comparison.tables {
        writeln!(out, "{table}  只在后一次 {added} 行  只在前一次 {removed} 行")?;
    }
    if comparison.by_rule.is_empty() && comparison.tables.is_empty() {
        writeln!(out, "两次汇总的各张表完全相同（runs 除外）")?;
    }
    Ok(())
}

fn shown(Counts { added, removed, changed, moved }: &Counts) -> String {
    format!("新增 {added}  减少 {removed}  改变 {changed}  移位 {moved}")
}

/// Compares the runs in two folders; `rows` rows of each kind are told one by one.
pub fn compare(a: &Path, b: &Path, rows: usize) -> Result<Comparison> {
    let manifests = [Manifest::read(a)?, Manifest::read(b)?];
    let mut comparison = Comparison::default();
    table::<DocumentRow>([a, b], &manifests, rows, &mut comparison)?;
    table::<FigureRow>([a, b], &manifests, rows, &mut comparison)?;
    table::<MeasureRow>([a, b], &manifests, rows, &mut comparison)?;
    table::<ProblemRow>([a, b], &manifests, rows, &mut comparison)?;
    table::<RejectRow>([a, b], &manifests, rows, &mut comparison)?;
    let compared = [DocumentRow::TABLE, FigureRow::TABLE, MeasureRow::TABLE, ProblemRow::TABLE, RejectRow::TABLE];
    // The table `runs` tells of the run itself.
    comparison.tables = others::compare([a, b], &manifests, &[&compared[..], &[RunRow::TABLE]].concat())?;
    Ok(comparison)
}

/// Rows of the files that only this run has.
fn own_rows<T: Comparable>(run: &Path, own: &Manifest, other: &Manifest) -> Result<Vec<Compared>> {
    let files = |manifest: &Manifest| manifest.tables.get(T::TABLE).map_or(Vec::new(), |table| table.files.clone());
    let shared: Vec<String> = files(other).into_iter().map(|file| file.sha256).collect();
    let mut rows = Vec::new();
    for file in files(own).iter().filter(|file| !shared.contains(&file.sha256)) {
        rows.extend(parquet::read_part::<T>(&run.join(T::TABLE).join(&file.name))?.into_iter().map(T::compared));
    }
    Ok(rows)
}

fn table<T: Comparable>(
    runs: [&Path; 2],
    manifests: &[Manifest; 2],
    told: usize,
    comparison: &mut Comparison,
) -> Result<()> {
    let before = own_rows::<T>(runs[0], &manifests[0], &manifests[1])?;
    let after = own_rows::<T>(runs[1], &manifests[1], &manifests[0])?;
    let mut by_rule: BTreeMap<String, Counts> = BTreeMap::new();
    let mut left = Told::counter(told);
    let mut tell = |sign: char, row: &Compared, rows: &mut Vec<Told>| {
        if left.take(sign) {
            let what = text::one_line(&format!("{} {}", row.place, row.words));
            rows.push(Told { sign, rule: format!("{} {}", T::TABLE, row.rule), what });
        }
    };
    let (pairs, before, after) = pair(before, after, |row| row.id.clone());
    let (more, before, after) = pair(before, after, |row| row.place.clone());
    for (_, new) in pairs.iter().chain(&more).filter(|(old, new)| old.content != new.content) {
        by_rule.entry(new.rule.clone()).or_default().changed += 1;
        tell('~', new, &mut comparison.rows);
    }
    let (moved, before, after) = pair(before, after, |row| format!("{} {}", row.file, row.words));
    for (_, new) in &moved {
        by_rule.entry(new.rule.clone()).or_default().moved += 1;
    }
    for row in &before {
        by_rule.entry(row.rule.clone()).or_default().removed += 1;
        tell('-', row, &mut comparison.rows);
    }
    for row in &after {
        by_rule.entry(row.rule.clone()).or_default().added += 1;
        tell('+', row, &mut comparison.rows);
    }
    if !by_rule.is_empty() {
        comparison.by_rule.insert(T::TABLE.to_owned(), by_rule);
    }
    Ok(())
}

/// Rows of equal keys, and what is left of both sides.
fn pair(
    before: Vec<Compared>,
    after: Vec<Compared>,
    key: impl Fn(&Compared) -> String,
) -> (Vec<(Compared, Compared)>, Vec<Compared>, Vec<Compared>) {
    let mut there: HashMap<String, Vec<Compared>> = HashMap::new();
    // Backwards, so that the first of several equal rows comes off first.
    before.into_iter().rev().for_each(|row| there.entry(key(&row)).or_default().push(row));
    let (mut pairs, mut new) = (Vec::new(), Vec::new());
    for row in after {
        match there.get_mut(&key(&row)).and_then(Vec::pop) {
            Some(old) => pairs.push((old, row)),
            None => new.push(row),
        }
    }
    let mut old: Vec<Compared> = there.into_values().flatten().collect();
    old.sort_by(|a, b| a.place.cmp(&b.place));
    (pairs, old, new)
}

/// How many rows of each sign are still told.
struct Left {
    most: usize,
    told: HashMap<char, usize>,
}

impl Told {
    fn counter(most: usize) -> Left {
        Left { most, told: HashMap::new() }
    }
}

impl Left {
    fn take(&mut self, sign: char) -> bool {
        let told = self.told.entry(sign).or_default();
        *told += 1;
        *told <= self.most
    }
}
