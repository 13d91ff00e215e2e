//! What a person should look at: numbers that can't be right or do not agree, and reports that may not be what they
//! seem. Each row is a question with its findings, not a verdict.

use super::indicators::is_value;
use super::{View, is_own, other_period};
use crate::gather::digest::{Digest, FigureBrief, fact_id};
use crate::gather::periods;
use crate::gather::quantity::{bounds, common_unit};
use crate::gather::wording::same_words;
use crate::tables::district::ReviewRow;
use std::collections::{BTreeMap, BTreeSet};
use xxhash_rust::xxh3::xxh3_64;

/// Shares of a whole: more than 100 % of it can't be.
const SHARES: [&str; 3] = ["after_school_rate", "satisfaction_rate", "share"];

/// Counts that are new in every period: the same for three periods is to be looked at.
const VARYING: [&str; 14] = [
    "after_school_participants",
    "after_school_rate",
    "satisfaction_rate",
    "institution_count",
    "inspection_count",
    "notice_count",
    "document_count",
    "meeting_count",
    "training_count",
    "homework_minutes",
    "sleep_hours",
    "money",
    "share",
    "student_count",
];

/// Periods in a row.
const UNCHANGED_PERIODS: usize = 3;

/// A report with so many unfilled numbers, and no fewer than filled ones, is a template.
const UNFILLED: usize = 3;

/// A report with so many measures, all of them to come, and no value is a plan.
const PLANNED: usize = 5;

/// Rows of `review_list`, report by report, then those over several periods.
pub fn rows(view: &View) -> Vec<ReviewRow> {
    let mut rows = Vec::new();
    for (i, digest) in view.reporting() {
        let mut add = |kind: &str, told: String, facts: &[u64]| rows.push(row(view, digest, kind, told, facts));
        for check in &digest.checks {
            add(&check.check, format!("{}：{}，请核对原文", disagreement(&check.check), check.detail), &check.facts);
        }
        shares(digest, &mut add);
        two_values(digest, &mut add);
        unfilled(digest, &mut add);
        plans(digest, &mut add);
        let given = || periods::of_path(&digest.document.source_path);
        let given = view.options.period.map(str::to_owned).or_else(given);
        if let Some((title, given)) = given.and_then(|given| Some((other_period(&digest.document, &given)?, given))) {
            let (given, title) = (periods::name(&given), periods::name(&title));
            add("other_period", format!("按{given}报送，标题写的却是{title}，请核对是否交错"), &[]);
        }
        more_than_roster(view, view.bodies[i], digest, &mut add);
    }
    over_time(view, &mut rows);
    rows
}

fn row(view: &View, digest: &Digest, kind: &str, told: String, facts: &[u64]) -> ReviewRow {
    let document = &digest.document;
    let ids = facts.iter().map(|f| fact_id(*f)).collect::<Vec<_>>().join(" ");
    ReviewRow {
        review_id: fact_id(xxh3_64(format!("{kind} {} {ids} {told}", document.doc_id).as_bytes())),
        kind: kind.to_owned(),
        doc_id: document.doc_id.clone(),
        school_id: document.school_id.clone(),
        school_name: document.school_name.clone(),
        period: document.period.clone(),
        told,
        fact_ids: (!ids.is_empty()).then_some(ids),
        n_facts: facts.len() as i32,
        run_id: view.options.run_id.to_owned(),
    }
}

/// What is wrong where a check of table `figure_checks` fails.
fn disagreement(check: &str) -> &'static str {
    match check {
        "parts_of_whole" => "各部分相加与总数不符",
        "rate_of_counts" => "比例与所写的两个数不符",
        "ends_of_change" => "增减的数与前后两个数不符",
        "shares_of_whole" => "各项比例相加不是100%",
        "same_thing" => "同一项数据前后不一",
        _ => "数字之间不符",
    }
}

fn shares(digest: &Digest, add: &mut impl FnMut(&str, String, &[u64])) {
    for f in &digest.figures {
        let Some((_, value)) = bounds(f) else { continue };
        let is_share = common_unit(&f.unit).0 == "%" && SHARES.contains(&f.indicator.as_str()) && f.holds_now;
        if is_share && value > 100.0 {
            add("share_over_100", format!("比例写作{value}%，超过100%，请核对原文"), &[f.fact]);
        }
    }
}

/// Values of one indicator for the same thing that differ. Number of pupils in after-school care is one for a report
/// whatever it is called; other things are the same where they are called the same.
fn two_values(digest: &Digest, add: &mut impl FnMut(&str, String, &[u64])) {
    let checked: BTreeSet<u64> = digest.checks.iter().flat_map(|c| &c.facts).copied().collect();
    let mut stated: BTreeMap<(&str, Option<&str>, &str, Option<&str>, u64), Vec<&FigureBrief>> = BTreeMap::new();
    for f in &digest.figures {
        let plain = is_value(f) && is_own(digest, f) && f.comparator == "eq" && is_now(f.period.as_deref());
        let part = f
            .subject
            .as_deref()
            .is_some_and(|s| s.contains(['男', '女', '其']) || s.contains("贫困") || s.contains("留守"));
        let subject = match (f.indicator.as_str(), &f.subject) {
            ("after_school_participants", _) if !part => 0,
            (_, Some(subject)) => same_words(subject),
            (_, None) => continue,
        };
        if plain && !checked.contains(&f.fact) {
            let key = (f.indicator.as_str(), f.scope.as_deref(), common_unit(&f.unit).0, f.per.as_deref(), subject);
            stated.entry(key).or_default().push(f);
        }
    }
    for (key, figures) in stated {
        let mut values: Vec<(u64, &FigureBrief)> =
            figures.iter().filter_map(|f| Some((bounds(f)?.0.to_bits(), *f))).collect();
        values.sort_by_key(|v| (v.0, v.1.start));
        values.dedup_by_key(|v| v.0);
        let sentences: BTreeSet<u32> = values.iter().map(|v| v.1.sentence).collect();
        // Several numbers of one sentence are parts or steps; many different ones are a list.
        if (2..=3).contains(&values.len()) && sentences.len() == values.len() && is_one_thing(&values) {
            values.sort_by_key(|v| v.1.start);
            let told: Vec<String> = values.iter().map(|v| format!("{}{}", f64::from_bits(v.0), key.2)).collect();
            let facts: Vec<u64> = values.iter().map(|v| v.1.fact).collect();
            add("two_values", format!("同一项数据前后不一：{}，请核对哪个正确", told.join("、")), &facts);
        }
    }
}

/// True unless one value is less than half of another: that counts a part, such as a grade or those who need not pay.
fn is_one_thing(values: &[(u64, &FigureBrief)]) -> bool {
    let all = || values.iter().map(|v| f64::from_bits(v.0));
    2.0 * all().fold(f64::INFINITY, f64::min) >= all().fold(0.0, f64::max)
}

/// True for the time of the report itself, told or not.
fn is_now(period: Option<&str>) -> bool {
    matches!(period, None | Some("本学期"))
}

fn unfilled(digest: &Digest, add: &mut impl FnMut(&str, String, &[u64])) {
    let masked: Vec<u64> = digest.figures.iter().filter(|f| f.masked).map(|f| f.fact).collect();
    if masked.len() >= UNFILLED && 2 * masked.len() >= digest.figures.len() {
        let told = format!("{}处数据中有{}处没有填写（XX），像是没有填完的模板", digest.figures.len(), masked.len());
        add("unfilled_template", told, &masked);
    }
}

fn plans(digest: &Digest, add: &mut impl FnMut(&str, String, &[u64])) {
    let kind = digest.document.doc_kind.as_deref();
    let to_come = digest.measures.iter().filter(|m| matches!(m.status.as_str(), "planned" | "required")).count();
    let values = digest.figures.iter().filter(|f| f.kind == "actual").count();
    if kind == Some("plan") {
        add("plan_as_report", "题目是方案、计划一类，不是汇报或总结，请确认是否交错".to_owned(), &[]);
    } else if matches!(kind, Some("report" | "summary"))
        && values == 0
        && to_come >= PLANNED
        && to_come == digest.measures.len()
    {
        let told = format!("{to_come}条举措全是要求或打算，没有一条已做的，也没有实际数据，像是方案");
        add("plan_as_report", told, &[]);
    }
}

fn more_than_roster(view: &View, body: u32, digest: &Digest, add: &mut impl FnMut(&str, String, &[u64])) {
    let school = view.options.roster.and_then(|r| r.schools.get(body as usize));
    let Some(pupils) = school.and_then(|s| s.pupils).map(f64::from) else { return };
    let stated = digest.figures.iter().filter(|f| f.indicator == "after_school_participants" && is_value(f));
    for f in stated.filter(|f| is_own(digest, f)) {
        if let Some((value, _)) = bounds(f).filter(|b| common_unit(&f.unit).0 == "人" && b.0 > pupils) {
            let told = format!("参加课后服务{value}人，多于名单上的学生数{pupils}人，请核对");
            add("more_than_roster", told, &[f.fact]);
        }
    }
}

/// A value in a period: indicator, scope, unit, subject, and the value's bits.
type ValueKey<'a> = (&'a str, Option<&'a str>, &'a str, u64, u64);

/// Problems told again in the same words, and values that stay the same, body by body.
fn over_time(view: &View, rows: &mut Vec<ReviewRow>) {
    let mut of_body: BTreeMap<u32, Vec<((periods::Kind, i32), &Digest)>> = BTreeMap::new();
    for (i, digest) in view.reporting() {
        if let Some(order) = digest.document.period.as_deref().and_then(periods::order) {
            of_body.entry(view.bodies[i]).or_default().push((order, digest));
        }
    }
    for mut reports in of_body.into_values().filter(|r| r.len() > 1) {
        reports.sort_by_key(|r| r.0);
        let terms: Vec<&[((periods::Kind, i32), &Digest)]> = reports.chunk_by(|x, y| x.0 == y.0).collect();
        for pair in terms.windows(2).filter(|p| p[0][0].0.0 == p[1][0].0.0) {
            stale(view, pair[0], pair[1], rows);
        }
        for run in terms.windows(UNCHANGED_PERIODS).filter(|r| r.iter().all(|t| t[0].0.0 == r[0][0].0.0)) {
            unchanged(view, run, rows);
        }
    }
}

type Reports<'a> = [((periods::Kind, i32), &'a Digest)];

fn stale(view: &View, before: &Reports, now: &Reports, rows: &mut Vec<ReviewRow>) {
    let own = |digest: &&Digest| -> Vec<(u64, u64)> {
        digest.problems.iter().filter(|p| p.status == "own").map(|p| (p.words, p.fact)).collect()
    };
    let old: BTreeMap<u64, u64> = before.iter().flat_map(|(_, d)| own(d)).collect();
    for (_, digest) in now {
        for (words, fact) in own(digest) {
            if let Some(earlier) = old.get(&words) {
                let period = periods::name(before[0].1.document.period.as_deref().unwrap_or_default());
                let told = format!("这个问题与上期（{period}）写得一样，请核对是否仍未解决");
                rows.push(row(view, digest, "stale_problem", told, &[fact, *earlier]));
            }
        }
    }
}

fn unchanged(view: &View, run: &[&Reports], rows: &mut Vec<ReviewRow>) {
    let values: Vec<BTreeMap<ValueKey, u64>> = run.iter().map(|reports| values_of(reports)).collect();
    for (key, fact) in &values[UNCHANGED_PERIODS - 1] {
        let earlier: Option<Vec<u64>> = values[..UNCHANGED_PERIODS - 1].iter().map(|v| v.get(key).copied()).collect();
        if let Some(mut facts) = earlier {
            facts.push(*fact);
            let first = periods::name(run[0][0].1.document.period.as_deref().unwrap_or_default());
            let told = format!(
                "这个数从{first}起连续{UNCHANGED_PERIODS}期都是{}{}，请核对是否照抄",
                f64::from_bits(key.4),
                key.2
            );
            rows.push(row(view, run[UNCHANGED_PERIODS - 1][0].1, "unchanged_for_3_periods", told, &facts));
        }
    }
}

/// Stated values of one period that should change from period to period.
fn values_of<'a>(reports: &Reports<'a>) -> BTreeMap<ValueKey<'a>, u64> {
    let figures = reports.iter().flat_map(|(_, d)| d.figures.iter().filter(|f| is_own(d, f)));
    figures
        .filter(|f| is_value(f) && f.comparator == "eq" && VARYING.contains(&f.indicator.as_str()))
        .filter_map(|f| {
            let subject = same_words(f.subject.as_deref().unwrap_or_default());
            let value = bounds(f)?.0.to_bits();
            let key = (f.indicator.as_str(), f.scope.as_deref(), common_unit(&f.unit).0, subject, value);
            Some((key, f.fact))
        })
        .collect()
}
