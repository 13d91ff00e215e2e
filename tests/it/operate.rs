//! What those who keep a warehouse running ask: is it fresh, would tonight's run work, what did it change?

use crate::vocabulary::{Folder, huizong, ingest};

fn run(arguments: &[&str]) -> (i32, String) {
    let output = huizong(arguments);
    let told = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), told)
}

#[test]
fn monitoring_and_comparison() {
    let folder = Folder::new();
    let paths = ["in", "w"].map(|path| folder.at(path).to_str().unwrap().to_owned());
    let [input, warehouse] = [paths[0].as_str(), paths[1].as_str()];
    folder.put("in/甲.txt", "甲小学双减工作汇报\n\n三至六年级每天书面作业不超过60分钟。\n课后服务参加学生412人。\n");
    folder.put("in/乙.txt", "乙小学双减工作汇报\n\n学校成立了双减工作领导小组，由校长任组长。\n");

    assert_eq!(run(&["status", "--warehouse", warehouse]).0, 5, "no run yet");
    let (code, told) = run(&["doctor", input, "--warehouse", warehouse]);
    assert_eq!(code, 0, "{told}");
    let (code, told) = run(&["doctor", "nowhere", "--warehouse", "nowhere/w", "--roster", "no.csv"]);
    assert_eq!(code, 2);
    assert_eq!(told.matches('✗').count(), 3, "{told}");

    assert_eq!(ingest(&folder.at("in"), &folder.at("w"), &[]), 0);
    assert_eq!(run(&["status", "--warehouse", warehouse, "--max-age", "26h"]).0, 0);
    let (code, told) = run(&["status", "--warehouse", warehouse, "--max-age", "0s", "--json"]);
    assert_eq!(code, 4);
    let status: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((&status["status"], &status["summary"]["n_files"]), (&"stale".into(), &2.into()));
    assert_eq!(run(&["status", "--warehouse", warehouse, "--max-age", "soon"]).0, 2);
    let (code, told) = run(&["doctor", input, "--warehouse", warehouse]);
    assert_eq!(code, 0);
    assert!(told.contains("磁盘空间：汇总库所在的磁盘还有"), "{told}");

    folder.put("in/甲.txt", "甲小学双减工作汇报\n\n三至六年级每天书面作业不超过50分钟。\n课后服务参加学生412人。\n");
    std::fs::remove_file(folder.at("in/乙.txt")).unwrap();
    assert_eq!(ingest(&folder.at("in"), &folder.at("w"), &[]), 0);
    let (code, told) = run(&["compare", "previous", "current", "--warehouse", warehouse]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("figures  新增 0  减少 0  改变 1  移位 0"), "{told}");
    assert!(told.contains("measures.set_up  新增 0  减少 1  改变 0  移位 0"), "{told}");
    assert!(told.contains("documents  新增 0  减少 1"), "{told}");
    let (_, told) = run(&["compare", "current", "current", "--warehouse", warehouse]);
    assert!(told.contains("完全相同"), "{told}");
    assert_ne!(run(&["compare", "20200101T000000Z-0000", "current", "--warehouse", warehouse]).0, 0);
}
