//! Rows to Parquet files and back.

use crate::tables::{DATE_COLUMNS, TIMESTAMP_COLUMNS};
use anyhow::{Context, Result};
use arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_arrow::schema::{SchemaLike, TracingOptions};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The Arrow columns of a row struct.
pub fn fields<T: DeserializeOwned>() -> Result<Vec<FieldRef>> {
    let fields = Vec::<FieldRef>::from_type::<T>(TracingOptions::default())?;
    Ok(fields.into_iter().map(plain).collect())
}

/// What the contract allows: `Utf8` instead of `LargeUtf8`, days as `Date32`, microseconds as `Timestamp`.
fn plain(field: FieldRef) -> FieldRef {
    let name = field.name().as_str();
    let kind = match field.data_type() {
        _ if DATE_COLUMNS.contains(&name) => DataType::Date32,
        _ if TIMESTAMP_COLUMNS.contains(&name) => DataType::Timestamp(TimeUnit::Microsecond, None),
        DataType::LargeUtf8 => DataType::Utf8,
        other => other.clone(),
    };
    Arc::new(Field::new(name, kind, field.is_nullable()))
}

/// Writes one file.
pub fn write<T: Serialize + DeserializeOwned>(path: &Path, rows: &[T]) -> Result<()> {
    let fields = fields::<T>()?;
    let batch = serde_arrow::to_record_batch(&fields, &rows)?;
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?)).build();
    let file = File::create(path).with_context(|| format!("写不出文件 {}", path.display()))?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
