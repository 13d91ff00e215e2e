//! Which measure answers which problem of the same report.
//!
//! Four forms are read, and nothing is guessed beyond them: a problem and its remedy in one sentence; a problem and,
//! behind a label (`整改措施：`, `建议：`) or right behind it, what was done; a sentence that names the number of a problem
//! (`针对问题二`); a list of problems and a list of remedies of the same length, item by item. In lists the two items
//! must share a topic or words, finding by finding. A missing pair is better than a wrong one.

use super::Problems;
use super::place::{self, has_problem_label};
use crate::document::{CleanText, Report, Role, Unit, UnitKind};
use crate::finding::{Measure, Problem, ProblemStatus};
use std::collections::{BTreeSet, HashSet};

/// Units behind a labelled problem in which its remedies may stand.
const REMEDIES_WITHIN: usize = 12;
/// Items of a list at most; longer ones are no lists of problems.
const LIST: usize = 40;
/// Pairs of characters that the two must share where no topic is.
const SHARED_PAIRS: usize = 3;

/// An item of a list: the units `from..to`, with their findings.
struct Item {
    /// Findings in it: indices into the problems or the measures.
    findings: Vec<usize>,
    /// Its own units.
    from: usize,
    to: usize,
}

/// Pairs of indices into `problems` and `measures`, sorted.
pub(super) fn answers(
    rules: &Problems,
    report: &Report,
    clean: &CleanText,
    problems: &[Problem],
    measures: &[Measure],
) -> Vec<(usize, usize)> {
    let mut pairs = BTreeSet::new();
    if !measures.is_empty() {
        for index in 0..problems.len() {
            in_one_sentence(report, problems, measures, index, &mut pairs);
            behind_a_label(rules, report, clean, problems, measures, index, &mut pairs);
        }
        in_lists(report, clean, problems, measures, &mut pairs);
    }
    pairs.into_iter().collect()
}

/// The measures of units `from..to`.
fn of_units(measures: &[Measure], from: usize, to: usize) -> std::ops::Range<usize> {
    measures.partition_point(|m| m.unit_index < from)..measures.partition_point(|m| m.unit_index < to)
}

/// A measure told behind its problem in one sentence; a sentence that retells a problem answers that one too.
fn in_one_sentence(
    report: &Report,
    problems: &[Problem],
    measures: &[Measure],
    index: usize,
    pairs: &mut BTreeSet<(usize, usize)>,
) {
    let problem = &problems[index];
    let resolved = problem.status == ProblemStatus::Resolved;
    // A new item of the list is a problem of its own.
    let retells = resolved && report.units[problem.unit_index].enumerator == 0;
    let told_before = index.checked_sub(1).filter(|&before| {
        let before = &problems[before];
        retells && before.status == ProblemStatus::Resolved && before.unit_index + 1 == problem.unit_index
    });
    for m in of_units(measures, problem.unit_index, problem.unit_index + 1) {
        if resolved || measures[m].span.start >= problem.span.end {
            pairs.insert((index, m));
            pairs.extend(told_before.map(|before| (before, m)));
        }
    }
}

/// What stands behind `整改措施：` or `建议：`, up to the next problem with a label, answers the one before.
fn behind_a_label(
    rules: &Problems,
    report: &Report,
    clean: &CleanText,
    problems: &[Problem],
    measures: &[Measure],
    index: usize,
    pairs: &mut BTreeSet<(usize, usize)>,
) {
    let problem = &problems[index];
    let unit = &report.units[problem.unit_index];
    if !has_problem_label(unit.span.of(&clean.text), unit) {
        return;
    }
    let level = report.sections[unit.section].level;
    let mut remedies = false;
    let next =
        problems[index + 1..].iter().find(|p| p.status == ProblemStatus::Own && p.unit_index > problem.unit_index);
    for (at, unit) in report.units.iter().enumerate().skip(problem.unit_index + 1).take(REMEDIES_WITHIN) {
        let text = unit.span.of(&clean.text);
        let body = &text[unit.enumerator.min(text.len())..];
        let heading = unit.kind == UnitKind::Heading;
        let remedy =
            place::label(body).is_some_and(|label| rules.is_remedy(label)) || (heading && rules.is_remedy(body));
        let depth = report.sections[unit.section].level;
        let leaves = heading && (depth < level || (depth == level && remedies));
        let another = remedies && next.is_some_and(|p| p.unit_index == at);
        if leaves || another || (has_problem_label(text, unit) && !remedy) {
            break;
        }
        remedies |= remedy;
        if remedies {
            pairs.extend(of_units(measures, at, at + 1).map(|m| (index, m)));
        }
    }
}

/// A list of problems and the list of remedies behind it.
fn in_lists(
    report: &Report,
    clean: &CleanText,
    problems: &[Problem],
    measures: &[Measure],
    pairs: &mut BTreeSet<(usize, usize)>,
) {
    let groups = sections_in_order(report);
    for (at, &(section, from, to)) in groups.iter().enumerate() {
        if report.sections[section].role != Role::Problems {
            continue;
        }
        let Some(&(_, next_from, next_to)) = groups[at + 1..]
            .iter()
            .take(2)
            .find(|(next, ..)| matches!(report.sections[*next].role, Role::NextSteps | Role::Remedies))
        else {
            continue;
        };
        let told = items(report, from, to, |f, t| {
            let (a, z) =
                (problems.partition_point(|p| p.unit_index < f), problems.partition_point(|p| p.unit_index < t));
            (a..z).collect()
        });
        let answered = items(report, next_from, next_to, |f, t| of_units(measures, f, t).collect());
        if told.is_empty() || told.len() > LIST || answered.len() > LIST {
            continue;
        }
        let same_length = told.len() == answered.len() && told.len() > 1;
        for (number, remedy) in answered.iter().enumerate() {
            let text = text_of(report, clean, remedy);
            let named = named_number(text).filter(|&n| n >= 1 && n <= told.len());
            let item = match named {
                Some(n) => &told[n - 1],
                None if same_length => &told[number],
                None => continue,
            };
            for &p in &item.findings {
                let agree = |&&m: &&usize| named.is_some() || alike(clean, &problems[p], &measures[m]);
                pairs.extend(remedy.findings.iter().filter(agree).map(|&m| (p, m)));
            }
        }
    }
}

/// The outermost sections of the report with a role of their own, each with its units `from..to`.
fn sections_in_order(report: &Report) -> Vec<(usize, usize, usize)> {
    let mut groups: Vec<(usize, usize, usize)> = Vec::new();
    for (index, unit) in report.units.iter().enumerate() {
        let mut section = unit.section;
        while let Some(parent) = report.sections[section].parent {
            if parent >= section || report.sections[parent].role != report.sections[section].role {
                break;
            }
            section = parent;
        }
        match groups.last_mut() {
            Some((last, _, to)) if *last == section => *to = index + 1,
            _ => groups.push((section, index, index + 1)),
        }
    }
    groups
}

/// The numbered items of units `from..to` that hold findings.
fn items(report: &Report, from: usize, to: usize, findings: impl Fn(usize, usize) -> Vec<usize>) -> Vec<Item> {
    let starts: Vec<usize> = (from + 1..to).filter(|&i| report.units[i].enumerator > 0).collect();
    let ends = starts.iter().skip(1).copied().chain([to]);
    let items = starts.iter().zip(ends).map(|(&from, to)| Item { findings: findings(from, to), from, to });
    items.filter(|item| !item.findings.is_empty()).collect()
}

fn text_of<'t>(report: &Report, clean: &'t CleanText, item: &Item) -> &'t str {
    let units: &[Unit] = &report.units[item.from..item.to];
    match (units.first(), units.last()) {
        (Some(first), Some(last)) => &clean.text[first.span.start + first.enumerator..last.span.end],
        _ => "",
    }
}

/// The number that a remedy names: `针对问题（二）`, `针对第二个问题`.
fn named_number(text: &str) -> Option<usize> {
    let rest = text.strip_prefix("针对")?;
    let rest = rest.strip_prefix("问题").or_else(|| rest.strip_prefix("第"))?;
    let c = rest.trim_start_matches(['(', '（']).chars().next()?;
    let chinese = "一二三四五六七八九十".chars().position(|d| d == c).map(|n| n + 1);
    chinese.or_else(|| c.to_digit(10).map(|d| d as usize))
}

/// True where a problem and a measure share a topic, or enough words.
fn alike(clean: &CleanText, problem: &Problem, measure: &Measure) -> bool {
    let shared = problem.topics.iter().any(|t| &**t != "other" && measure.topics.contains(t));
    shared || {
        let told = character_pairs(problem.span.of(&clean.text));
        character_pairs(measure.span.of(&clean.text)).intersection(&told).count() >= SHARED_PAIRS
    }
}

/// Pairs of Chinese characters that stand side by side.
fn character_pairs(text: &str) -> HashSet<(char, char)> {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    text.chars().zip(text.chars().skip(1)).filter(|&(a, b)| han(a) && han(b)).collect()
}
