//! The Chinese names of what the tables hold: tables, columns, codes, periods, grades, units.
//!
//! They come from the contracts of `schemas/`. Columns that repeat a code of another table, such as `indicator` of the
//! district tables, take its names. What has no name is shown as it is.

pub use crate::gather::periods::name as period;
use crate::publish::contract::{self, Table};
use anyhow::Result;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Codes whose column has no list of values in its contract: column, and where the names stand.
const SAME_AS: &[(&str, &str, &str)] = &[
    ("indicator", "figures", "indicator"),
    ("topic", "problems", "topic"),
    ("topics", "problems", "topic"),
    ("per", "figures", "per"),
    ("comparator", "figures", "comparator"),
    ("doc_kind", "documents", "doc_kind"),
];

/// Kinds of `review_list`, with those of `figure_checks`.
const REVIEW_KINDS: &[(&str, &str)] = &[
    ("share_over_100", "比例超过100%"),
    ("two_values", "前后不一"),
    ("unchanged_for_3_periods", "三期不变"),
    ("stale_problem", "问题照旧"),
    ("plan_as_report", "像是方案"),
    ("other_period", "报送期不符"),
    ("unfilled_template", "像是没填的模板"),
    ("more_than_roster", "多于名单学生数"),
    ("parts_of_whole", "相加与总数不符"),
    ("rate_of_counts", "比例与人数不符"),
    ("ends_of_change", "增减与前后数不符"),
    ("shares_of_whole", "比例相加不是100%"),
    ("same_thing", "同一项前后不一"),
];

/// All names.
#[derive(Clone, Debug)]
pub struct Names {
    tables: Vec<Table>,
}

impl Names {
    /// The names in the contracts.
    pub fn new() -> Result<Self> {
        Ok(Names { tables: contract::all()? })
    }

    /// The contracts, in the order in which a person would read them.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The contract of a table.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }

    fn labels(&self, table: &str, column: &str) -> Option<&BTreeMap<String, String>> {
        let own = self.table(table)?.column(column)?.names();
        own.or_else(|| {
            let (_, table, column) = SAME_AS.iter().find(|(name, ..)| *name == column)?;
            self.table(table)?.column(column)?.labels()
        })
    }

    /// A value of a column as people read it.
    pub fn value<'a>(&'a self, table: &str, column: &str, value: &'a str) -> Cow<'a, str> {
        if let Some(labels) = self.labels(table, column) {
            let label = |code: &'a str| labels.get(code).map_or(code, String::as_str);
            return match column {
                "topics" => value.split(' ').map(label).collect::<Vec<_>>().join("；").into(),
                _ => label(value).into(),
            };
        }
        match (table, column) {
            ("review_list", "kind") | ("figure_checks", "check") => review_kind(value).into(),
            (_, "period" | "period_before" | "period_a" | "period_b") => period(value).into(),
            (_, "scope" | "grades") => grades(value).into(),
            (_, "unit" | "norm_unit") if value == "clock" => "时刻（小时）".into(),
            _ => value.into(),
        }
    }

    /// The codes in any of `columns` that a person means who wrote a code or a name; where no name is exactly that, the
    /// names that hold it.
    pub fn codes<'a>(&'a self, columns: &[(&str, &str)], words: &str) -> Vec<&'a str> {
        let labels = || columns.iter().filter_map(|(table, column)| self.labels(table, column)).flatten();
        let codes = |means: &dyn Fn(&str, &str) -> bool| -> Vec<&'a str> {
            labels().filter(|(code, label)| means(code, label)).map(|(code, _)| code.as_str()).collect()
        };
        let exact = codes(&|code, label| code == words || label == words);
        if exact.is_empty() { codes(&|_, label| label.contains(words)) } else { exact }
    }

    /// All codes of a column's values with their names, for a message.
    pub fn choices(&self, table: &str, column: &str) -> Vec<(&str, &str)> {
        self.labels(table, column).into_iter().flatten().map(|(code, name)| (code.as_str(), name.as_str())).collect()
    }
}

/// A kind of question of `review_list`.
pub fn review_kind(kind: &str) -> &str {
    REVIEW_KINDS.iter().find(|(code, _)| *code == kind).map_or(kind, |(_, name)| name)
}

/// `3-6` as `3—6年级`.
pub fn grades(scope: &str) -> String {
    if !scope.is_empty() && scope.chars().all(|c| c.is_ascii_digit() || c == '-') {
        return format!("{}年级", scope.replace('-', "—"));
    }
    scope.to_owned()
}

/// A number as people write it: no more than two places behind the point, no zeros at the end.
pub fn number(value: f64) -> String {
    let rounded = format!("{value:.2}");
    let short = rounded.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// Hours after midnight as a time of day: 15.666… as `15:40`.
pub fn clock(hours: f64) -> String {
    let minutes = (hours * 60.0).round();
    format!("{}:{:02}", (minutes / 60.0).floor(), minutes % 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_in_chinese() {
        let names = Names::new().unwrap();
        let table = [
            ("figures", "kind", "actual", "实际"),
            ("indicator_summary", "indicator", "homework_minutes", "书面作业时长"),
            ("measures", "topics", "homework sleep", "作业管理；睡眠"),
            ("documents", "period", "2022-autumn", "2022年秋季学期"),
            ("documents", "period", "2022-2023", "2022—2023学年"),
            ("documents", "period", "2023-04", "2023年4月"),
            ("documents", "period", "2023-q3", "2023年第3季度"),
            ("documents", "period", "2023", "2023年"),
            ("documents", "period", "上半年", "上半年"),
            ("figures", "scope", "3-6", "3—6年级"),
            ("figures", "unit", "clock", "时刻（小时）"),
            ("figures", "unit", "人", "人"),
            ("figures", "kind", "unheard", "unheard"),
            ("review_list", "kind", "two_values", "前后不一"),
            ("refusals", "reason", "no_unit", "没有单位"),
            ("repairs", "kind", "line_wrap", "定宽折行"),
            ("terms", "pos", "vn", "名动词"),
        ];
        for (table, column, value, name) in table {
            assert_eq!(names.value(table, column, value), name, "{table}.{column}");
        }
        assert_eq!(names.codes(&[("figures", "kind"), ("measures", "status")], "规定"), ["requirement"]);
        assert_eq!(names.codes(&[("figures", "indicator")], "课后服务").len(), 3);
        assert_eq!(names.codes(&[("figures", "kind")], "没有"), [""; 0]);
    }

    #[test]
    fn numbers_are_short() {
        let table = [(60.0, "60"), (92.449_999, "92.45"), (0.5, "0.5"), (-0.001, "0"), (1_500.0, "1500")];
        for (value, written) in table {
            assert_eq!(number(value), written);
        }
        assert_eq!((clock(15.0 + 2.0 / 3.0), clock(8.0)), ("15:40".to_owned(), "8:00".to_owned()));
    }
}
