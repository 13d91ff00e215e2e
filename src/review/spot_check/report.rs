//! What the verdicts say: precision, missed facts, agreement, acceptance, and which rules have proved themselves.
//!
//! It counts and estimates; [`super::told`] says it in Chinese. Only what was judged right or wrong counts. Where
//! reviewers differ the majority decides; a tie is a dispute, which counts neither way until a third one decides.

use super::acceptance::{self, Plan, Severity};
use super::facts::{self, Kind};
use super::stats::{self, Agreement, Cell, Estimate};
use super::store::Store;
use crate::tables::{StratumRow, VerdictRow};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What is settled on an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It is right; nothing was missed.
    Right,
    /// It is wrong; something was missed.
    Wrong,
    /// Nobody was sure, or all passed over it.
    Open,
    /// As many say right as wrong.
    Disputed,
}

/// What the words of several reviewers on one item come to.
pub fn settle<'a>(verdicts: impl IntoIterator<Item = &'a str>) -> Settled {
    let (mut right, mut wrong) = (0, 0);
    for verdict in verdicts {
        right += usize::from(verdict == "right");
        wrong += usize::from(verdict == "wrong");
    }
    match (right, wrong) {
        (0, 0) => Settled::Open,
        _ if right > wrong => Settled::Right,
        _ if wrong > right => Settled::Wrong,
        _ => Settled::Disputed,
    }
}

/// How a rule stands against its gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// 正式: the lower bound reaches the gate.
    Proven,
    /// 试用: the lower bound lies below the gate, the upper one above it; or too few were judged.
    Trial,
    /// 不达标: even the upper bound lies below the gate.
    Failing,
}

impl Status {
    /// Of an estimate.
    pub fn of(estimate: &Estimate, gate: f64) -> Status {
        match estimate {
            e if e.upper < gate => Status::Failing,
            e if e.lower >= gate && !e.too_few() => Status::Proven,
            _ => Status::Trial,
        }
    }

    /// Machine name, as in column `rule_status`.
    pub fn code(self) -> &'static str {
        match self {
            Status::Proven => "proven",
            Status::Trial => "trial",
            Status::Failing => "failing",
        }
    }

    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Status::Proven => "正式",
            Status::Trial => "试用",
            Status::Failing => "不达标",
        }
    }
}

/// Two reviewers side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Who.
    pub reviewers: (String, String),
    /// First reviewer down, second across: right, wrong, unsure.
    pub table: [[usize; 3]; 3],
    /// How far they agree.
    pub agreement: Agreement,
}

/// Whether a lot is accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Lot {
    /// The batch.
    pub batch_id: String,
    /// The findings.
    pub kind: Kind,
    /// How many there are.
    pub size: usize,
    /// How severely it was inspected.
    pub severity: Severity,
    /// What the tables ask for; none where inspection is discontinued.
    pub plan: Option<Plan>,
    /// How many of its random sample were judged.
    pub judged: usize,
    /// How many of those were wrong.
    pub wrong: usize,
    /// None while it may still go either way.
    pub accepted: Option<bool>,
}

/// All that is reported.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Batches and their runs, oldest first.
    pub batches: Vec<(String, String)>,
    /// Who judged how many.
    pub reviewers: BTreeMap<String, usize>,
    /// Items that somebody judged, and those among them on which nothing is settled.
    pub judged: usize,
    /// See [`Settled::Open`].
    pub open: usize,
    /// See [`Settled::Disputed`].
    pub disputed: Vec<VerdictRow>,
    /// Of all findings.
    pub overall: Option<Estimate>,
    /// By kind.
    pub kinds: BTreeMap<Kind, Estimate>,
    /// By kind and band.
    pub bands: BTreeMap<(Kind, String), Estimate>,
    /// By rule.
    pub rules: BTreeMap<String, Estimate>,
    /// By rule and band.
    pub rule_bands: BTreeMap<(String, String), Estimate>,
    /// What must be checked: settled of drawn, and wrong.
    pub must: (usize, usize, usize),
    /// Share of the sentences of the frame in which something was missed.
    pub missed: Option<Estimate>,
    /// Likewise by `digit` and `cue`.
    pub missed_bands: BTreeMap<String, Estimate>,
    /// Error types and how often they were named for wrong items.
    pub errors: BTreeMap<String, usize>,
    /// Every two reviewers who judged the same items.
    pub pairs: Vec<Pair>,
    /// Lots in the order of the batches.
    pub lots: Vec<Lot>,
    /// How the next lot of each kind is inspected.
    pub next: BTreeMap<Kind, Severity>,
}

/// What one item of one batch came to.
#[derive(Clone, Debug)]
struct Outcome<'a> {
    row: &'a VerdictRow,
    settled: Settled,
}

/// Kind, rule, band and certain.
type StratumKey<'a> = (&'a str, &'a str, &'a str, bool);

/// The batch of each run, runs oldest first: where a run has several, the one of which most is judged, since a larger
/// sample contains the smaller and verdicts follow into it. A batch that is asked for by name comes first.
fn one_a_run<'a>(store: &'a Store, named: &[String]) -> Vec<(&'a str, &'a str)> {
    let mut judged: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for row in &store.verdicts {
        judged.entry(&row.batch_id).or_default().insert(&row.item_id);
    }
    let mut of_run: BTreeMap<&str, (bool, usize, &str)> = BTreeMap::new();
    for stratum in &store.strata {
        let batch_id = stratum.batch_id.as_str();
        let weight = (named.contains(&stratum.batch_id), judged.get(batch_id).map_or(0, BTreeSet::len), batch_id);
        let best = of_run.entry(&stratum.run_id).or_insert(weight);
        *best = weight.max(*best);
    }
    of_run.into_iter().map(|(run_id, (_, _, batch_id))| (run_id, batch_id)).collect()
}

/// Counts the verdicts of `batches` (where none are named, of the batch of the latest run) at quality limit `limit`.
/// Acceptance looks at the lots before as well.
pub fn report(store: &Store, batches: &[String], limit: f64) -> Report {
    let history = one_a_run(store, batches);
    let latest = history.last().map(|(_, batch_id)| *batch_id);
    let wanted = |batch_id: &String| match batches {
        [] => latest == Some(batch_id),
        named => named.contains(batch_id),
    };
    let mut report = Report::default();
    let mut items: BTreeMap<(&str, &str), Vec<&VerdictRow>> = BTreeMap::new();
    for row in &store.verdicts {
        items.entry((&row.batch_id, &row.item_id)).or_default().push(row);
    }
    let outcomes: Vec<Outcome> = items
        .values()
        .map(|rows| Outcome { row: rows[0], settled: settle(rows.iter().map(|row| row.verdict.as_str())) })
        .collect();
    for stratum in &store.strata {
        let batch = (stratum.batch_id.clone(), stratum.run_id.clone());
        if wanted(&stratum.batch_id) && !report.batches.contains(&batch) {
            report.batches.push(batch);
        }
    }
    let rows: Vec<&VerdictRow> = store.verdicts.iter().filter(|row| wanted(&row.batch_id)).collect();
    for row in &rows {
        *report.reviewers.entry(row.reviewer.clone()).or_default() += 1;
        if let Some(error) = row.error_type.as_ref().filter(|_| row.verdict == "wrong") {
            *report.errors.entry(error.clone()).or_default() += 1;
        }
    }
    let seen: Vec<Outcome> = outcomes.iter().filter(|o| wanted(&o.row.batch_id)).cloned().collect();
    report.judged = seen.len();
    report.open = seen.iter().filter(|o| o.settled == Settled::Open).count();
    report.disputed = seen.iter().filter(|o| o.settled == Settled::Disputed).map(|o| o.row.clone()).collect();
    let strata: Vec<&StratumRow> = store.strata.iter().filter(|s| wanted(&s.batch_id)).collect();
    report.estimates(&strata, &seen);
    report.pairs = pairs(&rows);
    let of_history = |s: &&StratumRow| history.iter().any(|(_, batch_id)| *batch_id == s.batch_id);
    report.lots(store.strata.iter().filter(of_history), &outcomes, limit);
    report.lots.retain(|lot| wanted(&lot.batch_id));
    report
}

impl Report {
    fn estimates(&mut self, strata: &[&StratumRow], outcomes: &[Outcome]) {
        let mut cells: BTreeMap<(&str, StratumKey), Cell> = BTreeMap::new();
        for s in strata {
            let key = (s.batch_id.as_str(), (s.kind.as_str(), s.rule_id.as_str(), s.band.as_str(), s.certain));
            cells.insert(key, Cell { population: s.population as usize, ..Cell::default() });
            if s.certain {
                self.must.1 += s.drawn as usize;
            }
        }
        for Outcome { row, settled } in outcomes {
            let key = (row.kind.as_str(), row.rule_id.as_str(), row.band.as_str(), row.certain);
            let Some(cell) = cells.get_mut(&(row.batch_id.as_str(), key)) else { continue };
            // A missed fact is a hit among sentences, a right finding among findings.
            let hit = if row.kind == Kind::Missed.code() { Settled::Wrong } else { Settled::Right };
            if matches!(settled, Settled::Right | Settled::Wrong) {
                cell.judged += 1;
                cell.hits += usize::from(*settled == hit);
                self.must.0 += usize::from(row.certain);
                self.must.2 += usize::from(row.certain && *settled == Settled::Wrong);
            }
        }
        let of = |wanted: &dyn Fn(StratumKey) -> bool| {
            let cells: Vec<Cell> = cells.iter().filter(|((_, key), _)| wanted(*key)).map(|(_, cell)| *cell).collect();
            Estimate::of(&cells)
        };
        let missed = Kind::Missed.code();
        self.overall = of(&|(kind, ..)| kind != missed);
        self.missed = of(&|(kind, ..)| kind == missed);
        let keys: BTreeSet<StratumKey> = cells.keys().map(|(_, key)| *key).collect();
        for (kind, rule, band, _) in keys {
            let Some(of_kind) = Kind::of(kind) else { continue };
            if kind == missed {
                put(&mut self.missed_bands, band.to_owned(), of(&|(k, _, b, _)| k == kind && b == band));
                continue;
            }
            put(&mut self.kinds, of_kind, of(&|(k, ..)| k == kind));
            put(&mut self.bands, (of_kind, band.to_owned()), of(&|(k, _, b, _)| k == kind && b == band));
            put(&mut self.rules, rule.to_owned(), of(&|(_, r, ..)| r == rule));
            let of_band = of(&|(_, r, b, _)| r == rule && b == band);
            put(&mut self.rule_bands, (rule.to_owned(), band.to_owned()), of_band);
        }
    }

    /// Decides lot after lot: how severely one is inspected depends on those before it.
    fn lots<'a>(&mut self, strata: impl Iterator<Item = &'a StratumRow>, outcomes: &[Outcome], limit: f64) {
        let mut sizes: Vec<((&str, Kind), usize)> = Vec::new();
        for s in strata {
            let Some(kind) = Kind::of(&s.kind).filter(|kind| *kind != Kind::Missed) else { continue };
            match sizes.iter_mut().find(|(key, _)| *key == (s.batch_id.as_str(), kind)) {
                Some((_, size)) => *size += s.population as usize,
                None => sizes.push(((&s.batch_id, kind), s.population as usize)),
            }
        }
        let mut history: BTreeMap<Kind, Vec<bool>> = BTreeMap::new();
        for ((batch_id, kind), size) in sizes {
            let severity = acceptance::next(history.entry(kind).or_default());
            let plan = acceptance::plan(size, limit, severity);
            let sample = plan.map_or(0, |plan| plan.size.min(size));
            let of_sample = outcomes
                .iter()
                .filter(|o| o.row.batch_id == batch_id && o.row.kind == kind.code() && o.row.rank as usize <= sample);
            let count = |settled| of_sample.clone().filter(|o| o.settled == settled).count();
            let (right, wrong) = (count(Settled::Right), count(Settled::Wrong));
            let judged = right + wrong;
            // Decided as soon as what is left can't change it.
            let accepted = plan.and_then(|plan| match plan.accept {
                accept if wrong > accept => Some(false),
                accept if wrong + (sample - judged) <= accept || judged == sample => Some(true),
                _ => None,
            });
            history.entry(kind).or_default().extend(accepted);
            let batch_id = batch_id.to_owned();
            self.lots.push(Lot { batch_id, kind, size, severity, plan, judged, wrong, accepted });
        }
        self.next = history.iter().map(|(kind, lots)| (*kind, acceptance::next(lots))).collect();
    }

    /// How every rule with a judged finding stands against `gate`.
    pub fn statuses(&self, gate: f64) -> BTreeMap<String, Status> {
        self.rules.iter().map(|(rule, estimate)| (rule.clone(), Status::of(estimate, gate))).collect()
    }
}

fn put<K: Ord>(map: &mut BTreeMap<K, Estimate>, key: K, estimate: Option<Estimate>) {
    if let Some(estimate) = estimate {
        map.insert(key, estimate);
    }
}

/// Every two reviewers who judged the same items. Items that either passed over do not count.
fn pairs(rows: &[&VerdictRow]) -> Vec<Pair> {
    let category = |verdict: &str| ["right", "wrong", "unsure"].iter().position(|name| *name == verdict);
    let mut by_item: BTreeMap<(&str, &str), Vec<(&str, usize)>> = BTreeMap::new();
    for row in rows {
        if let Some(said) = category(&row.verdict) {
            by_item.entry((&row.batch_id, &row.item_id)).or_default().push((&row.reviewer, said));
        }
    }
    let mut tables: BTreeMap<(&str, &str), [[usize; 3]; 3]> = BTreeMap::new();
    for said in by_item.values() {
        for (i, (first, a)) in said.iter().enumerate() {
            for (second, b) in &said[i + 1..] {
                tables.entry((first, second)).or_default()[*a][*b] += 1;
            }
        }
    }
    let pairs = tables.into_iter().filter_map(|((first, second), table)| {
        let reviewers = (first.to_owned(), second.to_owned());
        Some(Pair { reviewers, table, agreement: stats::agreement(&table)? })
    });
    pairs.collect()
}

/// What is settled on the findings of a run: verdicts follow a finding while its id and content stay the same.
pub fn standing(store: &Store, facts: &[facts::Fact]) -> HashMap<String, Settled> {
    let mut said: HashMap<(&str, &str), Vec<&str>> = HashMap::new();
    for row in &store.verdicts {
        said.entry((&row.item_id, &row.content)).or_default().push(&row.verdict);
    }
    let mut standing = HashMap::new();
    for fact in facts {
        if let Some(verdicts) = said.get(&(fact.fact_id.as_str(), fact.content().as_str())) {
            standing.insert(fact.fact_id.clone(), settle(verdicts.iter().copied()));
        }
    }
    standing
}
