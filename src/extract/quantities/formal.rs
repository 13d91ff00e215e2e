//! Amounts in the formal notation of cheques: 壹拾壹元伍角整 as one number, 元 角 分 being its places.

use crate::extract::numerals::{Numeral, NumeralKind};
use crate::span::Span;

/// Characters of the formal notation.
const FORMAL: &str = "零壹贰貳叁叄參肆伍陆陸柒捌玖拾佰仟万萬亿億";
/// Its units, in their order, and what each is of a yuan.
const PLACES: [(&str, f64); 3] = [("元圆圓", 1.0), ("角", 0.1), ("分", 0.01)];

/// The formal amounts of `text`, whose numbers are `numerals`.
pub(super) fn amounts(text: &str, numerals: &[Numeral]) -> Vec<(Span, f64)> {
    let mut found = Vec::new();
    let mut rest = numerals;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if !is_formal(text, first) {
            continue;
        }
        let (mut value, mut end, mut place) = (0.0, first.span.end, 0);
        let mut next = Some(first);
        while let Some(numeral) = next.filter(|n| n.span.start == end || n.span == first.span) {
            let Some(at) = place_at(text, numeral.span.end, place).filter(|_| is_formal(text, numeral)) else { break };
            value += numeral.value * PLACES[at].1;
            end = numeral.span.end + text[numeral.span.end..].chars().next().map_or(0, char::len_utf8);
            place = at + 1;
            if numeral.span != first.span {
                rest = &rest[1..];
            }
            next = rest.first();
        }
        if place > 0 {
            let end = if text[end..].starts_with(['整', '正']) { end + '整'.len_utf8() } else { end };
            found.push((Span::new(first.span.start, end), (value * 100.0_f64).round() / 100.0));
        }
    }
    found
}

fn is_formal(text: &str, numeral: &Numeral) -> bool {
    numeral.kind == NumeralKind::Number && numeral.span.of(text).chars().all(|c| FORMAL.contains(c))
}

/// Which place, from `from` on, byte `at` names.
fn place_at(text: &str, at: usize, from: usize) -> Option<usize> {
    let unit = text[at..].chars().next()?;
    (from..PLACES.len()).find(|&i| PLACES[i].0.contains(unit))
}
