//! Facts: figures, measures and problems, each with its place and the rules that made it; and numbers that are none.
//!
//! These are the types that the extractors yield. Their exact sense is that of the annotation guidelines, which the
//! contracts in `schemas/` repeat column by column. Spans are bytes of the cleaned text of the file.

pub use crate::extract::figures::checks::Check;
use crate::span::Span;
use std::sync::Arc;

/// Name of a rule as its file gives it, dotted: `figures.comparator.not_over`.
pub type RuleId = Arc<str>;

/// One step of a derivation: this rule fired on these characters.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Which rule.
    pub rule: RuleId,
    /// On what.
    pub span: Span,
}

/// How a figure compares with what it is said of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparator {
    /// Exactly.
    Eq,
    /// At most: 不超过, 以内.
    Le,
    /// Less than: 少于, 不到, 不足.
    Lt,
    /// At least: 不少于, 以上.
    Ge,
    /// More than: 超过, 多于.
    Gt,
    /// About: 约, 近, 左右, 余, 多.
    Approx,
    /// From `value` to `value_hi`.
    Range,
}

impl Comparator {
    /// Machine name, as in column `comparator`.
    pub fn code(self) -> &'static str {
        match self {
            Comparator::Eq => "eq",
            Comparator::Le => "le",
            Comparator::Lt => "lt",
            Comparator::Ge => "ge",
            Comparator::Gt => "gt",
            Comparator::Approx => "approx",
            Comparator::Range => "range",
        }
    }

    /// What is told where the opposite is denied: of a floor the ceiling, of a ceiling the floor; others are their own.
    pub fn other_side(self) -> Self {
        match self {
            Comparator::Le => Comparator::Ge,
            Comparator::Ge => Comparator::Le,
            Comparator::Gt => Comparator::Le,
            Comparator::Lt => Comparator::Ge,
            other => other,
        }
    }
}

/// What a figure states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FigureKind {
    /// A rule or limit in force.
    Requirement,
    /// A fact or result.
    Actual,
    /// An aim not yet reached.
    Target,
    /// Anything else.
    Other,
}

impl FigureKind {
    /// Machine name, as in column `kind`.
    pub fn code(self) -> &'static str {
        match self {
            FigureKind::Requirement => "requirement",
            FigureKind::Actual => "actual",
            FigureKind::Target => "target",
            FigureKind::Other => "other",
        }
    }
}

/// A stated quantity with what it counts or limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Comparator, number and unit together: the shortest text that holds them.
    pub span: Span,
    /// The unit (sentence) that it stands in: an index into [`crate::document::Report::units`].
    pub unit_index: usize,
    /// The number as written in the cleaned text.
    pub number: String,
    /// Its value; none where masked. Clock times are hours.
    pub value: Option<f64>,
    /// The upper end of a range.
    pub value_hi: Option<f64>,
    /// Unit as written, without number and 万/亿; `clock` for clock times.
    pub unit: String,
    /// See [`Comparator`].
    pub comparator: Comparator,
    /// True where the number is a placeholder (XX, X, ××, __).
    pub masked: bool,
    /// See [`FigureKind`].
    pub kind: FigureKind,
    /// Machine name of the indicator.
    pub indicator: Arc<str>,
    /// Grades it holds for: `1-2`, `3`, `7-9`.
    pub scope: Option<String>,
    /// What is counted or limited, in words of the text.
    pub subject: Option<String>,
    /// `day`, `week`, `month`, `term`, `year`.
    pub per: Option<&'static str>,
    /// `up` or `down` where the figure is an amount or an end of a change.
    pub change: Option<&'static str>,
    /// `before`, `after` or `amount` where the figure is that of a change.
    pub change_role: Option<&'static str>,
    /// False for what held before a change, for the amount of one, and for a fact of an earlier time.
    pub holds_now: bool,
    /// The period that the figure is said of, where the sentence states one.
    pub period: Option<String>,
    /// The rule that decided.
    pub rule: RuleId,
    /// Share of findings like this one that are right, as measured: 0 to 1.
    pub confidence: f64,
    /// How it was found.
    pub steps: Vec<Step>,
}

/// How far a measure has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MeasureStatus {
    /// Completed: 成立了, 下发了.
    Done,
    /// Practised as a standing arrangement: 每天公示, 坚持.
    Ongoing,
    /// Laid on others or as a rule: 必须, 不得, 严禁.
    Required,
    /// Future: 下一步, 将, 拟.
    Planned,
}

impl MeasureStatus {
    /// Machine name, as in column `status`.
    pub fn code(self) -> &'static str {
        match self {
            MeasureStatus::Done => "done",
            MeasureStatus::Ongoing => "ongoing",
            MeasureStatus::Required => "required",
            MeasureStatus::Planned => "planned",
        }
    }
}

/// An action with an object that the body took, takes, must take or plans.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The clause or sentence that states it.
    pub span: Span,
    /// See [`Figure::unit_index`].
    pub unit_index: usize,
    /// See [`MeasureStatus`].
    pub status: MeasureStatus,
    /// Topic codes, the main one first; never empty.
    pub topics: Vec<Arc<str>>,
    /// Who acts, in words of the text.
    pub actor: Option<String>,
    /// The verb.
    pub action: Option<String>,
    /// What it acts on.
    pub object: Option<String>,
    /// See [`Figure::rule`].
    pub rule: RuleId,
    /// See [`Figure::confidence`].
    pub confidence: f64,
    /// See [`Figure::steps`].
    pub steps: Vec<Step>,
}

/// Whether a problem is the body's own and open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemStatus {
    /// It exists now.
    Own,
    /// Told together with its having been put right.
    Resolved,
    /// A general problem told as the reason for the policy.
    Background,
}

impl ProblemStatus {
    /// Machine name, as in column `status`.
    pub fn code(self) -> &'static str {
        match self {
            ProblemStatus::Own => "own",
            ProblemStatus::Resolved => "resolved",
            ProblemStatus::Background => "background",
        }
    }
}

/// A deficiency, difficulty, risk, complaint or unmet need.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The clause or sentence that states it.
    pub span: Span,
    /// See [`Figure::unit_index`].
    pub unit_index: usize,
    /// See [`ProblemStatus`].
    pub status: ProblemStatus,
    /// Topic codes, the main one first; never empty.
    pub topics: Vec<Arc<str>>,
    /// Whose problem: `school`, `teacher`, `parent`, `pupil`, `institution`, `facility`, `authority`, `other`.
    pub holder: Option<&'static str>,
    /// See [`Figure::rule`].
    pub rule: RuleId,
    /// See [`Figure::confidence`].
    pub confidence: f64,
    /// See [`Figure::steps`].
    pub steps: Vec<Step>,
}

/// A number, sentence or report that was looked at and not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What was refused.
    pub span: Span,
    /// `number`, `measure` or `problem`.
    pub what: &'static str,
    /// Fixed code: `enumerator`, `ordinal`, `date`, `name`, …; all stand in `schemas/refusals.odcs.yaml`.
    pub reason: Arc<str>,
}

/// All that was found in one report.
#[derive(Debug, Default)]
pub struct Findings {
    /// In the order of the text.
    pub figures: Vec<Figure>,
    /// In the order of the text.
    pub measures: Vec<Measure>,
    /// In the order of the text.
    pub problems: Vec<Problem>,
    /// Which problem is answered by which measure: indices into `problems` and `measures`.
    pub answers: Vec<(usize, usize)>,
    /// What was refused.
    pub refusals: Vec<Refusal>,
    /// Figures held against each other.
    pub checks: Vec<Check>,
}
