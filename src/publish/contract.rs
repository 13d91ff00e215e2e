//! The contracts of `schemas/` (Open Data Contract Standard): what each table and column means, read from the same files
//! that people read.
//!
//! They are compiled in, and are the one place for Chinese names, meanings, allowed values, keys and limits: the comments
//! of `open.sql` and the checks of `huizong check` come from here. A test compares names, order, types and nullability
//! with the row structs of [`crate::tables`]. Only the parts of the standard that are used are read.

use crate::message::{Message, Tell};
use anyhow::Result;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Version of all contracts together: a new column raises the second number, a change of meaning the first.
pub const SCHEMA_VERSION: &str = "2.0.0";

macro_rules! contracts {
    ($($table:literal)*) => {
        /// Table and contract, in the order in which a person would read them.
        const FILES: &[(&str, &str)] = &[$(($table, include_str!(concat!("../../schemas/", $table, ".odcs.yaml")))),*];
    };
}
contracts! {
    "documents" "document_stats" "figures" "measures" "problems" "problem_measures" "figure_checks" "terms"
    "refusals" "repairs" "source_texts" "rejects" "rule_checks" "runs"
    "submissions" "indicator_summary" "topic_summary" "school_summary" "school_topics" "norm_findings" "review_list"
    "similar_reports" "shared_sentences" "trends" "topic_trends" "distinctive_measures" "term_summary" "school_terms" "data_dictionary"
}

/// Tables that lie beside the runs, in `spot_checks/`.
const BESIDE: &[(&str, &str)] = &[
    ("verdicts", include_str!("../../schemas/spot_checks/verdicts.odcs.yaml")),
    ("strata", include_str!("../../schemas/spot_checks/strata.odcs.yaml")),
];

/// A contract file.
#[derive(Clone, Debug, Deserialize)]
struct File {
    schema: Vec<Table>,
}

/// What is said of a table.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    /// Name of its folder in a run.
    pub name: String,
    /// Chinese name.
    pub business_name: String,
    /// Chinese, then English after an empty line.
    pub description: String,
    /// The columns, in order.
    pub properties: Vec<Column>,
}

/// What is said of a column.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Column {
    /// Name in the file.
    pub name: String,
    /// Chinese name.
    pub business_name: String,
    /// `utf8`, `int32`, `int64`, `float64`, `bool`, `date32`, `timestamp[us]`.
    pub physical_type: String,
    /// Never null.
    #[serde(default)]
    pub required: bool,
    /// No value twice.
    #[serde(default)]
    pub unique: bool,
    /// Part of the key of the table.
    #[serde(default)]
    pub primary_key: bool,
    /// Chinese, then English after an empty line.
    pub description: String,
    /// How it is computed.
    pub transform_logic: Option<String>,
    /// Limits of its values.
    #[serde(default)]
    pub logical_type_options: Limits,
    /// Where else the value must stand.
    #[serde(default)]
    pub relationships: Vec<Relationship>,
    /// Allowed values and their like.
    #[serde(default)]
    quality: Vec<Quality>,
    #[serde(default)]
    custom_properties: Vec<CustomProperty>,
}

/// Limits of a number.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Limits {
    /// Not less than.
    pub minimum: Option<f64>,
    /// Not more than.
    pub maximum: Option<f64>,
}

/// A foreign key.
#[derive(Clone, Debug, Deserialize)]
pub struct Relationship {
    /// `table.column`.
    pub to: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Quality {
    #[serde(default)]
    arguments: Arguments,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Arguments {
    #[serde(default)]
    valid_values: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct CustomProperty {
    property: String,
    value: CustomValue,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum CustomValue {
    Text(String),
    Labels(BTreeMap<String, String>),
}

impl Table {
    /// What one row is and what it is for, in Chinese.
    pub fn chinese(&self) -> &str {
        chinese(&self.description)
    }

    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.properties.iter().find(|column| column.name == name)
    }
}

impl Column {
    /// What it means, in Chinese.
    pub fn chinese(&self) -> &str {
        chinese(&self.description)
    }

    /// What it means, in English.
    pub fn english(&self) -> &str {
        self.description.split_once("\n\n").map_or("", |(_, english)| english.trim())
    }

    /// The only values that it may have; empty where any may.
    pub fn valid_values(&self) -> &[String] {
        self.quality.iter().map(|q| q.arguments.valid_values.as_slice()).find(|v| !v.is_empty()).unwrap_or_default()
    }

    /// Chinese names of the values, by value; empty where they have none.
    pub fn labels(&self) -> Option<&BTreeMap<String, String>> {
        self.property("labels")
    }

    /// Chinese names of the values that the program writes, by value, also where a district's rules may add others.
    pub fn names(&self) -> Option<&BTreeMap<String, String>> {
        self.labels().or_else(|| self.property("names"))
    }

    fn property(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        self.custom_properties.iter().find_map(|custom| match &custom.value {
            CustomValue::Labels(labels) if custom.property == name => Some(labels),
            _ => None,
        })
    }

    /// What its numbers count.
    pub fn unit(&self) -> Option<&str> {
        self.custom_properties.iter().find_map(|custom| match &custom.value {
            CustomValue::Text(unit) if custom.property == "unit" => Some(unit.as_str()),
            _ => None,
        })
    }
}

fn chinese(description: &str) -> &str {
    description.split("\n\n").next().unwrap_or_default().trim()
}

/// The contracts of all tables.
pub fn all() -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for (table, text) in FILES {
        tables.extend(file(table, text)?.schema);
    }
    Ok(tables)
}

/// The contracts of the tables that belong to no run.
pub fn beside() -> Result<Vec<Table>> {
    let tables = BESIDE.iter().map(|(table, text)| Ok(file(table, text)?.schema));
    Ok(tables.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn file(table: &str, text: &str) -> Result<File> {
    let shown = format!("schemas/{table}.odcs.yaml");
    serde_norway::from_str(text).tell(|| {
        Message::new(format!("{shown} 不是有效的数据契约"), format!("{shown} is no valid contract of a table"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::{DataType, TimeUnit};
    use std::collections::BTreeSet;

    fn physical(data_type: &DataType) -> &'static str {
        match data_type {
            DataType::Utf8 => "utf8",
            DataType::Int32 => "int32",
            DataType::Int64 => "int64",
            DataType::Float64 => "float64",
            DataType::Boolean => "bool",
            DataType::Date32 => "date32",
            DataType::Timestamp(TimeUnit::Microsecond, None) => "timestamp[us]",
            other => panic!("{other} is not a type that every reader shows right"),
        }
    }

    #[test]
    fn contracts_and_row_structs_agree() {
        let contracts = all().unwrap();
        let names: BTreeSet<&str> = contracts.iter().map(|table| table.name.as_str()).collect();
        let written: BTreeSet<&str> = crate::tables::all().iter().map(|(name, _)| *name).collect();
        assert_eq!(names, written, "tables of schemas/ and of src/tables.rs");
        let contracts = [contracts, beside().unwrap()].concat();
        for (name, schema) in crate::tables::all().into_iter().chain(crate::tables::beside()) {
            let contract = contracts.iter().find(|table| table.name == name).unwrap();
            let said: Vec<_> = contract.properties.iter().map(|c| (&*c.name, &*c.physical_type, c.required)).collect();
            let is: Vec<_> = schema
                .fields()
                .iter()
                .map(|f| (f.name().as_str(), physical(f.data_type()), !f.is_nullable()))
                .collect();
            assert_eq!(said, is, "schemas/{name}.odcs.yaml against src/tables.rs");
        }
    }

    #[test]
    fn every_contract_is_complete() {
        for (table, text) in FILES.iter().chain(BESIDE) {
            let file = file(table, text).unwrap();
            let head: Head = serde_norway::from_str(text).unwrap();
            assert_eq!((&*head.api_version, &*head.version), ("v3.1.0", SCHEMA_VERSION), "{table}");
            assert_eq!(file.schema.len(), 1, "{table}: one table in a file");
            let contract = &file.schema[0];
            assert_eq!(contract.name, *table);
            both_languages(table, &contract.description);
            let mut chinese_names = BTreeSet::new();
            for column in &contract.properties {
                let place = format!("{table}.{}", column.name);
                both_languages(&place, &column.description);
                assert!(chinese_names.insert(&column.business_name), "{place}: {} twice", column.business_name);
                assert!(is_chinese(&column.business_name), "{place}: {}", column.business_name);
                if let Some(labels) = column.labels() {
                    let labelled: BTreeSet<_> = labels.keys().collect();
                    assert_eq!(labelled, column.valid_values().iter().collect(), "{place}: values and their names");
                }
                if *table == "document_stats" && column.physical_type == "float64" {
                    assert!(column.transform_logic.is_some(), "{place} has no formula");
                }
            }
        }
    }

    #[test]
    fn keys_exist_where_they_lead() {
        let contracts = all().unwrap();
        for table in &contracts {
            assert!(
                table.properties.iter().any(|c| c.primary_key) || KEYLESS.contains(&&*table.name),
                "{}",
                table.name
            );
            for column in &table.properties {
                let is_key = column.primary_key || !column.relationships.is_empty();
                assert!(!is_key || column.physical_type == "utf8", "{}.{}: keys are text", table.name, column.name);
                for relationship in &column.relationships {
                    let (to, key) = relationship.to.split_once('.').unwrap();
                    let to = contracts.iter().find(|t| t.name == to).expect("a table");
                    assert!(to.column(key).is_some(), "{}.{} leads to {}", table.name, column.name, relationship.to);
                }
            }
        }
    }

    /// Two equal rows of these are no mistake, or their key holds columns that may be null.
    const KEYLESS: &[&str] = &[
        "refusals",
        "repairs",
        "rejects",
        "submissions",
        "indicator_summary",
        "topic_summary",
        "school_summary",
        "school_topics",
        "shared_sentences",
        "trends",
        "topic_trends",
        "term_summary",
    ];

    #[test]
    fn every_file_of_the_folder_is_compiled_in() {
        let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas");
        let files: BTreeSet<String> = std::fs::read_dir(dir)
            .unwrap()
            .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".odcs.yaml")?.to_owned()))
            .collect();
        assert_eq!(files, FILES.iter().map(|(table, _)| (*table).to_owned()).collect());
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Head {
        api_version: String,
        version: String,
    }

    fn both_languages(place: &str, description: &str) {
        let (chinese, english) = description.split_once("\n\n").unwrap_or_else(|| panic!("{place}: one language only"));
        assert!(is_chinese(chinese), "{place}: {chinese}");
        assert!(english.trim().split(' ').count() > 1, "{place}: {english}");
    }

    fn is_chinese(text: &str) -> bool {
        text.chars().any(|c| ('一'..='龥').contains(&c))
    }
}
