//! `open.sql`: a run opened in DuckDB with one command, `.read open.sql`.
//!
//! Every table becomes a view over the run by its own absolute path, never through `current`, so that a session sees
//! one run however long it lasts; a second view with Chinese names of table and columns is for reading. The comments
//! come from the contracts. Plain views and `COMMENT ON` are used, which DuckDB 1.1 to 2.0 understand.

use crate::publish::contract::{self, Column, Table};
use anyhow::Result;
use std::fmt::Write;
use std::path::Path;

/// The script for the run that lies, or will lie, in folder `run`.
pub fn script(run: &Path, run_id: &str) -> Result<String> {
    let mut sql = String::new();
    // Writing to a String can't fail.
    let _ = writeln!(sql, "-- 汇总 {run_id}：在 DuckDB 里运行 .read open.sql，即可查询以下各表。");
    let _ = writeln!(sql, "-- 路径指向这一次汇总本身：新的汇总发布后，请重新运行新的 open.sql。");
    for table in contract::all()? {
        views(&mut sql, &table, run);
    }
    Ok(sql)
}

fn views(sql: &mut String, table: &Table, run: &Path) {
    let name = identifier(&table.name);
    let chinese_name = identifier(&table.business_name);
    let files = literal(&run.join(&table.name).join("*.parquet").to_string_lossy());
    let columns: Vec<String> = table
        .properties
        .iter()
        .map(|column| format!("{} AS {}", identifier(&column.name), identifier(&column.business_name)))
        .collect();
    let _ = writeln!(sql, "\nCREATE OR REPLACE VIEW {name} AS SELECT * FROM read_parquet({files});");
    let _ = writeln!(sql, "CREATE OR REPLACE VIEW {chinese_name} AS SELECT {} FROM {name};", columns.join(", "));
    for view in [&name, &chinese_name] {
        let _ = writeln!(sql, "COMMENT ON VIEW {view} IS {};", literal(table.chinese()));
    }
    for column in &table.properties {
        let comment = literal(&comment(column));
        let _ = writeln!(sql, "COMMENT ON COLUMN {name}.{} IS {comment};", identifier(&column.name));
        let _ = writeln!(sql, "COMMENT ON COLUMN {chinese_name}.{} IS {comment};", identifier(&column.business_name));
    }
}

/// Name, meaning, unit and values of a column in one line.
fn comment(column: &Column) -> String {
    let mut comment = format!("{}：{}", column.business_name, column.chinese());
    if let Some(unit) = column.unit() {
        let _ = write!(comment, "单位：{unit}。");
    }
    if let Some(labels) = column.labels() {
        let values = column.valid_values().iter().map(|value| format!("{value} {}", labels[value]));
        let _ = write!(comment, "取值：{}。", values.collect::<Vec<_>>().join("，"));
    }
    comment
}

fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_names_are_quoted() {
        let sql = script(Path::new("/数据/o'neil/runs/r1"), "r1").unwrap();
        assert!(sql.contains(r#"CREATE OR REPLACE VIEW "figures" AS SELECT * FROM read_parquet('/数据/o''neil/runs/r1/figures/*.parquet');"#));
        assert!(sql.contains(r#"COMMENT ON COLUMN "figures"."end" IS '"#), "end is a word of SQL");
        assert!(sql.contains("actual 实际"), "the values are told by name");
    }
}
