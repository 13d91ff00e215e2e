//! The lines of a report to units: title, headings, sentences, rows and what says nothing; with their sections.
//!
//! A heading is a short clause with a body: a numbered line, the first sentence behind a number (`1.控总量。各科…`), a
//! bare short line. A numbered sentence without body is an item. How sections nest is told by [`super::outline`].

use super::cells::{Cell, cells};
use super::cues::Cues;
use super::enumerator::{self, Enumerator, Form};
use super::frame::{Frame, Part};
use super::glued;
use super::lines::{LONG, Line};
use super::outline::{Opener, Outline};
use super::sentences::{emit, sentences};
use crate::document::{Role, Section, Unit, UnitKind};
use crate::span::Span;

/// What headings and turns are told from.
#[derive(Debug)]
pub struct RoleCues {
    /// Asked of headings and labels.
    pub headings: Cues<Role>,
    /// Asked of the beginning of sentences.
    pub turns: Cues<Role>,
}

/// The longest heading on a line of its own, number left out, in characters.
const LONGEST_HEADING: usize = 45;
/// The longest heading that its text follows on the same line.
const LONGEST_INLINE: usize = 28;
/// The longest heading without number.
const LONGEST_BARE: usize = 24;
/// The longest heading without number that another one follows.
const SHORT_BARE: usize = 12;
/// A line from this length on (in bytes) is text even where it does not end like a sentence.
const LONG_TEXT: usize = 120;
/// The longest label before a colon.
const LONGEST_LABEL: usize = 16;

/// The units and sections of one report. `lines` are those of the report, `frame` says what surrounds its body.
pub fn units(text: &str, lines: &[Line], frame: &Frame, cues: &RoleCues, title: String) -> (Vec<Section>, Vec<Unit>) {
    let numbers: Vec<Option<Enumerator>> = lines.iter().map(|l| enumerator::read(l.span.of(text))).collect();
    let goes_on = goes_on(&numbers);
    let mut reader = Reader { text, cues, outline: Outline::new(title), units: Vec::new(), items: [0; 16] };
    let mut spans: Vec<Span> = Vec::new();
    let cells = cells(text, lines, |head| cues.headings.first(head));
    for (i, line) in lines.iter().enumerate() {
        if let Some(cell) = cells[i] {
            reader.cell(line, cell);
            continue;
        }
        reader.end_of_table(i.checked_sub(1).and_then(|before| cells[before]));
        let kind = match frame.part(i) {
            Part::Title => UnitKind::Title,
            Part::Row => UnitKind::Row,
            Part::Outside => UnitKind::Boilerplate,
            Part::Body => {
                // The number of a page between a heading and its text is neither.
                let mut below = (i + 1..lines.len()).filter(|&j| frame.part(j) != Part::Outside);
                let next = below.next().map(|j| (lines[j].span.of(text), frame.part(j)));
                let behind = below.next().map(|j| lines[j].span.of(text));
                reader.paragraph(line, goes_on[i], next, behind, &mut spans);
                continue;
            }
        };
        reader.push(line.span, kind, 0, true);
    }
    (reader.outline.finish(), reader.units)
}

/// For each line with a number whether the next one of its form has the next number.
fn goes_on(numbers: &[Option<Enumerator>]) -> Vec<bool> {
    let mut next = [0; 16];
    let mut goes_on = vec![false; numbers.len()];
    for (i, number) in numbers.iter().enumerate().rev() {
        if let Some(number) = number {
            let form = number.form as usize;
            goes_on[i] = next[form] == number.ordinal + 1;
            next[form] = number.ordinal;
        }
    }
    goes_on
}

struct Reader<'a> {
    text: &'a str,
    cues: &'a RoleCues,
    outline: Outline,
    units: Vec<Unit>,
    /// For each form of number, the number of the last item that was no heading.
    items: [u32; 16],
}

impl Reader<'_> {
    /// A cell of a table that stands on a line of its own: its column is a section.
    fn cell(&mut self, line: &Line, cell: Cell) {
        self.end_of_table(Some(cell));
        match cell {
            Cell::Plain => self.push(line.span, UnitKind::Row, 0, true),
            Cell::Of(head, role) => {
                self.outline.heading(Opener::Label, 0, false, head, Some(role));
                let mut first = true;
                let text = self.text;
                sentences(text, line.span, |sentence| {
                    self.push(sentence, UnitKind::Sentence, 0, first);
                    first = false;
                });
            }
        }
    }

    /// Closes the section of the column whose cell stands before.
    fn end_of_table(&mut self, cell: Option<Cell>) {
        if cell.is_some() && self.outline.opener() == Some(Opener::Label) {
            self.outline.close(self.outline.current());
        }
    }

    /// One line of the body. `next` is the line below, `behind` the one after it.
    fn paragraph(
        &mut self,
        line: &Line,
        goes_on: bool,
        next: Option<(&str, Part)>,
        behind: Option<&str>,
        spans: &mut Vec<Span>,
    ) {
        spans.clear();
        if line.span.len() < LONG {
            sentences(self.text, line.span, |s| spans.push(s));
        } else {
            sentences(self.text, line.span, |s| glued::parts(self.text, s, &self.cues.headings, spans));
        }
        let mut turned = None;
        for (k, &span) in spans.iter().enumerate() {
            let sentence = span.of(self.text);
            let number = if k == 0 || may_be_number(sentence) { enumerator::read(sentence) } else { None };
            let same_line = spans.get(k + 1).map(|s| s.of(self.text));
            let kind = match number {
                _ if k == 0 && line.hashes > 0 => self.hashes(line, sentence, number),
                Some(number) => {
                    self.numbered(sentence, number, k == 0 && goes_on, same_line, next.filter(|_| same_line.is_none()))
                }
                None if k == 0 => self.bare(sentence, same_line.is_some(), next, behind),
                None => UnitKind::Sentence,
            };
            if kind == UnitKind::Sentence {
                let at = number.map_or(0, |n| n.len);
                let leads_in = same_line.is_none() && sentence.ends_with([':', '：']);
                turned = self.turn(&sentence[at..], leads_in).or(turned);
            }
            self.push(span, kind, number.map_or(0, |n| n.len), k == 0);
        }
        if let Some(section) = turned {
            self.outline.close(section);
        }
    }

    fn push(&mut self, span: Span, kind: UnitKind, mut enumerator: usize, mut begins_paragraph: bool) {
        let section = self.outline.current();
        for span in pieces(span, self.text) {
            self.units.push(Unit { span, section, kind, enumerator, begins_paragraph });
            (enumerator, begins_paragraph) = (0, false);
        }
    }

    fn hashes(&mut self, line: &Line, sentence: &str, number: Option<Enumerator>) -> UnitKind {
        let title = core(&sentence[number.map_or(0, |n| n.len)..]);
        let role = self.cues.headings.first(title);
        self.outline.heading(Opener::Hashes(line.hashes), 0, false, title, role);
        UnitKind::Heading
    }

    /// A sentence that begins with a number: heading, label or item.
    fn numbered(
        &mut self,
        sentence: &str,
        number: Enumerator,
        goes_on: bool,
        same_line: Option<&str>,
        next: Option<(&str, Part)>,
    ) -> UnitKind {
        let body = &sentence[number.len..];
        let title = core(body);
        let opener = Opener::Numbered(number.form);
        let role = self.role(title).filter(|_| label(body).is_none());
        let form = number.form;
        let as_item =
            Item { form, goes_on, behind_item: number.ordinal > 1 && self.items[form as usize] + 1 == number.ordinal };
        if is_heading(sentence, title, role, as_item, same_line, next) {
            let role = role.or((form == Form::Issue).then_some(Role::Problems));
            self.outline.heading(opener, number.ordinal, goes_on, title, role);
            if same_line.is_some() {
                self.outline.inline();
            }
            self.items[form as usize] = 0;
            return UnitKind::Heading;
        }
        let label = label(body).filter(|_| !matches!(form, Form::Clause | Form::Spoken | Form::Bullet));
        match label {
            Some(label) => {
                let role = self.role(label).or((form == Form::Issue).then_some(Role::Problems));
                self.outline.heading(opener, number.ordinal, goes_on, label, role);
                self.outline.inline();
            }
            None if form == Form::Issue => {
                self.outline.heading(opener, number.ordinal, goes_on, title, Some(Role::Problems));
            }
            None => self.outline.item(form, number.ordinal),
        }
        self.items[form as usize] = number.ordinal;
        UnitKind::Sentence
    }

    /// The first sentence of a line without number: bare heading, label or sentence.
    fn bare(&mut self, sentence: &str, goes_on: bool, next: Option<(&str, Part)>, behind: Option<&str>) -> UnitKind {
        self.outline.paragraph();
        let title = core(sentence);
        let chars = title.chars().count();
        let bracketed = sentence.starts_with('【') && sentence.ends_with('】');
        let colon = sentence.ends_with([':', '：']);
        if !goes_on && (bracketed || colon || is_bare(sentence)) && chars <= LONGEST_BARE {
            let role = self.role(title);
            if role.is_some() || bracketed {
                self.outline.heading(Opener::RoleLine, 0, false, title, role);
                return UnitKind::Heading;
            }
            if let Some((text, Part::Body)) = next
                && !colon
                && !states_figure(sentence)
                && let Some(depth) = self.bare_depth(sentence, text, behind)
            {
                self.outline.heading(Opener::Bare { depth }, 0, false, title, None);
                return UnitKind::Heading;
            }
        }
        if let Some((label, role)) = label(sentence).and_then(|label| Some((label, self.role(label)?))) {
            self.outline.heading(Opener::Label, 0, false, label, Some(role));
        }
        UnitKind::Sentence
    }

    /// The depth of a bare heading above `next`: 0 where another bare heading follows or none is open, 1 below such a
    /// one; none where it is no heading.
    fn bare_depth(&self, sentence: &str, next: &str, behind: Option<&str>) -> Option<u8> {
        let is_text = |text: &str| text.len() > sentence.len() && !is_bare(text) || text.len() > LONG_TEXT;
        if is_text(next) {
            let inner = match self.outline.opener() {
                Some(Opener::Bare { depth: 0 }) => self.last_is_heading(),
                opener => opener == Some(Opener::Bare { depth: 1 }),
            };
            return Some(u8::from(inner));
        }
        (is_bare(next) && !states_figure(next) && sentence.chars().count() <= SHORT_BARE && behind.is_some_and(is_text))
            .then_some(0)
    }

    fn last_is_heading(&self) -> bool {
        self.units.last().is_some_and(|u| u.kind == UnitKind::Heading)
    }

    fn role(&self, title: &str) -> Option<Role> {
        (title.len() <= 90).then(|| self.cues.headings.first(title)).flatten()
    }

    /// Opens a section without title where the text turns to problems or plans. Plans and what a colon announces go
    /// on to the next heading; a problem that is touched on ends with its paragraph: its section is the answer.
    fn turn(&mut self, sentence: &str, leads_in: bool) -> Option<usize> {
        let role = self.cues.turns.first(sentence)?;
        if self.outline.role() == role || self.outline.role() == Role::Remedies && role == Role::Problems {
            return None;
        }
        if leads_in || role == Role::NextSteps {
            self.outline.heading(Opener::RoleLine, 0, false, "", Some(role));
            return None;
        }
        self.outline.heading(Opener::Label, 0, false, "", Some(role));
        Some(self.outline.current())
    }
}

/// A unit has at most this many bytes. What is longer is no sentence but a damaged file or a page without marks; read in
/// pieces, it costs what its length costs, however a later step looks around in a unit.
const LONGEST_UNIT: usize = 3000;

/// `span` in pieces of at most [`LONGEST_UNIT`] bytes, cut behind a mark where there is one, without the space around
/// them.
fn pieces(span: Span, text: &str) -> Vec<Span> {
    let (mut cut, mut at) = (Vec::with_capacity(1), span.start);
    let mut push = |start: usize, end: usize| emit(text, start, end, &mut |piece| cut.push(piece));
    while span.end - at > LONGEST_UNIT {
        let longest = &text[at..text.floor_char_boundary(at + LONGEST_UNIT)];
        let mark = longest.char_indices().rev().find(|(_, c)| matches!(c, ',' | '，' | '、' | ';' | '；' | ' '));
        let end = at + mark.map_or(longest.len(), |(i, c)| i + c.len_utf8());
        push(at, end);
        at = end;
    }
    push(at, span.end);
    cut
}

/// What a numbered sentence is in its list.
#[derive(Clone, Copy)]
struct Item {
    form: Form,
    /// True where the list goes on behind it.
    goes_on: bool,
    /// True where the item before it was no heading.
    behind_item: bool,
}

/// True where a numbered sentence is a heading: short, with a body behind it on its line or below.
fn is_heading(
    sentence: &str,
    title: &str,
    role: Option<Role>,
    item: Item,
    same_line: Option<&str>,
    next: Option<(&str, Part)>,
) -> bool {
    let chars = title.chars().count();
    let is_item = |text: &str| enumerator::read(text).is_some_and(|e| e.form == item.form);
    if sentence.ends_with([';', '；']) || item.form == Form::Clause || chars == 0 {
        return false;
    }
    if item.form == Form::Bullet {
        return chars <= 12 && !title.contains([',', '，', ':', '：']) && same_line.is_none() && next.is_some();
    }
    if let Some(rest) = same_line {
        let in_list = item.form == Form::Spoken && item.behind_item;
        return chars <= LONGEST_INLINE && label(title).is_none() && !is_item(rest) && !in_list;
    }
    let ended = sentence.ends_with(['。', '！', '!', '？', '?', '.']);
    let longest = if ended { LONGEST_INLINE } else { LONGEST_HEADING };
    if chars > longest || label(title).is_some() {
        return false;
    }
    if role.is_some() && (!ended || chars <= LONGEST_LABEL) {
        return true;
    }
    let counts = title.contains(|c: char| c.is_ascii_digit());
    let has_body = next.is_some_and(|(text, part)| {
        let outer = enumerator::read(text).is_some_and(|e| e.form < item.form);
        part != Part::Title && !is_item(text) && !outer
    });
    // The last of several items has no body: what follows is the next paragraph.
    has_body && !(ended && (item.behind_item && !item.goes_on || counts))
}

/// A heading without the marks around it.
fn core(title: &str) -> &str {
    let marks: &[char] =
        &['。', '.', ':', '：', ';', '；', '!', '！', '?', '？', ',', '，', '【', '】', '*', ' ', '\u{3000}', '[', ']'];
    title.trim_matches(marks)
}

/// The words before a colon near the beginning.
fn label(text: &str) -> Option<&str> {
    let at = text.char_indices().take(LONGEST_LABEL + 1).find(|(_, c)| matches!(c, ':' | '：'))?.0;
    let label = &text[..at];
    let clean = !label.is_empty()
        && !label.contains([',', '，', '。', ';', '"', '“'])
        && !label.ends_with(|c: char| c.is_ascii_digit());
    (clean && at + 1 < text.len()).then_some(label.trim())
}

/// True where a number counts something: such a line states a fact, bare as it is.
fn states_figure(text: &str) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_ascii_digit()
            && chars.peek().is_some_and(|&n| n == '%' || !n.is_ascii() && !matches!(n, '”' | '）' | '》'))
        {
            return true;
        }
    }
    false
}

/// True for a line without the marks of a sentence.
fn is_bare(text: &str) -> bool {
    let marks = ['。', ';', '；', '!', '！', '?', '？', ':', '：', ',', '，', '.', '、'];
    !text.ends_with(marks) && !text.contains(['。', ';', '；'])
}

/// True where a sentence in the middle of a line may begin with a number: saves reading most of them.
fn may_be_number(sentence: &str) -> bool {
    let Some(first) = sentence.chars().next() else { return false };
    first.is_ascii_digit() || matches!(first, '(' | '（' | '①'..='⑳' | '一'..='龥')
}
