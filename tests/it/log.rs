//! `--log json`: whatever happens, each line on standard error is one object of fixed form.

use crate::vocabulary::{Folder, huizong};
use huizong::message::{Code, Level};
use huizong::publish::warehouse::{Warehouse, WhenBusy};
use serde_json::Value;
use std::collections::BTreeSet;

/// Codes of what a test can't bring about here: a mistake of the program, rows that break their contract, a signal.
const ELSEWHERE: &[&str] = &["panic", "unsound", "stopped"];

const REPORT: &str = "明德小学双减工作汇报\n\n三至六年级每天书面作业不超过50分钟。李小明同学获奖。\n";

/// The codes of a run, whose every line must be in order.
fn codes(exit: i32, arguments: &[&str]) -> Vec<String> {
    let output = huizong(&[&["--log", "json"], arguments].concat());
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(exit), "{arguments:?}: {told}");
    let lines: Vec<Value> =
        told.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    for line in &lines {
        let text = |key: &str| line[key].as_str().unwrap_or_else(|| panic!("{key}: {line}"));
        let code = Code::ALL.iter().find(|code| code.code() == text("code")).unwrap();
        let level = match code.level() {
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
        };
        assert_eq!(text("level"), level);
        assert!(!text("message").is_empty());
        let time = text("time");
        assert!(time.len() == 20 && time.ends_with('Z') && time.as_bytes()[10] == b'T', "{time}");
        assert_eq!(line["exit"].as_i64(), (level == "error").then_some(exit.into()), "{line}");
    }
    lines.iter().map(|line| line["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_line_is_an_object_with_a_known_code() {
    let folder = Folder::new();
    (0..12).for_each(|n| folder.put(&format!("in/{n}.txt"), format!("{REPORT}第{n}次。\n")));
    folder.put("in/empty.txt", "");
    std::fs::create_dir(folder.at("none")).unwrap();
    folder.put("file", "no folder");
    let at = |path: &str| folder.at(path).to_str().unwrap().to_owned();
    let (input, w, none, no_folder) = (at("in"), at("w"), at("none"), at("file/w"));
    let ingest = ["ingest", &input, "--warehouse", &w];
    let with = |more: &[&'static str]| [&ingest[..], more].concat();
    let mut seen: BTreeSet<String> = BTreeSet::new();

    let first = codes(3, &with(&["--mask-personal"]));
    assert_eq!(first.last().map(String::as_str), Some("published"));
    for code in ["progress", "file_rejected", "summary", "personal_masked", "rejected"] {
        assert!(first.iter().any(|c| c == code), "{code}: {first:?}");
    }
    seen.extend(first);
    // What was rejected last night is told in sum, not one by one again.
    let second = codes(3, &with(&["--mask-personal"]));
    assert!(second.contains(&"compared".to_owned()) && !second.contains(&"file_rejected".to_owned()), "{second:?}");
    seen.extend(second);
    folder.put("in/13.txt", format!("{REPORT}又一次。\n"));
    seen.extend(codes(3, &with(&["--mask-personal", "--dry-run"])));
    assert_eq!(codes(3, &with(&["--quiet"])), [""; 0], "quiet");

    seen.extend(codes(2, &["ingest", "--no-such-option"]));
    seen.extend(codes(2, &["export", "--warehouse", &w, "--output", &none, "--run", "none"]));
    seen.extend(codes(5, &["ingest", &none, "--warehouse", &w]));
    seen.extend(codes(1, &["ingest", &input, "--warehouse", &no_folder]));
    seen.extend(codes(1, &["explain", &at("in/empty.txt")]));
    {
        let _held = Warehouse::open(&folder.at("w"), WhenBusy::Fail).unwrap();
        seen.extend(codes(75, &ingest));
    }
    folder.put("w/spot_checks/verdicts/a.parquet", "no parquet");
    std::fs::remove_file(std::fs::canonicalize(folder.at("w/current")).unwrap().join("state/files.bin")).unwrap();
    (1..12).for_each(|n| std::fs::remove_file(folder.at(&format!("in/{n}.txt"))).unwrap());
    seen.extend(codes(5, &ingest));
    // A device that is always full, in the place of a file that is written.
    std::os::unix::fs::symlink("/dev/full", folder.at("w/.open.sql.new")).unwrap();
    seen.extend(codes(1, &with(&["--allow-less"])));

    let all: BTreeSet<String> = Code::ALL.iter().map(|code| code.code().to_owned()).collect();
    seen.extend(ELSEWHERE.iter().map(|code| (*code).to_owned()));
    assert_eq!(seen, all);
}

#[test]
fn text_stays_text_and_speaks_the_language() {
    let folder = Folder::new();
    folder.put("in/a.txt", REPORT);
    let [input, w] = ["in", "w"].map(|path| folder.at(path).to_str().unwrap().to_owned());
    let told = |arguments: &[&str]| String::from_utf8(huizong(arguments).stderr).unwrap();
    assert!(told(&["ingest", &input, "--warehouse", &w]).starts_with("读入 1 个文件"));
    assert!(told(&["--lang", "en", "runs", "rollback", "none", "--warehouse", &w]).starts_with("error: "));
    assert!(told(&["runs", "rollback", "none", "--warehouse", &w]).starts_with("错误："));
}
