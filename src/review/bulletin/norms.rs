//! Rules and measured values of schools against the national norms, and the measured homework times to be drawn.
//!
//! The verdicts are those of table `norm_findings`. A limit that a school sets is a rule; it never stands among the
//! values, and no aim stands anywhere here.

use super::model::{Facts, Norm, Said, Strip};
use super::view::{Report, View};
use crate::gather::quantity::{common_unit, median};
use crate::review::names::{clock, grades, number};
use crate::tables::FigureRow;
use crate::tables::district::NormFindingRow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What leaders ask after, in this order: machine name, name, and how ids of its norms begin.
const ASKED: [(&str, &str, &str); 7] = [
    ("homework_minutes", "书面作业时间", "norms.homework_minutes."),
    ("after_school_minutes", "课后服务时长", "norms.after_school.minutes"),
    ("sleep_hours", "睡眠时长", "norms.sleep_hours."),
    ("bedtime", "就寝时刻", "norms.bedtime."),
    ("first_class", "上课时刻", "norms.first_class."),
    ("fitness_minutes", "校内体育活动", "norms.fitness_minutes.in_school"),
    ("exam_count", "考试次数", "norms.exam_count."),
];

type Finding<'v, 'a> = (&'v NormFindingRow, &'v Report<'a>);

/// Findings of reports that count.
fn findings<'v, 'a>(view: &'v View<'a>) -> impl Iterator<Item = Finding<'v, 'a>> {
    view.tables.norm_findings.iter().filter_map(|f| Some((f, view.counted(&f.doc_id)?)))
}

/// One row for each norm that any school says something of; the findings behind them go to `facts`.
pub fn norms(view: &View, counted: usize, facts: &mut Facts) -> Vec<Norm> {
    let quotes: HashMap<&str, &FigureRow> = view.tables.figures.iter().map(|f| (&*f.fact_id, f)).collect();
    let of_norm = |(id, label, begin): (&str, &str, &str)| {
        let stated: Vec<Finding> = findings(view).filter(|(f, _)| f.norm_id.starts_with(begin)).collect();
        let of_kind = |kind: &str| -> BTreeMap<&str, bool> {
            let mut broken: BTreeMap<&str, bool> = BTreeMap::new();
            for (finding, report) in stated.iter().filter(|(f, _)| f.kind == kind) {
                *broken.entry(&report.body).or_default() |= finding.verdict.ends_with("_breach");
            }
            broken
        };
        let (rules, values) = (of_kind("requirement"), of_kind("actual"));
        let told = |verdict: &str| -> Vec<Said> {
            let breaches = stated.iter().filter(|(f, _)| f.verdict == verdict);
            let mut said: Vec<(f64, Said)> = breaches
                .map(|(f, report)| {
                    let said = quotes.get(&*f.fact_id).map_or_else(String::new, |figure| figure.quote.clone());
                    (excess(f), Said { name: report.name.clone(), said: crate::review::text::shorten(&said, 12) })
                })
                .collect();
            said.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
            let mut seen = BTreeSet::new();
            said.into_iter().map(|(_, said)| said).filter(|said| seen.insert(said.name.clone())).collect()
        };
        let of_table = || stated.iter().map(|(f, _)| f).filter(|f| f.kind == "requirement" || f.kind == "actual");
        facts.count(of_table().map(|f| f.fact_id.clone()));
        facts.tell(of_table().filter(|f| f.verdict.ends_with("_breach")).map(|f| f.fact_id.clone()));
        let broken = |of: &BTreeMap<&str, bool>| of.values().filter(|b| **b).count();
        Norm {
            id: id.to_owned(),
            label: label.to_owned(),
            limits: limits(stated.iter().map(|(f, _)| *f)),
            rule_kept: rules.len() - broken(&rules),
            rule_broken: broken(&rules),
            rule_unstated: counted - rules.len(),
            value_kept: values.len() - broken(&values),
            value_broken: broken(&values),
            value_unstated: counted - values.len(),
            broken_values: told("value_breach"),
            broken_rules: told("rule_breach"),
        }
    };
    ASKED.into_iter().map(of_norm).collect()
}

/// How far a finding lies outside its norm, so that the worst are named first.
fn excess(finding: &NormFindingRow) -> f64 {
    let factor = common_unit(&finding.unit).1 / common_unit(&finding.norm_unit).1;
    let value = finding.value_hi.or(finding.value).unwrap_or_default() * factor;
    (value - finding.norm_value).abs() / finding.norm_value.max(1.0)
}

/// The norms that were applied, in one line.
fn limits<'a>(findings: impl Iterator<Item = &'a NormFindingRow>) -> String {
    let applied: BTreeMap<&str, &NormFindingRow> = findings.map(|f| (&*f.norm_id, f)).collect();
    let one = |norm: &NormFindingRow| {
        let value = match norm.norm_unit.as_str() {
            "clock" => clock(norm.norm_value),
            unit => format!("{}{unit}", number(norm.norm_value)),
        };
        let sign = match (norm.norm_limit.as_str(), norm.norm_unit.as_str()) {
            ("at_most", "clock") => "不晚于",
            ("at_least", "clock") => "不早于",
            ("at_most", _) => "≤",
            _ => "≥",
        };
        let all_grades = norm.grades == "1-12" || norm.grades == "1-9";
        let grades = if all_grades { String::new() } else { grades(&norm.grades).replace("年级", "年级 ") };
        format!("{grades}{sign}{value}")
    };
    applied.into_values().map(one).collect::<Vec<_>>().join("；")
}

/// Measured homework times, primary and junior secondary apart: those that the norm of these grades judges.
pub fn homework(view: &View) -> Vec<Strip> {
    let strip = |(id, label, norm): (&str, &str, &str)| {
        let judged: Vec<Finding> = findings(view).filter(|(f, _)| f.norm_id == norm).collect();
        let is_value = |f: &NormFindingRow| matches!(f.comparator.as_str(), "eq" | "approx" | "range");
        let mut measured: BTreeSet<&str> = BTreeSet::new();
        let mut dots: BTreeSet<(&str, u64)> = BTreeSet::new();
        for (finding, report) in judged.iter().filter(|(f, _)| f.kind == "actual" && is_value(f)) {
            let Some(value) = finding.value else { continue };
            let middle = (value + finding.value_hi.unwrap_or(value)) / 2.0 * common_unit(&finding.unit).1;
            measured.insert(&report.body);
            dots.insert((&report.body, middle.to_bits()));
        }
        let rule_only = judged.iter().filter(|(f, r)| f.kind == "requirement" && !measured.contains(&*r.body));
        let mut values: Vec<f64> = dots.iter().map(|(_, bits)| f64::from_bits(*bits)).collect();
        let median = median(&mut values);
        Strip {
            id: id.to_owned(),
            label: label.to_owned(),
            unit: "分钟".to_owned(),
            dots: values,
            schools: measured.len(),
            median,
            limit: judged.first().map(|(f, _)| f.norm_value),
            rule_only: Some(rule_only.map(|(_, r)| &*r.body).collect::<BTreeSet<_>>().len()),
        }
    };
    [
        ("homework_primary", "3—6年级书面作业实测时间", "norms.homework_minutes.3-6"),
        ("homework_junior", "初中书面作业实测时间", "norms.homework_minutes.7-9"),
    ]
    .map(strip)
    .into()
}
