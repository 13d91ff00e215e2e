//! The roster: which schools should report, and under which names they do.
//!
//! [`read`](Roster::read) takes the bytes of a CSV file as offices save it (UTF-8 or GB18030, with or without byte
//! order mark, header in Chinese or English) and tells every mistake with its line. [`names`] derives the short names
//! that people use, [`matching`] finds the school of a report.

pub mod matching;
pub mod names;

use crate::cli::Lang;
use crate::message::{Message, Tell};
use anyhow::{Result, bail};
use std::collections::HashMap;
use std::path::Path;

/// A school or other body that should report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct School {
    /// The district's own number or code; the name where the roster has no such column.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// District or county.
    pub district: Option<String>,
    /// Town, township or street office.
    pub town: Option<String>,
    /// `primary`, `junior`, `nine_year`, `senior`, `kindergarten`, `mixed`.
    pub stage: Option<String>,
    /// Number of pupils.
    pub pupils: Option<i32>,
    /// Number of teachers.
    pub teachers: Option<i32>,
}

/// All schools, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roster {
    /// In the order of the file.
    pub schools: Vec<School>,
}

/// The roster in the file at `path`.
pub fn load(path: &Path) -> Result<Roster> {
    let repair = ["请检查路径和权限", "check the path and the permissions"];
    let bytes = std::fs::read(path).tell(|| Message::unread(["学校名单", "roster"], path).repair(repair).misuse())?;
    Roster::read(&path.display().to_string(), &bytes)
}

/// Columns and the headers by which they are known.
const HEADERS: &[(&str, &[&str])] = &[
    ("id", &["id", "school_id", "code", "编号", "代码", "学校代码", "学校编号", "学校标识码", "标识码"]),
    ("name", &["name", "school", "school_name", "学校", "学校名称", "名称", "校名", "单位", "单位名称"]),
    ("aliases", &["aliases", "alias", "别名", "简称", "曾用名", "学校简称"]),
    ("district", &["district", "county", "区县", "区", "县", "县区", "所属区县", "所在区县"]),
    ("town", &["town", "township", "乡镇", "镇", "街道", "乡镇街道", "所属乡镇", "所在乡镇"]),
    ("stage", &["stage", "level", "学段", "办学类型", "类型"]),
    ("pupils", &["pupils", "students", "学生数", "学生人数", "在校生数", "在校生"]),
    ("teachers", &["teachers", "教师数", "教师人数", "专任教师数", "专任教师"]),
];

/// Mistakes are told up to this number.
const MISTAKES_TOLD: usize = 20;

impl Roster {
    /// Reads a roster from the bytes of the file `file`; every mistake is told with its line and its repair.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self> {
        let text = decode(file, bytes)?;
        let separator = separator(&text);
        if let Some(line) = unclosed(&text, separator) {
            bail!(wrong(
                file,
                line as u64,
                "有一个引号没有配对，后面的各行会被当成同一格，请补上或删去这个引号",
                "a quote is not closed, so that the lines behind it would be one cell: close it or delete it",
            ));
        }
        let mut reader = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
        let columns = columns(file, reader.headers().map_err(|e| mistake(file, &e))?)?;
        let mut roster = Roster::default();
        let mut mistakes: Vec<Message> = Vec::new();
        let mut ids: HashMap<String, usize> = HashMap::new();
        for record in reader.records() {
            let record = record.map_err(|e| mistake(file, &e))?;
            let line = record.position().map_or(0, |at| line_of(&text, at));
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            match school(&columns, &record) {
                Ok(school) => {
                    if let Some(first) = ids.insert(school.id.clone(), line) {
                        let id = &school.id;
                        mistakes.push(Message::new(
                            format!("第 {line} 行：编号“{id}”与第 {first} 行重复，请改成不同的编号"),
                            format!("line {line}: id \"{id}\" is that of line {first}, give it another"),
                        ));
                    }
                    roster.schools.push(school);
                }
                Err(Message { zh, en, .. }) => {
                    mistakes.push(Message::new(format!("第 {line} 行：{zh}"), format!("line {line}: {en}")));
                }
            }
        }
        if !mistakes.is_empty() {
            let more = mistakes.len().saturating_sub(MISTAKES_TOLD);
            mistakes.truncate(MISTAKES_TOLD);
            if more > 0 {
                mistakes.push(Message::new(format!("……另有 {more} 处"), format!("... and {more} more")));
            }
            let lines = |lang| mistakes.iter().map(|mistake| mistake.told(lang)).collect::<Vec<_>>().join("\n");
            bail!(Message::usage(
                format!("学校名单 {file} 有错误：\n{}", lines(Lang::Zh)),
                format!("roster {file} has mistakes:\n{}", lines(Lang::En)),
            ));
        }
        if roster.schools.is_empty() {
            bail!(Message::usage(
                format!("学校名单 {file} 里没有学校：请在表头下面每行填一所学校"),
                format!("roster {file} has no school: write one in each line below the header"),
            ));
        }
        Ok(roster)
    }
}

/// The line of a quote that opens a cell and is not closed before the end of the file, or only by the quote of another
/// cell: then the cell holds whole lines. A line break inside a cell is none, as long as no cell ends behind it.
fn unclosed(text: &str, separator: u8) -> Option<usize> {
    let (mut line, mut opened, mut begins) = (1, None, true);
    let (mut broken, mut chars) = (false, text.chars().peekable());
    while let Some(c) = chars.next() {
        match opened {
            None if c == '"' && begins => opened = Some(line),
            None => begins = c == '\n' || c == '\r' || c == char::from(separator),
            Some(_) if c == '"' && chars.peek() == Some(&'"') => drop(chars.next()),
            Some(_) if c == '"' => (opened, broken, begins) = (None, false, false),
            Some(at) if broken && c == char::from(separator) => return Some(at),
            Some(_) => broken |= c == '\n',
        }
        line += usize::from(c == '\n');
    }
    opened
}

/// Line of a record, from 1; the reader counts empty lines before it as part of it.
fn line_of(text: &str, at: &csv::Position) -> usize {
    let record = &text[at.byte() as usize..];
    let empty = &record[..record.len() - record.trim_start_matches(['\r', '\n']).len()];
    at.line() as usize + empty.matches('\n').count()
}

fn decode(file: &str, bytes: &[u8]) -> Result<String> {
    let (encoding, bom) = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, bom)) => (encoding, bom),
        None if std::str::from_utf8(bytes).is_ok() => (encoding_rs::UTF_8, 0),
        None => (encoding_rs::GB18030, 0),
    };
    match encoding.decode_without_bom_handling_and_without_replacement(&bytes[bom..]) {
        Some(text) => Ok(text.into_owned()),
        None => {
            let good = encoding.decode_without_bom_handling(&bytes[bom..]).0;
            let line = good.split('\u{FFFD}').next().unwrap_or_default().matches('\n').count() + 1;
            bail!(wrong(
                file,
                line as u64,
                "有读不出的字，请把文件另存为“CSV UTF-8（逗号分隔）”",
                "characters that can't be read, save the file as \"CSV UTF-8 (comma delimited)\"",
            ))
        }
    }
}

/// Comma, or the character that the header uses instead of it.
fn separator(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    *b",\t;".iter().max_by_key(|&&s| (header.bytes().filter(|b| *b == s).count(), s == b',')).unwrap_or(&b',')
}

/// Where each column of [`HEADERS`] stands.
fn columns(file: &str, headers: &csv::StringRecord) -> Result<HashMap<&'static str, usize>> {
    let mut columns = HashMap::new();
    for (at, header) in headers.iter().enumerate() {
        let header = header.trim().trim_start_matches('\u{FEFF}').to_lowercase();
        if let Some((column, _)) = HEADERS.iter().find(|(_, names)| names.contains(&header.as_str()))
            && columns.insert(*column, at).is_some()
        {
            bail!(wrong(
                file,
                1,
                &format!("表头里有两列都是“{header}”一类，请删去一列"),
                &format!("two columns of the header mean what \"{header}\" means, delete one"),
            ));
        }
    }
    if !columns.contains_key("name") {
        bail!(wrong(
            file,
            1,
            "没有“学校名称”（name）一列，请加上表头，如：编号,学校名称,简称,区县,乡镇,学段,学生数,教师数",
            "there is no column name, add a header such as id,name,aliases,district,town,stage,pupils,teachers",
        ));
    }
    Ok(columns)
}

fn school(columns: &HashMap<&str, usize>, record: &csv::StringRecord) -> Result<School, Message> {
    let cell = |column: &str| {
        let text = columns.get(column).and_then(|&at| record.get(at)).unwrap_or_default().trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let name = cell("name").ok_or_else(|| {
        Message::new("没有学校名称，请补上或删去这一行", "the school has no name, add it or delete the line")
    })?;
    let id = match columns.contains_key("id") {
        true => cell("id").ok_or_else(|| {
            Message::new(format!("“{name}”没有编号，请补上"), format!("\"{name}\" has no id, add it"))
        })?,
        false => name.clone(),
    };
    let number = |column: &str, told: &str| match cell(column) {
        None => Ok(None),
        Some(text) => match text.replace([',', '，'], "").parse::<i32>() {
            Ok(n) if n >= 0 => Ok(Some(n)),
            _ => Err(Message::new(
                format!("“{name}”的{told}“{text}”不是整数，请改正或留空"),
                format!("\"{name}\": {column} \"{text}\" is no whole number, correct it or leave it empty"),
            )),
        },
    };
    let stage = match cell("stage") {
        None => None,
        Some(text) => Some(stage(&text).ok_or_else(|| {
            Message::new(
                format!("“{name}”的学段“{text}”不认识，请填小学、初中、九年一贯、高中、幼儿园、完全中学之一，或留空"),
                format!(
                    "\"{name}\": stage \"{text}\" is not known, write primary, junior, nine_year, senior, kindergarten or \
                     mixed, or leave it empty"
                ),
            )
        })?),
    };
    Ok(School {
        aliases: cell("aliases").map_or(Vec::new(), |text| {
            text.split([';', '；', '、', '|', '/', ',', '，'])
                .map(str::trim)
                .filter(|a| !a.is_empty())
                .map(str::to_owned)
                .collect()
        }),
        district: cell("district"),
        town: cell("town"),
        stage: stage.map(str::to_owned),
        pupils: number("pupils", "学生数")?,
        teachers: number("teachers", "教师数")?,
        id,
        name,
    })
}

/// The code of a stage as people write it.
fn stage(text: &str) -> Option<&'static str> {
    Some(match text.to_lowercase().as_str() {
        "primary" | "小学" | "完小" | "完全小学" | "教学点" | "小学教学点" => "primary",
        "junior" | "初中" | "初级中学" => "junior",
        "nine_year" | "九年一贯" | "九年一贯制" | "九年一贯制学校" | "九年制" => "nine_year",
        "senior" | "高中" | "高级中学" | "普通高中" | "职高" | "中职" => "senior",
        "kindergarten" | "幼儿园" | "学前" => "kindergarten",
        "mixed" | "完全中学" | "完中" | "十二年一贯制" | "十二年一贯制学校" | "其他" | "特教" | "特殊教育学校" => {
            "mixed"
        }
        _ => return None,
    })
}

fn mistake(file: &str, error: &csv::Error) -> anyhow::Error {
    let line = error.position().map_or(0, csv::Position::line);
    let zh = format!("不是规范的 CSV（{error}），请用表格软件另存为“CSV UTF-8”");
    wrong(file, line, &zh, &format!("no proper CSV ({error}), save it as \"CSV UTF-8\" with a spreadsheet")).into()
}

fn wrong(file: &str, line: u64, zh: &str, en: &str) -> Message {
    Message::usage(format!("学校名单 {file} 第 {line} 行：{zh}"), format!("roster {file}, line {line}: {en}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROSTER: &str = "编号,学校名称,简称,区县,乡镇,学段,学生数,教师数\n\
        A01,松林小学,松小;松林完小,江口区,,小学,\"1,024\",60\n\
        \n\
        A02,白石镇中心小学,,江口区,白石镇,小学,,\n";

    fn mistakes(text: &str) -> String {
        Roster::read("名单.csv", text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn a_roster_is_read_in_all_encodings() {
        let expected = Roster::read("名单.csv", ROSTER.as_bytes()).unwrap();
        assert_eq!(expected.schools.len(), 2);
        assert_eq!(expected.schools[0].aliases, ["松小", "松林完小"]);
        assert_eq!(expected.schools[0].pupils, Some(1024));
        let gb = encoding_rs::GB18030.encode(ROSTER).0;
        let with_bom = format!("\u{FEFF}{ROSTER}");
        let english = ROSTER.replacen(
            "编号,学校名称,简称,区县,乡镇,学段,学生数,教师数",
            "id,name,aliases,district,town,stage,pupils,teachers",
            1,
        );
        for bytes in [&gb[..], with_bom.as_bytes(), english.as_bytes(), ROSTER.replace('\n', "\r\n").as_bytes()] {
            assert_eq!(Roster::read("名单.csv", bytes).unwrap(), expected);
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_told_with_its_line() {
        let head = "编号,学校名称,简称,学生数\n";
        for (rows, line) in [
            ("A1,\"东山小学,,\nA2,西山小学,,\nA3,南山小学,,\n", 2),
            ("A1,东山小学,,\nA2,\"西山小学,,\nA3,南山小学,,\"1,024\"\n", 3),
            ("A1,东山小学,,\nA2,西山小学,,\"12", 3),
        ] {
            let told = mistakes(&format!("{head}{rows}"));
            assert!(told.contains(&format!("第 {line} 行：有一个引号没有配对")), "{told}");
        }
        let whole =
            "编号,\"学校\n名称\",简称,学生数\nA1,\"东山\"\"小\"\"学\",\"东小\n东山\",\"1,024\"\nA2,西\"山小学,,\n";
        let roster = Roster::read("名单.csv", whole.replace("\"学校\n名称\"", "学校名称").as_bytes()).unwrap();
        let names: Vec<&str> = roster.schools.iter().map(|school| school.name.as_str()).collect();
        assert_eq!(names, ["东山\"小\"学", "西\"山小学"]);
        assert_eq!(unclosed(whole, b','), None);
    }

    #[test]
    fn mistakes_are_told_by_line() {
        let told = mistakes(&format!(
            "{ROSTER}A02,河湾小学,,,,小学,,\nA03,,,,,小学,,\nA04,东山小学,,,,大学,,\nA05,西山小学,,,,,很多,\n"
        ));
        for part in [
            "第 5 行：编号“A02”与第 4 行重复",
            "第 6 行：没有学校名称",
            "第 7 行：“东山小学”的学段“大学”不认识",
            "第 8 行：“西山小学”的学生数“很多”不是整数",
        ] {
            assert!(told.contains(part), "{told}");
        }
        assert!(mistakes("a,b\n1,2\n").contains("没有“学校名称”"));
        assert!(mistakes("学校名称\n").contains("没有学校"));
    }
}
