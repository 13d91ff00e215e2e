//! A folder of CSV files, one for each table, that spreadsheets open with a double click.
//!
//! UTF-8 with a byte order mark, without which Chinese Excel takes them for GBK; line ends are those of RFC 4180.

use super::cells::{self, Cell, guarded};
use super::{Source, Written, batches};
use crate::message::{Message, Tell};
use crate::publish::contract::Table;
use crate::publish::draft::{Draft, Sealed};
use anyhow::Result;
use csv::{Terminator, WriterBuilder};
use std::borrow::Cow;
use std::fs;
use std::io::Write;
use std::path::Path;

const BOM: &[u8] = "\u{feff}".as_bytes();

/// Writes the tables into `folder`.
pub fn write(source: &Source, tables: &[&Table], folder: &Path, bom: bool) -> Result<Vec<Written>> {
    fs::create_dir_all(folder).tell(|| Message::no_folder(folder))?;
    let done = tables.iter().map(|table| one(source, table, folder, bom)).collect::<Result<Vec<_>>>()?;
    // All tables or none: those of one run belong together.
    let (written, sealed): (Vec<Written>, Vec<Sealed>) = done.into_iter().unzip();
    sealed.into_iter().try_for_each(Sealed::publish)?;
    Ok(written)
}

/// Name of the file of a table.
pub fn file_name(table: &Table) -> String {
    format!("{}.csv", table.business_name)
}

fn one(source: &Source, table: &Table, folder: &Path, bom: bool) -> Result<(Written, Sealed)> {
    let mut draft = Draft::new(&folder.join(file_name(table)))?;
    let done = rows(source, table, &mut draft, bom);
    let rows = draft.told(done)?;
    Ok((Written { label: table.business_name.clone(), rows, cut: 0 }, draft.seal()?))
}

/// Writes the rows of a table; gives their number.
fn rows(source: &Source, table: &Table, file: &mut Draft, bom: bool) -> Result<usize> {
    if bom {
        file.write_all(BOM)?;
    }
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(file);
    csv.write_record(table.properties.iter().map(|column| &column.business_name))?;
    let mut rows = 0;
    batches(source.run, table, |batch| {
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            let columns = schema.fields().iter().zip(batch.columns());
            let record = columns.map(|(field, array)| written(source.cell(&table.name, field.name(), array, row)));
            csv.write_record(record.map(|cell| cell.into_owned().into_bytes()))?;
        }
        rows += batch.num_rows();
        Ok(())
    })?;
    csv.flush()?;
    Ok(rows)
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
