//! One cell of a table, as people read it.

use crate::publish::warehouse::date_of;
use crate::review::names::Names;
use crate::review::text;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use std::borrow::Cow;

/// A value, with codes told in Chinese.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Null.
    Empty,
    /// Text.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Days since 1970-01-01.
    Day(i32),
    /// Microseconds since 1970-01-01 UTC.
    Time(i64),
}

/// The cell in `row` of a column of `table`.
pub fn cell<'a>(names: &'a Names, table: &str, column: &str, array: &'a ArrayRef, row: usize) -> Cell<'a> {
    if array.is_null(row) {
        return Cell::Empty;
    }
    match array.data_type() {
        DataType::Int32 => Cell::Integer(array.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Cell::Integer(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => Cell::Number(rounded(array.as_primitive::<Float64Type>().value(row))),
        DataType::Date32 => Cell::Day(array.as_primitive::<Date32Type>().value(row)),
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            Cell::Time(array.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        DataType::Boolean => Cell::Text(if array.as_boolean().value(row) { "是" } else { "否" }.into()),
        _ => match array.as_string_opt::<i32>() {
            Some(texts) => Cell::Text(names.value(table, column, texts.value(row))),
            None => Cell::Empty,
        },
    }
}

/// Without the last places, where binary fractions show: 62.900000000000006 is 62.9.
fn rounded(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

/// `2023-11-20`
pub fn day(days: i32) -> String {
    let (year, month, day) = date_of(days.into());
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2023-11-20 08:15:00`
pub fn time(micros: i64) -> String {
    let seconds = micros.div_euclid(1_000_000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = date_of(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// Text for a CSV cell that a spreadsheet shows as it is: with `'` before what it would take for a formula (`=`, `+`,
/// `-`, `@`, also full-width, tab, line end), for a date (`3-6`), or for a number whose digits it would drop (`007`,
/// `1e5`, more than 15 digits); controls are made visible.
pub fn guarded(value: &str) -> Cow<'_, str> {
    let value: Cow<str> = if value.chars().any(text::is_invisible) { text::lines(value).into() } else { value.into() };
    if acts(&value) || is_altered(&value) { format!("'{value}").into() } else { value }
}

/// True for what a spreadsheet computes.
fn acts(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r', '\n'])
}

/// True for what a spreadsheet takes for a date, time or number that it shows in another way.
fn is_altered(value: &str) -> bool {
    let value = value.trim();
    if !value.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let plain = digits == value.len();
    let joined = value.bytes().all(|b| b.is_ascii_digit() || b"-/:.eE+".contains(&b));
    (plain && (digits > 15 || digits > 1 && value.starts_with('0')))
        || (!plain && joined && value.parse::<f64>().map_or(true, |_| value.contains(['e', 'E']) || digits > 15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_or_change_is_text() {
        let altered = [
            "=1+1",
            "+86",
            "-5℃",
            "@SUM(A1)",
            "＝A1",
            "\tx",
            "3-6",
            "1/3",
            "007",
            "8512e394",
            "1234567890123456",
            "8:20",
        ];
        for value in altered {
            assert_eq!(guarded(value), format!("'{value}"), "{value}");
        }
        for value in ["60", "0", "0.5", "89.90", "3—6年级", "a=1", "", "3件", "85f2e394", "一、二年级"] {
            assert_eq!(guarded(value), value);
        }
        assert_eq!(guarded("a\u{1b}[0m"), "a<U+001B>[0m");
    }

    #[test]
    fn days_and_times_are_written_out() {
        assert_eq!((&*day(0), &*day(18_951), &*day(-1)), ("1970-01-01", "2021-11-20", "1969-12-31"));
        assert_eq!(time(1_795_303_518_000_000), "2026-11-21 23:25:18");
        assert_eq!(rounded(62.900000000000006), 62.9);
    }
}
