//! Table `data_dictionary`: what every column of a run means, as rows, so that it travels with the data.
//!
//! It says nothing of its own: all comes from the contracts of `schemas/`, by way of [`contract`].

use crate::publish::contract::{self, Column, Table};
use crate::tables::DictionaryRow;
use anyhow::Result;

/// The dictionary of all tables.
pub fn rows() -> Result<Vec<DictionaryRow>> {
    Ok(contract::all()?.iter().flat_map(of_table).collect())
}

/// The rows of one table, in the order of its columns.
pub fn of_table(table: &Table) -> Vec<DictionaryRow> {
    table.properties.iter().zip(1..).map(|(column, position)| row(table, column, position)).collect()
}

fn row(table: &Table, column: &Column, position: i32) -> DictionaryRow {
    let limits = &column.logical_type_options;
    DictionaryRow {
        table_name: table.name.clone(),
        table_label: table.business_name.clone(),
        position,
        column_name: column.name.clone(),
        column_label: column.business_name.clone(),
        data_type: column.physical_type.clone(),
        required: column.required,
        is_key: column.primary_key,
        unit: column.unit().map(str::to_owned),
        valid_values: valid_values(column),
        minimum: limits.minimum,
        maximum: limits.maximum,
        refers_to: column.relationships.first().map(|r| r.to.clone()),
        formula: column.transform_logic.clone(),
        meaning: column.chinese().to_owned(),
        meaning_en: column.english().to_owned(),
    }
}

/// The allowed values with their Chinese names, such as `actual 实际；target 目标`.
fn valid_values(column: &Column) -> Option<String> {
    let labels = column.labels();
    let named = |value: &String| match labels.and_then(|labels| labels.get(value)) {
        Some(label) => format!("{value} {label}"),
        None => value.clone(),
    };
    let values: Vec<String> = column.valid_values().iter().map(named).collect();
    (!values.is_empty()).then(|| values.join("；"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_is_without_a_chinese_description() {
        let rows = rows().unwrap();
        let tables = crate::tables::all();
        assert_eq!(rows.len(), tables.iter().map(|(_, schema)| schema.fields().len()).sum::<usize>());
        let is_chinese = |text: &str| text.chars().any(|c| ('一'..='龥').contains(&c));
        for row in &rows {
            let place = format!("{}.{}", row.table_name, row.column_name);
            for text in [&row.table_label, &row.column_label, &row.meaning] {
                assert!(is_chinese(text), "{place}: {text:?}");
            }
            assert!(!row.meaning_en.is_empty(), "{place}");
        }
    }

    #[test]
    fn values_are_told_with_their_names() {
        let rows = rows().unwrap();
        let kind = rows.iter().find(|r| r.table_name == "figures" && r.column_name == "kind").unwrap();
        assert!(kind.valid_values.as_ref().unwrap().contains("actual 实际"), "{kind:?}");
        let doc = rows.iter().find(|r| r.table_name == "figures" && r.column_name == "doc_id").unwrap();
        assert_eq!(doc.refers_to.as_deref(), Some("documents.doc_id"));
    }
}
