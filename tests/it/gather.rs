//! The district view through its public surface: digests in, rows out.

use huizong::gather::copies::Limits;
use huizong::gather::digest::{self, CheckBrief, Digest, FigureBrief, MeasureBrief, ProblemBrief};
use huizong::gather::district::{DistrictOptions, district};
use huizong::gather::norms::Norms;
use huizong::gather::phrases;
use huizong::gather::roster::Roster;
use huizong::gather::terms::TermCounts;
use huizong::gather::wording::{Cutter, Sentences, same_letters};
use huizong::rules::RuleFiles;
use huizong::tables::district::DistrictRows;
use huizong::tables::{DocumentRow, DocumentStatsRow, RejectRow};

const ROSTER: &str = "编号,学校名称,区县,乡镇,学段,学生数\n\
    1,松林小学,江口县,白石镇,小学,600\n\
    2,河湾小学,江口县,白石镇,小学,500\n\
    3,东山中学,江口县,河口镇,初中,900\n\
    4,西山小学,江口县,河口镇,小学,300\n";

/// A report with `sentences`, which stand behind each other in the source.
fn report(path: &str, sentences: &[&str]) -> Digest {
    let mut cutter = Cutter::default();
    let mut at = 0;
    let mut cut = Sentences::default();
    for sentence in sentences {
        let end = at + sentence.chars().count() as u32;
        cutter.cut(sentence, at, end, &mut cut);
        at = end;
    }
    let stats = serde_json::from_value(zeros::<DocumentStatsRow>()).unwrap();
    let mut document: DocumentRow = serde_json::from_value(zeros::<DocumentRow>()).unwrap();
    document.doc_id = format!("doc {path}");
    document.source_path = path.to_owned();
    document.on_topic = true;
    document.doc_kind = Some("report".to_owned());
    Digest {
        document,
        stats,
        head: String::new(),
        tail: String::new(),
        sentences: cut,
        figures: Vec::new(),
        measures: Vec::new(),
        problems: Vec::new(),
        checks: Vec::new(),
        terms: TermCounts::default(),
    }
}

/// A row of zeros, empty texts and nulls.
fn zeros<T: huizong::publish::columns::Row>() -> serde_json::Value {
    use arrow::datatypes::DataType;
    let of = |field: &arrow::datatypes::Field| match field.data_type() {
        _ if field.is_nullable() => serde_json::Value::Null,
        DataType::Utf8 => "".into(),
        DataType::Boolean => false.into(),
        DataType::Float64 => 0.0.into(),
        _ => 0.into(),
    };
    T::schema().fields().iter().map(|f| (f.name().clone(), of(f))).collect::<serde_json::Map<_, _>>().into()
}

fn figure(kind: &str, indicator: &str, comparator: &str, value: f64, unit: &str) -> FigureBrief {
    FigureBrief {
        kind: kind.into(),
        indicator: indicator.into(),
        comparator: comparator.into(),
        value: Some(value),
        unit: unit.into(),
        holds_now: true,
        ..FigureBrief::default()
    }
}

/// The district of `digests`, with the roster above and what `change` sets.
fn gather(digests: &mut [Digest], change: impl FnOnce(&mut DistrictOptions)) -> DistrictRows {
    let rules = RuleFiles::built_in();
    let norms = Norms::new(&rules).unwrap();
    let known = phrases::known(&rules).unwrap();
    let roster = Roster::read("名单.csv", ROSTER.as_bytes()).unwrap();
    for digest in digests.iter_mut() {
        for f in &mut digest.figures {
            f.norms = norms.fitting(f, "每天书面作业", "每天书面作业");
        }
    }
    let mut options = DistrictOptions {
        roster: Some(&roster),
        norms: &norms,
        known: &known,
        rejects: &[],
        period: None,
        due: None,
        today: None,
        common_bodies: None,
        run_id: "r",
    };
    change(&mut options);
    district(digests, &options).unwrap()
}

const OWN: [&str; 10] = [
    "学校把每周三定为无作业日，由学生自己安排阅读。",
    "教导处每周抽查两个班的作业登记表并在例会上通报。",
    "图书室延长开放到下午六点，由家长义工轮流值守。",
    "体育组利用竹竿和旧轮胎自制器材，开设乡土游戏课。",
    "班主任每月走访五户留守儿童家庭，记录入睡时间。",
    "食堂旁的空地改成菜园，各班认领一块种植劳动。",
    "数学组编写分层练习单，学困生可以只做前两题。",
    "校门口设置了家长等候区，高峰时由值周教师疏导。",
    "语文组每月评选十本班级好书，在走廊里展出书评。",
    "科学教师带学生测量河水浊度，写成观察日记。",
];

/// Sentences that no other report has.
fn others(of: &str) -> Vec<String> {
    (0..6)
        .map(|i| format!("{of}在第{i}项工作里安排了{of}自己的做法{}", "甲乙丙丁戊己".chars().nth(i).unwrap()))
        .collect()
}

#[test]
fn a_copy_with_changed_names_and_numbers_is_found_and_counts_once() {
    let original: Vec<&str> = OWN.to_vec();
    let changed: Vec<String> = OWN.iter().map(|s| s.replace("五户", "12户").replace("两个班", "三个班")).collect();
    let mut digests = [
        report("2022秋/松林小学.txt", &original),
        report("2022秋/河湾小学.txt", &changed.iter().map(String::as_str).collect::<Vec<_>>()),
        report("2022秋/西山小学.txt", &others("西山").iter().map(String::as_str).collect::<Vec<_>>()),
    ];
    for digest in &mut digests {
        digest.figures.push(figure("actual", "after_school_participants", "eq", 100.0, "人"));
    }
    let rows = gather(&mut digests, |_| ());
    assert_eq!(rows.similar_reports.len(), 1);
    let pair = &rows.similar_reports[0];
    assert!(pair.is_copy && pair.containment_a >= 0.8, "{pair:?}");
    assert!(pair.n_same < pair.shared_a, "changed numbers are told apart from the same words");
    assert_eq!(digests[0].document.copy_group, digests[1].document.copy_group);
    assert_eq!(digests[2].document.copy_group, None);
    let row = &rows.indicator_summary[0];
    assert_eq!(
        (row.bodies_expected, row.bodies_reporting, row.bodies_counted, row.bodies_actual),
        (Some(4), 3, 2, 2),
        "the copy counts once, and its school has reported"
    );
}

#[test]
fn a_partial_copy_is_found_with_the_places_on_both_sides() {
    let theirs = others("河湾");
    let mut mixed: Vec<&str> = theirs.iter().map(String::as_str).collect();
    mixed.extend(&OWN[3..7]);
    let mut digests = [report("松林小学.txt", &OWN), report("河湾小学.txt", &mixed)];
    let rows = gather(&mut digests, |_| ());
    let pair = &rows.similar_reports[0];
    assert_eq!((pair.shared_a, pair.own_a, pair.shared_b, pair.own_b), (4, 10, 4, 10));
    assert!(!pair.is_copy);
    assert_eq!(digests[1].document.copied_share, 0.4);
    let before: usize = theirs.iter().map(|s| s.chars().count()).sum();
    let starts: Vec<(i64, i64)> = rows.shared_sentences.iter().map(|s| (s.start_a, s.start_b)).collect();
    let first = OWN[..3].iter().map(|s| s.chars().count()).sum::<usize>() as i64;
    assert_eq!(starts[0], (first, before as i64));
    assert_eq!(starts.len(), 4);
}

#[test]
fn wording_of_many_bodies_is_a_template_and_no_copy() {
    let names: Vec<String> = (0..12).map(|i| format!("甲{i}.txt")).collect();
    let texts: Vec<Vec<String>> =
        (0..12).map(|i| others(&format!("单位{}", "子丑寅卯辰巳午未申酉戌亥".chars().nth(i).unwrap()))).collect();
    let mut digests: Vec<Digest> = names
        .iter()
        .zip(&texts)
        .map(|(name, own)| report(name, &OWN.iter().copied().chain(own.iter().map(String::as_str)).collect::<Vec<_>>()))
        .collect();
    let rows = gather(&mut digests, |o| o.roster = None);
    assert_eq!(rows.similar_reports, []);
    assert!((digests[0].stats.template_share - 10.0 / 16.0).abs() < 1e-9);
    assert_eq!(digests[0].document.copied_share, 0.0);
    assert_eq!(Limits::for_bodies(12).common_bodies, 8);
    let rows = gather(&mut digests, |o| (o.roster, o.common_bodies) = (None, Some(13)));
    assert_eq!(rows.similar_reports.len(), 66, "with a higher limit the same wording is shared by all");
}

#[test]
fn who_reported_is_told_for_every_school_and_period() {
    let mut late = report("2022秋/东山中学.txt", &[]);
    late.document.report_date = Some(100);
    let mut off_topic = report("2022秋/西山小学.txt", &[]);
    off_topic.document.on_topic = false;
    let mut digests = [
        report("2022秋/松林小学(初稿).txt", &OWN),
        report("2022秋/松林小学.txt", &OWN),
        late,
        off_topic,
        report("2022秋/北山小学.txt", &others("北山").iter().map(String::as_str).collect::<Vec<_>>()),
    ];
    digests[4].document.school_name = Some("北山小学".to_owned());
    let rejects: &'static [RejectRow] = vec![RejectRow {
        source_path: "2022秋/河湾小学.txt".to_owned(),
        reason: "binary".to_owned(),
        detail: String::new(),
        run_id: "r".to_owned(),
    }]
    .leak();
    let rows = gather(&mut digests, |o| (o.rejects, o.due) = (rejects, Some(99)));
    let told: Vec<(&str, &str, &str)> = rows
        .submissions
        .iter()
        .map(|s| (s.school_name.as_deref().unwrap_or(""), s.period.as_deref().unwrap_or(""), s.state.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("松林小学", "2022-autumn", "superseded"),
            ("松林小学", "2022-autumn", "received"),
            ("河湾小学", "2022-autumn", "unreadable"),
            ("东山中学", "2022-autumn", "late"),
            ("西山小学", "2022-autumn", "off_topic"),
            ("北山小学", "2022-autumn", "unmatched"),
        ]
    );
    assert_eq!(digests[0].document.superseded_by.as_deref(), Some("doc 2022秋/松林小学.txt"));
    assert!(!digests[0].document.counted && digests[1].document.counted);
    assert_eq!(rows.similar_reports, [], "a school's own first version is no copy");
    assert!(rows.school_summary.iter().all(|s| s.level.as_deref() == Some("school")));
    digests[4].document.level = Some("township".to_owned());
    let rows = gather(&mut digests, |o| o.roster = None);
    let other = rows.school_summary.iter().find(|s| s.school_name.as_deref() == Some("北山小学")).unwrap();
    assert_eq!(other.level.as_deref(), Some("township"), "without a roster a body is what its report says");
}

#[test]
fn what_has_not_come_is_expected_until_the_day_and_missing_after_it() {
    for (today, state) in [(99, "expected"), (100, "missing")] {
        let mut digests = [report("松林小学.txt", &OWN)];
        let rows = gather(&mut digests, |o| {
            (o.period, o.due, o.today) = (Some("2023年11月"), Some(99), Some(today));
        });
        assert_eq!(rows.submissions.iter().filter(|s| s.state == state).count(), 3);
        assert!(rows.submissions.iter().all(|s| s.period.as_deref() == Some("2023-11")));
    }
}

#[test]
fn the_last_day_belongs_to_one_period() {
    // 2023-12-20, and reports dated before and after it.
    let due = 19_711;
    let make = || {
        ["2023春/松林小学.txt", "2023秋/松林小学.txt", "2024春/松林小学.txt"].map(|path| {
            let mut digest = report(path, &others(path).iter().map(String::as_str).collect::<Vec<_>>());
            digest.document.report_date = Some(due + 200);
            digest
        })
    };
    let told = |period: Option<&'static str>, due: i32| -> Vec<(String, Option<i32>)> {
        let rows = gather(&mut make(), |o| (o.period, o.due, o.today) = (period, Some(due), Some(due)));
        let of_school = |n: &'static str| rows.submissions.iter().filter(move |s| s.school_id.as_deref() == Some(n));
        of_school("1").chain(of_school("2")).map(|s| (s.state.clone(), s.due_date)).collect()
    };
    let states = |told: &[(String, Option<i32>)]| told.iter().map(|t| t.0.clone()).collect::<Vec<_>>().join(" ");
    let of_autumn = told(None, due);
    assert_eq!(states(&of_autumn), "received late received missing expected missing");
    assert_eq!(of_autumn.iter().filter(|t| t.1 == Some(due)).count(), 2, "two schools in the one period");
    assert_eq!(states(&told(None, due + 180)), "received received late missing missing expected");
    assert_eq!(states(&told(Some("2024年春季学期"), due)), "superseded late late expected");
}

#[test]
fn who_repeats_an_own_text_has_not_copied_it_back() {
    let mut digests =
        [report("2022秋/松林小学.txt", &OWN), report("2022秋/河湾小学.txt", &OWN), report("2023春/松林小学.txt", &OWN)];
    for (digest, date) in digests.iter_mut().zip([10, 20, 200]) {
        digest.document.report_date = Some(date);
    }
    let rows = gather(&mut digests, |_| ());
    let pairs: Vec<_> = rows.similar_reports.iter().map(|p| (p.doc_a.as_str(), p.doc_b.as_str())).collect();
    assert_eq!(pairs, [("doc 2022秋/松林小学.txt", "doc 2022秋/河湾小学.txt")]);
    assert_eq!(digests.each_ref().map(|d| d.document.copied_share), [1.0, 1.0, 0.0]);
    digests[0].document.report_date = None;
    let rows = gather(&mut digests, |_| ());
    assert_eq!(rows.similar_reports.len(), 2, "without the first date nothing is proven");
}

#[test]
fn trends_are_over_those_that_reported_twice_and_of_one_measure() {
    let periods = ["2022秋", "2023春"];
    let paths: Vec<String> = ["松林小学", "河湾小学", "西山小学"]
        .iter()
        .flat_map(|school| periods.iter().map(move |period| format!("{period}/{school}.txt")))
        .collect();
    let mut digests: Vec<Digest> = paths.iter().map(|path| report(path, &[])).collect();
    let minutes = |value: f64, per: Option<&str>| FigureBrief {
        per: per.map(Into::into),
        ..figure("actual", "homework_minutes", "eq", value, "分钟")
    };
    digests[0].figures = vec![minutes(60.0, Some("day")), minutes(300.0, Some("week"))];
    digests[1].figures = vec![minutes(50.0, None)];
    digests[2].figures = vec![minutes(40.0, None), minutes(55.0, Some("day"))];
    digests[3].figures = vec![minutes(45.0, Some("day"))];
    digests[5].figures = vec![minutes(70.0, Some("day"))];
    // The fourth school reports once alone, and one report more is of a school that states nothing.
    digests.push(report("2023春/东山中学.txt", &[]));
    digests.last_mut().unwrap().figures = vec![minutes(80.0, None)];
    let rows = gather(&mut digests, |_| ());
    let told: Vec<_> = rows.trends.iter().map(|t| (t.per.as_deref(), t.bodies_reporting_both, t.bodies_both)).collect();
    assert_eq!(told, [(Some("day"), 3, 2)]);
    let trend = &rows.trends[0];
    assert_eq!((trend.median_before, trend.median), (Some(53.75), Some(47.5)));
    assert_eq!((trend.bodies_new, trend.bodies_stopped), (1, 0), "not the school that reported once");
    let rows = gather(&mut [digests[0].clone(), digests[5].clone()], |_| ());
    assert_eq!(rows.trends, [], "nobody reported twice");
}

#[test]
fn requirement_value_and_aim_are_counted_apart_and_masked_is_no_zero() {
    let mut digests = [report("松林小学.txt", &[]), report("河湾小学.txt", &[]), report("东山中学.txt", &[])];
    let scope = |f: FigureBrief| FigureBrief { scope: Some("3-6".into()), ..f };
    digests[0].figures = vec![
        scope(figure("requirement", "homework_minutes", "le", 70.0, "分钟")),
        scope(figure("actual", "homework_minutes", "eq", 0.75, "小时")),
    ];
    digests[1].figures = vec![
        scope(figure("actual", "homework_minutes", "eq", 65.0, "分钟")),
        scope(FigureBrief { holds_now: false, ..figure("actual", "homework_minutes", "eq", 90.0, "分钟") }),
    ];
    digests[2].figures = vec![scope(FigureBrief {
        value: None,
        masked: true,
        ..figure("actual", "homework_minutes", "eq", 0.0, "分钟")
    })];
    let rows = gather(&mut digests, |_| ());
    let row = &rows.indicator_summary[0];
    assert_eq!((row.bodies_stating, row.bodies_actual, row.bodies_requirement, row.bodies_masked), (2, 2, 1, 1));
    assert_eq!((row.min, row.median, row.max, row.n_values), (Some(45.0), Some(55.0), Some(65.0), 2));
    assert_eq!((row.bodies_judged, row.bodies_meeting, row.bodies_breaking), (2, 0, 2));
    let verdicts: Vec<&str> = rows.norm_findings.iter().map(|n| n.verdict.as_str()).collect();
    assert_eq!(verdicts, ["rule_breach", "meets", "value_breach"]);
}

#[test]
fn what_a_person_should_look_at_is_listed() {
    let mut digests: Vec<Digest> =
        ["2022春/松林小学.txt", "2022秋/松林小学.txt", "2023春/松林小学.txt"].iter().map(|p| report(p, &[])).collect();
    for (i, digest) in digests.iter_mut().enumerate() {
        digest.figures.push(figure("actual", "inspection_count", "eq", 8.0, "次"));
        let words = same_letters(if i < 2 { "美术教师不足3人" } else { "操场太小" });
        digest.problems.push(ProblemBrief {
            status: "own".into(),
            topics: "teacher".into(),
            words,
            ..ProblemBrief::default()
        });
    }
    let last = &mut digests[2];
    last.document.doc_kind = Some("plan".to_owned());
    last.figures.push(figure("actual", "after_school_rate", "eq", 104.0, "%"));
    for (sentence, n) in [(10, 580.0), (50, 640.0)] {
        last.figures.push(FigureBrief {
            sentence,
            start: sentence,
            ..figure("actual", "after_school_participants", "eq", n, "人")
        });
    }
    last.checks.push(CheckBrief {
        check: "sum".into(), detail: "各部分相加不等于总数".to_owned(), facts: vec![1, 2]
    });
    let rows = gather(&mut digests, |_| ());
    let mut kinds: Vec<&str> = rows.review_list.iter().map(|r| r.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            "more_than_roster",
            "plan_as_report",
            "share_over_100",
            "stale_problem",
            "sum",
            "two_values",
            "unchanged_for_3_periods"
        ]
    );
    let trend = rows.trends.iter().find(|t| t.indicator == "inspection_count" && t.period == "2022-autumn").unwrap();
    assert_eq!((trend.bodies_both, trend.bodies_same, trend.median), (1, 1, Some(8.0)));
    let topic = rows.topic_trends.iter().find(|t| t.topic == "teacher" && t.period == "2022-autumn").unwrap();
    assert_eq!((topic.bodies_reporting_both, topic.bodies_before, topic.bodies), (1, 1, 1));
}

#[test]
fn a_rare_measure_is_told_and_a_common_one_is_not() {
    let mut digests: Vec<Digest> = (0..40).map(|i| report(&format!("{i}.txt"), &[OWN[i % 10]])).collect();
    for (i, digest) in digests.iter_mut().enumerate() {
        digest.terms = [("作业", 3), ("检查", 2)].into_iter().collect();
        digest.measures.push(MeasureBrief {
            fact: i as u64,
            status: "done".into(),
            topics: "homework".into(),
            terms: vec![0, 1],
            ..MeasureBrief::default()
        });
    }
    digests[7].terms = [("作业", 3), ("河水", 1), ("浊度", 1)].into_iter().collect();
    digests[7].measures[0].terms = vec![0, 1, 2];
    let rows = gather(&mut digests, |o| (o.roster, o.common_bodies) = (None, Some(100)));
    assert_eq!(rows.distinctive_measures.len(), 1);
    assert_eq!(rows.distinctive_measures[0].terms, "河水 浊度 作业");
    assert_eq!(rows.distinctive_measures[0].fact_id, digest::fact_id(7));
}

#[test]
fn digests_survive_the_night() {
    let mut one = report("a.txt", &OWN);
    one.figures.push(figure("actual", "share", "eq", 98.5, "%"));
    let bytes = digest::encode(std::slice::from_mut(&mut one));
    assert_eq!(digest::decode(&bytes), Some(vec![one]));
    assert_eq!(digest::decode(&bytes[..bytes.len() - 3]), None);
    assert_eq!(digest::decode(&[0; 16]), None);
}

#[test]
fn the_rows_do_not_depend_on_threads() {
    let make = || -> Vec<Digest> {
        (0..60)
            .map(|i| {
                report(
                    &format!("2022秋/{i}.txt"),
                    &[OWN[i % 10], OWN[(i + 3) % 10], OWN[(i * 7 + 1) % 10], OWN[(i + 5) % 10]],
                )
            })
            .collect()
    };
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| gather(&mut make(), |o| (o.roster, o.common_bodies) = (None, Some(1000))))
    };
    assert_eq!(run(1), run(4));
}
