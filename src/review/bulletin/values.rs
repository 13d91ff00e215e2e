//! Values that schools state of themselves and for which there is no norm: how many state one, and the middle one.
//!
//! A school has a value only where its report states exactly one and nothing speaks against it: of several it is not
//! known which is the school's (one may be last year's), a share above 100 % can't be, and a number that the review list
//! asks about is open. Such schools are counted as doubtful. Rules, aims, bounds, what held before a change and amounts
//! of change are no values, and what a school tells of its whole county is not its own.

use super::model::{DRAW_FROM, Facts, Said, Strip, Value};
use super::review::is_contradiction;
use super::view::View;
use crate::gather::clause::{clause_around, is_of_all};
use crate::gather::quantity::{common_unit, median};
use crate::review::names::number;
use crate::tables::FigureRow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// How many schools with the least values are named.
const LOWEST: usize = 5;

/// Ranks are told from this many on: among fewer the last is no news.
const RANK_FROM: usize = 10;

/// A value that is asked after.
struct Asked {
    id: &'static str,
    label: &'static str,
    indicator: &'static str,
    unit: &'static str,
    /// Word that the subject must hold.
    subject: &'static str,
}

const ASKED: [Asked; 3] = [
    Asked {
        id: "after_school_rate", label: "课后服务参与率", indicator: "after_school_rate", unit: "%", subject: ""
    },
    Asked {
        id: "after_school_participants",
        label: "课后服务参加人数",
        indicator: "after_school_participants",
        unit: "人",
        subject: "",
    },
    Asked { id: "satisfaction_rate", label: "满意度", indicator: "satisfaction_rate", unit: "%", subject: "满意" },
];

impl Asked {
    fn is_meant(&self, figure: &FigureRow) -> bool {
        let subject = figure.subject.as_deref().unwrap_or_default();
        figure.indicator == self.indicator && subject.contains(self.subject) && !subject.contains("不满意")
    }

    fn value(&self, figure: &FigureRow) -> Option<f64> {
        let stated = figure.kind == "actual"
            && !figure.masked
            && figure.holds_now
            && !tells_of_all(figure)
            && matches!(figure.comparator.as_str(), "eq" | "approx")
            && common_unit(&figure.unit).0 == self.unit;
        figure.value.filter(|_| stated)
    }
}

/// True where the words before the figure in its clause speak of a whole county.
fn tells_of_all(figure: &FigureRow) -> bool {
    let Some(sentence) = &figure.unit_text else { return false };
    let mut places = sentence.match_indices(&*figure.quote);
    places.any(|(at, _)| is_of_all(clause_around(&sentence[..at], at, at)))
}

/// What the schools of a view state: the values of each, whose are doubted, and who left XX.
#[derive(Default)]
struct Stated<'v> {
    values: BTreeMap<&'v str, BTreeSet<u64>>,
    doubted: BTreeSet<&'v str>,
    masked: BTreeSet<&'v str>,
    facts: Vec<(&'v str, &'v FigureRow)>,
    names: BTreeMap<&'v str, &'v str>,
}

impl<'v> Stated<'v> {
    fn new(view: &'v View, asked: &Asked) -> Self {
        let asked_about = contradicted(view);
        let mut stated = Stated::default();
        for figure in view.tables.figures.iter().filter(|f| asked.is_meant(f)) {
            let Some(report) = view.counted(&figure.doc_id) else { continue };
            if let Some(value) = asked.value(figure) {
                stated.values.entry(&report.body).or_default().insert(value.to_bits());
                if asked_about.contains(&*figure.fact_id) || asked.unit == "%" && value > 100.0 {
                    stated.doubted.insert(&report.body);
                }
                stated.facts.push((&report.body, figure));
                stated.names.insert(&report.body, &report.name);
            } else if figure.masked {
                stated.masked.insert(&report.body);
            }
        }
        stated
    }

    /// The value of each school that states exactly one, which is not doubted.
    fn single(&self) -> BTreeMap<&'v str, f64> {
        let of_one = self.values.iter().filter(|(body, values)| values.len() == 1 && !self.doubted.contains(*body));
        of_one.filter_map(|(body, values)| Some((*body, f64::from_bits(*values.first()?)))).collect()
    }
}

/// One row for each value that is asked after, and the strips of those that are drawn.
pub fn values(view: &View, before: Option<&View>, counted: usize, facts: &mut Facts) -> (Vec<Value>, Vec<Strip>) {
    let mut strips = Vec::new();
    let rows = ASKED.iter().map(|asked| {
        let stated = Stated::new(view, asked);
        let single = stated.single();
        let mut values: Vec<f64> = single.values().copied().collect();
        let middle = median(&mut values);
        let lowest = lowest(&single, &stated, asked.unit);
        facts.count(stated.facts.iter().map(|(_, f)| f.fact_id.clone()));
        let ends = [values.first(), values.last()];
        let is_told = |body: &str| {
            let value = single.get(body);
            value.is_some() && (ends.contains(&value) || lowest.iter().any(|s| s.name == stated.names[body]))
        };
        facts.tell(stated.facts.iter().filter(|(body, _)| is_told(body)).map(|(_, f)| f.fact_id.clone()));
        let both = before.map(|view| {
            let earlier = Stated::new(view, asked).single();
            single.iter().filter_map(|(body, now)| Some((*earlier.get(body)?, *now))).collect::<Vec<(f64, f64)>>()
        });
        let enough = both.as_deref().filter(|both| both.len() >= DRAW_FROM).unwrap_or_default();
        let doubtful = stated.values.len() - single.len();
        let masked = stated.masked.iter().filter(|body| !stated.values.contains_key(*body)).count();
        if asked.id == "after_school_rate" {
            strips.push(Strip {
                id: asked.id.to_owned(),
                label: asked.label.to_owned(),
                unit: asked.unit.to_owned(),
                dots: values.clone(),
                schools: single.len(),
                median: middle,
                limit: None,
                rule_only: None,
            });
        }
        Value {
            id: asked.id.to_owned(),
            label: asked.label.to_owned(),
            unit: asked.unit.to_owned(),
            stated: single.len(),
            doubtful,
            masked,
            unstated: counted - single.len() - doubtful - masked,
            min: values.first().copied(),
            median: middle,
            max: values.last().copied(),
            both: both.as_ref().map(Vec::len),
            both_median_before: median(&mut enough.iter().map(|b| b.0).collect::<Vec<_>>()),
            both_median: median(&mut enough.iter().map(|b| b.1).collect::<Vec<_>>()),
            lowest,
        }
    });
    let rows = rows.collect();
    (rows, strips)
}

/// Figures that the review list says do not agree with others.
fn contradicted<'v>(view: &'v View) -> HashSet<&'v str> {
    let questions = view.tables.review_list.iter().filter(|r| is_contradiction(&r.kind));
    questions.filter_map(|r| r.fact_ids.as_deref()).flat_map(|ids| ids.split(' ')).collect()
}

/// The schools with the least values; all that share the last place, or none of them.
fn lowest(single: &BTreeMap<&str, f64>, stated: &Stated, unit: &str) -> Vec<Said> {
    if single.len() < RANK_FROM || unit != "%" {
        return Vec::new();
    }
    let mut by_value: Vec<(&str, f64)> = single.iter().map(|(body, value)| (*body, *value)).collect();
    by_value.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)));
    let next = by_value.get(LOWEST).map(|(_, value)| *value);
    let least = by_value.iter().take(LOWEST).filter(|(_, value)| Some(*value) != next);
    least
        .map(|(body, value)| Said { name: stated.names[body].to_owned(), said: format!("{}{unit}", number(*value)) })
        .collect()
}
