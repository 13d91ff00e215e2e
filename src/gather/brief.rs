//! A report's digest, made beside its rows: what of its text the district view needs, while the text is at hand.

use super::clause::{clause_around, is_of_all};
use super::code::Code;
use super::digest::{CheckBrief, Digest, FigureBrief, MeasureBrief, ProblemBrief, fact};
use super::norms::Norms;
use super::stats::Term;
use super::terms::TermCounts;
use super::wording::{Cutter, Sentences, same_letters};
use crate::document::{CleanText, Report, UnitKind};
use crate::finding::Findings;
use crate::hanzi::is_hanzi;
use crate::tables::{DocumentRow, DocumentStatsRow, FigureCheckRow, FigureRow, MeasureRow, ProblemRow};

/// A report with its findings and rows.
pub struct Brief<'a> {
    /// The file's cleaned text.
    pub clean: &'a CleanText,
    /// The report.
    pub report: &'a Report,
    /// What was found in it.
    pub findings: &'a Findings,
    /// Its words.
    pub terms: &'a [Term<'a>],
    /// Unit and word (an index into `terms`) of all words in units with a measure.
    pub measure_words: &'a [(u32, u32)],
    /// Rows of its findings, in the same order.
    pub figures: &'a [FigureRow],
    /// Likewise.
    pub measures: &'a [MeasureRow],
    /// Likewise.
    pub problems: &'a [ProblemRow],
    /// Rows of its failed checks.
    pub checks: &'a [FigureCheckRow],
}

/// Lines at each end of a report that may name who writes it.
const LINES: usize = 3;

/// Characters of a first line that are kept.
const HEAD_CHARS: usize = 60;

/// A last line with more characters is no signature.
const TAIL_CHARS: usize = 30;

impl Brief<'_> {
    /// The digest.
    pub fn digest(&self, norms: &Norms, document: DocumentRow, stats: DocumentStatsRow) -> Digest {
        let text = self.report.span.of(&self.clean.text);
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        let head: Vec<String> = lines().take(LINES).map(|line| line.chars().take(HEAD_CHARS).collect()).collect();
        let mut tail: Vec<&str> = lines().rev().take(LINES).filter(|line| line.chars().count() <= TAIL_CHARS).collect();
        tail.reverse();
        let (terms, place) = self.content_terms();
        Digest {
            head: head.join(" "),
            tail: tail.join(" "),
            sentences: self.sentences(&document),
            figures: (0..self.figures.len()).map(|i| self.figure(i, norms)).collect(),
            measures: (0..self.measures.len()).map(|i| self.measure(i, &place)).collect(),
            problems: self.problems(),
            checks: self.checks(),
            terms,
            document,
            stats,
        }
    }

    fn sentences(&self, document: &DocumentRow) -> Sentences {
        let names = [&document.school_name, &document.district];
        let mut cutter = Cutter::new(names.into_iter().flatten().map(String::as_str));
        let units = self.report.units.iter().filter(|u| !matches!(u.kind, UnitKind::Boilerplate | UnitKind::Title));
        let mut sentences = Sentences::default();
        for unit in units {
            let source = self.clean.source_span(unit.span);
            let text = &unit.span.of(&self.clean.text)[unit.enumerator..];
            cutter.cut(text, source.start as u32, source.end as u32, &mut sentences);
        }
        sentences.shrink()
    }

    fn figure(&self, i: usize, norms: &Norms) -> FigureBrief {
        let (row, found) = (&self.figures[i], &self.findings.figures[i]);
        let unit = &self.report.units[found.unit_index];
        let sentence = unit.span.of(&self.clean.text);
        // A figure lies in its unit; where it does not, the unit alone is looked at.
        let at = found.span.start.saturating_sub(unit.span.start).min(sentence.len());
        let end = found.span.end.saturating_sub(unit.span.start).clamp(at, sentence.len());
        let mut figure = FigureBrief {
            fact: fact(&row.fact_id),
            start: row.start as u32,
            sentence: self.clean.source_span(unit.span).start as u32,
            kind: row.kind.as_str().into(),
            indicator: row.indicator.as_str().into(),
            scope: row.scope.as_deref().map(Code::from),
            comparator: row.comparator.as_str().into(),
            value: row.value,
            value_hi: row.value_hi,
            unit: row.unit.as_str().into(),
            masked: row.masked,
            per: row.per.as_deref().map(Code::from),
            period: row.period.as_deref().map(Code::from),
            subject: row.subject.clone(),
            holds_now: row.holds_now,
            of_all: false,
            norms: Vec::new(),
        };
        if sentence.is_char_boundary(at) && sentence.is_char_boundary(end) {
            figure.of_all = is_of_all(clause_around(&sentence[..at], at, at));
            figure.norms = norms.fitting(&figure, clause_around(sentence, at, end), sentence);
        }
        figure
    }

    fn measure(&self, i: usize, place: &[Option<u32>]) -> MeasureBrief {
        let (row, found) = (&self.measures[i], &self.findings.measures[i]);
        let unit = found.unit_index as u32;
        let from = self.measure_words.partition_point(|w| w.0 < unit);
        let words = self.measure_words[from..].iter().take_while(|w| w.0 == unit);
        let mut terms: Vec<u32> = words.filter_map(|w| place[w.1 as usize]).collect();
        terms.sort_unstable();
        terms.dedup();
        MeasureBrief {
            fact: fact(&row.fact_id),
            start: row.start as u32,
            sentence: self.clean.source_span(self.report.units[found.unit_index].span).start as u32,
            status: row.status.as_str().into(),
            topics: row.topics.as_str().into(),
            terms,
        }
    }

    fn problems(&self) -> Vec<ProblemBrief> {
        let brief = |(row, found): (&ProblemRow, &crate::finding::Problem)| ProblemBrief {
            fact: fact(&row.fact_id),
            start: row.start as u32,
            status: row.status.as_str().into(),
            topics: row.topics.as_str().into(),
            words: same_letters(found.span.of(&self.clean.text)),
        };
        self.problems.iter().zip(&self.findings.problems).map(brief).collect()
    }

    fn checks(&self) -> Vec<CheckBrief> {
        let mut checks: Vec<(&str, CheckBrief)> = Vec::new();
        for row in self.checks {
            let fact = fact(&row.fact_id);
            match checks.iter_mut().find(|(id, _)| *id == row.check_id) {
                Some((_, check)) => check.facts.push(fact),
                None => checks.push((
                    &row.check_id,
                    CheckBrief { check: row.check.as_str().into(), detail: row.detail.clone(), facts: vec![fact] },
                )),
            }
        }
        checks.into_iter().map(|(_, check)| check).collect()
    }

    /// Content words in the order of words, and for each of `terms` its place among them.
    fn content_terms(&self) -> (TermCounts, Vec<Option<u32>>) {
        let mut content: Vec<usize> =
            (0..self.terms.len()).filter(|&i| is_content(self.terms[i].word, self.terms[i].pos)).collect();
        content.sort_unstable_by_key(|&i| self.terms[i].word);
        let mut place = vec![None; self.terms.len()];
        for (at, &i) in content.iter().enumerate() {
            place[i] = Some(at as u32);
        }
        let terms = content.iter().map(|&i| (self.terms[i].word, self.terms[i].count as u32)).collect();
        (terms, place)
    }
}

/// True for words that say what a text is about: no names of people or places, numbers, words of grammar, or single
/// characters.
fn is_content(word: &str, pos: Option<&str>) -> bool {
    let mut letters = word.chars();
    let long = letters.next().is_some() && letters.next().is_some();
    // No unified ideograph is a number to Unicode; asking its tables takes long.
    let plain = !word.contains(|c: char| !is_hanzi(c) && c.is_numeric());
    let kind = pos.is_none_or(|pos| {
        pos.starts_with(['n', 'v', 'a', 'i', 'l', 'j', 'z', 'b'])
            && !["nr", "ns", "nt"].iter().any(|n| pos.starts_with(n))
            || pos == "eng"
            || pos == "x"
    });
    long && plain && kind
}
