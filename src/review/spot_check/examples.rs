//! Confirmed errors as test examples: what went wrong once must not go wrong again.
//!
//! They stand in a rule file of their own, [`FILE`], in a district's rule folder, and `huizong rules test` runs them
//! beside the examples of the rules. An example is a sentence, the words in it that the finding is about, and what must
//! not come out (`not`) or must (`want`), by column of the table. A sentence stands alone there: an error that only its
//! section brought about does not show, and the example holds from the start.

use super::facts::{self, Fact, Kind};
use super::report::{Settled, settle};
use super::store::Store;
use super::verdict::error_label;
use crate::document::{DecodedFile, Format, Report};
use crate::gather::rows;
use crate::message::{Message, Tell};
use crate::pipeline::{Engine, Processed};
use crate::publish::{draft, warehouse};
use crate::rules::{Failure, Named, RuleFiles, merge, parse};
use crate::span::SourceText;
use crate::tables::VerdictRow;
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Name of the rule file.
pub const FILE: &str = "confirmed_examples.toml";

const HEAD: &str = "\
# 抽查中确认的差错，由 huizong spot-check examples 写出，huizong rules test 逐条检验。
# text 是句子，quote 是其中被判错（或漏掉）的文字；not 是不应再出现的取值，want 是应有的取值，列名同数据表。
# not 写成空表表示这里不应抽出事实；want 写成空表表示这里应当抽出事实。可以手工增删。

";

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    example: Vec<Example>,
}

/// A confirmed error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Batch and item.
    pub id: String,
    /// `figures`, `measures` or `problems`.
    pub family: String,
    /// The sentence.
    pub text: String,
    /// The words that it is about; they stand once in the sentence.
    pub quote: String,
    /// Why, for people.
    pub reason: String,
    /// Values that must not come out together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not: Option<BTreeMap<String, String>>,
    /// Values that must come out together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub want: Option<BTreeMap<String, String>>,
}

impl Named for Example {
    fn id(&self) -> &str {
        &self.id
    }
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Examples that the file has now.
    pub all: usize,
    /// Those that were added.
    pub new: usize,
    /// Confirmed errors that make no clear example: their words stand more than once in their sentence, or what was
    /// wrong has no value in the table.
    pub unclear: usize,
}

/// Adds the confirmed errors of a warehouse to the file at `path`; examples that it has already stay as they are.
pub fn write(root: &Path, path: &Path) -> Result<Written> {
    warehouse::run_ids(root)?;
    let mut file = File::default();
    if path.exists() {
        let text = std::fs::read_to_string(path).tell(|| Message::unread(["", ""], path))?;
        file = parse(FILE, &text)?;
    }
    let known: BTreeSet<String> = file.example.iter().map(|example| example.id.clone()).collect();
    let mut written = Written::default();
    let store = Store::read(root)?;
    let mut items: BTreeMap<(&str, &str), Vec<&VerdictRow>> = BTreeMap::new();
    for row in &store.verdicts {
        items.entry((&row.item_id, &row.content)).or_default().push(row);
    }
    for rows in items.into_values() {
        if settle(rows.iter().map(|row| row.verdict.as_str())) != Settled::Wrong {
            continue;
        }
        let said = rows.iter().filter(|row| row.verdict == "wrong").max_by_key(|row| row.error_type.is_some());
        let Some(row) = said else { continue };
        match example(row) {
            Some(example) if known.contains(&example.id) => {}
            Some(example) => {
                file.example.push(example);
                written.new += 1;
            }
            None => written.unclear += 1,
        }
    }
    written.all = file.example.len();
    let toml = toml::to_string_pretty(&file)?;
    draft::write(path, format!("{HEAD}{toml}").as_bytes())?;
    Ok(written)
}

/// The example of a verdict; none where it would be unclear.
fn example(row: &VerdictRow) -> Option<Example> {
    let stated: BTreeMap<String, String> = serde_json::from_str(&row.stated).unwrap_or_default();
    let error = row.error_type.as_deref().unwrap_or_default();
    let corrected = row.corrected.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let of = |columns: &[&str]| -> BTreeMap<String, String> {
        columns.iter().filter_map(|c| Some(((*c).to_owned(), stated.get(*c)?.clone()))).collect()
    };
    let one = |column: &str, value: &str| BTreeMap::from([(column.to_owned(), value.to_owned())]);
    let figure = row.kind == Kind::Figures.code();
    let mut quote = row.quote.as_str();
    let (family, not, want) = match error {
        "value" => {
            (row.kind.as_str(), Some(of(&["value", "value_hi"])), corrected.and_then(number).map(|v| one("value", &v)))
        }
        "unit" => (row.kind.as_str(), Some(of(&["unit"])), corrected.map(|unit| one("unit", unit))),
        "subject" => (row.kind.as_str(), Some(of(&["indicator", "subject", "actor", "holder"])), None),
        "limit" => {
            let limit = one("kind", "requirement");
            (row.kind.as_str(), Some(of(&["kind", "status"])).filter(|not| *not != limit), figure.then_some(limit))
        }
        "period" => (row.kind.as_str(), Some(of(&["period"])), None),
        "topic" => (row.kind.as_str(), Some(of(&["indicator", "topic"])), None),
        "span" => (row.kind.as_str(), Some(one("quote", quote)), None),
        "not_a_finding" => (row.kind.as_str(), Some(BTreeMap::new()), None),
        "missed_figure" | "missed_measure" | "missed_problem" => {
            quote = corrected.filter(|words| row.unit_text.contains(words)).unwrap_or(&row.unit_text);
            let family = match error {
                "missed_figure" => Kind::Figures,
                "missed_measure" => Kind::Measures,
                _ => Kind::Problems,
            };
            (family.code(), None, Some(BTreeMap::new()))
        }
        // Wrong, but nobody said how: the same finding must not come again.
        _ => {
            let columns: Vec<&str> = stated.keys().map(String::as_str).collect();
            (row.kind.as_str(), Some(of(&columns)), None)
        }
    };
    Kind::of(family).filter(|kind| Kind::FINDINGS.contains(kind))?;
    // No value to speak against: an empty table would say that nothing may be found here.
    let not = not.filter(|not| !not.is_empty() || error == "not_a_finding");
    if not.is_none() && want.is_none() {
        return None;
    }
    if row.unit_text.matches(quote).count() != 1 {
        return None;
    }
    Some(Example {
        id: format!("{}-{}", row.batch_id, row.item_id),
        family: family.to_owned(),
        text: row.unit_text.clone(),
        quote: quote.to_owned(),
        reason: [Some(error_label(error)), corrected, row.note.as_deref()]
            .into_iter()
            .flatten()
            .filter(|said| !said.is_empty())
            .collect::<Vec<_>>()
            .join("；"),
        not,
        want,
    })
}

/// A number as tables hold it, where it is one.
fn number(text: &str) -> Option<String> {
    text.parse::<f64>().ok().map(|value| value.to_string())
}

/// The confirmed examples of a district that do not come out as they should.
pub fn failures(engine: &Engine, rules: &RuleFiles) -> Result<Vec<Failure>> {
    let files: Vec<File> = rules.load(FILE, "")?;
    let examples = merge(FILE, files.into_iter().map(|file| file.example))?;
    Ok(examples.iter().filter_map(|example| failure(engine, example)).collect())
}

fn failure(engine: &Engine, example: &Example) -> Option<Failure> {
    let place = example.text.find(&example.quote).map(|at| {
        let start = example.text[..at].chars().count() as i64;
        (start, start + example.quote.chars().count() as i64)
    });
    let failure = |expected: String, got: String| Failure {
        file: FILE.to_owned(),
        rule: example.id.clone(),
        example: example.text.clone(),
        expected,
        got,
    };
    let Some((start, end)) = place else {
        return Some(failure(format!("句子里有「{}」", example.quote), "没有".to_owned()));
    };
    let found: Vec<Fact> = findings(engine, &example.text)
        .into_iter()
        .filter(|fact| fact.kind.code() == example.family && fact.start < end && start < fact.end)
        .collect();
    let states = |fact: &Fact, values: &BTreeMap<String, String>| {
        let value = |column: &str| match column {
            "quote" => Some(fact.quote.as_str()),
            _ => fact.stated.iter().find(|(name, _)| *name == column).map(|(_, value)| value.as_str()),
        };
        values.iter().all(|(column, wanted)| value(column) == Some(wanted))
    };
    let told = |values: &BTreeMap<String, String>| {
        let told: Vec<String> = values.iter().map(|(column, value)| format!("{column} = {value}")).collect();
        if told.is_empty() { "一条事实".to_owned() } else { told.join("，") }
    };
    let got = || {
        let facts = found.iter().map(|fact| {
            let stated = fact.stated.iter().map(|(column, value)| format!("{column} = {value}"));
            format!("「{}」{}", fact.quote, stated.collect::<Vec<_>>().join("，"))
        });
        Some(facts.collect::<Vec<_>>().join("；"))
            .filter(|got| !got.is_empty())
            .unwrap_or_else(|| "没有事实".to_owned())
    };
    if let Some(not) = example.not.as_ref().filter(|not| found.iter().any(|fact| states(fact, not))) {
        return Some(failure(format!("没有 {}（{}）", told(not), example.reason), got()));
    }
    if let Some(want) = example.want.as_ref().filter(|want| !found.iter().any(|fact| states(fact, want))) {
        return Some(failure(format!("{}（{}）", told(want), example.reason), got()));
    }
    None
}

/// What is found in a sentence that stands alone.
fn findings(engine: &Engine, sentence: &str) -> Vec<Fact> {
    let clean = engine.cleaner.clean(sentence);
    let report = Report::of_sentence(clean.text.len());
    let found = engine.extractors.extract(&report, &clean);
    let file = DecodedFile {
        source_path: String::new(),
        source_sha256: String::new(),
        format: Format::Text,
        encoding: "UTF-8",
        text: SourceText::new(sentence.to_owned()),
        n_undecodable: 0,
        masked: None,
    };
    let processed = Processed { file, clean, reports: vec![(report, found)] };
    let rows = rows::of_file(&processed, &engine.segmenter, &engine.yardstick.norms, "");
    facts::of_rows(rows.figures, rows.measures, rows.problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(example: &str) -> Vec<String> {
        let rules = RuleFiles::with_texts(&[(FILE, example)]);
        let engine = Engine::new(&RuleFiles::built_in()).unwrap();
        failures(&engine, &rules).unwrap().into_iter().map(|failure| failure.expected).collect()
    }

    #[test]
    fn examples_say_what_must_and_must_not_come_out() {
        let of = |lines: &str| {
            format!(
                "[[example]]\nid = \"1\"\nfamily = \"figures\"\ntext = \"学校有32个教学班。\"\nquote = \"32个\"\nreason = \"x\"\n{lines}\n"
            )
        };
        assert_eq!(failing(&of("want = { value = \"32\", kind = \"actual\" }")), [""; 0]);
        assert_eq!(failing(&of("want = { value = \"33\" }")), ["value = 33（x）"]);
        assert_eq!(failing(&of("not = { kind = \"requirement\" }")), [""; 0]);
        assert_eq!(failing(&of("not = { kind = \"actual\" }")), ["没有 kind = actual（x）"]);
        assert_eq!(failing(&of("not = {}")), ["没有 一条事实（x）"]);
        assert_eq!(failing(&of("want = {}").replace("figures", "problems")), ["一条事实（x）"]);
    }
}
