//! Step 4, findings to rows, statistics, copies and district tables.

use crate::dissect::segment::Segmenter;
use crate::document::Reject;
use crate::pipeline::Processed;
use crate::tables::Rows;

/// The rows of one processed file.
pub fn rows(_processed: &Processed, _segmenter: &Segmenter, _run_id: &str) -> Rows {
    Rows::default()
}

/// The row of a rejected file.
pub fn reject_rows(_reject: Reject, _run_id: &str) -> Rows {
    Rows::default()
}
