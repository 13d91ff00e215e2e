//! Rows to the bytes of a Parquet file and back.
//!
//! The bytes are a function of the rows and of the versions of tool and contract alone: nothing of the run, the clock
//! or the thread goes into a file, so equal rows give equal bytes and a part file that did not change can be shared
//! between runs.

use crate::message::{Message, Tell};
use crate::publish::columns::Row;
use crate::publish::contract::SCHEMA_VERSION;
use anyhow::Result;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Rows that can be skipped or read together. Measured on 5 million rows: half the latency of a look-up against the
/// default of a million, for 1 % more bytes.
const ROW_GROUP_ROWS: usize = 131_072;

/// Rows that are decoded at a time when a file is read.
const READ_ROWS: usize = 8_192;

/// Columns of free text: no value repeats and none is looked up by its range, so a dictionary and statistics would only
/// cost time.
const LONG_TEXT: &[&str] = &["text", "unit_text", "quote", "detail", "repaired"];

/// Text columns that are looked up by their range. For other text its smallest and largest value say nothing, and telling
/// them costs a comparison for every row.
const RANGED: &[&str] = &["doc_id", "source_path", "school_id", "district", "period"];

/// Columns of which hardly a value repeats, or that count upwards: a dictionary would be as long as the column.
const DISTINCT: &[&str] = &["fact_id", "check_id", "start", "end", "source_sha256"];

/// The column by which single reports are looked up.
const LOOKED_UP: &str = "doc_id";

/// The bytes of a Parquet file with these rows.
pub fn encode(batch: &RecordBatch) -> Result<Vec<u8>> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties(batch.schema_ref(), &[batch])))?;
    writer.write(batch)?;
    Ok(writer.into_inner()?)
}

/// How a file with these row groups is written; groups that are copied from another file are not among them.
pub(super) fn properties(schema: &SchemaRef, groups: &[&RecordBatch]) -> WriterProperties {
    let metadata = [("schema_version", SCHEMA_VERSION), ("tool_version", env!("CARGO_PKG_VERSION"))];
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3).expect("3 is a level of zstd")))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_key_value_metadata(Some(metadata.map(|(k, v)| KeyValue::new(k.to_owned(), v.to_owned())).to_vec()));
    for field in schema.fields() {
        let name = field.name().as_str();
        if LONG_TEXT.contains(&name) || DISTINCT.contains(&name) {
            properties = properties.set_column_dictionary_enabled(name.into(), false);
        }
        if *field.data_type() == DataType::Utf8 && !RANGED.contains(&name) {
            properties = properties.set_column_statistics_enabled(name.into(), EnabledStatistics::None);
        }
        if *field.data_type() == DataType::Int64 && DISTINCT.contains(&name) {
            properties = properties.set_column_encoding(name.into(), Encoding::DELTA_BINARY_PACKED);
        }
    }
    if schema.column_with_name(LOOKED_UP).is_some() {
        let values =
            groups.iter().filter_map(|group| group.column_by_name(LOOKED_UP)).map(|column| changes(column)).max();
        properties = properties
            .set_column_bloom_filter_enabled(LOOKED_UP.into(), true)
            .set_column_bloom_filter_max_ndv(LOOKED_UP.into(), values.unwrap_or(1).max(1));
    }
    properties.build()
}

/// How often a text column changes from row to row: the number of reports, since a report's rows stand together.
fn changes(column: &dyn Array) -> u64 {
    let mut last = None;
    let changes = column.as_string::<i32>().iter().filter(|value| last.replace(*value) != Some(*value));
    changes.count() as u64
}

/// Reads a file batch by batch.
pub fn batches(path: &Path) -> Result<ParquetRecordBatchReader> {
    let file = open(path)?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .and_then(|builder| builder.with_batch_size(READ_ROWS).build())
        .tell(|| damaged(path))?;
    Ok(reader)
}

/// A file that is not as it was written.
fn damaged(path: &Path) -> Message {
    let shown = path.display();
    let repair = [
        "请再运行 huizong ingest（会全部重新读取），或用 huizong runs rollback 回退",
        "run huizong ingest again, which reads all anew, or go back with huizong runs rollback",
    ];
    Message::new(format!("{shown} 不是完整的 Parquet 文件"), format!("{shown} is no whole Parquet file")).repair(repair)
}

/// Opens a data file.
pub(super) fn open(path: &Path) -> Result<File> {
    let shown = path.display();
    File::open(path)
        .tell(|| Message::new(format!("打不开数据文件 {shown}"), format!("data file {shown} can't be opened")))
}

/// Some of a file could be read, but not all.
pub fn broken_off(path: &Path) -> Message {
    let shown = path.display();
    Message::new(
        format!("{shown} 读到中途出错：文件已损坏"),
        format!("{shown} can't be read to its end: it is damaged"),
    )
}

/// The columns that a file says it has.
pub fn schema(path: &Path) -> Result<SchemaRef> {
    Ok(arrow::array::RecordBatchReader::schema(&batches(path)?))
}

/// All rows of a table of the run in folder `run`, in the order of its part files.
pub fn read<T: Row>(run: &Path) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    for path in parts(&run.join(T::TABLE))? {
        rows.append(&mut read_part(&path)?);
    }
    Ok(rows)
}

/// All rows of one part file.
pub fn read_part<T: Row>(path: &Path) -> Result<Vec<T>> {
    let mut rows = Vec::new();
    for batch in batches(path)? {
        let batch = batch.tell(|| broken_off(path))?;
        let read = T::from_batch(&batch).tell(|| {
            let (shown, table) = (path.display(), T::TABLE);
            Message::new(
                format!("{shown} 的列与本版本的表 {table} 不同：请用写出它的版本来读"),
                format!(
                    "{shown} has other columns than table {table} of this version: read it with the one that wrote it"
                ),
            )
        })?;
        rows.extend(read);
    }
    Ok(rows)
}

/// The part files in the folder of a table, in order.
pub fn parts(table: &Path) -> Result<Vec<PathBuf>> {
    let shown = table.display();
    let entries = std::fs::read_dir(table)
        .tell(|| Message::new(format!("没有表的文件夹 {shown}"), format!("there is no folder {shown} of a table")))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "parquet"));
    paths.sort();
    Ok(paths)
}
