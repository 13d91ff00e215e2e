//! An invented district with known truth: schools, periods, a roster, reports with planted facts, and what they plant.
//!
//! It is what the district tables are tested on and what speed and scale are measured on. Nothing in it is real, and
//! nothing of the flow looks into it. The same seed gives the same district on every machine.

mod district;
mod facts;
mod random;
mod report;
mod schools;

pub use district::{District, Truth, invent};
pub use facts::PlantedFigure;
pub use schools::School;

use crate::cli;
use crate::message::Message;
use anyhow::Result;
use serde::Deserialize;
use std::path::Path;

/// Writes an invented district: `reports/`, `roster.csv` and `truth.json`.
pub fn write(options: &cli::InventDistrict) -> Result<()> {
    let periods = periods(options.periods);
    let district = invent(options.schools, &periods, options.seed);
    for (path, bytes) in &district.files {
        put(&options.output.join("reports").join(path), bytes)?;
    }
    put(&options.output.join("roster.csv"), district.roster.as_bytes())?;
    put(&options.output.join("truth.json"), &serde_json::to_vec_pretty(&district.truth)?)
}

/// The first terms from spring 2022 on: as written in reports, and as in column `period`.
pub fn periods(count: usize) -> Vec<(String, String)> {
    (0..count)
        .map(|i| {
            let year = 2022 + i / 2;
            let (zh, en) = [("春", "spring"), ("秋", "autumn")][i % 2];
            (format!("{year}年{zh}季学期"), format!("{year}-{en}"))
        })
        .collect()
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    let written = std::fs::create_dir_all(path.parent().expect("a file lies in a folder"))
        .and_then(|()| std::fs::write(path, bytes));
    Ok(written.map_err(|e| Message::unwritable(path, &e))?)
}

/// The word lists of `words.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    towns: Vec<String>,
    given: Vec<String>,
    who: Vec<String>,
    how: Vec<String>,
    what: Vec<String>,
    why: Vec<String>,
    problem: Vec<ProblemWords>,
    template: Vec<String>,
    off_topic: Vec<String>,
}

/// Problems of one topic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProblemWords {
    topic: String,
    text: Vec<String>,
}

/// The word lists.
fn words() -> Words {
    toml::from_str(include_str!("words.toml")).expect("words.toml is part of the program and tested")
}
