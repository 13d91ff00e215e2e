//! Source text to clean text, with the way back kept for every character.
//!
//! The order: [`fold`] goes over the text once, character for character, and lists what a look at the neighbours
//! repairs (glosses, injected marks, look-alikes, words) or makes suspicious; [`shifted`] tries the suspicious places,
//! [`pages`] finds page marks, [`spaces`] and [`wraps`] what layout put between characters; [`edit`] puts all of it
//! together and counts it. The clean text has Simplified characters, and half-width forms for all full-width ones: its
//! comma is `,` and its brackets are `()`, while `。`, `、`, `“”` and `《》` stay. Site boilerplate stays too: telling it
//! needs lines, which are the splitter's. [`spun()`] tells word-spun copies.

mod bigrams;
mod edit;
mod fold;
mod gloss;
mod pages;
mod ranked;
mod shifted;
mod spaces;
mod spun;
mod wraps;

use crate::document::{CleanText, Script};
use crate::hanzi::{HANZI, is_hanzi};
use bigrams::Bigrams;
use edit::Edit;
pub(crate) use fold::traditional_pairs;
use fold::{Folded, Folder};
use shifted::{Codes, Repairer};
pub use spun::{Spun, spun};
use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

/// Suspicious places tried in one file: one that is nothing but noise must not take the night.
const MOST_SUSPECTS: usize = 1_000;
/// Share of Traditional characters among the hanzi from which a text is Traditional; a Traditional text has 0.3 to 0.4.
const HANT_SHARE: f64 = 0.15;
/// The same below which it is Simplified: names and quotations have Traditional characters too.
const HANS_SHARE: f64 = 0.02;

/// Counted when the first suspicious place is met: most files have none.
static BIGRAMS: LazyLock<Bigrams> = LazyLock::new(Bigrams::new);

/// The tables that cleaning needs.
pub struct Cleaner {
    folder: Folder,
    /// Made when the first suspicious place is met: most files have none.
    codes: OnceLock<Codes>,
}

impl Default for Cleaner {
    fn default() -> Self {
        Self::new()
    }
}

impl Cleaner {
    /// Builds them.
    pub fn new() -> Self {
        Cleaner { folder: Folder::new(), codes: OnceLock::new() }
    }

    /// Cleans one file's text.
    pub fn clean(&self, source: &str) -> CleanText {
        let mut folded = self.folder.fold(source);
        let mut damaged: Vec<Range<usize>> =
            folded.undecodable.iter().map(|at| *at..at + '\u{FFFD}'.len_utf8()).collect();
        let repaired = self.repair_shifted(source, &mut folded, &mut damaged);
        // A repaired run takes the glosses and marks inside it along; page marks join what they stand between.
        let own = std::mem::take(&mut folded.edits);
        let taken = |edit: &Edit, by: &[Edit]| {
            let i = by.partition_point(|run| run.at.end <= edit.at.start);
            by.get(i).is_some_and(|run| run.at.start < edit.at.end)
        };
        let mut edits: Vec<Edit> = own.into_iter().filter(|edit| !taken(edit, &repaired)).collect();
        edits.extend(repaired);
        edits.extend(pages::edits(&folded.text));
        edits.extend(spaces::edits(&folded.text));
        edits.extend(wraps::edits(source, &folded.text));
        let (text, map, repairs, damaged) = edit::apply(&folded.text, edits, damaged);
        CleanText { text, map, repairs, damaged }
    }

    /// Repairs of runs of shifted bytes, in order and apart; adds what can't be repaired, or not for sure, to `damaged`.
    fn repair_shifted(&self, source: &str, folded: &mut Folded, damaged: &mut Vec<Range<usize>>) -> Vec<Edit> {
        let mut repaired: Vec<Edit> = Vec::new();
        let suspects = std::mem::take(&mut folded.suspects);
        if suspects.is_empty() {
            return repaired;
        }
        let codes = self.codes.get_or_init(|| Codes::new(|c| self.folder.simplify(c)));
        let repairer = Repairer { model: &BIGRAMS, codes, source, folded: &folded.text };
        let (mut done, mut tried) = (0, None);
        for (i, suspect) in suspects.into_iter().enumerate() {
            if suspect.folded < done {
                continue;
            }
            // Several odd characters behind one mark show the same run.
            let start = repairer.mark_before(suspect).filter(|(start, _)| {
                i < MOST_SUSPECTS && start.folded >= done && tried.replace(start.folded) != Some(start.folded)
            });
            match start.and_then(|(start, before)| repairer.repair(start, before)) {
                Some(repair) => {
                    done = repair.edit.at.end;
                    if repair.guessed {
                        damaged.push(repair.edit.at.clone());
                    }
                    repaired.push(repair.edit);
                }
                None => damaged.extend(repairer.damage(suspect).filter(|place| place.start >= done)),
            }
        }
        repaired
    }
}

/// Which script a source text is written in.
pub fn script(source: &str) -> Script {
    let (mut hanzi, mut traditional) = (0usize, 0usize);
    for c in source.chars().filter(|c| is_hanzi(*c)) {
        hanzi += 1;
        traditional += usize::from(TRADITIONAL[c as usize - HANZI.start]);
    }
    let share = traditional as f64 / hanzi.max(1) as f64;
    match share {
        _ if share >= HANT_SHARE => Script::Hant,
        _ if share <= HANS_SHARE => Script::Hans,
        _ => Script::Mixed,
    }
}

/// For each hanzi from U+4E00 whether Simplified writes it in another way.
static TRADITIONAL: LazyLock<Vec<bool>> = LazyLock::new(|| {
    let mut table = vec![false; HANZI.len()];
    for (from, _) in traditional_pairs().filter(|(from, _)| is_hanzi(*from)) {
        table[from as usize - HANZI.start] = true;
    }
    table
});

#[cfg(test)]
mod tests;
