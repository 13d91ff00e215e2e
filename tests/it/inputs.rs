//! What is given to an ingest is looked at before anything is published: inputs that are not there, and options that mean
//! nothing.

use crate::vocabulary::{Folder, huizong, ingest, rows};
use huizong::publish::warehouse;
use huizong::tables::{DocumentRow, RejectRow};
use std::fs;

fn report(n: usize) -> String {
    format!("第{n}小学双减工作汇报\n\n每天书面作业不超过50分钟。\n")
}

/// Three folders of reports, published once; the arguments of the next night.
fn office() -> (Folder, Vec<String>) {
    let folder = Folder::new();
    for (n, place) in ["a", "b", "c"].iter().enumerate() {
        folder.put(&format!("{place}/1.txt"), report(n));
    }
    let at = |place: &str| folder.at(place).to_str().unwrap().to_owned();
    let arguments = vec!["ingest".to_owned(), at("a"), at("b"), at("c"), "--warehouse".to_owned(), at("w")];
    assert_eq!(run(&arguments, &[]).0, 0);
    (folder, arguments)
}

/// Exit code and what was said on standard error.
fn run(arguments: &[String], more: &[&str]) -> (i32, String) {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
    let output = huizong(&arguments);
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn an_input_that_is_missing_stops_the_night() {
    let (folder, arguments) = office();
    let published = warehouse::current(&folder.at("w")).unwrap();
    let doctor = |folder: &Folder| {
        let at = |place: &str| folder.at(place).to_str().unwrap().to_owned();
        let output = huizong(&["doctor", &at("a"), &at("b"), &at("c"), "--warehouse", &at("w")]);
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(doctor(&folder).0, 0);
    fs::rename(folder.at("b"), folder.at("away")).unwrap();
    for (mounted, words) in
        [(false, ["不存在", "--allow-less"]), (true, ["一个文件也没有，上次有 1 个", "--allow-less"])]
    {
        if mounted {
            fs::create_dir(folder.at("b")).unwrap();
        }
        let (code, told) = run(&arguments, &["--quiet"]);
        assert_eq!(code, 5, "{told}");
        assert!(words.iter().all(|word| told.contains(word)) && told.contains(&arguments[2]), "{told}");
        assert_eq!(warehouse::current(&folder.at("w")).unwrap(), published);
        let (code, told) = doctor(&folder);
        assert_eq!((code, told.matches('✗').count()), (2, 1), "{told}");
        assert!(told.contains(&arguments[2]), "{told}");
    }
    let (code, told) = run(&arguments, &["--quiet", "--log", "json"]);
    let line: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &line["code"], &line["path"]), (5, &"no_input".into(), &arguments[2].as_str().into()));
    // Said to be so, it is published; from then on there is nothing to miss.
    assert_eq!(run(&arguments, &["--allow-less"]).0, 0);
    assert_eq!(rows::<DocumentRow>(&folder.at("w")).len(), 2);
    assert_eq!(run(&arguments, &[]).0, 0);
    assert_eq!(doctor(&folder).0, 0);
    // Back again, and carried over in the night after.
    folder.put("b/1.txt", report(1));
    assert_eq!(run(&arguments, &[]).0, 0);
    assert_eq!(run(&arguments, &[]).0, 0);
    fs::remove_file(folder.at("b/1.txt")).unwrap();
    assert_eq!(run(&arguments, &[]).0, 5);
}

#[test]
fn an_input_that_never_gave_anything_is_not_missed() {
    let folder = Folder::new();
    folder.put("a/1.txt", report(1));
    fs::create_dir(folder.at("b")).unwrap();
    let (a, b, w) = (folder.at("a"), folder.at("b"), folder.at("w"));
    assert_eq!(ingest(&a, &w, &[b.to_str().unwrap()]), 0);
    // What never gave a file is a reject, in the first night as in the second.
    assert_eq!(ingest(&a, &w, &[folder.at("nowhere").to_str().unwrap()]), 3);
    // What lies below an input and can't be read is a reject, as ever.
    std::os::unix::fs::symlink("nothing", folder.at("a/link")).unwrap();
    assert_eq!(ingest(&a, &w, &[]), 3);
}

#[test]
fn options_that_mean_nothing_are_refused() {
    let (folder, arguments) = office();
    let published = warehouse::current(&folder.at("w")).unwrap();
    for period in ["胡说", "", "2023-13", "20XX", "a\nb2"] {
        let (code, told) = run(&arguments, &["--period", period]);
        assert!(code == 2 && told.contains("2023年秋季学期") && told.lines().count() == 1, "{period}: {told}");
    }
    for due in ["2022-6-31", "明天"] {
        let (code, told) = run(&arguments, &["--due", due]);
        assert!(code == 2 && told.contains("2023-12-31"), "{due}: {told}");
    }
    assert_eq!(warehouse::current(&folder.at("w")).unwrap(), published);
    // A district may count its periods in its own way.
    assert_eq!(run(&arguments, &["--period", "2023第2期"]).0, 0);
    assert_eq!(run(&arguments, &["--period", "2023年秋季学期", "--due", "2024-2-29"]).0, 0);
    assert_eq!(rows::<DocumentRow>(&folder.at("w"))[0].period.as_deref(), Some("2023-autumn"));
}

#[test]
fn mistakes_in_the_configuration_are_mistakes_of_usage() {
    let (folder, arguments) = office();
    let at = |place: &str| folder.at(place).to_str().unwrap().to_owned();
    folder.put("toml/norms.toml", "[[norm]\n");
    folder.put("regex/roles.toml", "[[rule]]\nid = \"x\"\ngives = \"problems\"\npattern = \"(\"\nyes = []\nno = []\n");
    folder.put("latin/norms.toml", b"\xff");
    folder.put("roster.csv", "编号,学校名称\nA1,\n");
    let (none, roster) = (at("none"), at("roster.csv"));
    let (toml, regex, latin) = (at("toml"), at("regex"), at("latin"));
    for (option, value) in [
        ("--roster", &none),
        ("--roster", &roster),
        ("--rules", &none),
        ("--rules", &toml),
        ("--rules", &regex),
        ("--rules", &latin),
    ] {
        let (code, told) = run(&arguments, &[option, value, "--log", "json"]);
        let line: serde_json::Value = serde_json::from_str(told.lines().last().unwrap()).unwrap();
        assert_eq!((code, &line["code"], &line["exit"]), (2, &"usage".into(), &2.into()), "{option} {value}: {told}");
        assert!(line["message"].as_str().unwrap().contains(value.as_str()), "{told}");
    }
}

#[test]
fn what_is_read_anew_is_compared_all_the_same() {
    let folder = Folder::new();
    (0..30).for_each(|n| folder.put(&format!("in/{n}.txt"), report(n)));
    folder.put("rules/common_wording.toml", "wording = []\n");
    let at = |place: &str| folder.at(place).to_str().unwrap().to_owned();
    let arguments = ["ingest".to_owned(), at("in"), "--warehouse".to_owned(), at("w"), "--json".to_owned()];
    let night = |more: &[&str]| -> (serde_json::Value, String) {
        let words: Vec<&str> = arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
        let output = huizong(&words);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{told}");
        (serde_json::from_slice(&output.stdout).unwrap(), told)
    };
    let (first, told) = night(&[]);
    assert_eq!((&first["n_new"], told.contains("与上次相比")), (&30.into(), false));
    folder.put("in/1.txt", report(100));
    fs::rename(folder.at("in/2.txt"), folder.at("in/moved.txt")).unwrap();
    fs::remove_file(folder.at("in/3.txt")).unwrap();
    (200..225).for_each(|n| folder.put(&format!("in/{n}.txt"), report(n)));
    for (more, reason) in [
        (&["--full"][..], "加了 --full"),
        (&["--rules", &at("rules")], "规则改了"),
        (&["--mask-personal"], "遮盖个人信息的选项变了"),
        (&[], ""),
    ] {
        let (summary, told) = night(&[more, &["--dry-run"]].concat());
        let counts = ["n_new", "n_changed", "n_moved", "n_removed"].map(|count| summary[count].as_u64().unwrap());
        assert_eq!(counts, [25, 1, 1, 1], "{reason}");
        assert!(told.contains("与上次相比：新增 25，改动 1，移动 1，删除 1"), "{told}");
        assert!(told.contains(reason) && told.contains("全部重新读取") != reason.is_empty(), "{told}");
        assert!(told.contains("新增：另有 5 个（加 --json 看全部）"), "{told}");
        let difference = &summary["difference"];
        assert_eq!(difference["new"].as_array().unwrap().len(), 25);
        assert_eq!(difference["moved"], serde_json::json!([["2.txt", "moved.txt"]]));
        assert_eq!((&difference["changed"][0], &difference["removed"][0]), (&"1.txt".into(), &"3.txt".into()));
        let (_, log) = night(&[more, &["--dry-run", "--log", "json"]].concat());
        assert_eq!(log.matches("\"code\":\"difference\"").count(), 28, "{log}");
    }
    let (summary, told) = night(&["--full"]);
    assert!(told.contains("与上次相比") && summary.get("difference").is_none(), "{told}");
}

#[test]
fn a_warehouse_inside_its_input_is_no_report() {
    let folder = Folder::new();
    folder.put("in/1.txt", report(1));
    let (input, warehouse) = (folder.at("in"), folder.at("in/a/w"));
    for _ in 0..3 {
        assert_eq!(ingest(&input, &warehouse, &[]), 0);
        assert_eq!(rows::<DocumentRow>(&warehouse).len(), 1);
    }
}

#[test]
fn files_that_are_still_being_uploaded_are_told_and_not_read() {
    let folder = Folder::new();
    for name in ["1.txt", "2.txt.part", "3.docx.crdownload", "4.txt~", "~$5.docx", ".6.txt"] {
        folder.put(&format!("in/{name}"), report(1));
    }
    assert_eq!(ingest(&folder.at("in"), &folder.at("w"), &[]), 3);
    let rejects: Vec<(String, String)> =
        rows::<RejectRow>(&folder.at("w")).into_iter().map(|row| (row.source_path, row.reason)).collect();
    let changing = |name: &str| (name.to_owned(), "changing".to_owned());
    assert_eq!(rejects, [changing("2.txt.part"), changing("3.docx.crdownload")]);
}
