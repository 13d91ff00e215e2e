//! Part files made of row groups from two sources: rows of tonight, which are encoded, and row groups of the run before,
//! which are copied byte for byte with their statistics and bloom filters.
//!
//! So one changed report costs the encoding of the few reports that share its row group, not of the whole part file.

use super::parquet::{open, properties};
use anyhow::Result;
use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::{ArrowRowGroupWriterFactory, compute_leaves};
use parquet::bloom_filter::Sbbf;
use parquet::column::writer::ColumnCloseResult;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::writer::SerializedFileWriter;
use std::fs::File;
use std::path::Path;

/// One row group of a part file.
pub enum Group {
    /// Rows to encode.
    Rows(RecordBatch),
    /// The row group of this number in the part file of the run before.
    Copied(usize),
}

/// The bytes of a part file; `old` is the part file of the run before where a group is copied from it.
pub fn encode(schema: &SchemaRef, groups: &[Group], old: Option<&Path>) -> Result<Vec<u8>> {
    let rows: Vec<&RecordBatch> =
        groups.iter().filter_map(|g| if let Group::Rows(rows) = g { Some(rows) } else { None }).collect();
    let writer = ArrowWriter::try_new(Vec::new(), schema.clone(), Some(properties(schema, &rows)))?;
    let (mut file, factory) = writer.into_serialized_writer()?;
    let old = old.map(Old::open).transpose()?;
    for (number, group) in groups.iter().enumerate() {
        match (group, &old) {
            (Group::Rows(rows), _) => write(&mut file, &factory, number, rows)?,
            (Group::Copied(from), Some(old)) => old.copy(*from, &mut file)?,
            (Group::Copied(_), None) => unreachable!("a group is copied only where there is a file to copy from"),
        }
    }
    Ok(file.into_inner()?)
}

fn write(
    file: &mut SerializedFileWriter<Vec<u8>>,
    factory: &ArrowRowGroupWriterFactory,
    number: usize,
    rows: &RecordBatch,
) -> Result<()> {
    let mut writers = factory.create_column_writers(number)?;
    // Tables are flat: a column is a leaf.
    for ((writer, field), column) in writers.iter_mut().zip(rows.schema_ref().fields()).zip(rows.columns()) {
        for leaf in compute_leaves(field, column)? {
            writer.write(&leaf)?;
        }
    }
    let mut group = file.next_row_group()?;
    for writer in writers {
        writer.close()?.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}

/// A part file of the run before.
struct Old {
    file: File,
    metadata: ParquetMetaData,
}

impl Old {
    fn open(path: &Path) -> Result<Self> {
        let file = open(path)?;
        let metadata =
            ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional).parse_and_finish(&file)?;
        Ok(Old { file, metadata })
    }

    fn copy(&self, number: usize, to: &mut SerializedFileWriter<Vec<u8>>) -> Result<()> {
        let from = self.metadata.row_group(number);
        let mut group = to.next_row_group()?;
        for (i, column) in from.columns().iter().enumerate() {
            let closed = ColumnCloseResult {
                bytes_written: column.compressed_size() as u64,
                rows_written: from.num_rows() as u64,
                metadata: column.clone(),
                bloom_filter: Sbbf::read_from_column_chunk(column, &self.file)?,
                column_index: self.metadata.column_index().map(|index| index[number][i].clone()),
                offset_index: self.metadata.offset_index().map(|index| index[number][i].clone()),
            };
            group.append_column(&self.file, closed)?;
        }
        group.close()?;
        Ok(())
    }
}

/// The rows of one row group of a part file.
pub fn read(path: &Path, number: usize) -> Result<RecordBatch> {
    let file = open(path)?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.with_row_groups(vec![number]).build()?;
    let schema = arrow::array::RecordBatchReader::schema(&reader);
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    Ok(concat_batches(&schema, &batches)?)
}
