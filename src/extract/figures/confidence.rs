//! How often a figure like this one is right (置信度).
//!
//! The share of rows with value, unit, comparator, kind and indicator right, by how the number was written and by how far
//! the answers about indicator and kind were ahead of the next best; measured on the marked reports.

use super::cues::Answer;

/// By pattern: share of rows right where both answers are clear.
fn of_pattern(pattern: &str) -> f64 {
    match pattern {
        "number" | "percent" | "money" | "clock" | "masked" | "range" => 0.96,
        "fraction" | "shared_unit" => 0.92,
        _ => 0.9,
    }
}

/// How far ahead an answer is: 0 where another is as good, 1 where there is no other.
fn lead(answer: Option<&Answer>) -> f64 {
    answer.map_or(0.0, |a| 1.0 - f64::from(a.second / a.score))
}

/// Confidence of a figure, to two digits.
pub(super) fn of(pattern: &str, indicator: Option<&Answer>, kind: Option<&Answer>) -> f64 {
    let doubt = |lead: f64| if lead >= 0.3 { 0.0 } else { 0.15 * (1.0 - lead / 0.3) };
    let value = of_pattern(pattern) - doubt(lead(indicator)) - doubt(lead(kind));
    (value * 100.0).round() / 100.0
}
