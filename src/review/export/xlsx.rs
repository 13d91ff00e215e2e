//! One workbook: a sheet of contents, a sheet for each table with a frozen header and a filter, the dictionary last.
//!
//! Text is written as text, so nothing in it is a formula. A table with more rows than a sheet holds goes on in the
//! next one. The same run gives the same bytes.

use super::cells::Cell;
use super::{Source, Written, batches};
use crate::publish::contract::Table;
use crate::publish::draft;
use crate::review::{run_row, text};
use crate::tables::RunRow;
use anyhow::Result;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows of a sheet, header included.
const SHEET_ROWS: usize = 1_048_576;

/// UTF-16 units of a cell, with room for the mark of what was cut.
const CELL_UNITS: usize = 32_700;

/// Width of a column in half-width characters.
const COLUMN_WIDTH: std::ops::RangeInclusive<usize> = 6..=60;

/// Rows by which the width of a column is measured.
const MEASURED_ROWS: usize = 200;

/// Days from the first day of Excel's calendar to 1970-01-01.
const EXCEL_1970: f64 = 25_569.0;

struct Formats {
    head: Format,
    day: Format,
    time: Format,
}

/// Writes the tables as a workbook.
pub fn write(source: &Source, tables: &[&Table], path: &Path) -> Result<Vec<Written>> {
    let mut workbook = Workbook::new();
    let row = run_row(source.run)?;
    let finished = ExcelDateTime::from_timestamp(row.finished_utc.div_euclid(1_000_000))?;
    let properties = DocProperties::new().set_title(format!("汇总 {}", row.run_id)).set_creation_datetime(&finished);
    workbook.set_properties(&properties);
    let formats = Formats {
        head: Format::new()
            .set_bold()
            .set_background_color("D9D9D9")
            .set_border_bottom(FormatBorder::Thin)
            .set_align(FormatAlign::VerticalCenter),
        day: Format::new().set_num_format("yyyy-mm-dd"),
        time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
    };
    let mut contents = Worksheet::new();
    contents.set_name("目录")?;
    let mut written = Vec::new();
    let mut sheets = Vec::new();
    for table in tables {
        let (of_table, done) = self::sheets(source, table, &formats)?;
        sheets.extend(of_table);
        written.push(done);
    }
    contents_of(&mut contents, &row, tables, &written, &formats)?;
    workbook.push_worksheet(contents);
    sheets.into_iter().for_each(|sheet| {
        workbook.push_worksheet(sheet);
    });
    draft::write(path, &workbook.save_to_buffer()?)?;
    Ok(written)
}

fn contents_of(
    sheet: &mut Worksheet,
    run: &RunRow,
    tables: &[&Table],
    done: &[Written],
    formats: &Formats,
) -> Result<()> {
    sheet.write_string(
        0,
        0,
        format!("汇总 {}，程序 {}，数据契约 {}", run.run_id, run.tool_version, run.schema_version),
    )?;
    let notes = "限额不是实测值，目标不是结果，未填的 XX 不是零；报告互相雷同的只计第一份（见“报告”表的“计入统计”）。";
    sheet.write_string(1, 0, notes)?;
    for (column, head) in (0..).zip(["表", "行数", "一行是什么", "英文名"]) {
        sheet.write_string_with_format(3, column, head, &formats.head)?;
    }
    for (row, (table, written)) in (4..).zip(tables.iter().zip(done)) {
        sheet.write_string(row, 0, &table.business_name)?;
        sheet.write_number(row, 1, written.rows as f64)?;
        sheet.write_string(row, 2, table.chinese())?;
        sheet.write_string(row, 3, &table.name)?;
    }
    for (column, width) in [(0, 16.0), (1, 10.0), (2, 100.0), (3, 24.0)] {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}

/// A table's sheet, and those that it goes on in.
fn sheets(source: &Source, table: &Table, formats: &Formats) -> Result<(Vec<Worksheet>, Written)> {
    let mut sheets = vec![sheet(table, 1, formats)?];
    let mut widths: BTreeMap<u16, usize> = BTreeMap::new();
    for (column, property) in (0..).zip(&table.properties) {
        widths.insert(column, text::width(&property.business_name) + 3); // the filter's button
    }
    let (mut rows, mut cut) = (0, 0);
    let mut line = 1;
    batches(source.run, table, |batch| {
        let schema = batch.schema();
        for row in 0..batch.num_rows() {
            if line == SHEET_ROWS {
                sheets.push(sheet(table, sheets.len() + 1, formats)?);
                line = 1;
            }
            let sheet = sheets.last_mut().expect("there is one from the beginning");
            for (column, (field, array)) in (0..).zip(schema.fields().iter().zip(batch.columns())) {
                let cell = source.cell(&table.name, field.name(), array, row);
                if rows < MEASURED_ROWS
                    && let Cell::Text(value) = &cell
                {
                    let width = widths.entry(column).or_default();
                    *width = (*width).max(text::width(value.lines().next().unwrap_or_default()) + 1);
                }
                cut += usize::from(put(sheet, line as u32, column, cell, formats)?);
            }
            line += 1;
            rows += 1;
        }
        Ok(())
    })?;
    for sheet in &mut sheets {
        for (column, width) in &widths {
            sheet.set_column_width(*column, (*width).clamp(*COLUMN_WIDTH.start(), *COLUMN_WIDTH.end()) as f64)?;
        }
        let last = if rows < SHEET_ROWS { rows } else { SHEET_ROWS - 1 };
        sheet.autofilter(0, 0, last.max(1) as u32, table.properties.len() as u16 - 1)?;
    }
    Ok((sheets, Written { label: table.business_name.clone(), rows, cut }))
}

fn sheet(table: &Table, number: usize, formats: &Formats) -> Result<Worksheet> {
    let mut sheet = Worksheet::new();
    let name = if number == 1 { table.business_name.clone() } else { format!("{} {number}", table.business_name) };
    sheet.set_name(name)?.set_freeze_panes(1, 0)?;
    for (column, property) in (0..).zip(&table.properties) {
        sheet.write_string_with_format(0, column, &property.business_name, &formats.head)?;
    }
    Ok(sheet)
}

/// Writes one cell; true where it had to be cut.
fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: Cell, formats: &Formats) -> Result<bool> {
    match cell {
        Cell::Empty => {}
        Cell::Integer(value) => drop(sheet.write_number(row, column, value as f64)?),
        Cell::Number(value) => drop(sheet.write_number(row, column, value)?),
        Cell::Day(days) => {
            sheet.write_number_with_format(row, column, f64::from(days) + EXCEL_1970, &formats.day)?;
        }
        Cell::Time(micros) => {
            let days = micros.div_euclid(1_000_000) as f64 / 86_400.0;
            sheet.write_number_with_format(row, column, days + EXCEL_1970, &formats.time)?;
        }
        Cell::Text(value) => {
            let shown = text::lines(&value);
            let whole = held(&shown);
            if whole < shown.len() {
                sheet.write_string(row, column, format!("{}……（未完）", &shown[..whole]))?;
                return Ok(true);
            }
            sheet.write_string(row, column, shown)?;
        }
    }
    Ok(false)
}

/// How many bytes of `text` a cell can hold.
fn held(text: &str) -> usize {
    let mut units = 0;
    for (at, c) in text.char_indices() {
        units += c.len_utf16();
        if units > CELL_UNITS {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_between_characters() {
        let long = "课".repeat(CELL_UNITS) + "😀";
        assert_eq!(held(&long), CELL_UNITS * 3);
        assert_eq!(held("课后服务"), 12);
        assert_eq!(held(&"😀".repeat(CELL_UNITS)), CELL_UNITS / 2 * 4);
    }
}
