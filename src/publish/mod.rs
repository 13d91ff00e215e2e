//! Step 5, rows to Parquet files and one atomic run.
