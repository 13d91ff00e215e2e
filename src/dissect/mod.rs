//! Step 2, clean text to reports, sections and units ([`split`]), and units to words ([`segment`]).

pub mod segment;
pub mod split;
