//! Charts as SVG without script, font or file: shapes differ as well as shades, so that they print in grey.

use super::model::Strip;
use crate::review::names::number;
use crate::review::text::escape;
use std::fmt::Write;

/// Shades from the one that stands out to the one that recedes.
pub const SHADES: [&str; 5] = ["#1f3b57", "#6f8fae", "#b9c9d8", "#e3e9ef", "#ffffff"];

/// One part of a bar.
pub struct Part<'a> {
    /// Its name, for those who can't see it.
    pub label: &'a str,
    /// Its length.
    pub n: usize,
    /// See [`SHADES`].
    pub shade: usize,
}

/// A bar of parts, 100 wide; nothing where all parts are 0.
pub fn bar(title: &str, parts: &[Part], height: u32) -> String {
    let all: usize = parts.iter().map(|p| p.n).sum();
    let told: Vec<String> = parts.iter().filter(|p| p.n > 0).map(|p| format!("{}{}", p.label, p.n)).collect();
    let mut svg = format!(
        "<svg viewBox=\"0 0 100 {height}\" preserveAspectRatio=\"none\" role=\"img\"><title>{}</title>",
        escape(&format!("{title}：{}", told.join("，")))
    );
    let mut x = 0.0;
    for part in parts.iter().filter(|p| p.n > 0) {
        let width = 100.0 * part.n as f64 / all as f64;
        // Writing to a String can't fail.
        let _ = write!(
            svg,
            "<rect x=\"{x:.2}\" y=\"0\" width=\"{width:.2}\" height=\"{height}\" fill=\"{}\" stroke=\"#1f3b57\" \
             stroke-width=\"1\" vector-effect=\"non-scaling-stroke\"/>",
            SHADES[part.shade]
        );
        x += width;
    }
    svg.push_str("</svg>");
    svg
}

const WIDTH: f64 = 340.0;
const HEIGHT: f64 = 84.0;
const MARGIN: f64 = 14.0;
const BASE: f64 = 62.0;
/// Diameter of a dot with the gap to the next.
const STEP: f64 = 6.6;

/// A strip of dots, one for each value, piled up where they are close; the limit as a broken line, the middle value as a
/// mark below the axis. Values beyond the limit are hollow diamonds.
pub fn strip(strip: &Strip, at_most: bool) -> String {
    let ends = strip.dots.iter().copied().chain(strip.limit);
    let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let step = tick_step(high - low);
    let (from, to) = ((low / step).floor() * step, (high / step).ceil() * step);
    let to = if to > from { to } else { from + step };
    let x = |value: f64| MARGIN + (value - from) / (to - from) * (WIDTH - 2.0 * MARGIN);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\"><title>{}</title>",
        escape(&format!("{}：{}个值", strip.label, strip.dots.len()))
    );
    let _ =
        write!(svg, "<line x1=\"{MARGIN}\" y1=\"{BASE}\" x2=\"{:.1}\" y2=\"{BASE}\" stroke=\"#333\"/>", WIDTH - MARGIN);
    let ticks = ((to - from) / step).round() as usize;
    for i in 0..=ticks {
        let value = from + i as f64 * step;
        let _ = write!(
            svg,
            "<line x1=\"{0:.1}\" y1=\"{BASE}\" x2=\"{0:.1}\" y2=\"{1:.1}\" stroke=\"#333\"/>\
             <text x=\"{0:.1}\" y=\"{2:.1}\" font-size=\"9\" text-anchor=\"middle\">{3}</text>",
            x(value),
            BASE + 3.0,
            BASE + 12.0,
            number(value)
        );
    }
    dots(&mut svg, strip, at_most, x);
    if let Some(limit) = strip.limit {
        let side = if x(limit) > WIDTH / 2.0 { ("end", -3.0) } else { ("start", 3.0) };
        let _ = write!(
            svg,
            "<line x1=\"{0:.1}\" y1=\"4\" x2=\"{0:.1}\" y2=\"{BASE}\" stroke=\"#b00\" stroke-dasharray=\"4 2\"/>\
             <text x=\"{1:.1}\" y=\"10\" font-size=\"9\" text-anchor=\"{2}\">国家上限{3}</text>",
            x(limit),
            x(limit) + side.1,
            side.0,
            number(limit)
        );
    }
    if let Some(median) = strip.median {
        let _ = write!(
            svg,
            "<path d=\"M{0:.1} {1:.1}l-4 7h8z\" fill=\"#333\"/>\
             <text x=\"{0:.1}\" y=\"{HEIGHT}\" font-size=\"9\" text-anchor=\"middle\" dy=\"-1\" dx=\"{2}\">中位{3}</text>",
            x(median),
            BASE + 13.0,
            if x(median) > WIDTH - 60.0 { -26 } else { 26 },
            number(median)
        );
    }
    svg.push_str("</svg>");
    svg
}

/// Each value stands exactly where it is on the axis; those that would cover each other are piled up.
fn dots(svg: &mut String, strip: &Strip, at_most: bool, x: impl Fn(f64) -> f64) {
    let mut ends: Vec<f64> = Vec::new();
    let mut levels = Vec::new();
    for value in &strip.dots {
        let at = x(*value);
        let level = ends.iter().position(|end| at - end >= STEP - 1e-6).unwrap_or(ends.len());
        ends.resize(ends.len().max(level + 1), f64::NEG_INFINITY);
        ends[level] = at;
        levels.push(level);
    }
    // The highest pile fits between the limit's name and the axis.
    let up = STEP.min((BASE - 16.0) / ends.len().max(1) as f64);
    for (value, level) in strip.dots.iter().zip(levels) {
        let (cx, cy) = (x(*value), BASE - 4.0 - level as f64 * up);
        if at_most && strip.limit.is_some_and(|limit| *value > limit) {
            let _ = write!(
                svg,
                "<path d=\"M{cx:.1} {:.1}l3.6 3.6l-3.6 3.6l-3.6 -3.6z\" fill=\"#fff\" stroke=\"#b00\" \
                 stroke-width=\"1.4\"/>",
                cy - 3.6
            );
        } else {
            let _ = write!(svg, "<circle cx=\"{cx:.1}\" cy=\"{cy:.1}\" r=\"3\" fill=\"{}\"/>", SHADES[0]);
        }
    }
}

/// A round distance of ticks, about five of them.
fn tick_step(range: f64) -> f64 {
    let rough = (range / 5.0).max(1.0);
    let magnitude = 10f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0].map(|m| m * magnitude).into_iter().find(|step| *step >= rough).unwrap_or(10.0 * magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_one_dot() {
        let mut of = Strip {
            id: "x".to_owned(),
            label: "<作业>".to_owned(),
            unit: "分钟".to_owned(),
            dots: vec![40.0, 40.0, 60.0, 61.0],
            schools: 4,
            median: Some(50.0),
            limit: Some(60.0),
            rule_only: None,
        };
        let svg = strip(&of, true);
        assert_eq!((svg.matches("<circle").count(), svg.matches("stroke=\"#b00\" stroke-width").count()), (3, 1));
        assert!(svg.contains("&lt;作业&gt;") && svg.contains("国家上限60") && svg.contains("中位50"));
        of.dots = vec![5.0; 400];
        of.limit = None;
        assert!(!strip(&of, true).contains("NaN"));
        assert_eq!((tick_step(38.0), tick_step(0.0), tick_step(1900.0)), (10.0, 1.0, 500.0));
    }

    #[test]
    fn the_parts_of_a_bar_fill_it() {
        let parts = [("甲", 3), ("乙", 0), ("丙", 1)].map(|(label, n)| Part { label, n, shade: 0 });
        let svg = bar("报送", &parts, 6);
        assert!(svg.contains("width=\"75.00\"") && svg.contains("x=\"75.00\"") && svg.contains("甲3，丙1"), "{svg}");
    }
}
