//! `huizong spot-check export`: all verdicts of a warehouse as a file that `import` and other programs read.

use super::store::Store;
use super::verdict::{HEADERS, error_label, quoted, verdict_label};
use crate::message::Message;
use crate::publish::columns::Row;
use crate::publish::{draft, parquet, warehouse};
use crate::tables::VerdictRow;
use anyhow::{Result, bail};
use std::path::Path;

/// Columns of the CSV behind those that `import` reads: what a person wants to see beside a verdict.
const MORE: [&str; 8] = ["类别", "规则", "可信度档", "来文", "起", "止", "原文", "所在句子"];

/// Writes the last word of every reviewer on every item; the ending of the name says in which form.
pub fn export(root: &Path, path: &Path) -> Result<usize> {
    // A mistyped path is no warehouse without verdicts.
    warehouse::run_ids(root)?;
    let rows = Store::read(root)?.verdicts;
    let bytes = match path.extension().unwrap_or_default().to_string_lossy().as_ref() {
        "csv" => csv_file(&rows)?,
        "jsonl" => json_lines(&rows)?,
        "parquet" => parquet::encode(&VerdictRow::to_batch(&rows))?,
        _ => {
            let shown = path.display();
            bail!(Message::new(
                format!("不认识 {shown} 的格式：请以 .csv、.jsonl 或 .parquet 结尾"),
                format!("{shown} names no form that is known: let it end in .csv, .jsonl or .parquet"),
            ))
        }
    };
    draft::write(path, &bytes)?;
    Ok(rows.len())
}

fn json_lines(rows: &[VerdictRow]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// With the byte order mark by which a spreadsheet knows UTF-8.
fn csv_file(rows: &[VerdictRow]) -> Result<Vec<u8>> {
    let mut writer =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer("\u{feff}".as_bytes().to_vec());
    writer.write_record(HEADERS.iter().map(|(_, label)| *label).chain(MORE))?;
    for row in rows {
        let of = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            row.batch_id.clone(),
            row.item_id.clone(),
            row.source_sha256.clone(),
            verdict_label(&row.verdict).to_owned(),
            row.error_type.as_deref().map(error_label).unwrap_or_default().to_owned(),
            of(&row.corrected),
            of(&row.note),
            row.reviewer.clone(),
            row.judged_at.clone(),
            super::facts::Kind::of(&row.kind).map_or("", |kind| kind.label()).to_owned(),
            row.rule_id.clone(),
            row.band.clone(),
            row.source_path.clone(),
            row.start.to_string(),
            row.end.to_string(),
            row.quote.clone(),
            row.unit_text.clone(),
        ];
        writer.write_record(cells.iter().map(|cell| quoted(cell)))?;
    }
    Ok(writer.into_inner()?)
}
