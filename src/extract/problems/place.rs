//! Where a sentence stands: among problems, among remedies, or elsewhere.
//!
//! A section's role is told by its heading; a lead-in sentence (`不足之处：`, `整改中我们也看到：`) opens a run of problems
//! too, until a sentence says that remedies follow.

use super::reading::Reading;
use crate::document::{CleanText, DocKind, Report, Role, Unit, UnitKind};

/// What the surroundings say of a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// Among problems: what is not plainly something else is a problem.
    pub among: bool,
    /// The heading that says of its section that it holds problems.
    pub heads: bool,
    /// Told as background of the policy.
    pub background: bool,
    /// What this counts.
    pub prior: f32,
}

/// What a section's role counts for a sentence in it.
fn role_prior(role: Role) -> f32 {
    match role {
        Role::Problems => 2.0,
        Role::Remedies => 1.0,
        Role::Other => -0.5,
        Role::Background | Role::Measures | Role::Results => -1.0,
        Role::NextSteps => -2.0,
    }
}

/// Among problems a heading or a line of a table counts this less: it may be a mere name.
const HEADING_OR_ROW: f32 = 1.0;
/// Plans state what shall be, and against what.
const PLAN: f32 = -0.5;
/// So do the aims of a report.
const AIMS: f32 = -3.0;

/// Follows a report from unit to unit.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// The section in which a lead-in opened a run of problems.
    opened: Option<usize>,
    /// The section of problems in which a label said that remedies follow.
    closed: Option<usize>,
    /// True behind `存在问题：…`, to the end of its paragraph.
    labelled: bool,
    /// Sections that tell what was found and then what was done about it: they hold `整改状态：…` or `处置：…`.
    rectified: Vec<bool>,
}

impl Run {
    /// A run through `report`.
    pub fn through(report: &Report, clean: &CleanText) -> Self {
        let mut rectified = vec![false; report.sections.len()];
        for unit in &report.units {
            let text = unit.span.of(&clean.text);
            rectified[unit.section] |= label(&text[unit.enumerator.min(text.len())..]).is_some_and(tells_what_was_done);
        }
        Run { rectified, ..Run::default() }
    }

    /// The place of `unit`.
    pub fn place(&self, report: &Report, unit: &Unit) -> Place {
        let role = report.role(unit);
        let opened = self.opened.is_some_and(|section| within(report, unit.section, section));
        let labelled = self.labelled && unit.enumerator == 0 && !unit.begins_paragraph;
        let among = (role == Role::Problems && self.closed != Some(unit.section)) || opened || labelled;
        let mut prior = match role {
            _ if among => role_prior(Role::Problems),
            _ if self.rectified[unit.section] => role_prior(Role::Remedies),
            Role::Problems => role_prior(Role::NextSteps),
            _ => role_prior(role),
        };
        if names_aims(report, unit.section) {
            prior += AIMS;
        }
        if matches!(unit.kind, UnitKind::Heading | UnitKind::Row) && prior > 0.0 {
            prior -= HEADING_OR_ROW;
        }
        if report.kind == DocKind::Plan && !among {
            prior += PLAN;
        }
        let above = report.sections[unit.section].parent.map(|parent| report.sections[parent].role);
        let heads = unit.kind == UnitKind::Heading && role == Role::Problems && above != Some(role);
        Place { among, heads, background: role == Role::Background, prior }
    }

    /// Goes on behind `unit`, which was read as `reading`, has the label of a problem or not, and is one or not.
    pub fn pass(&mut self, report: &Report, unit: &Unit, text: &str, reading: &Reading, problem: bool) {
        let heading = unit.kind == UnitKind::Heading;
        let inside = self.opened.is_some_and(|section| within(report, unit.section, section));
        let body = &text[unit.enumerator.min(text.len())..];
        let remedy = reading.remedy && (heading || ends_in_colon(text) || label(body).is_some());
        let goes_on = problem || heading || unit.enumerator > 0 || !unit.begins_paragraph;
        if remedy || !inside || !goes_on {
            self.opened = None;
        }
        if remedy && !heading {
            self.closed = Some(unit.section);
        } else if has_problem_label(text, unit) {
            self.closed = None;
        }
        self.labelled = problem && !remedy && (self.labelled || has_problem_label(text, unit));
        // 但反弹压力依然较大: says what the items below it tell of.
        let sums_up = ends_in_colon(text) && problem && !reading.acts && !heading;
        if !reading.remedy
            && (reading.announces && !problem && (heading || ends_in_colon(text) || leads_in(body, reading)) || sums_up)
        {
            self.opened = Some(unit.section);
        }
    }
}

/// True for `存在问题：…` and `问题一：…`.
pub(super) fn has_problem_label(text: &str, unit: &Unit) -> bool {
    let (number, body) = text.split_at(unit.enumerator.min(text.len()));
    number.contains("问题") || label(body).is_some_and(is_problem_label)
}

/// True for what stands before the colon of `整改状态：…` and `处置：…`.
fn tells_what_was_done(label: &str) -> bool {
    ["整改", "处置", "处理"].iter().any(|word| label.starts_with(word))
        && ["状态", "情况", "结果", "措施", "进展", "成效", "整改", "处置", "处理"]
            .iter()
            .any(|word| label.ends_with(word))
}

/// True for what stands before the colon of `存在问题：…`.
pub(super) fn is_problem_label(label: &str) -> bool {
    ["问题", "不足", "不足之处", "短板", "困难"].iter().any(|word| label.ends_with(word))
}

/// True for a section that tells aims: 工作目标, 总体目标.
fn names_aims(report: &Report, section: usize) -> bool {
    ["目标", "目标任务", "目标要求"].iter().any(|word| report.sections[section].title.ends_with(word))
}

/// True where section `inner` is `outer` or a part of it.
fn within(report: &Report, inner: usize, outer: usize) -> bool {
    let mut at = Some(inner);
    while let Some(section) = at {
        if section == outer {
            return true;
        }
        at = report.sections[section].parent.filter(|&parent| parent < section);
    }
    false
}

/// True for a sentence that leads in what follows.
pub(super) fn ends_in_colon(text: &str) -> bool {
    text.ends_with([':', '：'])
}

/// Bytes of a short sentence that leads in problems.
const LEAD_IN: usize = 75;

/// True for a short sentence that says nothing but that problems follow: `成绩不多说,问题要说透。`
pub(super) fn leads_in(body: &str, reading: &Reading) -> bool {
    let goes_on = body.trim_end_matches([':', '：']).contains([':', '：']);
    reading.announces && !reading.states && !reading.acts && !reading.frame && !goes_on && body.len() <= LEAD_IN
}

/// Bytes that a label (`整改措施：`) may have.
const LABEL: usize = 30;

/// What stands before a colon near the beginning of `text`.
pub(super) fn label(text: &str) -> Option<&str> {
    text.find([':', '：']).filter(|&at| at <= LABEL).map(|at| &text[..at])
}
