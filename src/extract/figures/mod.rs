//! Figures (数据): comparator, number, unit, scope, kind and indicator as one bound record.
//!
//! In four steps, each a file: [`bind`] joins every number of a sentence with its comparator and unit, or refuses it with
//! a reason ([`refusals`]); [`scope`], [`attributes`] and [`changes`] read what it holds for; [`cues`] weighs the words
//! around it and answers which indicator and which kind. Rules are data (`figures_*.toml`), each with examples that `cargo test` runs.
//! Every number of a report comes out as part of a figure or as a refusal.

mod attributes;
mod bind;
mod changes;
pub mod checks;
mod clock;
mod comparators;
mod confidence;
mod cues;
mod denials;
mod earlier;
mod examples;
mod grades;
mod neighbours;
mod quantity;
mod refusals;
mod scope;
mod table;
mod units;

use crate::document::{CleanText, Report, Unit, UnitKind};
use crate::extract::numerals::{self, Numeral};
use crate::finding::{Figure, FigureKind, Refusal, RuleId, Step};
use crate::rules::RuleFiles;
use crate::span::Span;
use anyhow::Result;
use bind::{Binder, Mention};
use cues::{Answer, Borders, Cues, Facts, Hit, Question, Surroundings, Words};
use std::sync::Arc;

/// The codes of column `indicator`.
pub const INDICATORS: [&str; 29] = [
    "homework_minutes",
    "homework_count",
    "after_school_participants",
    "after_school_rate",
    "after_school_time",
    "club_count",
    "satisfaction_rate",
    "institution_count",
    "training_time",
    "sleep_hours",
    "fitness_minutes",
    "fitness_lessons",
    "school_hours",
    "lesson_count",
    "lesson_minutes",
    "exam_count",
    "inspection_count",
    "notice_count",
    "document_count",
    "meeting_count",
    "training_count",
    "teacher_count",
    "student_count",
    "school_count",
    "class_count",
    "money",
    "share",
    "other_count",
    "other",
];

const KINDS: [(&str, FigureKind); 4] = [
    ("requirement", FigureKind::Requirement),
    ("actual", FigureKind::Actual),
    ("target", FigureKind::Target),
    ("other", FigureKind::Other),
];

/// Place of `actual` in [`KINDS`].
const KIND_ACTUAL: usize = 1;

/// A rule without words gives way to the figure before only below this weight.
const WEAK_DEFAULT: f32 = 1.2;

/// Characters of what is counted, between its number and the next of a list: 312个班、148个班.
const COUNTED: usize = 3;

/// Marks that end an item of a list.
const MARKS: [char; 6] = ['、', ',', ';', ':', '(', ')'];

/// Characters between people and the share that they are: ,占全校学生总数的.
const LONGEST_SHARE: usize = 12;

/// Indicators that are about pupils: where nothing else is said they hold for the stage of the school that reports.
const OF_PUPILS: [&str; 11] = [
    "homework_minutes",
    "homework_count",
    "after_school_participants",
    "after_school_rate",
    "sleep_hours",
    "fitness_minutes",
    "fitness_lessons",
    "school_hours",
    "exam_count",
    "student_count",
    "class_count",
];

/// The rules of figures.
pub struct Figures {
    binder: Binder,
    indicators: Question,
    kinds: Question,
    cues: Cues,
    indicator_codes: Vec<Arc<str>>,
}

impl Figures {
    /// Builds them.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let mut words = Words::default();
        let kind_codes = KINDS.map(|(code, _)| code);
        let indicators = Question::new(
            "figures_indicators.toml",
            include_str!("figures_indicators.toml"),
            rules,
            &INDICATORS,
            &mut words,
        )?;
        let kinds =
            Question::new("figures_kinds.toml", include_str!("figures_kinds.toml"), rules, &kind_codes, &mut words)?;
        Ok(Figures {
            binder: Binder::new(rules)?,
            indicators,
            kinds,
            cues: words.build()?,
            indicator_codes: INDICATORS.iter().map(|code| Arc::from(*code)).collect(),
        })
    }

    /// The figures of a report, and the numbers that are none.
    pub fn extract(&self, report: &Report, clean: &CleanText) -> (Vec<Figure>, Vec<Refusal>) {
        let (mut figures, mut refusals) = (Vec::new(), Vec::new());
        let mut reading = Reading::new(self, report, clean);
        for (index, unit) in report.units.iter().enumerate() {
            let text = unit.span.of(&clean.text);
            let numbers = numbers_of(text, unit.enumerator);
            if numbers.is_empty() {
                continue;
            }
            let refused = |span: Span, reason: &Arc<str>| Refusal {
                span: span.shift(unit.span.start),
                what: "number",
                reason: reason.clone(),
            };
            if matches!(unit.kind, UnitKind::Boilerplate | UnitKind::Title) {
                let reason = if unit.kind == UnitKind::Title { "title" } else { "boilerplate" }.into();
                refusals.extend(numbers.iter().map(|n| refused(n.span, &reason)));
                continue;
            }
            let (mut mentions, mut none) = self.binder.bind(text, unit.enumerator, &numbers);
            let head = |at| table::head(report, &clean.text, index, at).and_then(table::unit);
            self.binder.cells(text, &numbers, head, &mut mentions, &mut none);
            refusals.extend(none.iter().map(|r| refused(r.span, &r.reason)));
            if !mentions.is_empty() {
                reading.figures(index, &mentions, &mut figures);
            }
        }
        (figures, refusals)
    }
}

/// The numbers of a sentence that begins with an item's number of `enumerator` bytes: in 3.37个学生 two.
fn numbers_of(text: &str, enumerator: usize) -> Vec<Numeral> {
    let numbers = numerals::scan(text);
    if !numbers.iter().any(|n| n.span.start < enumerator && enumerator < n.span.end) {
        return numbers;
    }
    let behind = numerals::scan(&text[enumerator..]).into_iter();
    let mut both = numerals::scan(&text[..enumerator]);
    both.extend(behind.map(|n| Numeral { span: n.span.shift(enumerator), ..n }));
    both
}

/// For each figure of a sentence that is told off with others, one by one, the grades that it is told of; none of 高中.
fn told_off(text: &str, mentions: &[Mention], groups: &[grades::Group]) -> Vec<Option<Option<(u8, u8)>>> {
    let mut grades = vec![None; mentions.len()];
    let mut from = 0;
    for list in mentions.chunk_by(|a, b| {
        let between = text.get(a.span.end..b.span.start).unwrap_or_default();
        // 312个班、148个班: what is counted may stand between.
        let counted = between.trim_end_matches(['、', ',', '和', '与', '及']);
        let marked = counted.len() < between.len() && counted.chars().count() <= COUNTED && !counted.contains(MARKS);
        // 50分钟、80分钟以内,低于国家规定的60分钟: a bound of its own begins anew.
        let anew = between.ends_with(',') && b.number.start > b.span.start;
        a.class == b.class && marked && !anew
    }) {
        let spans: Vec<Span> = list.iter().map(|m| m.span).collect();
        if let Some(each) = scope::each(text, &spans, groups) {
            grades[from..].iter_mut().zip(each).for_each(|(grades, of_one)| *grades = Some(of_one));
        }
        from += list.len();
    }
    grades
}

/// What a cell of a table counts: its row and its column, so that two rows are not taken for two values of one thing.
fn subject_of_cell(text: &str, head: &str, m: &Mention) -> Option<String> {
    let label = table::label(text).filter(|_| table::is_cell(text, m.span))?;
    Some(label.chars().chain(table::name(head).chars()).take(attributes::MAX_SUBJECT).collect())
}

/// What is known of a report while its figures are read, each part found once.
struct Reading<'a> {
    rules: &'a Figures,
    report: &'a Report,
    clean: &'a CleanText,
    title: Option<Vec<Hit>>,
    /// Cue words of each section's heading.
    headings: Vec<Option<Vec<Hit>>>,
    near: cues::Nearness,
    last: Option<Last>,
}

/// The figure read last.
struct Last {
    /// Its unit's place in the report, and its section.
    index: usize,
    section: usize,
    /// Its unit as written.
    unit: String,
    class: String,
    /// Byte of its sentence behind it.
    end: usize,
    answer: Answer,
}

impl<'a> Reading<'a> {
    fn new(rules: &'a Figures, report: &'a Report, clean: &'a CleanText) -> Self {
        let headings = vec![None; report.sections.len()];
        Reading { rules, report, clean, title: None, headings, near: rules.cues.nearness(), last: None }
    }

    /// The figures of one sentence that has `mentions`.
    fn figures(&mut self, index: usize, mentions: &[Mention], out: &mut Vec<Figure>) {
        let (rules, report) = (self.rules, self.report);
        let unit = &report.units[index];
        let text = unit.span.of(&self.clean.text);
        let own = rules.cues.find(text);
        let sentence_before = match index.checked_sub(1).map(|i| &report.units[i]) {
            Some(before) if before.section == unit.section => rules.cues.find(before.span.of(&self.clean.text)),
            _ => Vec::new(),
        };
        let title =
            self.title.get_or_insert_with(|| rules.cues.find(report.title.as_deref().unwrap_or_default())).clone();
        let heading = self.heading(unit.section).to_vec();
        let headings_above = self.headings_above(unit.section);
        let borders = Borders::of(text, mentions);
        let groups = rules.binder.grades.groups(text);
        let mut floor = unit.enumerator;
        let told_off = told_off(text, mentions, &groups);
        let mut kind_before: Option<Answer> = None;
        for (m, told_off) in mentions.iter().zip(told_off) {
            let head = table::head(report, &self.clean.text, index, m.span.start);
            let column = head.map(|head| rules.cues.find(head));
            let bounded = head.and_then(|head| rules.binder.bounded(text, head, m));
            let m = bounded.as_ref().unwrap_or(m);
            let around = Surroundings {
                own: &own,
                column: column.as_deref().unwrap_or_default(),
                sentence_before: &sentence_before,
                heading: &heading,
                headings_above: &headings_above,
                title: &title,
            };
            self.near.measure(m, mentions, &borders, &around);
            let facts = Facts { mention: m, role: report.role(unit), report: report.kind };
            let mut indicator = rules.indicators.answer(&facts, &self.near);
            let of_before = self.share_of_before(index, text, m, indicator.as_ref());
            if let Some(answer) = of_before.or_else(|| self.carried_on(index, unit, m, indicator.as_ref())) {
                indicator = Some(answer);
            }
            let change = changes::change(text, m);
            // Where a change began is a fact, whatever is aimed at.
            let kind = if change.begins() {
                Some(Answer {
                    gives: KIND_ACTUAL,
                    rule: RuleId::from("figures.kinds.start_of_change"),
                    score: 3.0,
                    second: 0.0,
                    own: true,
                    told: true,
                })
            } else if kind_before.is_some() && m.steps.iter().any(|step| *step.rule == *neighbours::INHERITED) {
                // Of a limit for several groups of pupils only the first may say that it is one.
                kind_before
            } else {
                rules.kinds.answer(&facts, &self.near)
            };
            kind_before = kind.clone();
            let mut steps = m.steps.clone();
            steps
                .extend([&indicator, &kind].into_iter().flatten().map(|a| Step { rule: a.rule.clone(), span: m.span }));
            let code = indicator.as_ref().map_or(INDICATORS.len() - 1, |a| a.gives);
            let grades = told_off.unwrap_or_else(|| {
                scope::of(text, m.span, &groups).unwrap_or_else(|| {
                    self.scope_of_headings(unit.section).or_else(|| self.scope_of_stage(INDICATORS[code]))
                })
            });
            // 满意率由86%上升到93%: both are of what stands before the first.
            let began =
                out.last().filter(|b| b.unit_index == index && b.change_role == Some(changes::Role::Before.code()));
            let subject_before =
                began.filter(|_| change.role == Some(changes::Role::After)).and_then(|b| b.subject.clone());
            let kind_told = kind.as_ref().map_or(FigureKind::Other, |a| KINDS[a.gives].1);
            let span = m.span.shift(unit.span.start);
            for step in &mut steps {
                step.span = step.span.shift(unit.span.start);
            }
            out.push(Figure {
                span,
                unit_index: index,
                number: m.number.of(text).to_owned(),
                value: m.value,
                value_hi: m.value_hi,
                unit: m.unit.clone(),
                comparator: m.comparator,
                masked: m.masked,
                kind: kind_told,
                indicator: rules.indicator_codes[code].clone(),
                scope: grades.map(scope::code),
                subject: head
                    .and_then(|head| subject_of_cell(text, head, m))
                    .or(subject_before)
                    .or_else(|| attributes::subject(text, m, floor)),
                per: attributes::per(text, m),
                change: change.direction,
                change_role: change.role.map(changes::Role::code),
                holds_now: earlier::holds_now(change, kind_told, &text[..m.span.start]),
                period: attributes::period(text, m),
                rule: steps[0].rule.clone(),
                confidence: confidence::of(m.pattern, indicator.as_ref(), kind.as_ref()),
                steps,
            });
            floor = m.span.end;
            self.last = indicator.map(|answer| Last {
                index,
                section: unit.section,
                unit: m.unit.clone(),
                class: m.class.clone(),
                end: m.span.end,
                answer,
            });
        }
    }

    /// The answer of the figure before, where it has the same unit and this one's own words tell nothing: 社团36个,
    /// 其中体育类12个; a list of lines, one grade each.
    fn carried_on(&self, index: usize, unit: &Unit, m: &Mention, own: Option<&Answer>) -> Option<Answer> {
        let last = self.last.as_ref().filter(|l| l.unit == m.unit && l.answer.told)?;
        let same_sentence = last.index == index;
        let silent = own.is_none_or(|a| {
            let far = a.told && !a.own && same_sentence && !matches!(m.class.as_str(), "percent" | "points" | "share");
            far || !a.told && a.score < WEAK_DEFAULT
        });
        let text = unit.span.of(&self.clean.text);
        let in_table = text.contains(table::BAR);
        // 参与率依次为98%、97%、96%: the items of a list are told of the same.
        let between = || text.get(last.end..m.span.start).unwrap_or_default();
        let listed = same_sentence
            && (refusals::is_joint(between()) || neighbours::names_grades(&self.rules.binder.grades, between()));
        if listed && !in_table && !own.is_some_and(|a| a.told && a.own) {
            return Some(Answer { rule: RuleId::from("figures.indicators.carried_on"), ..last.answer.clone() });
        }
        let near = same_sentence || last.index + 1 == index && last.section == unit.section;
        (silent && near && !in_table)
            .then(|| Answer { rule: RuleId::from("figures.indicators.carried_on"), ..last.answer.clone() })
    }

    /// 参加课后服务的810人,占92%: what the share of the people told before is a share of.
    fn share_of_before(&self, index: usize, text: &str, m: &Mention, own: Option<&Answer>) -> Option<Answer> {
        let last = self.last.as_ref().filter(|last| last.index == index && last.class == "person")?;
        let between = text.get(last.end..m.span.start)?;
        let words = between.trim_start_matches([',', '，', '、', ';']).trim_start_matches('约');
        let is_share = matches!(m.class.as_str(), "percent" | "share") && words.starts_with('占');
        // 占比 is a word for a share of its own, yet says nothing else here.
        let told_else = own.is_some_and(|a| a.told && a.own) && !words.starts_with("占比");
        if !is_share || told_else || between.chars().count() > LONGEST_SHARE {
            return None;
        }
        let code = match INDICATORS[last.answer.gives] {
            "after_school_participants" => "after_school_rate",
            "satisfaction_rate" => "satisfaction_rate",
            _ => "share",
        };
        let gives = INDICATORS.iter().position(|known| *known == code)?;
        Some(Answer { gives, rule: RuleId::from("figures.indicators.share_of_people"), ..last.answer.clone() })
    }

    fn heading(&mut self, section: usize) -> &[Hit] {
        let (rules, report) = (self.rules, self.report);
        self.headings[section].get_or_insert_with(|| rules.cues.find(&report.sections[section].title))
    }

    fn headings_above(&mut self, section: usize) -> Vec<Hit> {
        let (mut hits, mut at) = (Vec::new(), self.report.sections[section].parent);
        while let Some(i) = at.filter(|&i| self.report.sections[i].level > 0) {
            hits.extend_from_slice(self.heading(i));
            at = self.report.sections[i].parent;
        }
        hits
    }

    fn scope_of_headings(&self, section: usize) -> Option<(u8, u8)> {
        let mut at = Some(section);
        while let Some(i) = at.filter(|&i| self.report.sections[i].level > 0) {
            let title = &self.report.sections[i].title;
            if let Some(grades) = self.rules.binder.grades.groups(title).iter().rev().find_map(|g| g.grades) {
                return Some(grades);
            }
            at = self.report.sections[i].parent;
        }
        None
    }

    fn scope_of_stage(&self, indicator: &str) -> Option<(u8, u8)> {
        scope::of_stage(self.report.stage?).filter(|_| OF_PUPILS.contains(&indicator))
    }
}

#[cfg(test)]
mod tests;
