//! A sentence cut at its punctuation, with its cue words dealt out to the clauses, and what it looks like.
//!
//! One pass over the bytes does both: every mark that is looked for is ASCII or told by its three bytes of UTF-8.

use super::marks::{Marks, named};
use crate::span::Span;
use std::ops::Range;

/// A word of the lexicon in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cue {
    /// Where.
    pub span: Span,
    /// Its classes.
    pub marks: Marks,
}

/// A stretch between two punctuation marks.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    /// With the punctuation mark that closes it.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Its words' classes and the class that it begins with.
    pub marks: Marks,
    /// Its cue words: a range of [`Reading::cues`].
    pub cues: Range<usize>,
    /// The punctuation mark that closes it; none at the end of the text.
    pub closed_by: Option<char>,
}

/// A sentence as the rules see it.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Its clauses in order; at least one where the sentence is not empty.
    pub clauses: Vec<Clause>,
    /// Its cue words in order.
    pub cues: Vec<Cue>,
    /// Where it stands and what it looks like.
    pub context: Marks,
}

impl Reading {
    /// All marks of the sentence.
    pub fn marks(&self) -> Marks {
        self.clauses.iter().fold(self.context, |all, clause| all.with(clause.marks))
    }
}

impl Reading {
    /// Cuts `said`, which stands at byte `offset` of the file, and sets the marks for its look. The cues of the whole
    /// sentence must be there already.
    pub(super) fn cut(&mut self, said: &str, offset: usize) {
        self.clauses.clear();
        let bytes = said.as_bytes();
        let mut look = Look::default();
        let (mut start, mut cue) = (0, 0);
        let mut at = 0;
        while at < bytes.len() {
            let width = width(bytes[at]);
            let closed_by = look.take(bytes, at);
            at += width;
            if closed_by.is_some() || at >= bytes.len() {
                cue = self.close(said, offset, start..at.min(bytes.len()), cue, closed_by);
                start = at;
            }
        }
        self.context = look.marks(said);
    }

    /// Adds the clause `place` of `said`, whose first cue is number `cue`; the answer is the next clause's first.
    fn close(&mut self, said: &str, offset: usize, place: Range<usize>, cue: usize, closed_by: Option<char>) -> usize {
        const AFTER_STOP: Marks = named("clause:after_stop");
        let after_stop = self.clauses.last().is_some_and(|c| matches!(c.closed_by, Some('。' | ';' | '；' | '.')));
        let mut marks = AFTER_STOP.when(after_stop);
        let mut next = cue;
        while next < self.cues.len() && self.cues[next].span.start < offset + place.end {
            marks = marks.with(self.cues[next].marks);
            next += 1;
        }
        if let Some(head) = self.cues[cue..next].first()
            && is_lead(&said[place.start..head.span.start - offset])
        {
            marks = marks.with(head.marks.as_first());
        }
        let (start, end) = (offset + place.start, offset + place.end);
        self.clauses.push(Clause { start, end, marks, cues: cue..next, closed_by });
        next
    }
}

/// Bytes of the character that begins with `first`.
fn width(first: u8) -> usize {
    match first {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

/// What was seen of a sentence so far.
#[derive(Default)]
struct Look {
    characters: usize,
    figure: bool,
    percent: bool,
    clock: bool,
    month: bool,
    day: bool,
    deadline: bool,
    listed: usize,
}

impl Look {
    /// Takes the character at byte `at`; the answer is that character where it closes a clause.
    fn take(&mut self, bytes: &[u8], at: usize) -> Option<char> {
        self.characters += 1;
        let digit = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
        let before = at.wrapping_sub(1);
        match bytes[at] {
            b'0'..=b'9' => self.figure = true,
            // An unfilled XX or ____ stands for a number.
            first @ (b'X' | b'_') => self.figure |= bytes.get(at + 1) == Some(&first),
            b'%' => self.percent = true,
            mark @ (b',' | b':') if digit(before) && digit(at + 1) => self.clock |= mark == b':',
            b'.' if bytes.get(before).is_some_and(u8::is_ascii_alphanumeric) => {}
            mark @ (b',' | b':' | b'.' | b';' | b'!' | b'?' | b'\n') => return Some(mark.into()),
            0xE3 | 0xE6 | 0xEF => match bytes[at..].get(..3)? {
                b"\xE3\x80\x81" => self.listed += 1,
                b"\xE3\x80\x82" => return Some('。'),
                b"\xE6\x9C\x88" => {
                    self.month = true;
                    self.deadline |= digit(before) && is_due(&bytes[at + 3..]);
                }
                b"\xE6\x97\xA5" => {
                    self.day = true;
                    self.deadline |= digit(before) && is_due(&bytes[at + 3..]);
                }
                b"\xEF\xBC\x8C" => return Some('，'),
                b"\xEF\xBC\x9B" => return Some('；'),
                b"\xEF\xBC\x9A" => return Some('：'),
                b"\xEF\xBC\x81" => return Some('！'),
                b"\xEF\xBC\x9F" => return Some('？'),
                _ => {}
            },
            _ => {}
        }
        None
    }

    /// The marks for the look of `said`, of which all characters were taken.
    fn marks(&self, said: &str) -> Marks {
        let last = said.trim_end().chars().next_back();
        let open = !matches!(last, Some('。' | '；' | ';' | '！' | '!' | '？' | '?' | '.'));
        [
            (const { named("shape:short") }, self.characters <= 8),
            (const { named("shape:middling") }, (9..=20).contains(&self.characters)),
            (const { named("shape:long") }, self.characters > 60),
            (const { named("shape:figure") }, self.figure),
            (const { named("shape:percent") }, self.percent),
            (const { named("shape:open") }, open),
            (const { named("shape:colon") }, matches!(last, Some(':' | '：'))),
            (const { named("shape:clock") }, self.clock),
            (const { named("shape:date") }, self.month && self.day),
            (const { named("shape:listing") }, self.listed >= 2),
            (const { named("shape:deadline") }, self.deadline),
        ]
        .into_iter()
        .fold(Marks::default(), |all, (mark, is)| all.with(mark.when(is)))
    }
}

/// True where what stands behind a numbered month or day makes it a date that something is due by: 5月底之前, 6日前.
fn is_due(behind: &[u8]) -> bool {
    let Ok(behind) = std::str::from_utf8(&behind[..behind.len().min(DUE)]).or_else(|e| {
        // The cut may have fallen into a character.
        std::str::from_utf8(&behind[..e.valid_up_to()])
    }) else {
        return false;
    };
    let part = ["上旬", "中旬", "下旬", "底", "末", "初"].iter().find_map(|part| behind.strip_prefix(part));
    let behind = part.unwrap_or(behind);
    ["前", "之前", "以前"].iter().any(|word| behind.starts_with(word))
}

/// Bytes of the longest that [`is_due`] looks at: 中旬之前.
const DUE: usize = 12;

/// True where `text` may stand before the word that a clause begins with: nothing, or a short adverb.
fn is_lead(text: &str) -> bool {
    /// Bytes of the longest of them.
    const LONGEST: usize = 12;
    const ADVERBS: [&str; 22] = [
        "认真",
        "积极",
        "严格",
        "切实",
        "及时",
        "进一步",
        "全面",
        "大力",
        "扎实",
        "深入",
        "同时",
        "并",
        "并且",
        "还",
        "也",
        "坚决",
        "依法依规",
        "主动",
        "逐一",
        "重点",
        "联合",
        "重新",
    ];
    let text = text.trim();
    text.is_empty() || text.len() <= LONGEST && ADVERBS.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(said: &str) -> Reading {
        let mut reading = Reading::default();
        reading.cut(said, 0);
        reading
    }

    #[test]
    fn clauses_end_at_punctuation_but_not_inside_numbers() {
        let texts =
            |said: &'static str| -> Vec<&str> { cut(said).clauses.iter().map(|c| &said[c.start..c.end]).collect() };
        assert_eq!(texts("退还83,400元,8:30上课;完"), ["退还83,400元,", "8:30上课;", "完"]);
        assert_eq!(texts("占3.5成。好！"), ["占3.5成。", "好！"]);
        assert_eq!(texts("好.再来"), ["好.", "再来"]);
        assert_eq!(texts(""), [""; 0]);
    }

    #[test]
    fn the_look_of_a_sentence_is_marked() {
        let has = |said: &str, name: &str| cut(said).context.has_all(Marks::context(name).expect("a mark"));
        assert!(has("课堂", "shape:short") && !has("课堂", "shape:figure"));
        assert!(has("XX所学校", "shape:figure") && has("____人", "shape:figure") && has("占5%", "shape:percent"));
        assert!(has("8:30上课", "shape:clock") && !has("时间:8点", "shape:clock"));
        assert!(has("3月5日", "shape:date") && has("甲、乙、丙", "shape:listing") && !has("甲、乙", "shape:listing"));
        assert!(has("5月底之前备齐", "shape:deadline") && has("6月3日前备齐", "shape:deadline"));
        assert!(!has("5月开会,会前备齐", "shape:deadline") && !has("月前", "shape:deadline"));
        assert!(has("课堂", "shape:open") && !has("课堂。", "shape:open") && has("如下:", "shape:colon"));
    }
}
