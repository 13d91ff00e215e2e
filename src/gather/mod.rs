//! Step 4, findings to rows, statistics, copies and district tables.
//!
//! [`rows`] turns what was found in one file into the rows of the tables; [`stats`] computes what a report says of
//! itself. Nothing here looks at more than one file: what needs many comes after, from the rows.

pub mod rows;
pub mod stats;
