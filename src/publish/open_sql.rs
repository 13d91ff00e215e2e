//! `open.sql`: a run opened in DuckDB with one command, `.read open.sql`.
//!
//! Every table becomes a view over the run by its own absolute path, never through `current`, so that a session sees
//! one run however long it lasts; a second view with Chinese names of table and columns is for reading. The comments
//! come from the contracts. Plain views and `COMMENT ON` are used, which DuckDB 1.1 to 2.0 understand.

use crate::publish::columns::Row;
use crate::publish::contract::{self, Column, Table};
use crate::tables::{FigureRow, RuleCheckRow};
use anyhow::Result;
use std::fmt::Write;
use std::path::Path;

/// Chinese name of the column that the views of facts have besides their own.
const RULE_STATUS: &str = "\"规则状态\"";

/// Chinese name of the column that the view of figures has besides.
const MINUTES: &str = "\"折合分钟\"";

/// The value of a length of time in minutes. Units are those of `gather::quantity`, which a test holds against this.
const IN_MINUTES: &str = "CASE WHEN unit IN ('分钟', '分', 'min') THEN value \
    WHEN unit IN ('小时', '个小时', 'h', '钟头', '个钟头', '个半小时') THEN value * 60 \
    WHEN unit = '刻钟' THEN value * 15 END";

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
    let files = files_of(run, &table.name);
    let mut columns: Vec<String> = table
        .properties
        .iter()
        .map(|column| format!("{} AS {}", identifier(&column.name), identifier(&column.business_name)))
        .collect();
    let mut own = format!("SELECT * FROM read_parquet({files})");
    let is_fact = table.column("fact_id").is_some() && table.column("rule_id").is_some();
    if is_fact {
        // How the rule behind a finding did in the last spot-check may change while the finding does not, so it stands
        // in a table of its own and only the view brings it to the finding.
        let checks = files_of(run, RuleCheckRow::TABLE);
        let status = format!("SELECT rule_id, status AS rule_status FROM read_parquet({checks})");
        own =
            format!("SELECT facts.*, rule_status FROM ({own}) AS facts LEFT JOIN ({status}) AS rules USING (rule_id)");
        columns.push(format!("rule_status AS {RULE_STATUS}"));
    }
    let is_figures = table.name == FigureRow::TABLE;
    if is_figures {
        own = format!("SELECT *, {IN_MINUTES} AS minutes FROM ({own}) AS figures");
        columns.push(format!("minutes AS {MINUTES}"));
    }
    let _ = writeln!(sql, "\nCREATE OR REPLACE VIEW {name} AS {own};");
    let _ = writeln!(sql, "CREATE OR REPLACE VIEW {chinese_name} AS SELECT {} FROM {name};", columns.join(", "));
    for view in [&name, &chinese_name] {
        let _ = writeln!(sql, "COMMENT ON VIEW {view} IS {};", literal(table.chinese()));
    }
    if is_fact {
        let comment = literal(
            "抽查中这条规则是否达到门槛：proven 正式，trial 试用，failing 不达标；空为没有抽查过。见表 rule_checks。",
        );
        let _ = writeln!(sql, "COMMENT ON COLUMN {name}.rule_status IS {comment};");
        let _ = writeln!(sql, "COMMENT ON COLUMN {chinese_name}.{RULE_STATUS} IS {comment};");
    }
    if is_figures {
        let comment = literal("时长折成的分钟数：一小时 60，一刻钟 15；时刻和别的单位为空。范围取下端。");
        let _ = writeln!(sql, "COMMENT ON COLUMN {name}.minutes IS {comment};");
        let _ = writeln!(sql, "COMMENT ON COLUMN {chinese_name}.{MINUTES} IS {comment};");
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
    if column.valid_values().is_empty()
        && let Some(names) = column.names()
    {
        let values = names.iter().map(|(value, name)| format!("{value} {name}"));
        let _ = write!(comment, "常见取值：{}。", values.collect::<Vec<_>>().join("，"));
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

/// All files of a table, as a pattern in which the path of the run stands for itself.
fn files_of(run: &Path, table: &str) -> String {
    let mut pattern = String::new();
    for c in run.join(table).to_string_lossy().chars() {
        match c {
            '[' | '*' | '?' => pattern.extend(['[', c, ']']),
            c => pattern.push(c),
        }
    }
    literal(&format!("{pattern}/*.parquet"))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gather::quantity::common_unit;

    #[test]
    fn a_path_is_no_pattern() {
        let files = files_of(Path::new("/数据[1]/a*b?/runs/r1"), "figures");
        assert_eq!(files, "'/数据[[]1]/a[*]b[?]/runs/r1/figures/*.parquet'");
    }

    #[test]
    fn paths_and_names_are_quoted() {
        let sql = script(Path::new("/数据/o'neil/runs/r1"), "r1").unwrap();
        assert!(sql.contains(r#"CREATE OR REPLACE VIEW "documents" AS SELECT * FROM read_parquet('/数据/o''neil/runs/r1/documents/*.parquet');"#));
        assert!(sql.contains(r#"COMMENT ON COLUMN "figures"."end" IS '"#), "end is a word of SQL");
        assert!(sql.contains("actual 实际"), "the values are told by name");
        for unit in ["分钟", "分", "min", "小时", "个小时", "h", "钟头", "个钟头", "个半小时", "刻钟"]
        {
            assert!(IN_MINUTES.contains(&format!("'{unit}'")) && common_unit(unit).0 == "分钟", "{unit}");
        }
        assert_eq!(sql.matches("LEFT JOIN").count(), 3, "figures, measures and problems tell how their rules stand");
    }
}
