//! Row structs as Arrow columns and back: what a field's Rust type says is what its column is.
//!
//! A struct declared with [`rows!`](crate::publish::columns::rows) is a table; schema, writing and reading follow from
//! its fields, in their order. It knows only the flat types that every reader of Parquet shows right: text, `i32`,
//! `i64`, `f64`, `bool`, and `Option` of these for columns that may be null; days and times are told by the column's
//! name. It does no IO.

use crate::tables::{DATE_COLUMNS, TIMESTAMP_COLUMNS};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    new_null_array,
};
use arrow::datatypes::{
    DataType, Date32Type, Field, FieldRef, Float64Type, Int32Type, Int64Type, SchemaRef, TimeUnit,
    TimestampMicrosecondType,
};
use std::sync::Arc;

/// A table: a struct whose fields are the columns.
pub trait Row: Sized + Send + Sync {
    /// The table's name.
    const TABLE: &'static str;

    /// Its columns.
    fn schema() -> SchemaRef;

    /// `rows` as columns.
    fn to_batch(rows: &[Self]) -> RecordBatch;

    /// The rows of `batch`; none where its columns are not the table's. A column that may be null need not be there: an
    /// earlier version did not write it.
    fn from_batch(batch: &RecordBatch) -> Option<Vec<Self>>;
}

/// A value that stands in one column. `name` is the column's, which decides whether a number is a day or a time.
pub trait Cell: Sized {
    /// Name, type and nullability.
    fn field(name: &str) -> Field;

    /// A whole column.
    fn array<'a>(values: impl Iterator<Item = &'a Self>, name: &str) -> ArrayRef
    where
        Self: 'a;

    /// One value of an array that has the type that [`Cell::field`] says.
    fn get(array: &ArrayRef, row: usize) -> Self;
}

/// Declares tables, each as `"table": pub struct Name { pub column: type, … }`.
macro_rules! rows {
    ($( $(#[$meta:meta])* $table:literal : pub struct $name:ident { $(pub $column:ident : $type:ty,)* } )*) => { $(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
        pub struct $name { $(pub $column: $type,)* }

        impl $crate::publish::columns::Row for $name {
            const TABLE: &'static str = $table;

            fn schema() -> arrow::datatypes::SchemaRef {
                use $crate::publish::columns::Cell;
                static SCHEMA: std::sync::OnceLock<arrow::datatypes::SchemaRef> = std::sync::OnceLock::new();
                let new = || arrow::datatypes::Schema::new(vec![$(<$type>::field(stringify!($column)),)*]);
                SCHEMA.get_or_init(|| std::sync::Arc::new(new())).clone()
            }

            fn to_batch(rows: &[Self]) -> arrow::array::RecordBatch {
                use $crate::publish::columns::Cell;
                let columns = vec![$(<$type>::array(rows.iter().map(|row| &row.$column), stringify!($column)),)*];
                arrow::array::RecordBatch::try_new(Self::schema(), columns).expect("both list the same fields")
            }

            fn from_batch(batch: &arrow::array::RecordBatch) -> Option<Vec<Self>> {
                use $crate::publish::columns::Cell;
                let batch = $crate::publish::columns::completed(batch, &Self::schema())?;
                let row = |row| {
                    let mut columns = batch.columns().iter();
                    // Fields are evaluated in the order written, which is that of the columns.
                    $name { $($column: <$type>::get(columns.next().expect("the schema is the same"), row),)* }
                };
                Some((0..batch.num_rows()).map(row).collect())
            }
        }
    )* };
}
pub(crate) use rows;

/// `batch` with the columns of `schema`: those that are missing and may be null are null. None where they differ otherwise.
pub fn completed(batch: &RecordBatch, schema: &SchemaRef) -> Option<RecordBatch> {
    let of_batch = batch.schema();
    let mut given = of_batch.fields().iter().zip(batch.columns()).peekable();
    let column = |field: &FieldRef| match given.next_if(|(is, _)| *is == field) {
        Some((_, column)) => Some(column.clone()),
        None => field.is_nullable().then(|| new_null_array(field.data_type(), batch.num_rows())),
    };
    let columns: Option<Vec<ArrayRef>> = schema.fields().iter().map(column).collect();
    let columns = columns.filter(|_| given.next().is_none())?;
    RecordBatch::try_new(schema.clone(), columns).ok()
}

impl Cell for String {
    fn field(name: &str) -> Field {
        Field::new(name, DataType::Utf8, false)
    }
    fn array<'a>(values: impl Iterator<Item = &'a Self>, _: &str) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(values))
    }
    fn get(array: &ArrayRef, row: usize) -> Self {
        array.as_string::<i32>().value(row).to_owned()
    }
}

impl Cell for Option<String> {
    fn field(name: &str) -> Field {
        Field::new(name, DataType::Utf8, true)
    }
    fn array<'a>(values: impl Iterator<Item = &'a Self>, _: &str) -> ArrayRef {
        Arc::new(values.map(Option::as_deref).collect::<StringArray>())
    }
    fn get(array: &ArrayRef, row: usize) -> Self {
        array.is_valid(row).then(|| String::get(array, row))
    }
}

impl Cell for bool {
    fn field(name: &str) -> Field {
        Field::new(name, DataType::Boolean, false)
    }
    fn array<'a>(values: impl Iterator<Item = &'a Self>, _: &str) -> ArrayRef {
        Arc::new(BooleanArray::from(values.copied().collect::<Vec<bool>>()))
    }
    fn get(array: &ArrayRef, row: usize) -> Self {
        array.as_boolean().value(row)
    }
}

/// Numbers, with and without null: type, array, Arrow type; then the columns that hold something else, and what.
macro_rules! numbers {
    ($($type:ty, $array:ty, $arrow:ty, $data_type:expr; $special:expr, $as:ty, $as_data_type:expr;)*) => { $(
        impl Cell for $type {
            fn field(name: &str) -> Field {
                let data_type = if $special.contains(&name) { $as_data_type } else { $data_type };
                Field::new(name, data_type, false)
            }
            fn array<'a>(values: impl Iterator<Item = &'a Self>, name: &str) -> ArrayRef {
                let array = <$array>::from_iter_values(values.copied());
                if $special.contains(&name) { Arc::new(array.reinterpret_cast::<$as>()) } else { Arc::new(array) }
            }
            fn get(array: &ArrayRef, row: usize) -> Self {
                match array.as_primitive_opt::<$arrow>() {
                    Some(array) => array.value(row),
                    None => array.as_primitive::<$as>().value(row),
                }
            }
        }

        impl Cell for Option<$type> {
            fn field(name: &str) -> Field {
                <$type>::field(name).with_nullable(true)
            }
            fn array<'a>(values: impl Iterator<Item = &'a Self>, name: &str) -> ArrayRef {
                let array = values.copied().collect::<$array>();
                if $special.contains(&name) { Arc::new(array.reinterpret_cast::<$as>()) } else { Arc::new(array) }
            }
            fn get(array: &ArrayRef, row: usize) -> Self {
                array.is_valid(row).then(|| <$type>::get(array, row))
            }
        }
    )* };
}

const NONE: &[&str] = &[];

numbers! {
    i32, Int32Array, Int32Type, DataType::Int32; DATE_COLUMNS, Date32Type, DataType::Date32;
    i64, Int64Array, Int64Type, DataType::Int64;
        TIMESTAMP_COLUMNS, TimestampMicrosecondType, DataType::Timestamp(TimeUnit::Microsecond, None);
    f64, Float64Array, Float64Type, DataType::Float64; NONE, Float64Type, DataType::Float64;
}

#[cfg(test)]
mod tests {
    use super::*;

    rows! {
        "samples":
        pub struct Sample {
            pub doc_id: String,
            pub note: Option<String>,
            pub report_date: Option<i32>,
            pub started_utc: i64,
            pub share: f64,
            pub value: Option<f64>,
            pub masked: bool,
        }

        "others":
        pub struct Other {
            pub doc_id: String,
        }
    }

    fn sample(doc_id: &str, note: Option<&str>, report_date: Option<i32>) -> Sample {
        Sample {
            doc_id: doc_id.to_owned(),
            note: note.map(str::to_owned),
            report_date,
            started_utc: 1_764_000_000_000_000,
            share: 0.25,
            value: report_date.map(f64::from),
            masked: note.is_none(),
        }
    }

    #[test]
    fn columns_follow_the_fields_and_rows_come_back() {
        let columns: Vec<_> = Sample::schema()
            .fields()
            .iter()
            .map(|f| format!("{} {}{}", f.name(), f.data_type(), if f.is_nullable() { "?" } else { "" }))
            .collect();
        let expected = [
            "doc_id Utf8",
            "note Utf8?",
            "report_date Date32?",
            "started_utc Timestamp(µs)",
            "share Float64",
            "value Float64?",
            "masked Boolean",
        ];
        assert_eq!(columns, expected);
        let rows = vec![sample("d1", Some("作业"), Some(18_000)), sample("", None, None)];
        assert_eq!(Sample::from_batch(&Sample::to_batch(&rows)), Some(rows.clone()));
        assert_eq!(Sample::from_batch(&Sample::to_batch(&[])), Some(vec![]));
        assert_eq!(Other::from_batch(&Sample::to_batch(&[])), None, "another table's columns");
        let earlier = Sample::to_batch(&rows).project(&[0, 2, 3, 4, 5, 6]).unwrap();
        let read = Sample::from_batch(&earlier).unwrap();
        assert_eq!((read[0].note.as_deref(), read[0].report_date), (None, Some(18_000)), "a column that came later");
        assert_eq!(Sample::from_batch(&Sample::to_batch(&rows).project(&[1, 2, 3, 4, 5, 6]).unwrap()), None);
        assert_eq!((Sample::TABLE, Other::TABLE), ("samples", "others"));
    }
}
