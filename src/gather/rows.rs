//! Findings of one file to rows: spans become code points, quotes are cut from the source, ids are made.
//!
//! It decides nothing: every column is taken from the finding, the report or the file.

use super::brief::Brief;
use super::digest::fact_id;
use super::norms::Norms;
use super::stats;
use crate::acquire::clean;
use crate::acquire::personal::Kind;
use crate::dissect::segment::Segmenter;
use crate::document::{CleanText, DecodedFile, Reject, Report};
use crate::finding::{Findings, RuleId};
use crate::pipeline::Processed;
use crate::span::{SourceSpan, Span};
use crate::tables::*;
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};
use std::cell::RefCell;

/// The rows of one processed file, and the digests of its reports. Rows of `documents` and `document_stats` are in the
/// digests: some of their columns depend on other files.
pub fn of_file(processed: &Processed, segmenter: &Segmenter, norms: &Norms, run_id: &str) -> Rows {
    let Processed { file, clean, reports } = processed;
    let mut rows = Rows::default();
    rows.source_texts.push(SourceTextRow {
        source_path: file.source_path.clone(),
        source_sha256: file.source_sha256.clone(),
        format: file.format.code().to_owned(),
        encoding: file.encoding.to_owned(),
        n_chars: file.text.points() as i64,
        text: file.text.as_str().to_owned(),
        run_id: run_id.to_owned(),
    });
    rows.repairs.extend(clean.repairs.iter().map(|repair| RepairRow {
        source_path: file.source_path.clone(),
        start: repair.source.start as i64,
        end: repair.source.end as i64,
        quote: file.text.slice(repair.source).to_owned(),
        kind: repair.kind.to_owned(),
        repaired: repair.to.clone(),
        run_id: run_id.to_owned(),
    }));
    let ids = RefCell::default();
    for (report, findings) in reports {
        of_report(&mut rows, &Context { file, clean, report, run_id, ids: &ids }, findings, segmenter, norms);
    }
    rows
}

/// The row of a rejected file.
pub fn of_reject(reject: Reject, run_id: &str) -> Rows {
    let row = RejectRow {
        source_path: reject.source_path,
        reason: reject.reason.to_owned(),
        detail: reject.detail,
        run_id: run_id.to_owned(),
    };
    Rows { rejects: vec![row], ..Rows::default() }
}

/// A sentence with more bytes is not repeated beside each of its findings: it is a page without marks, and a file of
/// such would grow a hundredfold.
const LONGEST_TEXT: usize = 2000;

/// What all rows of one report share.
struct Context<'a> {
    file: &'a DecodedFile,
    clean: &'a CleanText,
    report: &'a Report,
    run_id: &'a str,
    /// Ids of the file's facts so far.
    ids: &'a RefCell<FxHashSet<String>>,
}

/// Columns that every fact begins with, before the row's own.
struct Place {
    fact_id: String,
    start: i64,
    end: i64,
    quote: String,
    unit_text: Option<String>,
    section: Option<String>,
}

/// Builds a fact row: the shared columns from a [`Place`], the finding and the context, then its own.
macro_rules! fact {
    ($row:ident, $context:expr, $doc_id:expr, $place:expr, $finding:expr, { $($own:tt)* }) => {{
        let place = $place;
        $row {
            fact_id: place.fact_id,
            run_id: $context.run_id.to_owned(),
            doc_id: $doc_id.to_owned(),
            source_path: $context.file.source_path.clone(),
            start: place.start,
            end: place.end,
            quote: place.quote,
            unit_text: place.unit_text,
            section: place.section,
            rule_id: $finding.rule.to_string(),
            confidence: $finding.confidence,
            $($own)*
        }
    }};
}

fn of_report(rows: &mut Rows, context: &Context, findings: &Findings, segmenter: &Segmenter, norms: &Norms) {
    let doc_id = doc_id(&context.file.source_path, context.report.part);
    let (first_figure, first_check) = (rows.figures.len(), rows.figure_checks.len());
    for f in &findings.figures {
        let value = format!("{:?} {:?} {}", f.value, f.value_hi, f.masked);
        let place = context.place("figure", f.span, f.unit_index, &f.rule, &value);
        rows.figures.push(fact!(FigureRow, context, doc_id, place, f, {
            number: f.number.clone(),
            value: f.value,
            value_hi: f.value_hi,
            unit: f.unit.clone(),
            comparator: f.comparator.code().to_owned(),
            masked: f.masked,
            kind: f.kind.code().to_owned(),
            indicator: f.indicator.to_string(),
            scope: f.scope.clone(),
            subject: f.subject.clone(),
            per: f.per.map(str::to_owned),
            change: f.change.map(str::to_owned),
            change_role: f.change_role.map(str::to_owned),
            period: f.period.clone(),
            holds_now: f.holds_now,
        }));
    }
    for (i, check) in findings.checks.iter().enumerate().filter(|(_, check)| !check.holds) {
        let check_id = id(&[&doc_id, check.kind, &i.to_string()]);
        rows.figure_checks.extend(check.figures.iter().map(|figure| FigureCheckRow {
            check_id: check_id.clone(),
            doc_id: doc_id.clone(),
            check: check.kind.to_owned(),
            detail: check.detail.clone(),
            fact_id: rows.figures[first_figure + figure].fact_id.clone(),
            run_id: context.run_id.to_owned(),
        }));
    }
    let first_measure = rows.measures.len();
    for m in &findings.measures {
        let place = context.place("measure", m.span, m.unit_index, &m.rule, "");
        rows.measures.push(fact!(MeasureRow, context, doc_id, place, m, {
            status: m.status.code().to_owned(),
            topic: main_topic(&m.topics),
            topics: m.topics.join(" "),
            actor: m.actor.clone(),
            action: m.action.clone(),
            object: m.object.clone(),
        }));
    }
    let first_problem = rows.problems.len();
    for p in &findings.problems {
        let place = context.place("problem", p.span, p.unit_index, &p.rule, "");
        rows.problems.push(fact!(ProblemRow, context, doc_id, place, p, {
            status: p.status.code().to_owned(),
            topic: main_topic(&p.topics),
            topics: p.topics.join(" "),
            holder: p.holder.map(str::to_owned),
        }));
    }
    for &(problem, measure) in &findings.answers {
        rows.problem_measures.push(ProblemMeasureRow {
            problem_id: rows.problems[first_problem + problem].fact_id.clone(),
            measure_id: rows.measures[first_measure + measure].fact_id.clone(),
            doc_id: doc_id.clone(),
            run_id: context.run_id.to_owned(),
        });
    }
    for refusal in &findings.refusals {
        let source = context.clean.source_span(refusal.span);
        rows.refusals.push(RefusalRow {
            doc_id: doc_id.clone(),
            source_path: context.file.source_path.clone(),
            start: source.start as i64,
            end: source.end as i64,
            quote: context.file.text.slice(source).to_owned(),
            what: refusal.what.to_owned(),
            reason: refusal.reason.to_string(),
            run_id: context.run_id.to_owned(),
        });
    }
    let counted = stats::count(context.report, context.clean, findings, segmenter);
    rows.terms.extend(counted.terms.iter().map(|term| TermRow {
        doc_id: doc_id.clone(),
        term: term.word.to_owned(),
        pos: term.pos.map(str::to_owned),
        count: term.count,
        run_id: context.run_id.to_owned(),
    }));
    let brief = Brief {
        clean: context.clean,
        report: context.report,
        findings,
        terms: &counted.terms,
        measure_words: &counted.measure_words,
        figures: &rows.figures[first_figure..],
        measures: &rows.measures[first_measure..],
        problems: &rows.problems[first_problem..],
        checks: &rows.figure_checks[first_check..],
    };
    let document = context.document(&doc_id, findings, &counted);
    let stats = counted.row(doc_id, &context.file.source_path, context.run_id);
    rows.digests.push(brief.digest(norms, document, stats));
}

fn main_topic(topics: &[RuleId]) -> String {
    topics.first().map_or("other", |t| t).to_owned()
}

impl Context<'_> {
    fn place(&self, family: &str, span: Span, unit_index: usize, rule: &str, value: &str) -> Place {
        let source = self.clean.source_span(span);
        let unit = &self.report.units[unit_index];
        let section = self.report.section_path(unit);
        let rule_family = rule.rsplit_once('.').map_or(rule, |(family, _)| family);
        let SourceSpan { start, end } = source;
        let mut fact_id = id(&[&self.file.source_path, family, &format!("{start}-{end}"), rule_family, value]);
        // 最多值三天 and 三岁以下 in a stretch whose bytes were damaged have one place in the source, which is all of it.
        while !self.ids.borrow_mut().insert(fact_id.clone()) {
            fact_id = id(&[&fact_id]);
        }
        Place {
            fact_id,
            start: start as i64,
            end: end as i64,
            quote: self.file.text.slice(source).to_owned(),
            unit_text: (unit.span.len() <= LONGEST_TEXT)
                .then(|| self.file.text.slice(self.clean.source_span(unit.span)).to_owned()),
            section: Some(section).filter(|s| !s.is_empty()),
        }
    }

    fn document(&self, doc_id: &str, findings: &Findings, counted: &stats::Counted) -> DocumentRow {
        let Context { file, clean, report, run_id, .. } = self;
        let source = clean.source_span(report.span);
        let inside = |at: SourceSpan| source.start <= at.start && at.end <= source.end;
        let personal = |kind: Kind| {
            let places = file.masked.as_ref()?.iter().filter(|place| place.kind == kind && inside(place.span));
            Some(places.count() as i32)
        };
        DocumentRow {
            doc_id: doc_id.to_owned(),
            source_path: file.source_path.clone(),
            source_sha256: file.source_sha256.clone(),
            part: report.part as i32,
            start: source.start as i64,
            end: source.end as i64,
            title: report.title.clone(),
            school_id: None,
            school_name: report.body.clone(),
            school_candidates: None,
            district: report.district.clone(),
            level: report.level.map(str::to_owned),
            stage: report.stage.map(str::to_owned),
            doc_kind: Some(report.kind.code().to_owned()),
            on_topic: report.on_topic,
            period: report.period.clone(),
            report_date: report.report_date,
            format: file.format.code().to_owned(),
            encoding: file.encoding.to_owned(),
            script: clean::script(file.text.slice(source)).code().to_owned(),
            n_chars: (source.end - source.start) as i32,
            n_sentences: counted.n_sentences,
            n_tokens: counted.n_tokens,
            n_figures: findings.figures.len() as i32,
            n_measures: findings.measures.len() as i32,
            n_problems: findings.problems.len() as i32,
            n_masked: findings.figures.iter().filter(|f| f.masked).count() as i32,
            n_repairs: clean.repairs.iter().filter(|r| inside(r.source)).count() as i32,
            n_damaged: clean.damaged.iter().filter(|d| report.span.contains(**d)).count() as i32,
            n_refused: findings.refusals.len() as i32,
            n_personal_phones: personal(Kind::Phone),
            n_personal_ids: personal(Kind::IdNumber),
            n_personal_accounts: personal(Kind::Account),
            n_personal_names: personal(Kind::Name),
            spun: !clean::spun(report.span.of(&self.clean.text)).is_empty(),
            copied_share: 0.0,
            copy_group: None,
            superseded_by: None,
            counted: false,
            run_id: (*run_id).to_owned(),
        }
    }
}

/// Stable name of a report: the same while its file's path and its place in the file stay.
pub fn doc_id(source_path: &str, part: u32) -> String {
    id(&["document", source_path, &part.to_string()])
}

/// 16 hex digits of SHA-256 over the parts: one clash is expected among some 10^9.6 ids.
fn id(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    fact_id(u64::from_be_bytes(*hash.finalize().first_chunk().expect("a hash of 32 bytes")))
}
