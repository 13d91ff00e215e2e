//! An invented district with known truth, through the whole program, and every district table against that truth.

use crate::temp::TempDir;
use huizong::cli::{self, Cli, Command, Lang, LogForm};
use huizong::console::Console;
use huizong::invent::{self, PlantedFigure, Truth};
use huizong::publish::columns::Row;
use huizong::publish::{parquet, warehouse};
use huizong::tables::district::{IndicatorSummaryRow, NormFindingRow, ReviewRow, SimilarReportRow, SubmissionRow};
use huizong::tables::{DocumentRow, FigureRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::Path;

/// A district that was invented and ingested.
struct Known {
    dir: TempDir,
    truth: Truth,
}

impl Known {
    /// Invents and ingests.
    fn new(schools: usize, periods: usize, seed: u64) -> Self {
        let dir = TempDir::new();
        let district = invent::invent(schools, &invent::periods(periods), seed);
        for (path, bytes) in &district.files {
            let path = dir.join("reports").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        fs::write(dir.join("roster.csv"), &district.roster).unwrap();
        ingest(&dir);
        Known { dir, truth: district.truth }
    }

    fn rows<T: Row>(&self) -> Vec<T> {
        parquet::read(&warehouse::current(&self.dir.join("warehouse")).unwrap()).unwrap()
    }

    /// Files that count: each the last version of a report that came.
    fn received(&self) -> BTreeSet<&str> {
        let received = self.truth.submissions.iter().filter(|s| s.state == "received");
        received.filter_map(|s| s.source_path.as_deref()).collect()
    }
}

fn ingest(dir: &Path) {
    let [reports, roster, warehouse] = ["reports", "roster.csv", "warehouse"].map(|name| dir.join(name));
    let arguments = [
        "huizong".as_ref(),
        "ingest".as_ref(),
        reports.as_os_str(),
        "--roster".as_ref(),
        roster.as_os_str(),
        "--warehouse".as_ref(),
        warehouse.as_os_str(),
    ];
    let Command::Ingest(options) = <Cli as clap::Parser>::parse_from(arguments).command else { panic!("an ingest") };
    let options: cli::Ingest = options;
    huizong::pipeline::ingest(&options, &Console { lang: Lang::Zh, log: LogForm::Text, quiet: true }).unwrap();
}

/// How much of the truth was found, and how much of what was found is true.
#[derive(Debug, PartialEq)]
struct Found {
    right: usize,
    truth: usize,
    found: usize,
}

impl Found {
    fn precision(&self) -> f64 {
        self.right as f64 / self.found as f64
    }

    fn recall(&self) -> f64 {
        self.right as f64 / self.truth as f64
    }

    fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.truth + self.found) as f64
    }
}

/// What a figure says, wherever it stands.
fn said(f: &FigureRow) -> (Option<u64>, &str, &str, &str, &str) {
    (f.value.map(f64::to_bits), &f.unit, &f.comparator, &f.kind, &f.indicator)
}

/// The same of a planted one.
fn planted(f: &PlantedFigure) -> (Option<u64>, &str, &str, &str, &str) {
    (f.value.map(f64::to_bits), f.unit, f.comparator, f.kind, f.indicator)
}

/// Planted figures that were found with their place and all that they say.
fn figures(known: &Known) -> Found {
    let rows: Vec<FigureRow> = known.rows();
    let received = known.received();
    let mut of_file: HashMap<&str, Vec<&FigureRow>> = HashMap::new();
    rows.iter().for_each(|row| of_file.entry(&row.source_path).or_default().push(row));
    let found = rows.iter().filter(|row| received.contains(row.source_path.as_str())).count();
    let mut right = 0;
    for truth in &known.truth.figures {
        let (start, end) = (truth.start as i64, (truth.start + truth.figure.quote.chars().count()) as i64);
        let there = of_file.get(truth.source_path.as_str()).into_iter().flatten();
        let there: Vec<_> = there.filter(|row| row.start < end && start < row.end).collect();
        if there.iter().any(|row| said(row) == planted(&truth.figure)) {
            right += 1;
        } else {
            println!("{} {} {:?}: found {there:?}", truth.source_path, truth.start, truth.figure);
        }
    }
    Found { right, truth: known.truth.figures.len(), found }
}

/// One row for each school and period, in the state that the truth says, with the file that counts.
fn submissions(known: &Known) {
    let rows: Vec<SubmissionRow> = known.rows();
    type Place<'a> = (Option<&'a str>, Option<&'a str>, &'a str, Option<&'a str>);
    let told: BTreeSet<Place> = rows
        .iter()
        .map(|s| (s.school_id.as_deref(), s.period.as_deref(), s.state.as_str(), s.source_path.as_deref()))
        .collect();
    let mut truth: BTreeSet<Place> = BTreeSet::new();
    for s in &known.truth.submissions {
        let place = |state, path| (Some(s.school_id.as_str()), Some(s.period.as_str()), state, path);
        truth.insert(place(s.state, s.source_path.as_deref()));
        truth.extend(s.superseded_path.as_deref().map(|path| place("superseded", Some(path))));
    }
    assert_eq!(told, truth);
    assert_eq!(rows.len(), truth.len());
}

/// Pairs that share sentences: those of the truth and all that follow from them, a copy of a copy.
fn copies(known: &Known) -> Found {
    let documents: Vec<DocumentRow> = known.rows();
    let path: HashMap<&str, &str> = documents.iter().map(|d| (&*d.doc_id, &*d.source_path)).collect();
    let received = known.received();
    let rows: Vec<SimilarReportRow> = known.rows();
    let told: BTreeSet<[&str; 2]> = rows
        .iter()
        .map(|pair| sorted(path[&*pair.doc_a], path[&*pair.doc_b]))
        .filter(|pair| pair.iter().all(|p| received.contains(p)))
        .collect();
    // A pair of the closure need not share anything (two partial copies of one report may have taken other parts), so
    // what must be found are the planted pairs, and what may be found is the closure.
    let direct: BTreeSet<[&str; 2]> = known.truth.copies.iter().map(|c| sorted(&c.original, &c.copy)).collect();
    let mut group: HashMap<&str, &str> = HashMap::new();
    for copy in &known.truth.copies {
        // A copy is made from a report that is there already, so its group is known.
        let first = group.get(copy.original.as_str()).copied().unwrap_or(&copy.original);
        group.insert(&copy.original, first);
        group.insert(&copy.copy, first);
    }
    let related = |[a, b]: &[&str; 2]| matches!((group.get(a), group.get(b)), (Some(x), Some(y)) if x == y);
    let missed = direct.difference(&told).count();
    let right = told.iter().filter(|pair| related(pair)).count();
    // Whole copies of one report are copies of each other.
    for pair in &rows {
        let whole = known.truth.copies.iter().any(|c| {
            c.kind == "whole" && sorted(&c.original, &c.copy) == sorted(path[&*pair.doc_a], path[&*pair.doc_b])
        });
        assert!(!whole || pair.is_copy && pair.copy_group.is_some(), "{pair:?}");
    }
    Found { right, truth: right + missed, found: told.len() }
}

fn sorted<'a>(a: &'a str, b: &'a str) -> [&'a str; 2] {
    if a < b { [a, b] } else { [b, a] }
}

/// What the planted figures break: limits of written homework, by the school's rule and by its measurement; hours of
/// sleep that a rule asks for.
fn breaches(known: &Known) -> Found {
    let figures: Vec<FigureRow> = known.rows();
    let figures: HashMap<&str, &FigureRow> = figures.iter().map(|f| (f.fact_id.as_str(), f)).collect();
    let rows: Vec<NormFindingRow> = known.rows();
    let received = known.received();
    let told: BTreeSet<(&str, i64, &str)> = rows
        .iter()
        .filter(|row| row.verdict.ends_with("breach"))
        .map(|row| (figures[&*row.fact_id], row.verdict.as_str()))
        .filter(|(figure, _)| received.contains(figure.source_path.as_str()))
        .map(|(figure, verdict)| (figure.source_path.as_str(), figure.end, verdict))
        .collect();
    let truth: BTreeSet<(&str, i64, &str)> = known
        .truth
        .figures
        .iter()
        .filter(|f| match (f.figure.indicator, f.figure.scope == Some("7-9")) {
            ("homework_minutes", junior) => f.figure.value > Some(if junior { 90.0 } else { 60.0 }),
            ("sleep_hours", junior) => f.figure.value < Some(if junior { 9.0 } else { 10.0 }),
            _ => false,
        })
        .map(|f| {
            let end = f.start + f.figure.quote.chars().count();
            let verdict = if f.figure.kind == "requirement" { "rule_breach" } else { "value_breach" };
            (f.source_path.as_str(), end as i64, verdict)
        })
        .collect();
    let right = told.iter().filter(|t| near(t, &truth)).count();
    Found { right, truth: truth.len(), found: told.len() }
}

/// True where the quotes end at the same place, or before and after 以内.
fn near((path, end, verdict): &(&str, i64, &str), truth: &BTreeSet<(&str, i64, &str)>) -> bool {
    (-2..=2).any(|shift| truth.contains(&(path, end + shift, verdict)))
}

/// Counts of one row of `indicator_summary`: figures by kind, then bodies by kind, then those left as XX.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    figures: [i32; 5],
    bodies: [i32; 4],
    stating: i32,
}

/// Every count of `indicator_summary`, once more from tables `figures` and `documents`, with none of its code.
fn summary_is_what_was_found(known: &Known) {
    let documents: Vec<DocumentRow> = known.rows();
    let counted: HashMap<&str, &DocumentRow> =
        documents.iter().filter(|d| d.counted).map(|d| (d.doc_id.as_str(), d)).collect();
    type Place = (Option<String>, String, Option<String>);
    let mut cells: BTreeMap<Place, Vec<(&str, FigureRow)>> = BTreeMap::new();
    for figure in known.rows::<FigureRow>() {
        let Some(document) = counted.get(figure.doc_id.as_str()) else { continue };
        let place = (document.period.clone(), figure.indicator.clone(), figure.scope.clone());
        cells.entry(place).or_default().push((document.school_id.as_deref().unwrap(), figure));
    }
    let kinds = ["actual", "requirement", "target", "other"];
    let counts = |figures: &Vec<(&str, FigureRow)>| {
        let n = |is: &dyn Fn(&FigureRow) -> bool| figures.iter().filter(|(_, f)| is(f)).count() as i32;
        let bodies = |is: &dyn Fn(&FigureRow) -> bool| {
            figures.iter().filter(|(_, f)| is(f)).map(|(s, _)| s).collect::<BTreeSet<_>>().len() as i32
        };
        let masked = |f: &FigureRow| f.masked;
        let of = |kind: &'static str| move |f: &FigureRow| !f.masked && f.kind == kind;
        Counts {
            figures: [n(&of(kinds[0])), n(&of(kinds[1])), n(&of(kinds[2])), n(&of(kinds[3])), n(&masked)],
            bodies: [bodies(&of(kinds[0])), bodies(&of(kinds[1])), bodies(&of(kinds[2])), bodies(&masked)],
            stating: bodies(&|f| !f.masked),
        }
    };
    let expected: BTreeMap<Place, Counts> = cells.iter().map(|(place, f)| (place.clone(), counts(f))).collect();
    let summary: Vec<IndicatorSummaryRow> = known.rows();
    let told: BTreeMap<Place, Counts> = summary
        .iter()
        .map(|r| {
            let figures = [r.n_actual, r.n_requirement, r.n_target, r.n_other, r.n_masked];
            let bodies = [r.bodies_actual, r.bodies_requirement, r.bodies_target, r.bodies_masked];
            assert_eq!(figures.iter().sum::<i32>(), r.n_figures);
            let place = (r.period.clone(), r.indicator.clone(), r.scope.clone());
            (place, Counts { figures, bodies, stating: r.bodies_stating })
        })
        .collect();
    assert_eq!(told.len(), summary.len(), "one district, one level");
    assert_eq!(told, expected);
    for row in &summary {
        let of_period = |d: &&DocumentRow| d.period == row.period;
        let schools = known.truth.submissions.iter().filter(|s| Some(&s.period) == row.period.as_ref()).count();
        let counted = counted.values().filter(|d| of_period(d)).count();
        assert_eq!((row.bodies_expected, row.bodies_counted), (Some(schools as i32), counted as i32), "{row:?}");
    }
}

/// Reports of which two numbers contradict each other, or of which the parts do not add up: those of the truth, and no
/// other.
fn contradictions(known: &Known) {
    let documents: Vec<DocumentRow> = known.rows();
    let path: HashMap<&str, &str> = documents.iter().map(|d| (&*d.doc_id, &*d.source_path)).collect();
    let rows: Vec<ReviewRow> = known.rows();
    let received = known.received();
    let mut planted: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for f in known.truth.figures.iter().filter(|f| f.figure.kind == "actual" && !f.figure.former) {
        planted.entry((&f.source_path, f.figure.indicator)).or_default().extend(f.figure.value);
    }
    type Wrong = fn(&[f64]) -> bool;
    let cases: [(&str, &str, Wrong); 2] = [
        ("two_values", "after_school_participants", |values| values.iter().any(|value| *value != values[0])),
        ("parts_of_whole", "teacher_count", |values| values[0] != values[1] + values[2]),
    ];
    for (kind, indicator, wrong) in cases {
        // Where both say the same words the check of the report itself has told it.
        let alike = if kind == "two_values" { "same_thing" } else { kind };
        let of_kind = rows.iter().filter(|row| row.kind == kind || row.kind == alike).map(|row| path[&*row.doc_id]);
        let told: BTreeSet<&str> = of_kind.filter(|p| received.contains(p)).collect();
        let stated = planted.iter().filter(|((_, i), values)| *i == indicator && wrong(values));
        let truth: BTreeSet<&str> = stated.map(|((path, _), _)| *path).collect();
        println!("{kind} {}", truth.len());
        assert_eq!(told, truth, "{kind}");
    }
}

fn compare(known: &Known) {
    let (figures, copies, breaches) = (figures(known), copies(known), breaches(known));
    println!("figures {:.4} {figures:?}", figures.f1());
    println!("copies {:.4} {:.4} {copies:?}", copies.precision(), copies.recall());
    println!("breaches {:.4} {breaches:?}", breaches.f1());
    submissions(known);
    summary_is_what_was_found(known);
    contradictions(known);
    assert!(figures.f1() >= 0.97);
    assert!(copies.precision() >= 0.98 && copies.recall() >= 0.98);
    assert!(breaches.f1() >= 0.97);
}

#[test]
fn a_district_of_300_schools_is_told_as_it_is() {
    compare(&Known::new(300, 2, 1));
}
