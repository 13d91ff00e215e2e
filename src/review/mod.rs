//! Step 6, what people do with a run.

pub mod explain;
pub mod score;
