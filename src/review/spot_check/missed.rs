//! What the program did not find: sentences that hold a number but gave no figure, or a word of deficiency but no problem.
//!
//! They are read again from the texts that the run keeps, by the same steps as the ingest. Sentences with neither digit
//! nor cue are not in the frame: a fact missed there is not estimated, and the report says so.

use super::facts::{Fact, Kind};
use crate::dissect::split::Splitter;
use crate::document::{DecodedFile, Format, Report, Unit, UnitKind};
use crate::gather::rows::doc_id;
use crate::hash::hex;
use crate::pipeline::Engine;
use crate::span::{SourceSpan, SourceText, Span};
use crate::tables::SourceTextRow;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// A sentence of the frame.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// Hash of its place.
    pub item_id: String,
    /// `digit` or `cue`.
    pub band: &'static str,
    /// The report.
    pub doc_id: String,
    /// First code point of the source text.
    pub start: i64,
    /// One past the last.
    pub end: i64,
    /// Its words.
    pub text: String,
    /// Headings above it.
    pub section: Option<String>,
}

/// What the sentence was looked at for, in Chinese.
pub fn told(band: &str) -> &'static str {
    if band == "digit" { "有数字，没有抽出数据" } else { "有问题线索，没有抽出问题" }
}

/// The sentences of the frame in all texts; `facts` are those of the run.
pub fn frame(engine: &Engine, texts: &[SourceTextRow], facts: &[Fact]) -> Vec<Sentence> {
    let mut found: HashMap<(&str, Kind), Vec<(i64, i64)>> = HashMap::new();
    for fact in facts {
        found.entry((&fact.doc_id, fact.kind)).or_default().push((fact.start, fact.end));
    }
    let mut sentences = Vec::new();
    for row in texts {
        of_file(engine, row, &found, &mut sentences);
    }
    sentences
}

fn of_file(
    engine: &Engine,
    row: &SourceTextRow,
    found: &HashMap<(&str, Kind), Vec<(i64, i64)>>,
    sentences: &mut Vec<Sentence>,
) {
    let file = decoded(row);
    let clean = engine.cleaner.clean(file.text.as_str());
    let splitter: &Splitter = &engine.splitter;
    for report in splitter.split(&clean, &file).iter().filter(|report| report.on_topic) {
        let doc_id = doc_id(&file.source_path, report.part);
        for unit in report.units.iter().filter(|unit| unit.kind == UnitKind::Sentence) {
            let SourceSpan { start, end } = clean.source_span(unit.span);
            let (start, end) = (start as i64, end as i64);
            let has = |kind| {
                let places = found.get(&(doc_id.as_str(), kind)).map_or(&[][..], Vec::as_slice);
                places.iter().any(|&(from, to)| from < end && start < to)
            };
            let words = body(unit).of(&clean.text);
            let band = if words.contains(|c: char| c.is_ascii_digit()) && !has(Kind::Figures) {
                "digit"
            } else if engine.extractors.has_problem_cue(words) && !has(Kind::Problems) {
                "cue"
            } else {
                continue;
            };
            sentences.push(Sentence {
                item_id: id(&file.source_path, start, end),
                band,
                doc_id: doc_id.clone(),
                start,
                end,
                text: file.text.slice(SourceSpan { start: start as usize, end: end as usize }).to_owned(),
                section: section(report, unit),
            });
        }
    }
}

/// The unit without its enumerator: 1、 is no number.
fn body(unit: &Unit) -> Span {
    Span::new(unit.span.start + unit.enumerator, unit.span.end)
}

fn section(report: &Report, unit: &Unit) -> Option<String> {
    Some(report.section_path(unit)).filter(|path| !path.is_empty())
}

/// The file as the ingest had it after decoding.
fn decoded(row: &SourceTextRow) -> DecodedFile {
    DecodedFile {
        source_path: row.source_path.clone(),
        source_sha256: row.source_sha256.clone(),
        format: match row.format.as_str() {
            "markdown" => Format::Markdown,
            "html" => Format::Html,
            _ => Format::Text,
        },
        encoding: "UTF-8",
        text: SourceText::new(row.text.clone()),
        n_undecodable: 0,
        masked: None,
    }
}

fn id(source_path: &str, start: i64, end: i64) -> String {
    let mut hash = Sha256::new();
    hash.update("sentence\0");
    hash.update(source_path);
    hash.update(format!("\0{start}-{end}"));
    hex(&hash.finalize()[..8])
}

impl Sentence {
    /// What a verdict on it is about: its words. See [`Fact::content`].
    pub fn content(&self) -> String {
        hex(&Sha256::digest(&self.text)[..8])
    }
}
