//! What people open: exported tables and listed facts, of reports that try to do harm where they are shown.

use crate::temp::TempDir;
use huizong::cli::{Cli, Command, Lang, LogForm};
use huizong::console::Console;
use huizong::publish::columns::Row;
use huizong::publish::{parquet, warehouse};
use huizong::review::names::Names;
use huizong::review::{export, facts, text};
use huizong::tables::{DocumentRow, FigureRow};
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::PathBuf;

/// A warehouse made from reports of a test.
pub struct Made {
    pub dir: TempDir,
}

impl Made {
    /// Ingests `files`, by path and text, with or without a roster.
    pub fn of<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, roster: Option<&str>) -> Self {
        Made::of_bytes(files.into_iter().map(|(path, text)| (path, text.as_bytes())), roster)
    }

    /// The same of files in any encoding.
    pub fn of_bytes<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>, roster: Option<&str>) -> Self {
        let dir = TempDir::new();
        for (path, bytes) in files {
            let path = dir.join("reports").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let made = Made { dir };
        let mut arguments = vec!["ingest".to_owned(), made.path("reports"), "--warehouse".to_owned(), made.path("w")];
        if let Some(roster) = roster {
            fs::write(made.dir.join("roster.csv"), roster).unwrap();
            arguments.extend(["--roster".to_owned(), made.path("roster.csv")]);
        }
        let Command::Ingest(options) = parse(&arguments) else { panic!("an ingest") };
        huizong::pipeline::ingest(&options, &Console { lang: Lang::Zh, log: LogForm::Text, quiet: true }).unwrap();
        made
    }

    pub fn path(&self, name: &str) -> String {
        self.dir.join(name).to_str().unwrap().to_owned()
    }

    pub fn run(&self) -> PathBuf {
        warehouse::current(&self.dir.join("w")).unwrap()
    }

    pub fn rows<T: Row>(&self) -> Vec<T> {
        parquet::read(&self.run()).unwrap()
    }

    fn facts(&self, more: &[&str]) -> String {
        let warehouse = self.path("w");
        let arguments = ["facts", "--warehouse", &warehouse].into_iter().chain(more.iter().copied());
        let Command::Facts(options) = parse(arguments) else { panic!("facts") };
        let mut out = Vec::new();
        facts::command(&options, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn export(&self, output: &str) {
        let Command::Export(options) = parse(["export", "--warehouse", &self.path("w"), "--output", output]) else {
            panic!("an export")
        };
        export::command(&options, &mut Vec::new()).unwrap();
    }
}

/// The command that `arguments` ask for.
pub fn parse<T: AsRef<str>>(arguments: impl IntoIterator<Item = T>) -> Command {
    let arguments = arguments.into_iter().map(|a| a.as_ref().to_owned());
    <Cli as clap::Parser>::parse_from(std::iter::once("huizong".to_owned()).chain(arguments)).command
}

/// A report whose name, title and sentences hold what must not act.
pub const HOSTILE: (&str, &str) = (
    "2022秋/=cmd<img src=x onerror=alert(1)>\u{202e}小学.txt",
    "<script>alert(1)</script>小学2022年秋季学期“双减”工作总结\n\
     一、主要做法\n\
     =HYPERLINK(\"http://x\")三至六年级每天书面作业时间不超过50分钟。\n\
     \u{1b}[31m经抽查，三至六年级学生书面作业平均用时45分钟。\u{1b}[0m\n\
     参加课后服务的学生有\u{202e}320人，占全校学生的89.5%。\n\
     二、存在的问题\n\
     +部分家长对“双减”认识不到位，私下给孩子'加码\"，</td><b onmouseover='x'>\n",
);

#[test]
fn exported_cells_are_text_and_complete() {
    let made = Made::of([HOSTILE], None);
    let folder = made.path("out");
    made.export(&folder);
    let names = Names::new().unwrap();
    for table in names.tables() {
        let path = format!("{folder}/{}.csv", table.business_name);
        let bytes = fs::read(&path).unwrap();
        assert!(bytes.starts_with("\u{feff}".as_bytes()), "{path}");
        let mut reader = csv::Reader::from_reader(&bytes["\u{feff}".len()..]);
        let head: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let labels: Vec<&str> = table.properties.iter().map(|c| c.business_name.as_str()).collect();
        assert_eq!(head, labels, "{path}");
        for record in reader.records() {
            for (cell, column) in record.unwrap().iter().zip(&table.properties) {
                let is_text = column.physical_type == "utf8";
                assert!(!is_text || !cell.starts_with(['=', '+', '-', '@']), "{path} {}: {cell}", column.name);
                let is_code = column.names().is_some_and(|names| names.contains_key(cell));
                assert!(!is_code, "{path} {}: {cell} is a code", column.name);
                assert!(!cell.chars().any(|c| text::is_invisible(c) && !"\r\n\t".contains(c)), "{path}: {cell}");
            }
        }
    }
    let figures: Vec<FigureRow> = made.rows();
    let listed = fs::read_to_string(format!("{folder}/数据.csv")).unwrap();
    for figure in &figures {
        assert!(listed.contains(&figure.fact_id) && !figure.fact_id.is_empty());
    }
    assert!(listed.contains("书面作业时长") && listed.contains("3—6年级") && listed.contains("规定"), "{listed}");
}

#[test]
fn a_workbook_has_a_sheet_for_each_table_and_no_formula() {
    let made = Made::of([HOSTILE], None);
    let path = made.path("out.xlsx");
    made.export(&path);
    let first = fs::read(&path).unwrap();
    made.export(&path);
    assert_eq!(first, fs::read(&path).unwrap(), "the same run gives the same bytes");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(first)).unwrap();
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        parts.insert(file.name().unwrap().into_owned(), text);
    }
    let names = Names::new().unwrap();
    let sheets: Vec<&String> = parts.keys().filter(|name| name.starts_with("xl/worksheets/sheet")).collect();
    assert_eq!(sheets.len(), names.tables().len() + 1, "a sheet for each table, and the contents");
    for (name, text) in &parts {
        assert!(!text.contains("<f>") && !text.contains("<f "), "{name} holds a formula");
        assert!(!text.contains("http://x<"), "{name} links");
        let is_table = name.starts_with("xl/worksheets/sheet") && name != "xl/worksheets/sheet1.xml";
        assert!(!is_table || text.contains("<pane ") && text.contains("<autoFilter "), "{name}: header and filter");
    }
    assert!(names.tables().iter().all(|t| parts["xl/workbook.xml"].contains(&format!("name=\"{}\"", t.business_name))));
}

#[test]
fn facts_are_filtered_and_shown_without_controls() {
    let made = Made::of([HOSTILE], None);
    let figures: Vec<FigureRow> = made.rows();
    let [document]: [DocumentRow; 1] = made.rows::<DocumentRow>().try_into().unwrap();
    let all = made.facts(&["--format", "json"]);
    let rows: Vec<serde_json::Value> = all.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (measures, problems) = (document.n_measures as usize, document.n_problems as usize);
    assert_eq!(rows.len(), figures.len() + measures + problems);
    let actual = made.facts(&["--state", "实际", "--indicator", "homework_minutes", "--format", "json"]);
    assert_eq!(actual.lines().count(), 1, "{actual}");
    assert!(actual.contains("\"value\":45.0"), "{actual}");
    let wanted = figures.iter().filter(|f| f.kind == "requirement").count();
    assert_eq!(made.facts(&["--state", "规定", "--format", "json"]).lines().count(), wanted);
    for (shown, lines) in [(all, false), (made.facts(&[]), true), (made.facts(&["--format", "csv"]), true)] {
        let shown = shown.trim_start_matches('\u{feff}');
        assert!(!shown.chars().any(|c| text::is_invisible(c) && c != '\n'), "{shown}");
        assert!(!lines || shown.lines().count() > figures.len());
    }
    let table = made.facts(&["--width", "90", "--kind", "数据"]);
    assert!(table.lines().all(|line| text::width(line) <= 90), "{table}");
    assert!(made.facts(&["--text", "没有这句话"]).contains("没有这样的事实"));
}
