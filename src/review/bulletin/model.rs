//! What a bulletin says: every number under a name of its own, then the words that go with it.
//!
//! Page and document are written from this alone, so they can't disagree. Numbers count schools unless the name says
//! otherwise; what is no number (`None`) was not stated or may not be told. `huizong bulletin --output FILE.json` writes
//! it, and a test recomputes each number from the tables.

use serde::Serialize;
use std::collections::BTreeSet;

/// The whole bulletin.
#[derive(Clone, Debug, Serialize)]
pub struct Bulletin {
    /// What it is about.
    pub head: Head,
    /// Who reported.
    pub reporting: Reporting,
    /// Rules and values against the national norms.
    pub norms: Vec<Norm>,
    /// Values that schools state, for which there is no norm.
    pub values: Vec<Value>,
    /// Values to be drawn.
    pub strips: Vec<Strip>,
    /// The five managements.
    pub five: Vec<Management>,
    /// Problems that schools state.
    pub problems: Problems,
    /// What needs a check.
    pub review: Review,
    /// What was checked by people.
    pub checked: Checked,
    /// The findings behind the numbers and quotes.
    #[serde(skip)]
    pub facts: Facts,
}

/// The findings that a bulletin rests on.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// All of them.
    pub behind: BTreeSet<String>,
    /// Those that are told one by one: with the name of the school, as least or greatest value, or word for word.
    pub told: BTreeSet<String>,
}

impl Facts {
    /// Adds findings that are only counted.
    pub fn count(&mut self, ids: impl IntoIterator<Item = String>) {
        self.behind.extend(ids);
    }

    /// Adds findings that are told one by one.
    pub fn tell(&mut self, ids: impl IntoIterator<Item = String>) {
        for id in ids {
            self.told.insert(id.clone());
            self.behind.insert(id);
        }
    }
}

/// What a bulletin is about.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// The one district that reports tell, where half of them do.
    pub district: Option<String>,
    /// The period; none where all periods are taken together or reports tell none.
    pub period: Option<String>,
    /// All reports, of whatever period.
    pub all_periods: bool,
    /// The earlier period that values are compared with.
    pub period_before: Option<String>,
    /// The run.
    pub run_id: String,
    /// Its day, days since 1970-01-01.
    pub day: String,
    /// Version of the program.
    pub tool_version: String,
}

/// Who reported. The states add up to `expected`.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reporting {
    /// Schools of the roster; none without one.
    pub expected: Option<usize>,
    /// Schools with a report on topic: of the roster where there is one.
    pub reported: usize,
    /// Of these: only after the due day.
    pub late: usize,
    /// Nothing came.
    pub missing: usize,
    /// Nothing came yet, and the due day has not passed.
    pub awaited: usize,
    /// What came can't be read.
    pub unreadable: usize,
    /// What came is about something else.
    pub off_topic: usize,
    /// What came may be the school's report of the period: one of the two is not clear.
    pub unclear: usize,
    /// Reports whose school is not in the roster.
    pub unlisted_reports: usize,
    /// Schools whose reports count in all that follows.
    pub counted: usize,
    /// Reports that do not count since they are copies of one that does.
    pub copies_not_counted: usize,
    /// Reports on topic that are no school's.
    pub other_reports: usize,
    /// Schools' reports of other periods; not told with a roster, which asks period by period.
    pub other_periods: usize,
    /// Files of the run that could not be used.
    pub rejected_files: usize,
    /// Who is missing, unreadable, off topic, unclear, late.
    pub names: Names,
}

/// Schools by what is wrong with their submission.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Names {
    /// See [`Reporting::missing`].
    pub missing: Vec<String>,
    /// See [`Reporting::unreadable`].
    pub unreadable: Vec<String>,
    /// See [`Reporting::off_topic`].
    pub off_topic: Vec<String>,
    /// See [`Reporting::unclear`].
    pub unclear: Vec<String>,
    /// See [`Reporting::late`].
    pub late: Vec<String>,
}

/// How schools stand to one norm. A rule that a school sets and a value that it measured are kept apart.
#[derive(Clone, Debug, Serialize)]
pub struct Norm {
    /// Machine name.
    pub id: String,
    /// Such as 书面作业时间.
    pub label: String,
    /// Such as 3—6年级不超过60分钟.
    pub limits: String,
    /// Schools whose rule keeps the norm.
    pub rule_kept: usize,
    /// Schools with a rule that breaks it.
    pub rule_broken: usize,
    /// Schools that state no rule.
    pub rule_unstated: usize,
    /// Schools all of whose measured values keep it.
    pub value_kept: usize,
    /// Schools with a measured value that breaks it.
    pub value_broken: usize,
    /// Schools that state no measured value.
    pub value_unstated: usize,
    /// Who measured what, where it breaks the norm.
    pub broken_values: Vec<Said>,
    /// Whose rule breaks it, and how.
    pub broken_rules: Vec<Said>,
}

/// A school and what it wrote.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Said {
    /// Name of the school.
    pub name: String,
    /// Such as 72分钟.
    pub said: String,
}

/// A value that schools state. The four counts add up to the schools counted.
#[derive(Clone, Debug, Serialize)]
pub struct Value {
    /// Machine name.
    pub id: String,
    /// Such as 课后服务参与率.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Schools that state one value that is not doubtful.
    pub stated: usize,
    /// Schools that state several, or one that can't be right, so that it is not known which is the school's.
    pub doubtful: usize,
    /// Schools that left XX.
    pub masked: usize,
    /// Schools that state none.
    pub unstated: usize,
    /// Least of the values.
    pub min: Option<f64>,
    /// The middle one.
    pub median: Option<f64>,
    /// Greatest.
    pub max: Option<f64>,
    /// Schools that state one value in this and in the earlier period.
    pub both: Option<usize>,
    /// The middle value of these, before.
    pub both_median_before: Option<f64>,
    /// The middle value of these, now.
    pub both_median: Option<f64>,
    /// Schools with the least values, least first.
    pub lowest: Vec<Said>,
}

/// Stated values to be drawn, one dot each.
#[derive(Clone, Debug, Serialize)]
pub struct Strip {
    /// Machine name.
    pub id: String,
    /// Such as 小学书面作业实测时间.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// The values in order.
    pub dots: Vec<f64>,
    /// Schools that state them.
    pub schools: usize,
    /// The middle value.
    pub median: Option<f64>,
    /// The norm's limit, drawn as a line.
    pub limit: Option<f64>,
    /// Schools that state only a rule: they have no dot.
    pub rule_only: Option<usize>,
}

/// One of the five managements. `valued`, `only_told` and `untold` add up to the schools counted.
#[derive(Clone, Debug, Serialize)]
pub struct Management {
    /// Topic.
    pub id: String,
    /// Such as 作业管理.
    pub label: String,
    /// Schools that state a measured number.
    pub valued: usize,
    /// Schools that tell of measures, problems, rules or aims without a measured number.
    pub only_told: usize,
    /// Schools that say nothing of it.
    pub untold: usize,
    /// Schools that state a measure.
    pub measures: usize,
    /// Schools that state an open problem.
    pub problems: usize,
}

/// Problems that schools state as open.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Problems {
    /// Schools that state any.
    pub schools: usize,
    /// Sentences.
    pub n: usize,
    /// Of these: answered by a measure in the same report.
    pub answered: usize,
    /// Sentences that say that a problem is solved.
    pub resolved: usize,
    /// Schools that repeat a problem word for word from the period before.
    pub stale_schools: usize,
    /// The topics that most schools name.
    pub tops: Vec<Top>,
    /// All problems where there are few.
    pub all: Vec<Quoted>,
}

/// A topic of problems.
#[derive(Clone, Debug, Serialize)]
pub struct Top {
    /// Topic.
    pub id: String,
    /// Such as 作业管理.
    pub label: String,
    /// Schools that name such a problem.
    pub schools: usize,
    /// Of these: with a measure that answers it.
    pub answered: usize,
    /// One of them.
    pub quote: Option<Quoted>,
}

/// A sentence with its source.
#[derive(Clone, Debug, Serialize)]
pub struct Quoted {
    /// The words.
    pub text: String,
    /// Name of the school.
    pub name: String,
    /// File.
    pub path: String,
    /// First character in the text of the file, counted from 0.
    #[serde(rename = "place")]
    pub start: i64,
    /// The finding.
    pub fact_id: String,
}

/// What needs a check before it is used.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Review {
    /// Reports with anything of the following.
    pub reports: usize,
    /// Schools that left XX.
    pub masked_schools: usize,
    /// XX in their reports.
    pub masked: usize,
    /// Pairs of reports that are copies of each other.
    pub copy_pairs: usize,
    /// Reports that take part in them.
    pub copy_reports: usize,
    /// Other pairs that share at least half of what one of them says.
    pub similar_pairs: usize,
    /// Schools with numbers that do not agree.
    pub contradiction_schools: usize,
    /// Such numbers, case by case.
    pub contradictions: usize,
    /// Reports that look like a plan, an unfilled template, or one of another period.
    pub not_reports: usize,
    /// Who left how many XX, most first.
    pub masked_names: Vec<Said>,
    /// The pairs of copies.
    pub copies: Vec<[String; 2]>,
    /// Whose numbers do not agree.
    pub contradicting: Vec<Said>,
}

/// What people checked of the findings that this bulletin prints.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Figures behind the numbers.
    pub figures: usize,
    /// Sentences that are quoted.
    pub quotes: usize,
    /// Of these: looked at by somebody.
    pub looked_at: usize,
    /// Found right.
    pub right: usize,
    /// Found wrong.
    pub wrong: usize,
}

/// Below this a share is told as counts alone.
pub const SHARE_FROM: usize = 10;

/// A share in percent, where there are enough to tell one.
pub fn share(part: usize, whole: usize) -> Option<f64> {
    (whole >= SHARE_FROM).then(|| 100.0 * part as f64 / whole as f64)
}

/// Below this no values are drawn or compared.
pub const DRAW_FROM: usize = 3;

/// Below this values are listed, not drawn.
pub const LIST_BELOW: usize = 5;
