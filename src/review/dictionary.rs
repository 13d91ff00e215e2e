//! `huizong dictionary`: the data dictionary as one page that opens anywhere, without network.

use crate::cli;
use crate::publish::contract::{self, SCHEMA_VERSION, Table};
use crate::publish::dictionary::of_table;
use crate::publish::draft;
use crate::review::page;
use crate::review::text::escape;
use crate::tables::DictionaryRow;
use anyhow::Result;
use std::fmt::Write;

const STYLE: &str = "body{font:16px/1.6 sans-serif;max-width:75em;margin:2em auto;padding:0 1em;color:#222}\
    table{border-collapse:collapse;width:100%;margin:.5em 0 2em}\
    th,td{border:1px solid #bbb;padding:.3em .5em;text-align:left;vertical-align:top}\
    th{background:#eee}code{font-family:monospace}nav a{margin-right:1em;white-space:nowrap}\
    .note{color:#555;font-size:.9em}tr:target,h2:target{background:#ffd}\
    @media print{nav{display:none}h2{break-after:avoid}tr{break-inside:avoid}}";

/// Writes the page.
pub fn command(options: &cli::Dictionary) -> Result<()> {
    draft::write(&options.output, page()?.as_bytes())
}

/// The whole page.
pub fn page() -> Result<String> {
    let tables = contract::all()?;
    let mut html = String::new();
    // Writing to a String can't fail.
    let _ = write!(
        html,
        "<h1>汇总数据字典</h1>\n\
         <p>共 {} 张表。由数据契约（schemas/）生成，契约版本 {SCHEMA_VERSION}。每次汇总里也有一份，在表 <code>data_dictionary</code>。</p>\n<nav>\n",
        tables.len()
    );
    for table in &tables {
        let (name, label) = (escape(&table.name), escape(&table.business_name));
        let _ = writeln!(html, "<a href=\"#{name}\">{label} <code>{name}</code></a>");
    }
    html.push_str("</nav>\n");
    tables.iter().for_each(|table| section(&mut html, table));
    Ok(page::page("汇总数据字典", STYLE, &html))
}

fn section(html: &mut String, table: &Table) {
    let (name, label) = (escape(&table.name), escape(&table.business_name));
    let _ = write!(
        html,
        "<h2 id=\"{name}\">{label} <code>{name}</code></h2>\n<p>{}</p>\n<table>\n\
         <thead><tr><th>列</th><th>名称</th><th>类型</th><th>单位</th><th>取值</th><th>含义</th></tr></thead>\n<tbody>\n",
        escape(table.chinese())
    );
    of_table(table).iter().for_each(|row| column(html, row));
    html.push_str("</tbody>\n</table>\n");
}

fn column(html: &mut String, row: &DictionaryRow) {
    let place = format!("{}.{}", escape(&row.table_name), escape(&row.column_name));
    let data_type =
        if row.required { escape(&row.data_type) } else { format!("{}，可为空", escape(&row.data_type)) };
    let mut meaning = escape(&row.meaning);
    if row.is_key {
        meaning.push_str("<br><span class=\"note\">主键</span>");
    }
    if let Some(to) = &row.refers_to {
        let to = escape(to);
        let _ = write!(meaning, "<br><span class=\"note\">见 <a href=\"#{to}\">{to}</a></span>");
    }
    if let Some(formula) = &row.formula {
        let _ = write!(meaning, "<br><span class=\"note\">算法：{}</span>", escape(formula));
    }
    let _ = writeln!(
        html,
        "<tr id=\"{place}\"><td><code>{}</code></td><td>{}</td><td>{data_type}</td><td>{}</td><td>{}</td><td>{meaning}</td></tr>",
        escape(&row.column_name),
        escape(&row.column_label),
        escape(row.unit.as_deref().unwrap_or_default()),
        values(row),
    );
}

/// Allowed values, and limits of numbers.
fn values(row: &DictionaryRow) -> String {
    let mut values: Vec<String> = row.valid_values.iter().flat_map(|v| v.split('；')).map(escape).collect();
    values.extend(row.minimum.map(|least| format!("不小于 {least}")));
    values.extend(row.maximum.map(|most| format!("不大于 {most}")));
    values.join("<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_tells_every_column_and_needs_nothing_else() {
        let page = page().unwrap();
        for (table, schema) in crate::tables::all() {
            for field in schema.fields() {
                assert!(page.contains(&format!("id=\"{table}.{}\"", field.name())), "{table}.{}", field.name());
            }
        }
        assert!(page.contains("default-src 'none'"));
        for loads in ["http:", "https:", "src=", "<script", "<link", "url("] {
            assert!(!page.contains(loads), "{loads}");
        }
        let inner_links = page.matches("href=\"#").count();
        assert_eq!(page.matches("href=").count(), inner_links, "links lead nowhere else");
        for target in page.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
        }
    }
}
