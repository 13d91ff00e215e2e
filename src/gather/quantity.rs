//! Quantities that can be compared: units of one sort brought to one unit, grades to numbers.
//!
//! Minutes are the unit of time, a pupil, teacher or parent is a person, and so on; what has no such unit keeps its
//! own and is compared only with the same.

use super::digest::FigureBrief;

/// The unit in which units of one sort are compared, and by what a value is multiplied.
pub fn common_unit(unit: &str) -> (&str, f64) {
    match unit {
        "分钟" | "分" | "min" => ("分钟", 1.0),
        "小时" | "个小时" | "h" | "钟头" | "个钟头" | "个半小时" => ("分钟", 60.0),
        "刻钟" => ("分钟", 15.0),
        "%" | "％" | "百分之" => ("%", 1.0),
        "人" | "名" | "位" => ("人", 1.0),
        "所" | "家" | "间" => ("家", 1.0),
        "次" | "场" | "场次" | "轮" | "回" => ("次", 1.0),
        "节" | "课时" => ("节", 1.0),
        "天" | "日" => ("天", 1.0),
        other => (other, 1.0),
    }
}

/// Least and greatest value that a figure states, in its common unit.
pub fn bounds(figure: &FigureBrief) -> Option<(f64, f64)> {
    let factor = common_unit(&figure.unit).1;
    let value = figure.value? * factor;
    Some((value, figure.value_hi.map_or(value, |hi| hi * factor)))
}

/// First and last grade of a scope as tables write it: `3-6`, `7`.
pub fn grades(scope: &str) -> Option<(u8, u8)> {
    let (from, to) = scope.split_once('-').unwrap_or((scope, scope));
    let grades = (from.trim().parse().ok()?, to.trim().parse().ok()?);
    (1 <= grades.0 && grades.0 <= grades.1 && grades.1 <= 12).then_some(grades)
}

/// Grades of a stage; all where it is not known.
pub fn grades_of_stage(stage: Option<&str>) -> (u8, u8) {
    match stage {
        Some("primary") => (1, 6),
        Some("junior") => (7, 9),
        Some("nine_year") => (1, 9),
        Some("senior") => (10, 12),
        _ => (1, 12),
    }
}

/// The middle value, or the mean of the two middle ones.
pub fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    match values.len() {
        0 => None,
        n if n % 2 == 1 => Some(values[n / 2]),
        n => Some((values[n / 2 - 1] + values[n / 2]) / 2.0),
    }
}
