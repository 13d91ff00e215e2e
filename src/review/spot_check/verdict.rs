//! A verdict: what one reviewer says of one item, and the files in which verdicts travel.
//!
//! The offline page and the terminal write them, `import` reads them and `export` writes them back: JSON Lines, CSV with
//! a byte order mark and Chinese headers (machine names are read too), Parquet. Names of fields and values are fixed.

use crate::message::{Message, Tell};
use crate::publish::columns::Row;
use crate::publish::{contract, parquet};
use crate::tables::VerdictRow;
use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What can be said of an item, as a digit key, a machine name and in Chinese.
pub const VERDICTS: [(char, &str, &str); 4] =
    [('1', "right", "正确"), ('2', "wrong", "错误"), ('3', "unsure", "存疑"), ('0', "skip", "跳过")];

/// What can be wrong with a finding.
pub const ERRORS: [(&str, &str); 8] = [
    ("value", "数值错"),
    ("unit", "单位错"),
    ("subject", "主体或指标错"),
    ("limit", "限额当成实际"),
    ("period", "时间错"),
    ("topic", "归类错"),
    ("span", "边界错"),
    ("not_a_finding", "不该抽出"),
];

/// What can have been missed in a sentence.
pub const MISSED: [(&str, &str); 3] =
    [("missed_figure", "漏了数据"), ("missed_measure", "漏了举措"), ("missed_problem", "漏了问题")];

/// Chinese name of an error type.
pub fn error_label(code: &str) -> &str {
    ERRORS.iter().chain(&MISSED).find(|(name, _)| *name == code).map_or(code, |(_, label)| label)
}

/// Chinese name of a verdict.
pub fn verdict_label(code: &str) -> &str {
    VERDICTS.iter().find(|(_, name, _)| *name == code).map_or(code, |(_, _, label)| label)
}

/// What one reviewer says of one item.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The batch that the item was drawn in.
    pub batch_id: String,
    /// The item.
    pub item_id: String,
    /// Of the file that the reviewer saw.
    #[serde(default)]
    pub source_sha256: String,
    /// `right`, `wrong`, `unsure`, `skip`; empty where an earlier verdict was taken back.
    pub verdict: String,
    /// See [`ERRORS`] and [`MISSED`].
    #[serde(default)]
    pub error_type: Option<String>,
    /// What would be right.
    #[serde(default)]
    pub corrected: Option<String>,
    /// A remark.
    #[serde(default)]
    pub note: Option<String>,
    /// Who judged.
    pub reviewer: String,
    /// When, in UTC: `2026-11-22T03:04:05Z`.
    #[serde(default)]
    pub judged_at: String,
}

/// Chinese headers of CSV files, by machine name.
pub const HEADERS: [(&str, &str); 9] = [
    ("batch_id", "批次"),
    ("item_id", "编号"),
    ("source_sha256", "来文校验码"),
    ("verdict", "结论"),
    ("error_type", "差错类型"),
    ("corrected", "改为"),
    ("note", "备注"),
    ("reviewer", "核对人"),
    ("judged_at", "核对时间"),
];

/// A line of a file: where it stands and what it says, or what is wrong with it.
pub type Line = (usize, std::result::Result<Verdict, String>);

/// Reads a file of verdicts; its name says of which form it is.
pub fn read(path: &Path) -> Result<Vec<Line>> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    let shown = path.display();
    let bytes = || std::fs::read(path).tell(|| Message::unread(["核对结果", "verdicts"], path));
    match extension.as_str() {
        "jsonl" | "json" => Ok(json_lines(&String::from_utf8_lossy(&bytes()?))),
        "csv" => csv(&bytes()?)
            .tell(|| Message::new(format!("{shown} 不是核对结果的表格"), format!("{shown} is no table of verdicts"))),
        "parquet" => parquet_file(path),
        _ => bail!(Message::new(
            format!("不认识核对结果 {shown}：请给出 .jsonl、.csv 或 .parquet 文件"),
            format!("verdicts {shown} have no form that is known: name a file .jsonl, .csv or .parquet"),
        )),
    }
}

fn json_lines(text: &str) -> Vec<Line> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(i, line)| (i + 1, serde_json::from_str(line).map_err(|e| format!("不是完整的一行 JSON（{e}）"))))
        .collect()
}

fn csv(bytes: &[u8]) -> Result<Vec<Line>> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers: Vec<String> = reader.headers()?.iter().map(|h| h.trim().to_owned()).collect();
    // The names of the schema are as good as those of the exported file: 批次编号 for 批次.
    let contracts = contract::beside()?;
    let verdicts = contracts.iter().find(|table| table.name == VerdictRow::TABLE);
    let of_schema = |name: &str| Some(verdicts?.column(name)?.business_name.as_str());
    let column = |name: &str, label: &str| {
        let is_meant = |header: &str| header == name || header == label || Some(header) == of_schema(name);
        headers.iter().position(|header| is_meant(header))
    };
    let columns = HEADERS.map(|(name, label)| column(name, label));
    for needed in ["batch_id", "item_id", "verdict", "reviewer"] {
        let at = HEADERS.iter().position(|(name, _)| *name == needed).expect("they are headers");
        if columns[at].is_none() {
            let label = HEADERS[at].1;
            bail!(Message::new(format!("没有“{label}”（{needed}）一列"), format!("there is no column {needed}")));
        }
    }
    let mut lines = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record?;
        let cell = |i: usize| unquoted(columns[i].and_then(|at| record.get(at)).unwrap_or_default()).to_owned();
        let some = |i: usize| Some(cell(i)).filter(|text| !text.is_empty());
        let verdict = Verdict {
            batch_id: cell(0),
            item_id: cell(1),
            source_sha256: cell(2),
            verdict: code_of(&cell(3), VERDICTS.iter().map(|(_, name, label)| (*name, *label))),
            error_type: some(4).map(|e| code_of(&e, ERRORS.iter().chain(&MISSED).copied())),
            corrected: some(5),
            note: some(6),
            reviewer: cell(7),
            judged_at: cell(8),
        };
        // The row as a spreadsheet counts it, below the headers.
        lines.push((i + 2, Ok(verdict)));
    }
    Ok(lines)
}

/// The machine name of something that may be told in Chinese.
fn code_of<'a>(said: &str, mut names: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    names.find(|(_, label)| *label == said).map_or(said, |(name, _)| name).to_owned()
}

/// A cell that a spreadsheet would take for a formula is written behind an apostrophe.
pub fn quoted(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}

fn unquoted(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest,
        _ => cell,
    }
}

fn parquet_file(path: &Path) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for batch in parquet::batches(path)? {
        let batch = batch.tell(|| parquet::broken_off(path))?;
        let rows = VerdictRow::from_batch(&batch).tell(|| {
            let shown = path.display();
            Message::new(
                format!("{shown} 不是 spot-check export 写出的表"),
                format!("{shown} is no table that spot-check export wrote"),
            )
        })?;
        let first = lines.len();
        lines.extend(rows.into_iter().enumerate().map(|(i, row)| (first + i + 1, Ok(Verdict::from(row)))));
    }
    Ok(lines)
}

impl From<VerdictRow> for Verdict {
    fn from(row: VerdictRow) -> Self {
        Verdict {
            batch_id: row.batch_id,
            item_id: row.item_id,
            source_sha256: row.source_sha256,
            verdict: row.verdict,
            error_type: row.error_type,
            corrected: row.corrected,
            note: row.note,
            reviewer: row.reviewer,
            judged_at: row.judged_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_a_spreadsheet_is_read_with_chinese_or_machine_names() {
        let chinese = "\u{feff}编号,批次,结论,差错类型,改为,备注,核对人,核对时间,原文\r\nf1,b1,错误,限额当成实际,'-5,\"他说\"\"不\"\",行\",甲,,x\r\n";
        let of_schema =
            "批次编号,条目编号,结论,差错类型,改为,备注,核对人\nb1,f1,wrong,limit,-5,\"他说\"\"不\"\",行\",甲\n";
        let machine = "item_id,batch_id,verdict,error_type,corrected,note,reviewer\nf1,b1,wrong,limit,-5,\"他说\"\"不\"\",行\",甲\n";
        let expected = Verdict {
            batch_id: "b1".to_owned(),
            item_id: "f1".to_owned(),
            verdict: "wrong".to_owned(),
            error_type: Some("limit".to_owned()),
            corrected: Some("-5".to_owned()),
            note: Some("他说\"不\",行".to_owned()),
            reviewer: "甲".to_owned(),
            ..Verdict::default()
        };
        for text in [chinese, of_schema, machine] {
            assert_eq!(csv(text.as_bytes()).unwrap(), [(2, Ok(expected.clone()))]);
        }
        let error = csv("编号,批次\n".as_bytes()).unwrap_err().to_string();
        assert!(error.contains("结论"), "{error}");
    }

    #[test]
    fn a_broken_line_is_told_and_the_others_are_read() {
        let lines =
            json_lines("{\"batch_id\":\"b\",\"item_id\":\"f\",\"verdict\":\"right\",\"reviewer\":\"甲\"}\n\n{\"bat");
        assert_eq!(lines.len(), 2);
        assert!(lines[0].1.is_ok());
        assert!(lines[1].0 == 3 && lines[1].1.is_err());
    }
}
