//! Step 1, files to clean text: [`read`] finds and reads, [`decode`] turns bytes into text, [`clean`] repairs it.

pub mod clean;
pub mod decode;
pub mod read;
