//! What a report says of itself: characters, sentences, words, shares. Each number has its formula in the contract
//! `schemas/document_stats.odcs.yaml`; this is the only place that computes them.

use crate::dissect::segment::{Segmenter, Word};
use crate::document::{CleanText, Report, Role, UnitKind};
use crate::finding::Findings;
use crate::hanzi::is_any_hanzi;
use crate::tables::DocumentStatsRow;
use rustc_hash::{FxHashMap, FxHashSet};

/// One word of a report.
#[derive(Debug)]
pub struct Term<'t> {
    /// As it stands in the cleaned text.
    pub word: &'t str,
    /// jieba's tag; none where it has none.
    pub pos: Option<&'t str>,
    /// How often.
    pub count: i32,
}

/// The counts of one report.
#[derive(Debug)]
pub struct Counted<'t> {
    /// Distinct words that hold a letter, digit or Han character, by first appearance.
    pub terms: Vec<Term<'t>>,
    /// Sentences, list rows and headings with text; no boilerplate.
    pub n_sentences: i32,
    /// Words that hold a letter, digit or Han character.
    pub n_tokens: i32,
    /// Unit and word (an index into `terms`) of all words in units with a measure, in the order of the text.
    pub measure_words: Vec<(u32, u32)>,
    row: DocumentStatsRow,
}

impl Counted<'_> {
    /// The row, with its keys.
    pub fn row(&self, doc_id: String, source_path: &str, run_id: &str) -> DocumentStatsRow {
        DocumentStatsRow { doc_id, source_path: source_path.to_owned(), run_id: run_id.to_owned(), ..self.row.clone() }
    }
}

/// Characters on an A4 page of a report in 三号 type: 22 lines of 28 characters (GB/T 9704-2012, 5.2.2).
const CHARS_PER_PAGE: f64 = 22.0 * 28.0;

/// Counts one report.
pub fn count<'t>(report: &Report, clean: &'t CleanText, findings: &Findings, segmenter: &'t Segmenter) -> Counted<'t> {
    let text = report.span.of(&clean.text);
    let Chars { n_chars, n_han, n_digits } = Chars::of(text);

    let mut lengths = Vec::with_capacity(report.units.len());
    let mut by_role: FxHashMap<Role, i32> = FxHashMap::default();
    let mut index: FxHashMap<&str, usize> = FxHashMap::default();
    let mut terms: Vec<Term<'t>> = Vec::new();
    let (mut n_tokens, mut n_field) = (0, 0);
    let with_measure: FxHashSet<usize> = findings.measures.iter().map(|m| m.unit_index).collect();
    let mut measure_words = Vec::new();
    for (number, unit) in report.units.iter().enumerate().filter(|(_, u)| u.kind != UnitKind::Boilerplate) {
        let has_measure = with_measure.contains(&number);
        let sentence = unit.span.of(&clean.text);
        lengths.push(n_chars_of(sentence));
        *by_role.entry(report.role(unit)).or_default() += 1;
        for Word { text: word, pos } in segmenter.tagged(sentence) {
            if !word.chars().any(is_letter) {
                continue;
            }
            n_tokens += 1;
            let at = *index.entry(word).or_insert_with(|| {
                terms.push(Term { word, pos, count: 0 });
                terms.len() - 1
            });
            terms[at].count += 1;
            if has_measure {
                measure_words.push((number as u32, at as u32));
            }
        }
    }
    for term in terms.iter().filter(|t| segmenter.is_field_word(t.word)) {
        n_field += term.count;
    }

    let n_sentences = lengths.len();
    let with = |units: FxHashSet<usize>| share(units.len(), n_sentences);
    let masked = findings.figures.iter().filter(|f| f.masked).count();
    let role = |r: Role| by_role.get(&r).copied().unwrap_or(0);
    let damaged: usize = clean.damaged.iter().filter(|d| report.span.contains(**d)).map(|d| d.len()).sum();
    let source = clean.source_span(report.span);
    let repaired: usize = clean
        .repairs
        .iter()
        .filter(|r| source.start <= r.source.start && r.source.end <= source.end)
        .map(|r| r.source.end - r.source.start)
        .sum();
    let row = DocumentStatsRow {
        doc_id: String::new(),
        source_path: String::new(),
        n_chars: n_chars as i32,
        n_han: n_han as i32,
        n_digits: n_digits as i32,
        n_sentences: n_sentences as i32,
        mean_sentence_chars: share(lengths.iter().sum(), n_sentences),
        median_sentence_chars: median(&mut lengths),
        n_tokens,
        n_types: terms.len() as i32,
        type_token_ratio: share(terms.len(), n_tokens as usize),
        field_words_per_1000: 1000.0 * share(n_field as usize, n_tokens as usize),
        n_sentences_background: role(Role::Background),
        n_sentences_measures: role(Role::Measures),
        n_sentences_results: role(Role::Results),
        n_sentences_problems: role(Role::Problems) + role(Role::Remedies),
        n_sentences_next_steps: role(Role::NextSteps),
        n_sentences_other: role(Role::Other),
        measure_sentence_share: with(with_measure),
        figure_sentence_share: with(findings.figures.iter().map(|f| f.unit_index).collect()),
        problem_sentence_share: with(findings.problems.iter().map(|p| p.unit_index).collect()),
        figures_per_1000_chars: 1000.0 * share(findings.figures.len(), n_chars),
        fill_rate: (!findings.figures.is_empty())
            .then(|| share(findings.figures.len() - masked, findings.figures.len())),
        repaired_share: share(repaired, source.end - source.start),
        damaged_share: share(damaged, report.span.len()),
        template_share: 0.0,
        own_share: 1.0,
        reading_pages: n_chars as f64 / CHARS_PER_PAGE,
        run_id: String::new(),
    };
    Counted { terms, n_sentences: n_sentences as i32, n_tokens, measure_words, row }
}

/// `part` of `whole`; 0 where the whole is 0.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The middle length, or the mean of the two middle ones; 0 of none.
fn median(lengths: &mut [usize]) -> f64 {
    lengths.sort_unstable();
    match lengths.len() {
        0 => 0.0,
        n if n % 2 == 1 => lengths[n / 2] as f64,
        n => (lengths[n / 2 - 1] + lengths[n / 2]) as f64 / 2.0,
    }
}

/// The characters of a text, counted in one pass.
#[derive(Default)]
struct Chars {
    /// Without white space.
    n_chars: usize,
    n_han: usize,
    n_digits: usize,
}

impl Chars {
    fn of(text: &str) -> Self {
        let mut counted = Chars::default();
        for c in text.chars() {
            let han = is_any_hanzi(c);
            counted.n_han += usize::from(han);
            counted.n_chars += usize::from(han || !is_space(c));
            counted.n_digits += usize::from(c.is_ascii_digit());
        }
        counted
    }
}

/// Characters without white space.
fn n_chars_of(text: &str) -> usize {
    text.chars().filter(|c| !is_space(*c)).count()
}

/// White space, which Unicode has none of behind U+3000; most of a text is.
fn is_space(c: char) -> bool {
    c <= '\u{3000}' && c.is_whitespace()
}

/// Letters, digits and Han characters. The marks of Chinese text are told before Unicode's tables are asked.
pub(super) fn is_letter(c: char) -> bool {
    match c {
        '\u{4E00}'..='\u{9FFF}' => true,
        '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{2010}'..='\u{2027}' => false,
        _ => is_any_hanzi(c) || c.is_alphanumeric(),
    }
}
