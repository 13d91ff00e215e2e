//! Files for people: whole or not at all, and none of an earlier period among them.

use crate::vocabulary::{Folder, huizong, ingest};
use std::collections::BTreeMap;
use std::fs;
use std::process::{Command, Stdio};

fn report(school: &str) -> String {
    format!("{school}2022年秋季学期双减工作汇报\n\n每天书面作业不超过50分钟。课后服务参加学生412人。\n")
}

struct Office(Folder);

impl Office {
    fn new() -> Self {
        let office = Office(Folder::new());
        for school in ["明德小学", "东山小学", "西山小学"] {
            office.0.put(&format!("in/{school}.txt"), report(school));
        }
        assert_eq!(ingest(&office.0.at("in"), &office.0.at("w"), &[]), 0);
        office
    }

    fn words(&self, command: &str) -> Vec<String> {
        let folder = self.0.at("");
        let folder = folder.to_str().unwrap().trim_end_matches('/');
        command.split(' ').map(|word| word.replace('@', folder)).collect()
    }

    /// Exit code and all that was said.
    fn run(&self, command: &str) -> (i32, String) {
        let words = self.words(command);
        let output = huizong(&words.iter().map(String::as_str).collect::<Vec<_>>());
        (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    /// The same where no file can be longer than 1 KiB: as on a disk that fills up.
    fn run_on_full_disk(&self, command: &str) -> (i32, String) {
        let limited = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
        let mut bash = Command::new("bash");
        bash.args(["-c", limited, "bash", env!("CARGO_BIN_EXE_huizong")]).args(self.words(command));
        let output = bash.stdin(Stdio::null()).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    }

    /// All files of a folder, the hidden ones too.
    fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let files = walkdir::WalkDir::new(self.0.at(folder)).into_iter().map(|entry| entry.unwrap().into_path());
        let files = files.filter(|path| path.is_file());
        files.map(|path| (path.to_str().unwrap().to_owned(), fs::read(&path).unwrap())).collect()
    }
}

#[test]
fn a_full_disk_leaves_the_files_of_yesterday() {
    let office = Office::new();
    fs::create_dir(office.0.at("out")).unwrap();
    let commands = [
        "export --warehouse @/w --output @/out/x.xlsx",
        "export --warehouse @/w --output @/out/csv",
        "bulletin --warehouse @/w --output @/out/b.html",
        "bulletin --warehouse @/w --output @/out/b.docx",
        "bulletin --warehouse @/w --output @/out/b.json --schools @/out/schools",
        "dictionary --output @/out/d.html",
        "spot-check draw --warehouse @/w --output @/out/batch",
    ];
    for command in commands {
        let (code, told) = office.run_on_full_disk(command);
        assert!(code == 1 && told.contains("写不了") && told.contains("磁盘空间"), "{command}: {told}");
        assert!(office.files("out").is_empty(), "{command}: {:?}", office.files("out").keys());
    }
    for command in commands {
        let (code, told) = office.run(command);
        assert_eq!(code, 0, "{command}: {told}");
    }
    let before = office.files("out");
    assert!(before.len() > 30 && before.values().all(|bytes| !bytes.is_empty()));
    office.0.put("in/明德小学.txt", report("明德小学") + "睡眠时间达到9小时。\n");
    assert_eq!(ingest(&office.0.at("in"), &office.0.at("w"), &[]), 0);
    for command in &commands[..6] {
        let (code, told) = office.run_on_full_disk(command);
        assert!(code == 1 && told.contains("写不了"), "{command}: {told}");
        assert!(office.files("out") == before, "{command}: something was changed");
    }
}

#[test]
fn a_link_and_a_device_are_written_through() {
    let office = Office::new();
    office.0.put("real.html", "old");
    std::os::unix::fs::symlink("real.html", office.0.at("link.html")).unwrap();
    assert_eq!(office.run("dictionary --output @/link.html").0, 0);
    assert!(fs::read_link(office.0.at("link.html")).is_ok());
    assert!(fs::read_to_string(office.0.at("real.html")).unwrap().contains("data_dictionary"));
    let (code, told) = office.run("dictionary --output /dev/stdout");
    assert!(code == 0 && told.contains("data_dictionary"));
    let (code, told) = office.run("dictionary --output /dev/full");
    assert!(code == 1 && told.contains("磁盘已满"), "{told}");
}

#[test]
fn pages_of_schools_that_are_gone_are_removed_and_what_others_wrote_is_kept() {
    let office = Office::new();
    let write = "bulletin --warehouse @/w --schools @/pages";
    assert_eq!(office.run(write).0, 0);
    office.0.put("pages/我的.html", "mine");
    // A page that somebody has written on.
    let edited = office.0.at("pages/东山小学.html");
    fs::write(&edited, fs::read_to_string(&edited).unwrap() + "批注").unwrap();
    fs::remove_file(office.0.at("in/东山小学.txt")).unwrap();
    fs::remove_file(office.0.at("in/西山小学.txt")).unwrap();
    assert_eq!(ingest(&office.0.at("in"), &office.0.at("w"), &["--allow-less"]), 0);
    let (code, told) = office.run(write);
    assert_eq!(code, 0);
    assert!(told.contains("以前写的 1 个反馈页不属于这一期，已删除"), "{told}");
    assert!(told.contains("另有 2 个文件不是这一次写的") && told.contains("东山小学.html、我的.html"), "{told}");
    assert!(edited.exists() && office.0.at("pages/我的.html").exists() && office.0.at("pages/明德小学.html").exists());
    assert!(!office.0.at("pages/西山小学.html").exists());
    let (_, told) = office.run("export --warehouse @/w --output @/csv --table 数据");
    assert!(!told.contains("不是这一次写的"), "{told}");
    let (_, told) = office.run("export --warehouse @/w --output @/csv --table 报告");
    assert!(told.contains("另有 1 个文件不是这一次写的，请看是否该删：数据.csv"), "{told}");
}

#[test]
fn a_mistyped_warehouse_or_batch_is_no_empty_report() {
    let office = Office::new();
    for command in [
        "spot-check report --warehouse @/none",
        "spot-check export --warehouse @/none --output @/v.csv",
        "spot-check examples --warehouse @/none --output @/rules.toml",
    ] {
        let (code, told) = office.run(command);
        assert!(code == 1 && told.contains("不是汇总库"), "{command}: {told}");
    }
    let (code, told) = office.run("spot-check report --warehouse @/w --batch nope");
    assert!(code == 2 && told.contains("nope"), "{told}");
    assert_eq!(office.run("spot-check report --warehouse @/w").0, 0);
}

#[test]
fn numbers_of_threads_and_columns_are_bounded() {
    let office = Office::new();
    let (code, told) = office.run("ingest @/in --warehouse @/w --jobs 100000");
    assert!(code == 2 && told.contains("--jobs") && told.contains("512"), "{told}");
    let wide = office.run("facts --warehouse @/w --width 99999999999");
    assert!(wide.0 == 0 && wide.1.lines().all(|line| line.len() < 10_000));
}

#[test]
fn tables_without_ids_are_compared_too() {
    let office = Office::new();
    office.0.put("roster.csv", "编号,学校名称\nA1,明德小学\nA2,南山小学\n");
    let roster = office.0.at("roster.csv");
    assert_eq!(ingest(&office.0.at("in"), &office.0.at("w"), &["--roster", roster.to_str().unwrap()]), 0);
    let (code, told) = office.run("compare previous current --warehouse @/w");
    assert!(code == 0 && told.contains("submissions  只在后一次"), "{told}");
    assert!(!told.contains("完全相同"), "{told}");
    assert_eq!(ingest(&office.0.at("in"), &office.0.at("w"), &["--full", "--roster", roster.to_str().unwrap()]), 0);
    let (_, told) = office.run("compare previous current --warehouse @/w");
    assert_eq!(told, "两次汇总的各张表完全相同（runs 除外）\n");
}
