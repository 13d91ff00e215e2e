//! Step 5, rows to Parquet files and one atomic run.
//!
//! [`columns`] turns row structs into Arrow columns, [`parquet`] those into bytes, [`groups`] and [`part`] old and new ones into one
//! file; [`state`] is what a run keeps for the next night; [`run`] puts the files of a run
//! together and shows it to readers in one step, [`warehouse`] knows the folder and its pointer. [`contract`] reads what
//! `schemas/` says of the tables, [`open_sql`] tells it to DuckDB, [`dictionary`] puts it into a table. [`draft`] writes the
//! files for people that are no part of a run.

pub mod columns;
pub mod contract;
pub mod dictionary;
pub mod draft;
pub mod gate;
pub mod groups;
pub mod manifest;
pub mod open_sql;
pub mod parquet;
pub mod part;
pub mod run;
pub mod state;
pub mod warehouse;
