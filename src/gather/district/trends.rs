//! What changed since the period before, over the bodies that reported in both.
//!
//! Two periods follow each other where they are of one kind (terms, months, years) and none between them was reported.
//! Medians are taken over the same bodies on both sides: a change of who reports is not a change of what they do. Where
//! no body reported in both there is no row.

use super::View;
use super::indicators::{Measure, middles, values_by_body};
use crate::gather::digest::FigureBrief;
use crate::gather::periods;
use crate::gather::quantity::median;
use crate::tables::district::{TopicTrendRow, TrendRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows of `trends` and `topic_trends`.
pub fn rows(view: &View) -> (Vec<TrendRow>, Vec<TopicTrendRow>) {
    let pairs = pairs(view);
    (indicators(view, &pairs), topics(view, &pairs))
}

type Reporting<'v> = HashMap<(Option<&'v str>, Option<&'v str>, &'v str), BTreeSet<u32>>;

/// Periods that follow each other.
pub fn pairs(view: &View) -> Vec<(String, String)> {
    let all: BTreeSet<&String> = view.counted().filter_map(|(_, d)| d.document.period.as_ref()).collect();
    let mut all: Vec<String> = all.into_iter().cloned().collect();
    periods::sort(&mut all);
    let kind = |p: &String| periods::order(p).map(|o| o.0);
    all.windows(2)
        .filter(|w| kind(&w[0]).is_some() && kind(&w[0]) == kind(&w[1]))
        .map(|w| (w[0].clone(), w[1].clone()))
        .collect()
}

fn reporting<'v>(view: &'v View) -> Reporting<'v> {
    let mut reporting: Reporting = HashMap::new();
    for (i, _) in view.counted() {
        if let (Some(period), district, level) = view.cell(i) {
            reporting.entry((district, level, period)).or_default().insert(view.bodies[i]);
        }
    }
    reporting
}

fn both(
    reporting: &Reporting,
    district: Option<&str>,
    level: Option<&str>,
    before: &str,
    period: &str,
) -> BTreeSet<u32> {
    let of = |p| reporting.get(&(district, level, p));
    match (of(before), of(period)) {
        (Some(x), Some(y)) => x.intersection(y).copied().collect(),
        _ => BTreeSet::new(),
    }
}

fn indicators(view: &View, pairs: &[(String, String)]) -> Vec<TrendRow> {
    let values = values_by_body(view);
    let reporting = reporting(view);
    let mut rows = Vec::new();
    for (key, of_period) in &values {
        for (before, period) in pairs {
            let of = |p: &str| of_period.get(p).map_or(&[][..], Vec::as_slice);
            let (old, new) = (of(before), of(period));
            let both = both(&reporting, key.district, key.level, before, period);
            // Who reported once alone tells nothing of a change: 新写明 and 不再写明 are those who might have written it.
            let of_both = |stated: &[(u32, &FigureBrief)], measure: &Measure| -> BTreeMap<u32, f64> {
                middles(stated, measure).into_iter().filter(|(body, _)| both.contains(body)).collect()
            };
            let compared = || old.iter().chain(new).filter(|(body, _)| both.contains(body)).map(|(_, f)| *f);
            let measure = Measure::of(compared());
            let Some(unit) = measure.unit else { continue };
            let (old, new) = (of_both(old, &measure), of_both(new, &measure));
            let panel: Vec<(f64, f64)> = old.iter().filter_map(|(body, x)| Some((*x, *new.get(body)?))).collect();
            let n = |is: fn(f64, f64) -> bool| panel.iter().filter(|(x, y)| is(*x, *y)).count() as i32;
            rows.push(TrendRow {
                district: key.district.map(str::to_owned),
                level: key.level.map(str::to_owned),
                indicator: key.indicator.to_owned(),
                scope: key.scope.map(str::to_owned),
                unit: Some(unit.to_owned()),
                per: measure.per.map(str::to_owned),
                period_before: before.clone(),
                period: period.clone(),
                bodies_reporting_both: both.len() as i32,
                bodies_both: panel.len() as i32,
                bodies_new: (new.len() - panel.len()) as i32,
                bodies_stopped: (old.len() - panel.len()) as i32,
                median_before: median(&mut panel.iter().map(|v| v.0).collect::<Vec<_>>()),
                median: median(&mut panel.iter().map(|v| v.1).collect::<Vec<_>>()),
                bodies_up: n(|x, y| y > x),
                bodies_down: n(|x, y| y < x),
                bodies_same: n(|x, y| y == x),
                run_id: view.options.run_id.to_owned(),
            });
        }
    }
    rows
}

/// District, level, topic, and `measure` or `problem`.
type TopicKey<'v> = (Option<&'v str>, Option<&'v str>, &'v str, &'static str);

fn topics(view: &View, pairs: &[(String, String)]) -> Vec<TopicTrendRow> {
    let reporting = reporting(view);
    let mut told: BTreeMap<TopicKey, BTreeMap<&str, BTreeMap<u32, i32>>> = BTreeMap::new();
    for (i, digest) in view.counted() {
        let (Some(period), district, level) = view.cell(i) else { continue };
        let measures = digest.measures.iter().map(|m| ("measure", &m.topics));
        let problems = digest.problems.iter().filter(|p| p.status == "own").map(|p| ("problem", &p.topics));
        for (kind, topics) in measures.chain(problems) {
            for topic in topics.split(' ') {
                let bodies = told.entry((district, level, topic, kind)).or_default().entry(period).or_default();
                *bodies.entry(view.bodies[i]).or_default() += 1;
            }
        }
    }
    let none = BTreeMap::new();
    let mut rows = Vec::new();
    for ((district, level, topic, kind), of_period) in &told {
        for (before, period) in pairs {
            let panel = both(&reporting, *district, *level, before, period);
            if panel.is_empty() {
                continue;
            }
            let of = |p: &str| -> BTreeMap<u32, i32> {
                let all = of_period.get(p).unwrap_or(&none);
                all.iter().filter(|(body, _)| panel.contains(body)).map(|(body, n)| (*body, *n)).collect()
            };
            let (old, new) = (of(before), of(period));
            rows.push(TopicTrendRow {
                district: district.map(str::to_owned),
                level: level.map(str::to_owned),
                topic: (*topic).to_owned(),
                kind: (*kind).to_owned(),
                period_before: before.clone(),
                period: period.clone(),
                bodies_reporting_both: panel.len() as i32,
                bodies_before: old.len() as i32,
                bodies: new.len() as i32,
                bodies_new: new.keys().filter(|b| !old.contains_key(b)).count() as i32,
                bodies_stopped: old.keys().filter(|b| !new.contains_key(b)).count() as i32,
                n_before: old.values().sum(),
                n: new.values().sum(),
                run_id: view.options.run_id.to_owned(),
            });
        }
    }
    rows
}
