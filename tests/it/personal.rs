//! Personal data: covered on the way in, it is nowhere in a warehouse; covered on the way out, it is in no export.

use crate::vocabulary::{Folder, huizong, rows};
use huizong::acquire::personal::COVER;
use huizong::publish::warehouse;
use huizong::review::check::check;
use huizong::summary::Summary;
use huizong::tables::{DocumentRow, SourceTextRow};
use std::collections::BTreeMap;
use std::path::Path;

const HANS: &str = "明德小学双减工作总结\n\n\
    一、主要做法\n三（2）班李小明同学每天作业由90分钟减少到50分钟。学校投入12345678901元改善条件。\n\
    王老师组织同学们开展学生活动，课后服务参加学生412人。\n\
    二、存在的问题\n学生欧阳思雨、张伟的家长反映作业偏多。家长联系电话：138-0013-8000，邮箱li.ming@example.com。\n\
    监督举报电话：0771-2345678。\n";

const HANT: &str = "明德小學五項管理匯報\n\n帶領陳偉傑同學每天鍛煉１小時。聯絡電話１３９００１３９０００，身份證號碼11010519491231002X。\n\
    學生每天睡眠時間不少於10小時，存在的問題是部分家長重視不夠。\n";

/// What must not be found anywhere.
const PRIVATE: &[&str] = &[
    "小明",
    "思雨",
    "张伟",
    "偉傑",
    "伟杰",
    "13800138000",
    "0013-8000",
    "li.ming",
    "１３９００１３９０００",
    "13900139000",
    "11010519491231002X",
    "1101051949",
];

/// What must stay.
const PUBLIC: &[&str] = &["12345678901元", "王老师", "0771-2345678", "412人"];

fn district() -> (Folder, [String; 2]) {
    let folder = Folder::new();
    folder.put("in/总结.txt", HANS);
    folder.put("in/匯報.txt", HANT);
    folder.put(
        "in/总结.html",
        format!("<html><body><article><p>{}</p></article></body></html>", HANS.replace('\n', "</p><p>")),
    );
    let paths = ["in", "w"].map(|path| folder.at(path).to_str().unwrap().to_owned());
    (folder, paths)
}

fn ingest(paths: &[String; 2], more: &[&str]) -> Summary {
    let output = huizong(&[&["ingest", &paths[0], "--warehouse", &paths[1], "--json"], more].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn run(arguments: &[&str]) -> String {
    let output = huizong(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn holds_nothing_private(place: &str, text: &str) {
    let found: Vec<_> = PRIVATE.iter().filter(|private| text.contains(**private)).collect();
    assert!(found.is_empty(), "{place}: {found:?}");
}

/// All files of a folder as one text.
fn all_text(folder: &Path) -> String {
    let mut paths: Vec<_> = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap().into_path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.is_file())
        .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned())
        .collect()
}

#[test]
fn verdicts_on_a_batch_of_open_texts_are_covered_where_the_run_is() {
    let (folder, paths) = district();
    let (w, batch) = (&paths[1], folder.at("batch"));
    let batch = batch.to_str().unwrap();
    ingest(&paths, &[]);
    run(&["spot-check", "draw", "--warehouse", w, "--output", batch, "--size", "30", "--missed", "20"]);
    let drawn = std::fs::read_to_string(folder.at("batch/batch.json")).unwrap();
    let drawn: serde_json::Value = serde_json::from_str(&drawn).unwrap();
    let mut verdicts = String::new();
    for item in drawn["items"].as_array().unwrap() {
        let verdict = serde_json::json!({
            "batch_id": drawn["batch_id"], "item_id": item["item_id"], "source_sha256": "", "verdict": "wrong",
            "note": "李小明同学的家长电话13800138000", "reviewer": "张三", "judged_at": "2026-01-01T00:00:00Z",
        });
        verdicts.push_str(&format!("{verdict}\n"));
    }
    folder.put("batch/verdicts-a.jsonl", verdicts);
    ingest(&paths, &["--mask-personal"]);
    let import = ["spot-check", "import", batch, "--warehouse", w];
    let told = run(&import);
    assert!(told.contains("未导入 0 条") && told.contains("导入的文字也已遮盖"), "{told}");
    let told = run(&import);
    assert!(told.contains("导入 0 条"), "what is covered is known again: {told}");
    let export = folder.at("verdicts.jsonl");
    run(&["spot-check", "export", "--warehouse", w, "--output", export.to_str().unwrap()]);
    let text = std::fs::read_to_string(export).unwrap();
    assert!(text.contains(COVER) && text.lines().count() >= 10);
    holds_nothing_private("verdicts", &text);
}

#[test]
fn what_is_covered_on_the_way_in_is_nowhere() {
    let (folder, paths) = district();
    let w = folder.at("w");
    let open = ingest(&paths, &[]);
    assert_eq!(open.n_personal, None);
    let texts: BTreeMap<String, String> =
        rows::<SourceTextRow>(&w).into_iter().map(|row| (row.source_path, row.text)).collect();
    assert!(rows::<DocumentRow>(&w).iter().all(|document| document.n_personal_names.is_none()));
    let before: BTreeMap<String, (i64, String)> =
        rows::<SourceTextRow>(&w).into_iter().map(|r| (r.source_path, (r.n_chars, r.source_sha256))).collect();

    let covered = ingest(&paths, &["--mask-personal"]);
    assert_eq!(covered.n_carried, 0, "rows of the open texts were carried over");
    let counts = [("account", 2), ("id_number", 1), ("name", 7), ("phone", 3)];
    assert_eq!(covered.n_personal, Some(counts.map(|(kind, n)| (kind.to_owned(), n)).into()));
    assert_eq!(ingest(&paths, &["--mask-personal"]).n_carried, 3, "the same option carries over");
    let current = warehouse::current(&w).unwrap();
    assert_eq!(check(&current).unwrap(), []);
    for row in rows::<SourceTextRow>(&w) {
        holds_nothing_private(&row.source_path, &row.text);
        // The same characters but for the covered ones, so every offset stays true; the bytes are those of the file.
        assert_eq!(before[&row.source_path], (row.n_chars, row.source_sha256));
        assert!(
            row.text.chars().eq(texts[&row.source_path]
                .chars()
                .zip(row.text.chars())
                .map(|(was, is)| { if is == COVER { COVER } else { was } }))
        );
    }
    let hant = rows::<DocumentRow>(&w).into_iter().find(|document| document.source_path == "匯報.txt").unwrap();
    let counts = [hant.n_personal_phones, hant.n_personal_ids, hant.n_personal_accounts, hant.n_personal_names];
    assert_eq!(counts, [Some(1), Some(1), Some(0), Some(1)]);

    let at = |path: &str| folder.at(path).to_str().unwrap().to_owned();
    run(&["export", "--warehouse", &paths[1], "--output", &at("csv")]);
    run(&[
        "bulletin",
        "--warehouse",
        &paths[1],
        "--output",
        &at("out/b.html").replace("out/", ""),
        "--schools",
        &at("schools"),
    ]);
    run(&["spot-check", "draw", "--warehouse", &paths[1], "--output", &at("draw"), "--bulletin"]);
    let facts = run(&["facts", "--warehouse", &paths[1], "--format", "json"]);
    let explained = run(&["explain", &at("in/总结.txt"), "--mask-personal"]);
    for (place, text) in [
        ("export", all_text(&folder.at("csv"))),
        ("bulletin", std::fs::read_to_string(folder.at("b.html")).unwrap()),
        ("schools", all_text(&folder.at("schools"))),
        ("spot-check", all_text(&folder.at("draw"))),
        ("facts", facts),
        ("explain", explained),
    ] {
        holds_nothing_private(place, &text);
    }
    let exported = all_text(&folder.at("csv"));
    PUBLIC.iter().for_each(|public| assert!(exported.contains(public), "{public} is gone"));

    assert_eq!(ingest(&paths, &[]).n_carried, 0, "covered rows were carried over");
}

#[test]
fn what_is_covered_on_the_way_out_is_in_no_export() {
    let (folder, paths) = district();
    ingest(&paths, &[]);
    let output = folder.at("csv").to_str().unwrap().to_owned();
    let told = run(&["export", "--warehouse", &paths[1], "--output", &output, "--mask-personal"]);
    assert!(told.contains("遮盖个人信息"), "{told}");
    let exported = all_text(&folder.at("csv"));
    holds_nothing_private("export", &exported);
    PUBLIC.iter().for_each(|public| assert!(exported.contains(public), "{public} is gone"));
    for format in ["table", "csv", "json"] {
        let facts = ["facts", "--warehouse", &paths[1], "--format", format, "--limit", "0", "--width", "400"];
        assert!(PRIVATE.iter().any(|private| run(&facts).contains(private)), "nothing to cover");
        holds_nothing_private(format, &run(&[&facts[..], &["--mask-personal"]].concat()));
    }
}
