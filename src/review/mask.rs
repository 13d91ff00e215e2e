//! Personal data covered on the way out of a warehouse that was read without `--mask-personal`.
//!
//! A cell shows less than a report: 小明 in the table of words stands beside no 同学. So the source texts of the run are
//! looked at first, and what they give is covered wherever it stands again, besides what the cell itself gives.

use crate::acquire::personal::{COVER, Kind, Personal};
use crate::message::Message;
use crate::publish::parquet;
use crate::rules::RuleFiles;
use crate::span::{SourceSpan, SourceText};
use crate::tables::SourceTextRow;
use anyhow::Result;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::path::Path;

/// Shortest name that is found again inside other text: shorter ones are words too often.
const SHORTEST: usize = 3;

/// Shortest piece of a number or address that is covered where it stands alone: shorter ones are figures too.
const PIECE: usize = 5;

/// The words into which a number or address falls apart in the table of words.
fn pieces(private: &str) -> impl Iterator<Item = &str> {
    let at_sign = private.split('@');
    let digits = private.split(|c: char| !c.is_ascii_digit());
    let words = private.split(|c: char| !c.is_alphanumeric());
    at_sign.chain(digits).chain(words).filter(|piece| piece.chars().count() >= PIECE)
}

/// Covers what a run knows as personal data.
pub struct Mask {
    personal: Personal,
    /// What is covered where a cell holds nothing else.
    whole: BTreeSet<String>,
    /// What is covered anywhere; the value is the number of characters that stay in front: the surname.
    anywhere: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
    n: Cell<usize>,
}

impl Mask {
    /// Reads the source texts of the run.
    pub fn of_run(run: &Path) -> Result<Self> {
        Self::of_texts(parquet::read::<SourceTextRow>(run)?.into_iter().map(|row| row.text))
    }

    /// Covers what is personal data in some texts, wherever it stands again.
    pub fn of_texts(texts: impl Iterator<Item = String>) -> Result<Self> {
        let personal = Personal::new(&RuleFiles::built_in())?;
        let (mut whole, mut anywhere) = (BTreeSet::new(), BTreeSet::new());
        for text in texts {
            let masked = personal.mask(&text);
            if masked.places.is_empty() {
                continue;
            }
            let text = SourceText::new(text);
            for place in masked.places {
                // As it is written, and as the tables have it where they tell it cleaned.
                let SourceSpan { start, end } = place.span;
                let kept = usize::from(place.kind == Kind::Name && start > 0);
                let full = SourceSpan { start: start - kept, end };
                for shown in [text.slice(full).to_owned(), personal.plain(text.slice(full))] {
                    whole.insert(shown.chars().skip(kept).collect());
                    whole.extend(pieces(&shown).filter(|_| kept == 0).map(str::to_owned));
                    if shown.chars().count() >= SHORTEST {
                        anywhere.insert((shown.clone(), kept as u32));
                    }
                    whole.insert(shown);
                }
            }
        }
        // The longer of two that begin alike comes first, and each text once.
        let mut anywhere: Vec<(String, u32)> = anywhere.into_iter().collect();
        anywhere.dedup_by(|a, b| a.0 == b.0);
        let automaton = (!anywhere.is_empty()).then(|| {
            CharwiseDoubleArrayAhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .build_with_values(anywhere)
                .map_err(|e| {
                    let en = "the words of personal data can't be searched for";
                    Message::new(format!("个人信息的词表建不起来: {e}"), format!("{en}: {e}"))
                })
        });
        let anywhere = automaton.transpose()?;
        Ok(Mask { personal, whole, anywhere, n: Cell::new(0) })
    }

    /// Places covered so far.
    pub fn covered(&self) -> usize {
        self.n.get()
    }

    /// The text without personal data; none where it holds none.
    pub fn text(&self, text: &str) -> Option<String> {
        if self.whole.contains(text) {
            self.n.set(self.n.get() + 1);
            return Some(text.chars().map(|_| COVER).collect());
        }
        let masked = self.personal.mask(text);
        let mut n = masked.places.len();
        let mut covered = String::with_capacity(masked.text.len());
        let mut done = 0;
        for found in self.anywhere.iter().flat_map(|all| all.leftmost_find_iter(&masked.text)) {
            n += 1;
            covered.push_str(&masked.text[done..found.start()]);
            let kept = found.value() as usize;
            let chars = masked.text[found.start()..found.end()].chars().enumerate();
            covered.extend(chars.map(|(i, c)| if i < kept { c } else { COVER }));
            done = found.end();
        }
        covered.push_str(&masked.text[done..]);
        self.n.set(self.n.get() + n);
        (n > 0).then_some(covered)
    }

    /// [`Mask::text`] in all texts of a JSON value.
    pub fn json(&self, value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => {
                if let Some(covered) = self.text(text) {
                    *text = covered;
                }
            }
            serde_json::Value::Array(values) => values.iter_mut().for_each(|value| self.json(value)),
            serde_json::Value::Object(values) => values.values_mut().for_each(|value| self.json(value)),
            _ => {}
        }
    }
}
