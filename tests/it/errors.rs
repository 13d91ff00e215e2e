//! `--lang en`: an error is told in English, down to its last cause, and names the thing. The same in Chinese is told in
//! Chinese, with the same exit code.

use crate::vocabulary::{Folder, huizong, ingest};
use huizong::hanzi::is_any_hanzi;
use huizong::publish::warehouse;
use std::path::PathBuf;

const REPORT: &str = "明德小学双减工作汇报\n\n三至六年级每天书面作业不超过50分钟。\n";

/// A folder with reports and a warehouse of one run.
struct Office(Folder);

impl Office {
    fn new() -> Self {
        let folder = Folder::new();
        folder.put("in/a.txt", REPORT);
        assert_eq!(ingest(&folder.at("in"), &folder.at("w"), &[]), 0);
        Office(folder)
    }

    fn run(&self) -> PathBuf {
        warehouse::current(&self.0.at("w")).unwrap()
    }

    /// What a command says on standard error; `@` in its arguments and in what it says is the folder.
    fn told(&self, lang: &str, command: &str, exit: i32) -> String {
        let folder = self.0.at("");
        let folder = folder.to_str().unwrap().trim_end_matches('/');
        let arguments: Vec<String> = command.split(' ').map(|word| word.replace('@', folder)).collect();
        let arguments: Vec<&str> = ["--lang", lang].into_iter().chain(arguments.iter().map(String::as_str)).collect();
        let output = huizong(&arguments);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(exit), "{command}: {told}");
        told.replace(folder, "@")
    }

    /// `command` fails and says all `words` in English, with no hanzi but those that it quotes from the user.
    fn quotes(&self, command: &str, exit: i32, quoted: &[&str], words: &[&str]) {
        let told = self.told("en", command, exit);
        let own = quoted.iter().fold(told.clone(), |told, quoted| told.replace(quoted, ""));
        assert!(!own.contains(is_any_hanzi), "{command}: {told}");
        assert!(told.starts_with("error: "), "{command}: {told}");
        for word in words {
            assert!(told.contains(word), "{command}: no {word} in {told}");
        }
        let chinese = self.told("zh", command, exit);
        assert!(chinese.contains(is_any_hanzi), "{command}: {chinese}");
    }

    fn fails(&self, command: &str, exit: i32, words: &[&str]) {
        self.quotes(command, exit, &[], words);
    }
}

#[test]
fn mistakes_in_rule_files_are_told_in_english() {
    let office = Office::new();
    let test = "rules test --rules @/rules";
    office.fails(test, 2, &["folder of rules @/rules can't be read", "check the path", "os error 2"]);
    for (file, text, quoted, words) in [
        ("norms.toml", "[[norm]\n", "", ["norms.toml, line 1", "built-in rule files"]),
        ("problem_cues.toml", "[[cue]]\nid = \"x\"\nweight = \"much\"\n", "", ["line 3 (rule x)", "invalid type"]),
        (
            "topics.toml",
            "[[topic]]\ncode = \"zoo\"\nnames = []\n",
            "",
            ["topics.toml: there is no topic zoo", "homework"],
        ),
        (
            "measures.toml",
            "[[rule]]\nid = \"own.duck\"\nany = [\"duck\"]\nweight = 9.0\n",
            "",
            ["measures.toml: rule own.duck", "mark duck, which is not known"],
        ),
        (
            "roles.toml",
            "[[rule]]\nid = \"roles.x\"\ngives = \"problems\"\npattern = \"(\"\nyes = []\nno = []\n",
            "",
            ["roles.toml: the pattern of rule roles.x is wrong", "unclosed group"],
        ),
        (
            "norms.toml",
            "[[norm]]\nid = \"x\"\nfamily = \"x\"\nindicator = \"sleep_hours\"\ngrades = \"小学\"\nlimit = \"at_least\"\n\
             value = 10\nunit = \"小时\"\ndocument = \"本区规定\"\n",
            "小学",
            ["norms.toml, rule x: grades \"小学\" can't be read", "write it like \"3-6\""],
        ),
    ] {
        office.0.put(&format!("rules/{file}"), text);
        office.quotes(test, 2, &[quoted], &words);
        std::fs::remove_file(office.0.at("rules").join(file)).unwrap();
    }
    office.0.put("rules/norms.toml", b"\xff");
    office.fails(test, 2, &["rule file @/rules/norms.toml can't be read", "save it as UTF-8"]);
}

#[test]
fn mistakes_in_what_an_ingest_is_given_are_told_in_english() {
    let office = Office::new();
    let ingest = "ingest @/in --warehouse @/w";
    let roster = format!("{ingest} --roster @/roster.csv");
    office.fails(&roster, 2, &["roster @/roster.csv can't be read", "check the path and the permissions"]);
    let header = "编号,学校名称,简称,区县,乡镇,学段,学生数,教师数";
    let lines =
        format!("{header}\nA1,明德小学,,,,小学,,\nA1,东山小学,,,,大学,,\nA1,西山小学,,,,,很多,\nA1,南山小学,,,,,,\n");
    for (bytes, quoted, words) in [
        (
            lines.as_bytes(),
            &["东山小学", "大学", "西山小学", "很多"][..],
            &[
                "line 3: \"东山小学\": stage \"大学\"",
                "line 4:",
                "pupils \"很多\" is no whole number",
                "line 5: id \"A1\"",
            ][..],
        ),
        (b"a,b\n1,2\n", &[], &["roster @/roster.csv, line 1: there is no column name"]),
        (b"name\n", &[], &["roster @/roster.csv has no school"]),
        (b"name\n\xff\xff\n", &[], &["roster @/roster.csv, line 2", "save the file as \"CSV UTF-8"]),
    ] {
        office.0.put("roster.csv", bytes);
        office.quotes(&roster, 2, quoted, words);
    }
    office.quotes(&format!("{ingest} --due 明天"), 2, &["明天"], &["date \"明天\" can't be read", "2023-12-31"]);
    office.fails(&format!("{ingest} --file-seconds soon"), 2, &["--file-seconds", "number of seconds"]);
    office.fails("status --warehouse @/w --max-age soon", 2, &["soon is no length of time", "26h"]);
    office.fails("spot-check report --warehouse @/w --aql 3", 2, &["must be a value of the standard", "2.5"]);
    office.0.put("in/empty.txt", "");
    office.fails("explain @/in/empty.txt", 1, &["empty.txt", "is empty", "ask the school"]);
}

#[test]
fn what_a_warehouse_lacks_is_told_in_english() {
    let office = Office::new();
    let run = "20200101T000000Z-0000";
    office.fails("runs list --warehouse @/none", 1, &["@/none is no warehouse", "runs"]);
    office.fails("export --warehouse @/none --output @/x", 1, &["warehouse @/none has no run yet", "huizong ingest"]);
    office.fails(&format!("runs rollback {run} --warehouse @/w"), 2, &["no complete run", run, "huizong runs list"]);
    office.fails("runs rollback --warehouse @/w", 1, &["@/w has no earlier run"]);
    office.fails(&format!("export --warehouse @/w --output @/x --run {run}"), 2, &["@/w has no complete run", run]);
    office.fails(&format!("compare {run} current --warehouse @/w"), 2, &["@/w has no complete run", run]);
    office.fails("compare previous current --warehouse @/w", 1, &["no run before the current one"]);
    office.fails("facts --warehouse @/w --state none", 2, &["--state: none is not known", "requirement"]);
    office.quotes("export --warehouse @/w --output @/x --table 表", 2, &["表"], &["no table 表", "figures"]);
    office.0.put("file", "no folder");
    office.fails("export --warehouse @/w --output @/file/x", 1, &["folder @/file/x can't be made", "os error"]);
    office.fails("dictionary --output @/none/x.html", 1, &["@/none/x.html can't be written", "no such folder"]);

    std::fs::write(office.run().join("figures/part-00000.parquet"), "no parquet").unwrap();
    let damaged = ["figures/part-00000.parquet is no whole Parquet file", "huizong runs rollback"];
    office.fails("facts --warehouse @/w", 1, &damaged);
    std::fs::write(office.run().join("manifest.json"), "{").unwrap();
    office.fails("runs list --warehouse @/w", 1, &["manifest.json is no manifest of a run", "EOF"]);
}

#[test]
fn mistakes_in_a_spot_check_are_told_in_english() {
    let office = Office::new();
    let draw = "spot-check draw --warehouse @/w --size 2 --output @/batch";
    assert_eq!(office.told("en", draw, 0), "");
    office.fails("spot-check review @/none --reviewer a", 1, &["batch of the spot-check @/none can't be read", "draw"]);
    office.fails("spot-check review @/batch --reviewer ", 1, &["--reviewer"]);
    office.fails("spot-check import @/batch --warehouse @/w", 1, &["@/batch has no verdicts", "verdicts-*.jsonl"]);
    office.fails(
        "spot-check import @/batch @/a.txt --warehouse @/w",
        1,
        &["verdicts @/a.txt", ".jsonl, .csv or .parquet"],
    );
    office.0.put("a.csv", "item_id\n");
    let no_column = ["@/a.csv is no table of verdicts: there is no column batch_id"];
    office.fails("spot-check import @/batch @/a.csv --warehouse @/w", 1, &no_column);
    office.fails("spot-check export --warehouse @/w --output @/a.txt", 1, &["@/a.txt names no form", ".parquet"]);
    office.0.put("must", "nobody\n");
    office.fails(&format!("{draw} --must @/must"), 1, &["1 ids of what must be checked", "such as nobody"]);
    office.fails(&format!("{draw} --seed 7"), 1, &["@/batch holds another batch", "choose another folder"]);
    let batch = std::fs::read_to_string(office.0.at("batch/batch.json")).unwrap();
    office.0.put("batch/batch.json", batch.replacen("spot-check/1", "spot-check/9", 1));
    office.fails(
        "spot-check review @/batch --reviewer a",
        1,
        &["has form huizong-spot-check/9", "huizong-spot-check/1"],
    );
    office.fails("rules score @/none @/in", 1, &["file of marks @/none can't be read"]);
}

#[test]
fn what_costs_a_full_night_is_told_in_both_languages() {
    for (lang, words, hanzi) in [
        ("en", ["files.bin of the last run is missing or damaged", "everything is read anew"], false),
        ("zh", ["files.bin 缺失或已损坏", "全部重新读取"], true),
    ] {
        let office = Office::new();
        std::fs::write(office.run().join("state/files.bin"), "").unwrap();
        office.0.put("w/spot_checks/verdicts/a.parquet", "no parquet");
        let told = office.told(lang, "ingest @/in --warehouse @/w", 0);
        assert!(words.iter().all(|word| told.contains(word)), "{told}");
        assert_eq!(told.contains(is_any_hanzi), hanzi, "{told}");
        assert_eq!(told.matches("a.parquet").count(), 1, "{told}");
    }
}

#[test]
fn what_the_doctor_misses_is_told_in_english() {
    let told = |lang: &str| {
        let arguments = ["doctor", "nowhere", "--warehouse", "nowhere/w", "--roster", "no.csv", "--lang", lang];
        String::from_utf8(huizong(&arguments).stdout).unwrap()
    };
    let told = [told("en"), told("zh")]
        .map(|told| told.lines().filter(|line| line.starts_with('✗')).map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(told.each_ref().map(Vec::len), [3, 3], "{told:?}");
    for (line, words) in
        told[0].iter().zip(["roster: roster no.csv", "input: input nowhere is not there", "warehouse: nowhere/w"])
    {
        assert!(line.contains(words) && !line.contains(is_any_hanzi), "{line}");
    }
    assert!(told[1].iter().all(|line| line.contains(is_any_hanzi)), "{told:?}");
}
