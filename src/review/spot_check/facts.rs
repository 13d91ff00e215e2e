//! The findings of a run, seen as what a reviewer judges: figures, measures and problems in one form.
//!
//! It reads and names; it draws nothing and judges nothing. What of a finding a verdict is about is its *content*: the
//! quote, the sentence and the columns listed here. A verdict holds as long as none of them changes.

use crate::hash::hex;
use crate::message::{Message, Tell};
use crate::publish::columns::Row;
use crate::publish::contract::{self, Column};
use crate::publish::parquet;
use crate::tables::{FigureRow, MeasureRow, ProblemRow};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// What is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A row of table `figures`.
    Figures,
    /// A row of table `measures`.
    Measures,
    /// A row of table `problems`.
    Problems,
    /// A sentence that gave no finding: was something missed?
    Missed,
}

impl Kind {
    /// The three kinds of findings.
    pub const FINDINGS: [Kind; 3] = [Kind::Figures, Kind::Measures, Kind::Problems];

    /// Machine name: the table's.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Figures => "figures",
            Kind::Measures => "measures",
            Kind::Problems => "problems",
            Kind::Missed => "missed",
        }
    }

    /// By its machine name.
    pub fn of(code: &str) -> Option<Kind> {
        [Kind::Figures, Kind::Measures, Kind::Problems, Kind::Missed].into_iter().find(|kind| kind.code() == code)
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Figures => "数据",
            Kind::Measures => "举措",
            Kind::Problems => "问题",
            Kind::Missed => "漏抽",
        }
    }
}

/// Confidence from which a finding is in the band `high`.
const HIGH: f64 = 0.9;

/// The band that a confidence lies in.
pub fn band(confidence: f64) -> &'static str {
    if confidence >= HIGH { "high" } else { "low" }
}

/// A finding as a row of its table states it.
#[derive(Clone, Debug)]
pub struct Fact {
    /// See the contract of its table; so for all that have a column's name.
    pub fact_id: String,
    /// Which table.
    pub kind: Kind,
    /// The rule that decided.
    pub rule_id: String,
    /// 0 to 1.
    pub confidence: f64,
    /// The report.
    pub doc_id: String,
    /// First code point of the source text.
    pub start: i64,
    /// One past the last.
    pub end: i64,
    /// The words.
    pub quote: String,
    /// The sentence.
    pub unit_text: String,
    /// Headings above it.
    pub section: Option<String>,
    /// Columns that are judged and their values, in the order of the table; columns without a value are left out.
    pub stated: Vec<(&'static str, String)>,
}

/// A number as people write it: no `.0` behind whole numbers.
fn number(value: f64) -> String {
    value.to_string()
}

/// Turns the rows of a table into facts; the macro names what three tables share.
macro_rules! facts {
    ($rows:expr, $kind:expr, $row:ident => [$($column:ident: $value:expr),* $(,)?]) => {
        $rows.into_iter().map(|$row| {
            let stated: Vec<(&'static str, Option<String>)> = vec![$((stringify!($column), $value)),*];
            Fact {
                kind: $kind,
                stated: stated.into_iter().filter_map(|(column, value)| Some((column, value?))).collect(),
                fact_id: $row.fact_id,
                rule_id: $row.rule_id,
                confidence: $row.confidence,
                doc_id: $row.doc_id,
                start: $row.start,
                end: $row.end,
                unit_text: $row.unit_text.unwrap_or_else(|| $row.quote.clone()),
                quote: $row.quote,
                section: $row.section,
            }
        })
    };
}

/// All findings of the run in folder `run`.
pub fn read(run: &Path) -> Result<Vec<Fact>> {
    Ok(of_rows(parquet::read(run)?, parquet::read(run)?, parquet::read(run)?))
}

/// The findings that the rows of the three tables state.
pub fn of_rows(figures: Vec<FigureRow>, measures: Vec<MeasureRow>, problems: Vec<ProblemRow>) -> Vec<Fact> {
    let figures = facts!(figures, Kind::Figures, row => [
        number: Some(row.number.clone()),
        value: row.value.map(number),
        value_hi: row.value_hi.map(number),
        unit: Some(row.unit.clone()),
        comparator: Some(row.comparator.clone()),
        masked: row.masked.then(|| "true".to_owned()),
        kind: Some(row.kind.clone()),
        indicator: Some(row.indicator.clone()),
        scope: row.scope.clone(),
        subject: row.subject.clone(),
        per: row.per.clone(),
        change: row.change.clone(),
        change_role: row.change_role.clone(),
        period: row.period.clone(),
    ]);
    let measures = facts!(measures, Kind::Measures, row => [
        status: Some(row.status.clone()),
        topic: Some(row.topic.clone()),
        actor: row.actor.clone(),
        action: row.action.clone(),
        object: row.object.clone(),
    ]);
    let problems = facts!(problems, Kind::Problems, row => [
        status: Some(row.status.clone()),
        topic: Some(row.topic.clone()),
        holder: row.holder.clone(),
    ]);
    figures.chain(measures).chain(problems).collect()
}

impl Fact {
    /// A hash of all that a verdict is about.
    pub fn content(&self) -> String {
        let mut hash = Sha256::new();
        let stated = self.stated.iter().flat_map(|(column, value)| [*column, value]);
        for part in [self.kind.code(), &self.quote, &self.unit_text].into_iter().chain(stated) {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hex(&hash.finalize()[..8])
    }

    /// The judged columns as one JSON object, for a column of text.
    pub fn stated_json(&self) -> String {
        let map: serde_json::Map<String, serde_json::Value> =
            self.stated.iter().map(|(column, value)| ((*column).to_owned(), value.as_str().into())).collect();
        serde_json::Value::Object(map).to_string()
    }
}

/// Chinese names of the columns and values that reviewers see, from the contracts.
pub struct Labels(HashMap<(&'static str, String), (String, BTreeMap<String, String>)>);

impl Labels {
    /// Reads the contracts.
    pub fn new() -> Result<Self> {
        let contracts = contract::all()?;
        let mut labels = HashMap::new();
        for table in [FigureRow::TABLE, MeasureRow::TABLE, ProblemRow::TABLE] {
            let contract = contracts.iter().find(|contract| contract.name == table);
            let contract = contract.tell(|| {
                Message::new(format!("没有表 {table} 的数据契约"), format!("table {table} has no contract"))
            })?;
            labels.extend(contract.properties.iter().map(|column: &Column| {
                let values = column.labels().cloned().unwrap_or_default();
                ((table, column.name.clone()), (column.business_name.clone(), values))
            }));
        }
        Ok(Labels(labels))
    }

    /// What a finding states, in Chinese: name and value. A number that is written like its value is told once, a time
    /// of day as a clock shows it.
    pub fn told(&self, fact: &Fact) -> Vec<(String, String)> {
        let stated =
            |column: &str| fact.stated.iter().find(|(name, _)| *name == column).map(|(_, value)| value.as_str());
        let clock = stated("unit") == Some("clock");
        let mut told = Vec::new();
        for (column, value) in &fact.stated {
            let (name, value) = match self.0.get(&(fact.kind.code(), (*column).to_owned())) {
                Some((name, values)) => (name.as_str(), values.get(value).unwrap_or(value).clone()),
                None => (*column, value.clone()),
            };
            match *column {
                "number" if stated("value") == stated("number") => {}
                "unit" if clock => told.push((name.to_owned(), "时刻".to_owned())),
                "value" | "value_hi" if clock => told.push((name.to_owned(), time(&value))),
                _ => told.push((name.to_owned(), value)),
            }
        }
        told
    }
}

/// Hours as a clock shows them.
fn time(hours: &str) -> String {
    match hours.parse::<f64>() {
        Ok(hours) => {
            let minutes = (hours * 60.0).round() as i64;
            format!("{}:{:02}", minutes / 60, minutes % 60)
        }
        Err(_) => hours.to_owned(),
    }
}
