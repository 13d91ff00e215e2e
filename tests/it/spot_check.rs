//! Spot-check from end to end: a sample drawn from the sample corpus, reviewed by script, imported, reported.

use crate::vocabulary::{Folder, huizong, ingest, rows};
use huizong::publish::warehouse;
use huizong::review::bulletin::printed_facts;
use huizong::review::spot_check::acceptance::{Severity, plan};
use huizong::review::spot_check::batch::Batch;
use huizong::review::spot_check::facts::{self, Kind};
use huizong::review::spot_check::report::{Report, Settled, report, standing};
use huizong::review::spot_check::stats::wilson;
use huizong::review::spot_check::store::Store;
use huizong::tables::{FigureRow, RuleCheckRow};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A warehouse with the sample corpus, and room for batches.
fn district() -> Folder {
    let folder = Folder::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_corpus");
    assert_eq!(ingest(&corpus, &folder.at("warehouse"), &[]), 3);
    folder
}

/// The same with a few schools only.
fn schools() -> Folder {
    let folder = Folder::new();
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_corpus/01_school_summary");
    assert_eq!(ingest(&corpus, &folder.at("warehouse"), &[]), 0);
    folder
}

fn spot_check(folder: &Folder, command: &str, more: &[&str]) -> Output {
    let warehouse = folder.at("warehouse");
    let fixed = ["spot-check", command, "--warehouse", warehouse.to_str().unwrap()];
    huizong(&[&fixed[..], more].concat())
}

fn draw(folder: &Folder, name: &str, more: &[&str]) -> (PathBuf, Batch) {
    let path = folder.at(name);
    let output = spot_check(folder, "draw", &[&["--output", path.to_str().unwrap()], more].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let batch = Batch::read(&path).unwrap();
    (path, batch)
}

/// Reviews in the terminal with these lines as input.
fn review(batch: &Path, reviewer: &str, lines: &str) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_huizong"))
        .args(["spot-check", "review", batch.to_str().unwrap(), "--reviewer", reviewer])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

/// Says 错误 of every item whose number is divisible by `every`, 正确 of the others.
fn answers(n: usize, every: usize) -> String {
    (1..=n).map(|i| if i % every == 0 { "2\n4\n60\n" } else { "1\n" }).collect()
}

fn import(folder: &Folder, batch: &Path, files: &[&Path]) -> (i32, String) {
    let files: Vec<&str> = files.iter().map(|path| path.to_str().unwrap()).collect();
    let output = spot_check(folder, "import", &[&[batch.to_str().unwrap()], &files[..]].concat());
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

fn reported(folder: &Folder) -> Report {
    report(&Store::read(&folder.at("warehouse")).unwrap(), &[], 4.0)
}

#[test]
fn a_sample_is_drawn_reviewed_imported_and_reported() {
    let folder = district();
    let (path, batch) = draw(&folder, "batch", &["--size", "60", "--missed", "15"]);
    assert_eq!(batch.items.len(), 75);
    let drawn: usize = batch.strata.iter().map(|stratum| stratum.drawn).sum();
    assert_eq!(drawn, 75);

    // The first reviewer stops, comes back, takes a slip back and finishes; the second judges the first thirty.
    review(&path, "甲", "1\n1\n3\nu\nq\n");
    let said = review(&path, "甲", &answers(75, 10)[4..]);
    assert!(said.contains("甲 已核 2 条") && said.contains("还剩 0 条"), "{said}");
    review(&path, "乙", &answers(30, 15));
    assert_eq!(import(&folder, &path, &[]).1, "导入 105 条，已有 0 条，未导入 0 条\n");
    assert_eq!(import(&folder, &path, &[]).1, "导入 0 条，已有 105 条，未导入 0 条\n");

    // 10, 20, 40, 50, 60, 70 are wrong; 10 and 20 are disputed, of 15 and 30 the second says so too or alone.
    let report = reported(&folder);
    let disputed: Vec<&str> = report.disputed.iter().map(|row| row.item_id.as_str()).collect();
    let mut expected = [10, 15, 20].map(|i| batch.items[i - 1].item_id.as_str());
    expected.sort_unstable();
    assert_eq!(disputed, expected);
    let overall = report.overall.unwrap();
    assert_eq!((overall.judged, overall.hits), (57, 53), "30, 40, 50 and 60 are wrong");
    let all = facts::read(&warehouse::current(&folder.at("warehouse")).unwrap()).unwrap().len();
    assert_eq!(overall.population, all, "all findings of the corpus are stood for");
    assert!(overall.interval.0 < overall.share && overall.share < overall.interval.1);
    let missed = report.missed.unwrap();
    assert_eq!((missed.judged, missed.hits), (15, 1));
    for estimate in report.rule_bands.values() {
        // One stratum alone is plain Wilson.
        let (low, high) = wilson(estimate.hits as f64, estimate.judged as f64);
        // Computed in another order, so the last digit may differ.
        let (from, to) = estimate.interval;
        assert!((from - low).abs() < 1e-12 && (to - high).abs() < 1e-12, "{:?}", estimate.interval);
    }
    let pair = &report.pairs[0];
    assert_eq!(pair.reviewers, ("乙".to_owned(), "甲".to_owned()));
    assert_eq!(pair.table, [[26, 2, 0], [1, 1, 0], [0, 0, 0]]);
    let output = spot_check(&folder, "report", &[]);
    let told = String::from_utf8(output.stdout).unwrap();
    let population = format!("全部 {all} 条事实");
    for part in [&population, "53/57", "样本不足", "共同核对 30 条，一致 90.0%", "限额当成实际", "尚不能判定"]
    {
        assert!(told.contains(part), "{part} in\n{told}");
    }
}

#[test]
fn the_sample_is_the_same_everywhere_and_grows() {
    let (here, there) = (schools(), schools());
    let ids = |batch: &Batch| batch.items.iter().map(|item| item.item_id.clone()).collect::<Vec<_>>();
    let small = ids(&draw(&here, "small", &["--size", "40", "--missed", "0"]).1);
    assert_eq!(small, ids(&draw(&there, "small", &["--size", "40", "--missed", "0"]).1));
    let large = ids(&draw(&here, "large", &["--size", "90", "--missed", "0"]).1);
    assert_eq!(small, large[..40]);
    let other = ids(&draw(&here, "other", &["--size", "40", "--missed", "0", "--seed", "2"]).1);
    assert_ne!(small, other);
}

#[test]
fn an_acceptance_sample_is_complete_and_must_check_findings_are_in() {
    let folder = district();
    let figures: Vec<FigureRow> = rows(&folder.at("warehouse"));
    let wanted: Vec<String> = figures.iter().take(7).map(|row| row.fact_id.clone()).collect();
    folder.put("must.txt", wanted.join("\n"));
    let must = folder.at("must.txt");
    let (path, batch) =
        draw(&folder, "batch", &["--size", "20", "--missed", "0", "--aql", "4", "--must", must.to_str().unwrap()]);
    let certain: Vec<_> = batch.items.iter().filter(|item| item.must).map(|item| item.item_id.clone()).collect();
    assert_eq!(certain.iter().collect::<std::collections::BTreeSet<_>>(), wanted.iter().collect());
    let facts = facts::read(&warehouse::current(&folder.at("warehouse")).unwrap()).unwrap();
    for kind in Kind::FINDINGS {
        let lot = facts.iter().filter(|fact| fact.kind == kind).count();
        let size = plan(lot, 4.0, Severity::Normal).unwrap().size;
        let mut ranks: Vec<usize> =
            batch.items.iter().filter(|i| batch.stratum(i).kind == kind && i.rank <= size).map(|i| i.rank).collect();
        ranks.sort_unstable();
        assert_eq!(ranks, (1..=size).collect::<Vec<_>>(), "{kind:?}");
    }
    review(&path, "甲", &answers(batch.items.len(), 12));
    import(&folder, &path, &[]);
    let lots = reported(&folder).lots;
    for lot in &lots {
        let plan = lot.plan.unwrap();
        assert_eq!(lot.judged, plan.size);
        assert_eq!(lot.accepted, Some(lot.wrong <= plan.accept));
    }
    assert_eq!(lots.len(), 3);
    folder.put("must.txt", "0000000000000000\n");
    let output = spot_check(&folder, "draw", &["--output", "x", "--must", must.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("0000000000000000"));
}

#[test]
fn what_cannot_be_taken_is_named_and_the_rest_is_taken() {
    let folder = schools();
    let (path, batch) = draw(&folder, "batch", &["--size", "5", "--missed", "0"]);
    let line = |item: &str, verdict: &str, more: &str| {
        format!(
            "{{\"batch_id\":\"{}\",\"item_id\":\"{item}\",\"verdict\":\"{verdict}\",\"reviewer\":\"丙\"{more}}}\n",
            batch.batch_id
        )
    };
    let id = |i: usize| batch.items[i].item_id.as_str();
    let lines = [
        line(id(0), "right", ""),
        line("ffffffffffffffff", "right", ""),
        line(id(1), "perhaps", ""),
        line(id(2), "wrong", ",\"error_type\":\"colour\""),
        line(id(3), "right", ",\"source_sha256\":\"00\""),
        "{\"batch_id\":\"b\",\"item_id\":\"x\",\"verdict\":\"right\",\"reviewer\":\"丙\"}\n".to_owned(),
        "{\"batch".to_owned(),
    ];
    folder.put("丙.jsonl", lines.concat());
    let (code, said) = import(&folder, &path, &[&folder.at("丙.jsonl")]);
    assert_eq!(code, 3);
    for (line, code) in [
        (2, "unknown_item"),
        (3, "unknown_verdict"),
        (4, "unknown_error_type"),
        (5, "changed_document"),
        (6, "other_batch"),
        (7, "unreadable_line"),
    ] {
        assert!(said.contains(&format!("第 {line} 行（{code}）")), "{code} in\n{said}");
    }
    assert!(said.contains("导入 1 条，已有 0 条，未导入 6 条"), "{said}");
}

#[test]
fn verdicts_travel_as_csv_json_lines_and_parquet() {
    let folder = schools();
    let (path, batch) = draw(&folder, "batch", &["--size", "12", "--missed", "3"]);
    review(&path, "甲", "1\n2 备注，有\"引号\"和=号\n1\n=60\n3\n0\n1\n");
    import(&folder, &path, &[]);
    let first = Store::read(&folder.at("warehouse")).unwrap().verdicts;
    assert_eq!(first.len(), 5);
    for name in ["all.csv", "all.jsonl", "all.parquet"] {
        let file = folder.at(name);
        spot_check(&folder, "export", &["--output", file.to_str().unwrap()]);
        let other = Folder::new();
        // The same run in another warehouse: a copy.
        assert!(
            Command::new("cp")
                .arg("-a")
                .arg(folder.at("warehouse"))
                .arg(other.at("warehouse"))
                .status()
                .unwrap()
                .success()
        );
        std::fs::remove_dir_all(other.at("warehouse").join("spot_checks")).unwrap();
        let (code, said) = import(&other, &path, &[&file]);
        assert_eq!(code, 0, "{name}: {said}");
        let mut again = Store::read(&other.at("warehouse")).unwrap().verdicts;
        again.iter_mut().zip(&first).for_each(|(row, first)| row.import_id.clone_from(&first.import_id));
        assert_eq!(again, first, "{name}");
    }
    assert!(std::fs::read(folder.at("all.csv")).unwrap().starts_with("\u{feff}批次".as_bytes()));
    assert_eq!(batch.items.len(), 15);
}

#[test]
fn a_verdict_follows_its_finding_into_later_runs() {
    let folder = Folder::new();
    let report =
        |hours: &str| format!("白杨小学双减工作总结\n我校每天书面作业不超过60分钟。\n学生睡眠达到{hours}小时。\n");
    folder.put("in/a.txt", report("9"));
    folder.put("in/b.txt", report("10"));
    let warehouse = folder.at("warehouse");
    ingest(&folder.at("in"), &warehouse, &[]);
    let (path, batch) = draw(&folder, "batch", &["--missed", "0"]);
    review(&path, "甲", &"1\n".repeat(batch.items.len()));
    import(&folder, &path, &[]);
    let settled = || {
        let facts = facts::read(&warehouse::current(&warehouse).unwrap()).unwrap();
        let standing = standing(&Store::read(&warehouse).unwrap(), &facts);
        assert!(standing.values().all(|settled| *settled == Settled::Right));
        (standing.len(), facts.len())
    };
    let (before, all) = settled();
    assert_eq!(before, all);
    // One figure changes; what stands beside it keeps its verdict.
    folder.put("in/b.txt", report("11"));
    ingest(&folder.at("in"), &warehouse, &[]);
    let (after, all) = settled();
    assert!(after < all && after >= all / 2, "{after} of {all}");
    // What was judged on the text that is gone is not taken.
    let (code, said) = import(&folder, &path, &[]);
    assert_eq!(code, 3);
    assert!(said.contains("changed_document") && said.contains("b.txt"), "{said}");
}

#[test]
fn a_larger_batch_takes_over_what_is_judged() {
    let folder = schools();
    let (small, first) = draw(&folder, "small", &["--size", "10", "--missed", "0"]);
    review(&small, "甲", &answers(first.items.len(), 5));
    import(&folder, &small, &[]);
    let (large, second) = draw(&folder, "large", &["--size", "25", "--missed", "0"]);
    assert!(second.items.iter().enumerate().all(|(i, item)| item.settled == (i < 10)));
    let said = review(&large, "甲", &"1\n".repeat(15));
    assert!(said.contains("还剩 0 条"), "{said}");
    let (_, said) = import(&folder, &large, &[]);
    assert!(said.contains("导入 15 条") && said.contains("另有 10 条"), "{said}");
    let report = reported(&folder);
    assert_eq!(report.batches.len(), 1, "the smaller batch is part of the larger");
    let overall = report.overall.unwrap();
    assert_eq!((overall.judged, overall.hits), (25, 23));
}

#[test]
fn confirmed_errors_become_examples_that_fail_until_the_rule_is_mended() {
    let folder = Folder::new();
    folder.put("in/a.txt", "白杨小学双减工作总结\n学校有32个教学班。\n我校每天书面作业不超过60分钟。\n");
    ingest(&folder.at("in"), &folder.at("warehouse"), &[]);
    let (path, batch) = draw(&folder, "batch", &["--missed", "0"]);
    let lines: String = batch
        .items
        .iter()
        .map(|item| match item.quote.as_str() {
            "32个" => "2 其实是笔误\n1\n33\n",
            "不超过60分钟" => "2\n4\n\n",
            _ => "1\n",
        })
        .collect();
    review(&path, "甲", &lines);
    import(&folder, &path, &[]);
    folder.put("rules/.keep", "");
    let rules = folder.at("rules");
    for new in [2, 0] {
        let output = spot_check(&folder, "examples", &["--output", rules.to_str().unwrap()]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("有 2 个例句，新写入 {new} 个")), "{said}");
    }
    let test = huizong(&["rules", "test", "--rules", rules.to_str().unwrap()]);
    let said = String::from_utf8(test.stdout).unwrap();
    assert_eq!(test.status.code(), Some(1), "{said}");
    assert!(said.contains("confirmed_examples.toml") && said.contains("value = 32") && said.contains("笔误"), "{said}");
    // A limit that is read as one needs no mending: the program was right, and the example says so.
    assert!(said.contains("1 个例句不符合"), "{said}");
}

#[test]
fn the_next_run_and_its_bulletin_carry_what_was_checked() {
    let folder = schools();
    let warehouse = folder.at("warehouse");
    assert!(rows::<RuleCheckRow>(&warehouse).is_empty());
    let (path, batch) = draw(&folder, "batch", &["--size", "60", "--missed", "0", "--bulletin"]);
    let printed = printed_facts(&warehouse::current(&warehouse).unwrap()).unwrap();
    let must: BTreeSet<String> = batch.items.iter().filter(|i| i.must).map(|i| i.item_id.clone()).collect();
    assert_eq!(must, printed);
    review(&path, "甲", &answers(batch.items.len(), 7));
    import(&folder, &path, &[]);

    // A quiet night: nothing is read, and yet the rules are marked.
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_corpus/01_school_summary");
    assert_eq!(ingest(&corpus, &warehouse, &[]), 0);
    let checks: Vec<RuleCheckRow> = rows(&warehouse);
    let judged: i64 = checks.iter().map(|row| row.judged).sum();
    assert_eq!(judged as usize, batch.items.len());
    assert!(checks.iter().all(|row| (row.status == "proven") == (row.lower_bound >= row.gate && row.judged >= 10)));
    let check = huizong(&["check", "--warehouse", warehouse.to_str().unwrap()]);
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    let sql = std::fs::read_to_string(warehouse.join("open.sql")).unwrap();
    assert!(sql.contains("LEFT JOIN") && sql.contains("rule_status AS \"规则状态\""));

    let output = folder.at("通报.json");
    let said = huizong(&["bulletin", "--warehouse", warehouse.to_str().unwrap(), "--output", output.to_str().unwrap()]);
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let bulletin: serde_json::Value = serde_json::from_slice(&std::fs::read(&output).unwrap()).unwrap();
    let looked_at = bulletin["checked"]["looked_at"].as_u64().unwrap() as usize;
    assert!(looked_at >= printed.len() && looked_at > 0, "{looked_at} of {}", printed.len());
}
