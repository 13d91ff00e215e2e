//! `huizong quantities`: the numeral layer on its own, a line in, a line of JSON out.

use crate::extract::quantities::{Quantities, Quantity};
use anyhow::Result;
use serde::Serialize;
use std::io::{BufRead, Write};

/// The answer to one line.
#[derive(Serialize)]
struct Answer {
    found: Vec<Quantity>,
}

/// Answers each line of `input` with one line of `output`. Bytes that are not UTF-8 count as U+FFFD.
pub fn quantities(mut input: impl BufRead, mut output: impl Write) -> Result<()> {
    let finder = Quantities::new()?;
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        let text = text.strip_suffix('\n').map_or(&*text, |t| t.strip_suffix('\r').unwrap_or(t));
        serde_json::to_writer(&mut output, &Answer { found: finder.of(text) })?;
        output.write_all(b"\n")?;
        line.clear();
    }
    output.flush()?;
    Ok(())
}
