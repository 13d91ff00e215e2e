//! Step 6, what people do with a run.

pub mod bulletin;
pub mod check;
pub mod compare;
pub mod dictionary;
pub mod explain;
pub mod export;
pub mod facts;
pub mod mask;
pub mod names;
pub mod page;
pub mod quantities;
pub mod rules;
pub mod runs;
pub mod score;
pub mod spot_check;
pub mod status;
pub mod text;
