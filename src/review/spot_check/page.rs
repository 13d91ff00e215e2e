//! The offline page of a batch: one HTML file that works from `file://` with no network.
//!
//! The files of `page/` are put together with the data of the batch. The content security policy allows this one script
//! and this one style by their hashes and nothing else, so that text from a report can neither run nor load anything;
//! the data stands in a block that is no script, with `<` escaped. Offsets are given in UTF-16 units, which are those of
//! the browser. Characters that turn or hide text are shown as a sign.

use super::batch::{Batch, Document, Item};
use super::facts::Kind;
use super::verdict::{ERRORS, HEADERS, MISSED, VERDICTS};
use crate::publish::draft;
use crate::review::text::is_invisible;
use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

const HTML: &str = include_str!("page/page.html");
const CSS: &str = include_str!("page/page.css");
const JS: &str = include_str!("page/page.js");

/// Name of the page in the folder of its batch.
pub const FILE: &str = "核对.html";

/// Writes the page into the folder of the batch, or to `path`.
pub fn write(batch: &Batch, path: &Path) -> Result<PathBuf> {
    let path = if path.is_dir() { path.join(FILE) } else { path.to_owned() };
    draft::write(&path, html(batch).as_bytes())?;
    Ok(path)
}

/// The page.
pub fn html(batch: &Batch) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let csp = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(JS),
        hash(CSS)
    );
    let data = data(batch).to_string();
    // A later part never comes to stand inside an earlier one: the data goes in last but by its own place.
    let (before, after) = HTML.split_once("{{data}}").expect("the page has a place for its data");
    let before = before.replace("{{csp}}", &csp).replace("{{batch_id}}", &batch.batch_id).replace("{{css}}", CSS);
    [before, data.replace('<', "\\u003c"), after.replace("{{js}}", JS)].concat()
}

/// What the script reads.
fn data(batch: &Batch) -> Value {
    let texts: Vec<Shown> = batch.documents.iter().map(Shown::new).collect();
    let items: Vec<Value> = batch.items.iter().map(|item| item_data(batch, item, &texts[item.document])).collect();
    let documents: Vec<Value> = batch.documents.iter().zip(&texts).map(|(d, shown)| document_data(d, shown)).collect();
    let of_kind = |kind| batch.items.iter().filter(move |item| batch.stratum(item).kind == kind);
    let count = |kind| of_kind(kind).filter(|item| !item.settled).count();
    let kinds = [Kind::Figures, Kind::Measures, Kind::Problems, Kind::Missed].map(|kind| (kind, count(kind)));
    let open = batch.items.iter().filter(|item| !item.settled).count();
    let counts = kinds.iter().filter(|(_, n)| *n > 0).map(|(kind, n)| format!("{} {n}", kind.label()));
    json!({
        "batch_id": batch.batch_id,
        "verdicts": VERDICTS,
        "errors": ERRORS,
        "missed": MISSED,
        "headers": HEADERS,
        "about": [
            ("批次", batch.batch_id.clone()),
            ("取自汇总", batch.run_id.clone()),
            ("条目", format!("{open} 条：{}", counts.collect::<Vec<_>>().join("，"))),
            ("材料", format!("{} 份", batch.documents.len())),
        ],
        "documents": documents,
        "items": items,
    })
}

fn item_data(batch: &Batch, item: &Item, shown: &Shown) -> Value {
    let stratum = batch.stratum(item);
    let (start, end) = (shown.point(item.start), shown.point(item.end));
    json!({
        "id": item.item_id,
        "kind": stratum.kind.code(),
        "kind_label": stratum.kind.label(),
        "rule": if stratum.kind == Kind::Missed { "" } else { &stratum.rule_id },
        "document": item.document,
        "must": item.must,
        "settled": item.settled,
        "start": item.start,
        "end": item.end,
        "span": [shown.units[start], shown.units[end]],
        "sentence": shown.sentence(&item.unit_text, start, end),
        "quote": visible(&item.quote),
        "section": item.section.as_deref().map(visible),
        "confidence": item.confidence,
        "told": item.told.iter().map(|(name, value)| (name, visible(value))).collect::<Vec<_>>(),
    })
}

fn document_data(document: &Document, shown: &Shown) -> Value {
    // Findings may lie in each other; where one is in another the outer one is shown.
    let mut others: Vec<[usize; 2]> = Vec::new();
    let mut found: Vec<(i64, i64)> = document.findings.iter().map(|(start, end, _)| (*start, *end)).collect();
    found.sort_unstable();
    for (start, end) in found {
        let (start, end) = (shown.units[shown.point(start)], shown.units[shown.point(end)]);
        match others.last_mut() {
            Some(last) if start < last[1] => last[1] = last[1].max(end),
            _ => others.push([start, end]),
        }
    }
    json!({
        "path": visible(&document.source_path),
        "sha256": document.source_sha256,
        "body": document.body.as_deref().map(visible),
        "title": document.title.as_deref().map(visible),
        "text": shown.text,
        "others": others,
    })
}

/// The same text with what can't be seen made visible; line ends and tabs stay.
fn visible(text: &str) -> String {
    text.chars().map(sign).collect()
}

fn sign(c: char) -> char {
    match c {
        '\n' | '\t' | '\r' => c,
        c if is_invisible(c) => '□',
        c => c,
    }
}

/// A report as the page shows it.
struct Shown {
    text: String,
    /// Code point of the source text where it begins.
    start: i64,
    /// Where each code point begins, in UTF-16 units; then where the text ends.
    units: Vec<usize>,
    /// Likewise in bytes.
    bytes: Vec<usize>,
    /// As submitted.
    source: String,
}

impl Shown {
    fn new(document: &Document) -> Self {
        let text = visible(&document.text);
        let (mut units, mut bytes) = (vec![0], vec![0]);
        for c in text.chars() {
            units.push(units[units.len() - 1] + c.len_utf16());
        }
        for c in document.text.chars() {
            bytes.push(bytes[bytes.len() - 1] + c.len_utf8());
        }
        Shown { text, start: document.start, units, bytes, source: document.text.clone() }
    }

    /// The code point of this text that a code point of the source text is.
    fn point(&self, source: i64) -> usize {
        usize::try_from(source - self.start).unwrap_or_default().min(self.units.len() - 1)
    }

    /// The sentence that holds code points `start` to `end`, in UTF-16 units.
    fn sentence(&self, sentence: &str, start: usize, end: usize) -> [usize; 2] {
        let (from, to) = (self.bytes[start], self.bytes[end]);
        let earliest = to.saturating_sub(sentence.len()).min(from);
        let earliest = self.bytes[self.bytes.partition_point(|byte| *byte < earliest)];
        let latest = (from + sentence.len()).min(self.source.len());
        let latest = self.bytes[self.bytes.partition_point(|byte| *byte < latest)];
        match self.source[earliest..latest].find(sentence).filter(|_| !sentence.is_empty()) {
            Some(at) => {
                let unit = |byte: usize| self.units[self.bytes.partition_point(|b| *b < byte)];
                [unit(earliest + at), unit(earliest + at + sentence.len())]
            }
            None => [self.units[start], self.units[end]],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::{FORMAT, Stratum};
    use super::*;

    /// A batch of one finding: `quote` in `sentence` in `text`, which begins at code point 100 of its file.
    fn batch(text: &str, sentence: &str, quote: &str) -> Batch {
        let before = &text[..text.find(sentence).unwrap() + sentence.find(quote).unwrap()];
        let start = 100 + before.chars().count() as i64;
        let end = start + quote.chars().count() as i64;
        let stratum = Stratum {
            kind: Kind::Figures,
            rule_id: "figures.number".to_owned(),
            band: "high".to_owned(),
            certain: false,
            population: 9,
            drawn: 1,
        };
        let document = Document {
            doc_id: "d".to_owned(),
            source_path: "a.txt".to_owned(),
            source_sha256: "0".repeat(64),
            body: Some("<b>白杨小学</b>".to_owned()),
            title: None,
            start: 100,
            text: text.to_owned(),
            findings: vec![(start, end, Kind::Figures), (start, end + 1, Kind::Measures)],
        };
        let item = Item {
            item_id: "f".to_owned(),
            stratum: 0,
            document: 0,
            must: false,
            settled: false,
            rank: 1,
            start,
            end,
            quote: quote.to_owned(),
            unit_text: sentence.to_owned(),
            section: None,
            confidence: Some(0.9),
            content: "c".to_owned(),
            told: vec![("数值".to_owned(), "60".to_owned())],
            stated: "{}".to_owned(),
        };
        Batch {
            format: FORMAT.to_owned(),
            batch_id: "b".to_owned(),
            run_id: "r".to_owned(),
            seed: 1,
            per_body: 10,
            strata: vec![stratum],
            documents: vec![document],
            items: vec![item],
        }
    }

    fn utf16(text: &Value, span: &Value) -> String {
        let units: Vec<u16> = text.as_str().unwrap().encode_utf16().collect();
        let at = |i: usize| span[i].as_u64().unwrap() as usize;
        String::from_utf16(&units[at(0)..at(1)]).unwrap()
    }

    #[test]
    fn places_are_those_of_the_browser() {
        let data = data(&batch("𠮷校\r\n𠮷每天60分钟。\u{202e}作业60分钟。", "\u{202e}作业60分钟。", "60分钟"));
        let text = &data["documents"][0]["text"];
        assert_eq!(utf16(text, &data["items"][0]["span"]), "60分钟");
        assert_eq!(utf16(text, &data["items"][0]["sentence"]), "□作业60分钟。");
        assert_eq!(utf16(text, &data["documents"][0]["others"][0]), "60分钟。");
    }

    #[test]
    fn nothing_of_a_report_can_run() {
        let page = html(&batch("</script><script>alert(1)</script>{{js}}60分钟", "{{js}}60分钟", "60分钟"));
        assert!(!page.contains("<script>alert") && !page.contains("<b>白杨"));
        assert!(page.contains(r"\u003c/script>\u003cscript>alert(1)"));
        assert!(page.contains("{{js}}60分钟"), "what looks like a place of the page is left alone");
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(page.contains("default-src 'none'") && !page.contains("http:") && !page.contains("https:"));
        let script = page.rsplit_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
        assert!(page.contains(&format!("'sha256-{}'", STANDARD.encode(Sha256::digest(script)))));
    }
}
