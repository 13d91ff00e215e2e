//! A folder of CSV files, one for each table, that spreadsheets open with a double click.
//!
//! UTF-8 with a byte order mark, without which Chinese Excel takes them for GBK; line ends are those of RFC 4180.

use super::cells::{self, Cell, guarded};
use super::{Source, Written, batches};
use crate::message::{Message, Tell};
use crate::publish::contract::Table;
use anyhow::Result;
use csv::{Terminator, WriterBuilder};
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Writes the tables into `folder`.
pub fn write(source: &Source, tables: &[&Table], folder: &Path, bom: bool) -> Result<Vec<Written>> {
    fs::create_dir_all(folder).tell(|| Message::no_folder(folder))?;
    tables.iter().map(|table| one(source, table, folder, bom)).collect()
}

fn one(source: &Source, table: &Table, folder: &Path, bom: bool) -> Result<Written> {
    let path = folder.join(format!("{}.csv", table.business_name));
    let place = || {
        let zh = "请检查磁盘空间和权限，或关闭正在打开它的程序";
        Message::unwritten(
            &path,
            [zh, "check the disk space and the permissions, or close the program that has it open"],
        )
    };
    let mut file = BufWriter::new(File::create(&path).tell(place)?);
    if bom {
        file.write_all(BOM).tell(place)?;
    }
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(file);
    csv.write_record(table.properties.iter().map(|column| &column.business_name)).tell(place)?;
    let mut rows = 0;
    batches(source.run, table, |batch| {
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let columns = schema.fields().iter().zip(batch.columns());
            let record = columns.map(|(field, array)| written(source.cell(&table.name, field.name(), array, row)));
            csv.write_record(record.map(|cell| cell.into_owned().into_bytes())).tell(place)?;
        }
        rows += batch.num_rows();
        Ok(())
    })?;
    csv.flush().tell(place)?;
    Ok(Written { label: table.business_name.clone(), rows, cut: 0 })
}

fn written(cell: Cell) -> Cow<str> {
    match cell {
        Cell::Empty => "".into(),
        Cell::Text(Cow::Borrowed(text)) => guarded(text),
        Cell::Text(Cow::Owned(text)) => guarded(&text).into_owned().into(),
        Cell::Integer(value) => value.to_string().into(),
        Cell::Number(value) => value.to_string().into(),
        Cell::Day(days) => cells::day(days).into(),
        Cell::Time(micros) => cells::time(micros).into(),
    }
}
