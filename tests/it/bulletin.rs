//! The bulletin: every number again from the tables, by other code; pages that hold no matter what reports say.

use crate::office::{HOSTILE, Made, parse};
use huizong::cli::Command;
use huizong::invent;
use huizong::review::bulletin::model::Bulletin;
use huizong::review::{bulletin, text};
use huizong::tables::district::{NormFindingRow, ReviewRow, SchoolSummaryRow, SimilarReportRow, SubmissionRow};
use huizong::tables::{DocumentRow, FigureRow, MeasureRow, ProblemMeasureRow, ProblemRow, RejectRow};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// An invented district, with or without its roster.
pub fn district(schools: usize, periods: usize, with_roster: bool) -> Made {
    let district = invent::invent(schools, &invent::periods(periods), 12);
    let files: Vec<(String, Vec<u8>)> = district.files.into_iter().collect();
    Made::of_bytes(files.iter().map(|(path, bytes)| (&**path, &**bytes)), with_roster.then_some(&*district.roster))
}

/// Writes with `arguments` and gives what was written.
fn written(made: &Made, name: &str, more: &[&str]) -> String {
    let (warehouse, output) = (made.path("w"), made.path(name));
    let arguments = ["bulletin", "--warehouse", &warehouse, "--output", &output];
    let Command::Bulletin(options) = parse(arguments.into_iter().chain(more.iter().copied())) else { panic!() };
    bulletin::command(&options, &mut Vec::new()).unwrap();
    fs::read_to_string(output).unwrap()
}

/// Every number of the bulletin by its path; items of lists by their id, else by their place.
fn numbers(value: &Value, path: &str, into: &mut BTreeMap<String, f64>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter().filter(|(key, _)| *key != "place" && *key != "checked") {
                numbers(inner, &format!("{path}.{key}"), into);
            }
        }
        Value::Array(items) => {
            for (i, inner) in items.iter().enumerate() {
                let id = inner.get("id").and_then(Value::as_str).map_or(i.to_string(), str::to_owned);
                numbers(inner, &format!("{path}.{id}"), into);
            }
        }
        Value::Number(n) => {
            into.insert(path.trim_start_matches('.').to_owned(), n.as_f64().unwrap());
        }
        _ => {}
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    (values[(values.len() - 1) / 2] + values[values.len() / 2]) / 2.0
}

/// The numbers once more. Who wrote a report is told by a key of its row; a set of keys is counted, nothing is shared
/// with the code under test but the rows.
fn recomputed(made: &Made, b: &Bulletin) -> BTreeMap<String, f64> {
    let documents: Vec<DocumentRow> = made.rows();
    let (period, all) = (b.head.period.clone(), b.head.all_periods);
    let of_school = |d: &DocumentRow| d.school_id.is_some() || d.level.as_deref() == Some("school");
    let valid = |d: &DocumentRow| d.on_topic && d.superseded_by.is_none();
    let key = |d: &DocumentRow| match (&d.school_id, &d.school_name) {
        (Some(id), _) => format!("id {id}"),
        (_, Some(name)) => format!("name {name} {:?}", d.district),
        _ => format!("doc {}", d.doc_id),
    };
    let pick = |p: &Option<String>, everything: bool| -> BTreeMap<String, (String, bool)> {
        let of_period = documents.iter().filter(|d| valid(d) && of_school(d) && (everything || d.period == *p));
        of_period.map(|d| (d.doc_id.clone(), (key(d), d.counted))).collect()
    };
    let reports = pick(&period, all);
    let counted = |doc: &str| reports.get(doc).filter(|r| r.1).map(|r| r.0.clone());
    let set = |keys: Vec<Option<String>>| keys.into_iter().flatten().collect::<BTreeSet<String>>();
    let total = reports.values().filter(|r| r.1).map(|r| &r.0).collect::<BTreeSet<_>>().len();
    let mut told: BTreeMap<String, f64> = BTreeMap::new();
    let mut put = |name: &str, n: usize| {
        told.insert(name.to_owned(), n as f64);
    };

    let submissions: Vec<SubmissionRow> = made.rows();
    let ids = |rows: Vec<&SubmissionRow>| rows.iter().filter_map(|s| s.school_id.clone()).collect::<BTreeSet<_>>();
    let roster = ids(submissions.iter().collect());
    let asked = ids(submissions.iter().filter(|s| all || s.period == period).collect());
    let is_asked = !roster.is_empty() && roster == asked;
    let schools: Vec<SchoolSummaryRow> = made.rows();
    let state = |s: &str| {
        let of_period = schools.iter().filter(|r| is_asked && r.school_id.is_some() && (all || r.period == period));
        of_period.filter(|r| r.state == s).count()
    };
    if is_asked {
        put("reporting.expected", roster.len());
        put("reporting.reported", state("received") + state("late"));
        let sum: usize =
            ["received", "late", "missing", "expected", "unreadable", "off_topic", "unclear"].map(state).iter().sum();
        assert_eq!(sum, roster.len(), "every school of the roster has one state");
    } else {
        put("reporting.reported", reports.values().map(|r| &r.0).collect::<BTreeSet<_>>().len());
    }
    for name in ["late", "missing", "unreadable", "off_topic", "unclear"] {
        put(&format!("reporting.{name}"), state(name));
    }
    put("reporting.awaited", state("expected"));
    let in_period = |d: &&DocumentRow| valid(d) && (all || d.period == period);
    put("reporting.counted", total);
    put("reporting.copies_not_counted", reports.values().filter(|r| !r.1).count());
    put("reporting.other_reports", documents.iter().filter(in_period).filter(|d| !of_school(d)).count());
    let unlisted = documents.iter().filter(in_period).filter(|d| is_asked && of_school(d) && d.school_id.is_none());
    put("reporting.unlisted_reports", unlisted.count());
    let elsewhere = pick(&None, true).len() - reports.len();
    put("reporting.other_periods", if is_asked { 0 } else { elsewhere });
    put("reporting.rejected_files", made.rows::<RejectRow>().len());

    let findings: Vec<NormFindingRow> = made.rows();
    for norm in &b.norms {
        let beginning = match norm.id.as_str() {
            "after_school_minutes" => "norms.after_school.minutes",
            "fitness_minutes" => "norms.fitness_minutes.in_school",
            id => &format!("norms.{id}."),
        };
        for (kind, word, breach) in [("requirement", "rule", "rule_breach"), ("actual", "value", "value_breach")] {
            let of = |breaks: bool| {
                let rows = findings.iter().filter(|f| f.kind == kind && f.norm_id.starts_with(beginning));
                set(rows.filter(|f| !breaks || f.verdict == breach).map(|f| counted(&f.doc_id)).collect()).len()
            };
            put(&format!("norms.{}.{word}_kept", norm.id), of(false) - of(true));
            put(&format!("norms.{}.{word}_broken", norm.id), of(true));
            put(&format!("norms.{}.{word}_unstated", norm.id), total - of(false));
        }
    }

    let figures: Vec<FigureRow> = made.rows();
    let problems: Vec<ProblemRow> = made.rows();
    let measures: Vec<MeasureRow> = made.rows();
    let has = |topics: &str, topic: &str| topics.split(' ').any(|t| t == topic);
    for (topic, indicators) in [
        ("homework", &["homework_minutes", "homework_count"][..]),
        ("sleep", &["sleep_hours"]),
        ("phone", &[]),
        ("reading", &[]),
        ("fitness", &["fitness_minutes", "fitness_lessons"]),
    ] {
        let holds = |f: &&FigureRow| f.holds_now;
        let stated = figures.iter().filter(|f| f.kind == "actual" && !f.masked && f.value.is_some()).filter(holds);
        let valued = set(stated.filter(|f| indicators.contains(&&*f.indicator)).map(|f| counted(&f.doc_id)).collect());
        let done = set(measures.iter().filter(|m| has(&m.topics, topic)).map(|m| counted(&m.doc_id)).collect());
        let open = problems.iter().filter(|p| p.status == "own" && has(&p.topics, topic));
        let open = set(open.map(|p| counted(&p.doc_id)).collect());
        let any =
            set(figures.iter().filter(|f| indicators.contains(&&*f.indicator)).map(|f| counted(&f.doc_id)).collect());
        let told: BTreeSet<&String> = any.iter().chain(&done).chain(&open).collect();
        put(&format!("five.{topic}.valued"), valued.len());
        put(&format!("five.{topic}.only_told"), told.len() - valued.len());
        put(&format!("five.{topic}.untold"), total - told.len());
        put(&format!("five.{topic}.measures"), done.len());
        put(&format!("five.{topic}.problems"), open.len());
    }

    let answered: BTreeSet<String> = made.rows::<ProblemMeasureRow>().into_iter().map(|r| r.problem_id).collect();
    let own: Vec<&ProblemRow> = problems.iter().filter(|p| p.status == "own" && counted(&p.doc_id).is_some()).collect();
    put("problems.n", own.len());
    put("problems.answered", own.iter().filter(|p| answered.contains(&p.fact_id)).count());
    put("problems.schools", set(own.iter().map(|p| counted(&p.doc_id)).collect()).len());
    let resolved = problems.iter().filter(|p| p.status == "resolved" && counted(&p.doc_id).is_some());
    put("problems.resolved", resolved.count());
    for top in &b.problems.tops {
        let of = own.iter().filter(|p| p.topic == top.id);
        let with = of.clone().filter(|p| answered.contains(&p.fact_id));
        put(&format!("problems.tops.{}.schools", top.id), set(of.map(|p| counted(&p.doc_id)).collect()).len());
        put(&format!("problems.tops.{}.answered", top.id), set(with.map(|p| counted(&p.doc_id)).collect()).len());
    }

    let questions: Vec<ReviewRow> = made.rows();
    let questions: Vec<&ReviewRow> = questions.iter().filter(|q| reports.contains_key(&q.doc_id)).collect();
    let other = ["stale_problem", "plan_as_report", "unfilled_template", "other_period", "unchanged_for_3_periods"];
    let contradicting: Vec<_> = questions.iter().filter(|q| !other.contains(&&*q.kind)).collect();
    let stale = questions.iter().filter(|q| q.kind == "stale_problem").map(|q| counted(&q.doc_id));
    put("problems.stale_schools", set(stale.collect()).len());
    let masked: Vec<_> = documents.iter().filter(|d| d.n_masked > 0 && reports.contains_key(&d.doc_id)).collect();
    let pairs: Vec<SimilarReportRow> = made.rows();
    let here = |p: &&SimilarReportRow| reports.contains_key(&p.doc_a) && reports.contains_key(&p.doc_b);
    let copies: Vec<_> = pairs.iter().filter(here).filter(|p| p.is_copy).collect();
    let copied: BTreeSet<&String> = copies.iter().flat_map(|p| [&p.doc_a, &p.doc_b]).collect();
    let alike = pairs.iter().filter(here).filter(|p| !p.is_copy && p.containment_a.max(p.containment_b) >= 0.5);
    put("review.masked", masked.iter().map(|d| d.n_masked as usize).sum());
    put("review.masked_schools", masked.iter().map(|d| key(d)).collect::<BTreeSet<_>>().len());
    put("review.copy_pairs", copies.len());
    put("review.copy_reports", copied.len());
    put("review.similar_pairs", alike.count());
    put("review.contradictions", contradicting.len());
    let bodies = contradicting.iter().map(|q| &reports[&q.doc_id].0).collect::<BTreeSet<_>>();
    put("review.contradiction_schools", bodies.len());
    let unlike =
        questions.iter().filter(|q| matches!(q.kind.as_str(), "plan_as_report" | "unfilled_template" | "other_period"));
    put("review.not_reports", unlike.map(|q| &q.doc_id).collect::<BTreeSet<_>>().len());
    let doubtful = masked.iter().map(|d| &d.doc_id).chain(copied).chain(questions.iter().map(|q| &q.doc_id));
    put("review.reports", doubtful.collect::<BTreeSet<_>>().len());

    // Values: of each school those that it states; one that nothing speaks against is its value.
    let doubted = contradicting_ids(&made.rows::<ReviewRow>(), &other);
    for (id, unit, word) in
        [("after_school_rate", "%", ""), ("after_school_participants", "人", ""), ("satisfaction_rate", "%", "满意")]
    {
        let stated = |reports: &BTreeMap<String, (String, bool)>| {
            let mut of: BTreeMap<String, (Vec<f64>, bool, bool)> = BTreeMap::new();
            for f in figures.iter().filter(|f| f.indicator == id) {
                let subject = f.subject.clone().unwrap_or_default();
                let Some((body, true)) = reports.get(&f.doc_id) else { continue };
                if !subject.contains(word) || subject.contains("不满意") {
                    continue;
                }
                let of_unit = f.unit == unit || unit == "人" && ["名", "位"].contains(&&*f.unit);
                let now = f.holds_now;
                let plain = f.kind == "actual" && now && ["eq", "approx"].contains(&&*f.comparator);
                match f.value {
                    Some(value) if plain && of_unit && !f.masked => {
                        let of = of.entry(body.clone()).or_default();
                        of.0.push(value);
                        of.1 |= doubted.contains(&f.fact_id) || unit == "%" && value > 100.0;
                    }
                    _ if f.masked => of.entry(body.clone()).or_default().2 = true,
                    _ => {}
                }
            }
            of
        };
        let one = |of: &BTreeMap<String, (Vec<f64>, bool, bool)>| -> BTreeMap<String, f64> {
            let single = of.iter().filter(|(_, (v, doubt, _))| !doubt && !v.is_empty() && v.iter().all(|x| *x == v[0]));
            single.map(|(body, (v, ..))| (body.clone(), v[0])).collect()
        };
        let now = stated(&reports);
        let single = one(&now);
        let valued = now.values().filter(|(v, ..)| !v.is_empty()).count();
        let masked = now.values().filter(|(v, _, masked)| v.is_empty() && *masked).count();
        let name = |what: &str| format!("values.{id}.{what}");
        let mut values: Vec<f64> = single.values().copied().collect();
        values.sort_by(f64::total_cmp);
        let mut numbers = vec![
            (name("stated"), single.len() as f64),
            (name("doubtful"), (valued - single.len()) as f64),
            (name("masked"), masked as f64),
            (name("unstated"), (total - valued - masked) as f64),
        ];
        if !values.is_empty() {
            let ends = [("min", values[0]), ("median", median(&values)), ("max", values[values.len() - 1])];
            numbers.extend(ends.map(|(what, value)| (name(what), value)));
        }
        if b.head.period_before.is_some() {
            let before = one(&stated(&pick(&b.head.period_before, false)));
            let both: Vec<(f64, f64)> =
                single.iter().filter_map(|(body, now)| Some((*before.get(body)?, *now))).collect();
            numbers.push((name("both"), both.len() as f64));
            if both.len() >= 3 {
                numbers.push((name("both_median_before"), median(&both.iter().map(|b| b.0).collect::<Vec<_>>())));
                numbers.push((name("both_median"), median(&both.iter().map(|b| b.1).collect::<Vec<_>>())));
            }
        }
        if id == "after_school_rate" {
            numbers.push((format!("strips.{id}.schools"), single.len() as f64));
            numbers.extend(strip(id, &values));
        }
        told.extend(numbers);
    }
    for (id, norm) in
        [("homework_primary", "norms.homework_minutes.3-6"), ("homework_junior", "norms.homework_minutes.7-9")]
    {
        let of = |kind: &'static str| {
            findings
                .iter()
                .filter(move |f| f.norm_id == norm && f.kind == kind)
                .filter(|f| counted(&f.doc_id).is_some())
        };
        let mut dots: BTreeSet<(String, u64)> = BTreeSet::new();
        for f in of("actual").filter(|f| ["eq", "approx", "range"].contains(&&*f.comparator)) {
            let minutes = if f.unit.contains("小时") { 60.0 } else { 1.0 };
            let middle = (f.value.unwrap() + f.value_hi.or(f.value).unwrap()) / 2.0 * minutes;
            dots.insert((counted(&f.doc_id).unwrap(), middle.to_bits()));
        }
        let measured: BTreeSet<&String> = dots.iter().map(|d| &d.0).collect();
        let ruled = set(of("requirement").map(|f| counted(&f.doc_id)).collect());
        let mut values: Vec<f64> = dots.iter().map(|d| f64::from_bits(d.1)).collect();
        values.sort_by(f64::total_cmp);
        told.insert(format!("strips.{id}.schools"), measured.len() as f64);
        told.insert(format!("strips.{id}.rule_only"), ruled.iter().filter(|r| !measured.contains(r)).count() as f64);
        told.extend(strip(id, &values));
        let limit = of("actual").chain(of("requirement")).map(|f| f.norm_value).next();
        told.extend(limit.map(|limit| (format!("strips.{id}.limit"), limit)));
    }
    told
}

fn contradicting_ids(questions: &[ReviewRow], other: &[&str]) -> Vec<String> {
    let of = questions.iter().filter(|q| !other.contains(&&*q.kind)).filter_map(|q| q.fact_ids.clone());
    of.flat_map(|ids| ids.split(' ').map(str::to_owned).collect::<Vec<_>>()).collect()
}

fn strip(id: &str, values: &[f64]) -> Vec<(String, f64)> {
    let dots = values.iter().enumerate().map(|(i, value)| (format!("strips.{id}.dots.{i}"), *value));
    let middle = (!values.is_empty()).then(|| (format!("strips.{id}.median"), median(values)));
    dots.chain(middle).collect()
}

#[test]
fn every_number_comes_out_again() {
    for (schools, periods, with_roster) in [(30, 2, true), (30, 2, false), (3, 1, true)] {
        let made = district(schools, periods, with_roster);
        let json: Value = serde_json::from_str(&written(&made, "b.json", &[])).unwrap();
        let mut told = BTreeMap::new();
        numbers(&json, "", &mut told);
        let expected = recomputed(&made, &bulletin::of_run(&made.run()).unwrap());
        let names: BTreeSet<&String> = told.keys().chain(expected.keys()).collect();
        assert!(names.len() > 80, "{} numbers", names.len());
        for name in names {
            let (is, should) = (told.get(name), expected.get(name));
            let same = matches!((is, should), (Some(a), Some(b)) if (a - b).abs() < 1e-9);
            assert!(same, "{schools} schools: {name} is {is:?}, again {should:?}");
        }
    }
}

/// Nothing that a report says is markup, and nothing is asked of the network.
pub fn harmless(page: &str) {
    assert!(page.len() < 200_000, "{} bytes", page.len());
    assert!(page.contains("default-src 'none'") && page.contains("<html lang=\"zh-CN\">"));
    let tags: Vec<&str> = page.split('<').skip(1).filter_map(|tag| tag.split_once('>')).map(|t| t.0).collect();
    for harm in ["script", "img", "link ", "iframe", "object", "base"] {
        assert!(!tags.iter().any(|tag| tag.to_lowercase().starts_with(harm)), "{harm}");
    }
    for harm in [" on", " src=", " href=\"http", "javascript:", "url("] {
        assert!(!tags.iter().any(|tag| tag.contains(harm)), "{harm}");
    }
    let style = page.split("</style>").next().unwrap();
    assert!(!style.contains("url(") && !style.contains("@import"), "the style loads something");
    assert!(!page.chars().any(|c| text::is_invisible(c) && c != '\n'), "a mark that is not seen");
}

#[test]
fn reports_that_try_to_do_harm_are_shown_as_text() {
    let long = format!("部分学生{}作业拖拉的现象仍然存在。\n", "在家里没有人照看，".repeat(600));
    let second = format!("\"'><script>alert(2)</script>中学2022年秋季学期“双减”工作总结\n二、存在的问题\n{long}");
    let made = Made::of([HOSTILE, ("2022秋/\"'><b>中学.txt", &second)], None);
    let more = ["--issuer", "<b>教育局\u{202e}", "--number", "第<1>期"];
    let page = written(&made, "b.html", &more);
    harmless(&page);
    assert!(page.contains("&lt;b&gt;教育局&lt;U+202E&gt;") && page.contains("第&lt;1&gt;期"));
}

#[test]
fn little_data_is_told_as_little() {
    let none = ("2022秋/一小.txt", "启明小学2022年秋季学期“双减”工作总结\n学校高度重视，成立了领导小组。\n");
    let page = written(&Made::of([none], None), "b.html", &[]);
    harmless(&page);
    for told in ["没有配置名单", "报数不足", "不作图", "没有写到问题", "本期未抽查"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("NaN") && !page.contains("inf"), "{page}");
    let made = district(3, 1, true);
    let page = written(&made, "b.html", &[]);
    harmless(&page);
    assert!(!page.contains("上期"), "there is no earlier period");
    let without_style = page.split("</style>").nth(1).unwrap();
    assert!(!without_style.contains("校，占"), "no percentage of three schools");
}

#[test]
fn the_page_says_what_the_model_says() {
    let made = district(30, 2, true);
    let page = written(&made, "b.html", &["--period", "2022年秋季学期"]);
    harmless(&page);
    let b = bulletin::of_run(&made.run()).unwrap();
    let r = &b.reporting;
    assert!(page.contains(&format!("<b>{} / {}</b>", r.reported, r.expected.unwrap())));
    assert!(page.contains(&b.head.run_id) && page.contains("2022年秋季学期"));
    for name in r.names.missing.iter().take(5) {
        assert!(page.contains(name), "{name}");
    }
    let breaking = b.norms.iter().find_map(|n| n.broken_values.first().or(n.broken_rules.first())).unwrap();
    assert!(page.contains(&breaking.name), "{breaking:?}");
    assert!(b.problems.tops.iter().all(|top| page.contains(&top.quote.as_ref().unwrap().text)));
    // A limit that a school sets has no dot: there are as many dots as values.
    let dots: usize = b.strips.iter().filter(|s| s.schools >= 5).map(|s| s.dots.len()).sum();
    assert_eq!(page.matches("<circle").count() + page.matches("l3.6 3.6").count(), dots);
    let figures: BTreeSet<String> = made.rows::<FigureRow>().into_iter().map(|f| f.fact_id).collect();
    let problems: BTreeSet<String> = made.rows::<ProblemRow>().into_iter().map(|p| p.fact_id).collect();
    let facts = bulletin::printed_facts(&made.run()).unwrap();
    assert!(
        facts.len() > 10
            && facts.is_subset(&b.facts.behind)
            && facts.iter().all(|id| figures.contains(id) || problems.contains(id))
    );
}

#[test]
fn a_period_or_district_that_is_not_there_is_an_error() {
    let made = district(3, 1, true);
    let warehouse = made.path("w");
    for more in [["--period", "1999年春季学期"], ["--district", "没有县"]] {
        let arguments = ["bulletin", "--warehouse", &warehouse, "--output", "x.html"];
        let Command::Bulletin(options) = parse(arguments.into_iter().chain(more)) else { panic!() };
        let error = bulletin::command(&options, &mut Vec::new()).unwrap_err().to_string();
        assert!(error.contains("已有"), "{error}");
    }
}
