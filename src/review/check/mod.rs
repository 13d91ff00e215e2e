//! `huizong check`: does a run keep what its contracts promise?
//!
//! Four looks, each of which presumes the one before: the [`files`] are those of the manifest, with the columns of the
//! contract; the [`rows`] keep nulls, keys, references, allowed values and limits; every quote is the slice of the
//! source text that its [`places`] say; the [`counts`] add up. It only reads, and it knows no table by heart that the
//! contracts can tell it of.

mod counts;
mod files;
mod places;
mod rows;
pub mod written;

use crate::cli;
use crate::publish::contract;
use crate::publish::manifest::Manifest;
use crate::review::export::run_folder;
use anyhow::Result;
use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::path::Path;

/// Something that is not as the contract says.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Violation {
    /// In which table.
    pub table: String,
    /// Fixed code: `file`, `schema`, `duplicate`, `orphan`, `value`, `limit`, `span`, `quote`, `count`.
    pub code: &'static str,
    /// A sentence that names the place.
    pub detail: String,
    /// How many more of this kind the table has.
    pub more: usize,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}：{}", self.table, self.detail)?;
        if self.more > 0 {
            write!(f, "（同类另有 {} 处）", self.more)?;
        }
        Ok(())
    }
}

/// How many of one kind in one table are told one by one.
const TOLD: usize = 5;

/// What was found so far.
#[derive(Debug, Default)]
struct Violations {
    told: BTreeMap<(String, &'static str), Vec<Violation>>,
}

impl Violations {
    /// Adds one; its sentence is made only where it will be told.
    fn add(&mut self, table: &str, code: &'static str, detail: impl FnOnce() -> String) {
        let told = self.told.entry((table.to_owned(), code)).or_default();
        if told.len() < TOLD {
            told.push(Violation { table: table.to_owned(), code, detail: detail(), more: 0 });
        } else if let Some(last) = told.last_mut() {
            last.more += 1;
        }
    }

    /// Adds what another look has found.
    fn append(&mut self, other: Violations) {
        for ((table, code), told) in other.told {
            for violation in told {
                for _ in 0..violation.more {
                    self.add(&table, code, || violation.detail.clone());
                }
                self.add(&table, code, || violation.detail.clone());
            }
        }
    }

    fn into_list(self) -> Vec<Violation> {
        self.told.into_values().flatten().collect()
    }
}

/// Exit code where a run is not as its contracts say.
const VIOLATED: u8 = 4;

/// `huizong check`: tells what is wrong with a run; gives the exit code.
pub fn command(options: &cli::Check, out: &mut impl Write) -> Result<u8> {
    let run = run_folder(&options.warehouse, options.run.as_deref())?;
    let violations = check(&run)?;
    for violation in &violations {
        writeln!(out, "{violation}")?;
    }
    if violations.is_empty() {
        writeln!(out, "{} 合乎数据契约", run.display())?;
        return Ok(0);
    }
    Ok(VIOLATED)
}

/// Checks the run in folder `run`; an empty list is a good run.
pub fn check(run: &Path) -> Result<Vec<Violation>> {
    let manifest = Manifest::read(run)?;
    let contracts = contract::all()?;
    let mut found = Violations::default();
    files::check(run, &manifest, &contracts, &mut found);
    if found.told.is_empty() {
        rows::check(run, &contracts, &mut found)?;
        places::check(run, &mut found)?;
        counts::check(run, &manifest, &mut found)?;
    }
    Ok(found.into_list())
}
