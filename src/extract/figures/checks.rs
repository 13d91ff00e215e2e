//! Consistency of figures (数据自洽检查): do the parts make the whole, does the rate follow from the counts, is the same
//! thing told twice with two values?
//!
//! A check is a statement about figures of one report that can be recomputed from them; it neither changes nor drops any.
//! Only figures that stand in one sentence are compared, except for two values of the same thing. Masked figures, ranges
//! and bounds (近300人, 60%以上) take no part.

use crate::document::Report;
use crate::finding::{Comparator, Figure, FigureKind};
use std::collections::BTreeMap;

/// What was recomputed.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// `parts_of_whole`, `rate_of_counts`, `ends_of_change`, `shares_of_whole` or `same_thing`.
    pub kind: &'static str,
    /// True where the figures agree.
    pub holds: bool,
    /// Indices into the figures of the report, in the order of the detail.
    pub figures: Vec<usize>,
    /// The sum in numbers: `12 + 15 + 9 = 36`.
    pub detail: String,
}

/// How far a stated rate may be from the one of its counts, in percentage points: it is rounded.
const ROUNDING: f64 = 0.6;
/// A rate farther away is not the rate of these counts.
const UNRELATED: f64 = 5.0;

/// All checks of the figures of one report; `text` is the cleaned text of the file.
pub fn checks(figures: &[Figure], report: &Report, text: &str) -> Vec<Check> {
    let mut found = Vec::new();
    let mut from = 0;
    while from < figures.len() {
        let unit = figures[from].unit_index;
        let to = from + figures[from..].iter().take_while(|f| f.unit_index == unit).count();
        let span = report.units[unit].span;
        let sentence = Sentence { figures, from, to, text: span.of(text), start: span.start };
        found.extend(sentence.parts_of_whole());
        found.extend(sentence.rates_of_counts());
        found.extend(sentence.ends_of_change());
        found.extend(sentence.shares_of_whole());
        from = to;
    }
    found.extend(same_thing(figures));
    found
}

/// The figures `from..to` of one sentence.
struct Sentence<'a> {
    figures: &'a [Figure],
    from: usize,
    to: usize,
    text: &'a str,
    start: usize,
}

impl Sentence<'_> {
    /// The value of figure `i` where it is stated exactly.
    fn exact(&self, i: usize) -> Option<f64> {
        exact(&self.figures[i])
    }

    /// Byte of the sentence where figure `i` begins, and where it ends.
    fn place(&self, i: usize) -> (usize, usize) {
        let span = self.figures[i].span;
        (span.start - self.start, span.end - self.start)
    }

    /// 社团36个,其中体育类12个、艺术类15个、科技类9个.
    fn parts_of_whole(&self) -> Option<Check> {
        let cut = self.text.find("其中")?;
        let whole = (self.from..self.to).rev().find(|&i| self.place(i).1 <= cut)?;
        let total = self.exact(whole)?;
        let end = self.text[cut..].find([';', '。']).map_or(self.text.len(), |i| cut + i);
        let unit = &self.figures[whole].unit;
        let parts: Vec<usize> = (whole + 1..self.to)
            .take_while(|&i| self.place(i).0 < end)
            .filter(|&i| self.figures[i].unit == *unit && self.figures[i].change.is_none())
            .collect();
        let values: Vec<f64> = parts.iter().map(|&i| self.exact(i)).collect::<Option<_>>()?;
        // One part says nothing about the sum; a part above the whole does.
        let sum: f64 = values.iter().sum();
        let is_share = self.figures[whole].unit == "%" || total == 0.0;
        if is_share || values.is_empty() || values.len() < 2 && sum <= total || sum < 0.9 * total {
            return None;
        }
        let figures = parts.into_iter().chain([whole]).collect();
        let holds = (sum - total).abs() < 1e-6 * total.abs().max(1.0);
        Some(check("parts_of_whole", holds, figures, &values, '+', sum, total))
    }

    /// 全校1920名学生中有1711名,占89.1%.
    fn rates_of_counts(&self) -> Vec<Check> {
        let mut found = Vec::new();
        for rate in self.from + 2..self.to {
            let (a, b) = (rate - 2, rate - 1);
            if self.figures[rate].unit != "%"
                || self.figures[rate].change.is_some()
                || self.figures[a].unit != self.figures[b].unit
            {
                continue;
            }
            let (Some(stated), Some(x), Some(y)) = (self.exact(rate), self.exact(a), self.exact(b)) else { continue };
            let (part, whole) = if x < y { (x, y) } else { (y, x) };
            if self.figures[a].unit == "%" || whole == 0.0 {
                continue;
            }
            let computed = 100.0 * part / whole;
            if (computed - stated).abs() < UNRELATED {
                let holds = (computed - stated).abs() <= ROUNDING;
                let sign = if holds { '≈' } else { '≠' };
                let detail = format!("{part} / {whole} = {computed:.1}% {sign} {stated}%");
                found.push(Check { kind: "rate_of_counts", holds, figures: vec![a, b, rate], detail });
            }
        }
        found
    }

    /// 由1105人增加到1298人,增加193人.
    fn ends_of_change(&self) -> Option<Check> {
        let ends = (self.from..self.to).find(|&i| i + 2 < self.to && self.figures[i].change.is_some())?;
        let (a, b, amount) = (ends, ends + 1, ends + 2);
        let same = [b, amount]
            .iter()
            .all(|&i| self.figures[i].unit == self.figures[a].unit && self.figures[i].change.is_some());
        let between = &self.text[self.place(a).1..self.place(b).0];
        if !same || !(between.ends_with('到') || between.ends_with('至')) {
            return None;
        }
        let (x, y, stated) = (self.exact(a)?, self.exact(b)?, self.exact(amount)?);
        let difference = (y - x).abs();
        let holds = (difference - stated).abs() < 1e-6 * difference.max(1.0);
        let sign = if holds { '=' } else { '≠' };
        let detail = format!("|{y} - {x}| = {} {sign} {stated}", tidy(difference));
        Some(Check { kind: "ends_of_change", holds, figures: vec![a, b, amount], detail })
    }

    /// 70%用于劳务,20%用于外聘,10%用于耗材.
    fn shares_of_whole(&self) -> Option<Check> {
        let spent: Vec<usize> = (self.from..self.to)
            .filter(|&i| self.figures[i].unit == "%" && self.text[self.place(i).1..].starts_with("用于"))
            .collect();
        let values: Vec<f64> = spent.iter().map(|&i| self.exact(i)).collect::<Option<_>>()?;
        let sum: f64 = values.iter().sum();
        (values.len() >= 2)
            .then(|| check("shares_of_whole", (sum - 100.0).abs() < 0.5, spent, &values, '+', sum, 100.0))
    }
}

/// The value of a figure where it is one exact number.
fn exact(figure: &Figure) -> Option<f64> {
    let one = figure.comparator == Comparator::Eq && figure.value_hi.is_none() && !figure.masked;
    figure.value.filter(|_| one)
}

/// The same subject, grades and period with two values: 教师79人 here, 教师82人 there.
fn same_thing(figures: &[Figure]) -> Vec<Check> {
    const STATE: [&str; 6] = [
        "student_count",
        "teacher_count",
        "class_count",
        "school_count",
        "after_school_participants",
        "after_school_rate",
    ];
    let mut first: BTreeMap<_, usize> = BTreeMap::new();
    let mut found = Vec::new();
    for (i, f) in figures.iter().enumerate() {
        let whole = f.kind == FigureKind::Actual && f.change.is_none() && STATE.contains(&&*f.indicator);
        let (Some(value), Some(subject)) = (exact(f).filter(|_| whole), f.subject.as_deref()) else { continue };
        let thing = (f.indicator.clone(), subject, f.scope.as_deref(), f.period.as_deref(), f.unit.as_str());
        let before = *first.entry(thing).or_insert(i);
        if let Some(other) = exact(&figures[before]).filter(|other| *other != value) {
            let detail = format!("{other} ≠ {value}");
            found.push(Check { kind: "same_thing", holds: false, figures: vec![before, i], detail });
        }
    }
    found
}

fn check(
    kind: &'static str,
    holds: bool,
    figures: Vec<usize>,
    values: &[f64],
    join: char,
    sum: f64,
    total: f64,
) -> Check {
    let parts: Vec<String> = values.iter().map(|v| tidy(*v)).collect();
    let sum_of = parts.join(&format!(" {join} "));
    let detail = if holds {
        format!("{sum_of} = {}", tidy(total))
    } else {
        format!("{sum_of} = {} ≠ {}", tidy(sum), tidy(total))
    };
    Check { kind, holds, figures, detail }
}

/// A number without the noise of binary fractions.
fn tidy(value: f64) -> String {
    ((value * 1e6).round() / 1e6).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::figures::{Figures, examples::report_of};
    use crate::rules::RuleFiles;

    #[track_caller]
    fn of(text: &str, expected: &[&str]) {
        let (report, clean) = report_of(text);
        let figures = Figures::new(&RuleFiles::built_in()).expect("the built-in rules are valid");
        let (found, _) = figures.extract(&report, &clean);
        let got: Vec<String> =
            checks(&found, &report, &clean.text).iter().map(|c| format!("{} {}", c.kind, c.detail)).collect();
        assert_eq!(got, expected, "{text}");
    }

    #[test]
    fn parts_make_the_whole_or_not() {
        of("开设社团36个,其中体育类12个、艺术类15个、科技类9个", &["parts_of_whole 12 + 15 + 9 = 36"]);
        of("现有机构12家,其中学科类8家、非学科类6家", &["parts_of_whole 8 + 6 = 14 ≠ 12"]);
        of("查处机构12家,其中学科类8家", &[]);
    }

    #[test]
    fn a_rate_follows_from_its_counts() {
        of("应参加学生500人,实际参加450人,参加率90%", &["rate_of_counts 450 / 500 = 90.0% ≈ 90%"]);
        of("应参加学生500人,实际参加450人,参加率93%", &["rate_of_counts 450 / 500 = 90.0% ≠ 93%"]);
        of("收费的70%用于劳务,20%用于外聘,20%用于耗材", &["shares_of_whole 70 + 20 + 20 = 110 ≠ 100"]);
    }

    #[test]
    fn the_amount_of_a_change_is_the_difference_of_its_ends() {
        of("参加学生由400人增加到460人,增加60人", &["ends_of_change |460 - 400| = 60 = 60"]);
    }

    #[test]
    fn two_values_of_the_same_thing_are_told() {
        of("专任教师79人。专任教师82人", &["same_thing 79 ≠ 82"]);
        of("专任教师79人。专任教师79人", &[]);
    }
}
