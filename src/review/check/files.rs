//! Are the files of a run those of its manifest, unchanged, with the columns of the contract?

use super::Violations;
use crate::hash::hex;
use crate::publish::contract::{Column, Table};
use crate::publish::manifest::{Manifest, PartFile};
use crate::publish::parquet;
use arrow::datatypes::{DataType, Field, TimeUnit};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::Path;

/// Looks at every file of the run.
pub fn check(run: &Path, manifest: &Manifest, contracts: &[Table], found: &mut Violations) {
    for contract in contracts {
        let table = contract.name.as_str();
        let Some(files) = manifest.tables.get(table) else {
            found.add(table, "file", || "这次汇总里没有这个表：请重新汇总".to_owned());
            continue;
        };
        let listed: BTreeSet<&str> = files.files.iter().map(|part| part.name.as_str()).collect();
        match parquet::parts(&run.join(table)) {
            Ok(paths) => {
                for path in
                    paths.iter().filter(|p| !p.file_name().is_some_and(|n| listed.contains(&*n.to_string_lossy())))
                {
                    found.add(table, "file", || {
                        format!("{} 不在清单里：请移走，汇总库里只放汇总写出的文件", path.display())
                    });
                }
            }
            Err(e) => found.add(table, "file", || format!("{e:#}")),
        }
        for part in &files.files {
            let path = run.join(table).join(&part.name);
            match compare(&path, part) {
                Ok(None) => columns(&path, contract, found),
                Ok(Some(what)) => found
                    .add(table, "file", || format!("{} {what}：文件被改动或损坏，请再运行 huizong ingest（会全部重新读取；别次的汇总可能共用这个文件）", path.display())),
                Err(e) => found.add(table, "file", || format!("读不到 {}（{e}）：请再运行 huizong ingest（会全部重新读取）", path.display())),
            }
        }
        let sum: u64 = files.files.iter().map(|part| part.rows).sum();
        if sum != files.rows {
            found.add(table, "count", || format!("清单写 {} 行，各文件合计 {sum} 行", files.rows));
        }
    }
}

/// What differs between a file and the manifest.
fn compare(path: &Path, part: &PartFile) -> io::Result<Option<String>> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let bytes = io::copy(&mut file, &mut hash)?;
    Ok(if bytes != part.bytes {
        Some(format!("应有 {} 字节，实有 {bytes} 字节", part.bytes))
    } else if hex(&hash.finalize()) != part.sha256 {
        Some("校验值与清单不符".to_owned())
    } else {
        None
    })
}

fn columns(path: &Path, contract: &Table, found: &mut Violations) {
    let expected: Vec<Field> = contract.properties.iter().map(field).collect();
    match parquet::schema(path) {
        Ok(schema) if schema.fields().iter().map(|f| f.as_ref()).eq(expected.iter()) => {}
        Ok(schema) => {
            let differs = (0..schema.fields().len().max(expected.len()))
                .find(|&i| schema.fields().get(i).map(|f| f.as_ref()) != expected.get(i))
                .unwrap_or(0);
            let told = |field: Option<&Field>| field.map_or("没有这一列".to_owned(), told);
            found.add(&contract.name, "schema", || {
                let is = told(schema.fields().get(differs).map(|f| f.as_ref()));
                format!("{} 第 {} 列应为 {}，实为 {is}", path.display(), differs + 1, told(expected.get(differs)))
            });
        }
        Err(e) => found.add(&contract.name, "file", || format!("{e:#}")),
    }
}

fn told(field: &Field) -> String {
    format!("{} {}{}", field.name(), field.data_type(), if field.is_nullable() { "（可空）" } else { "" })
}

/// The column that a contract describes.
pub fn field(column: &Column) -> Field {
    let data_type = match column.physical_type.as_str() {
        "int32" => DataType::Int32,
        "int64" => DataType::Int64,
        "float64" => DataType::Float64,
        "bool" => DataType::Boolean,
        "date32" => DataType::Date32,
        "timestamp[us]" => DataType::Timestamp(TimeUnit::Microsecond, None),
        // The contracts are compiled in, and a test compares their types with the row structs.
        _ => DataType::Utf8,
    };
    Field::new(&column.name, data_type, !column.required)
}
