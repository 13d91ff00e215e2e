//! Places in text, and the way back from the cleaned text to the original.
//!
//! Two coordinate systems exist, and their types keep them apart: [`Span`] counts bytes of a cleaned text and is what
//! all steps between cleaning and the tables use; [`SourceSpan`] counts Unicode code points of the source text and is
//! what the tables publish. [`OffsetMap`] leads from the first to the second. Nothing here knows what was cleaned.

use std::ops::Range;

/// A half-open range of bytes in a cleaned text; both ends lie on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span ends before it starts: {start}..{end}");
        Span { start, end }
    }

    /// As a range for slicing.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The text that it covers.
    pub fn of(self, text: &str) -> &str {
        &text[self.range()]
    }

    /// Number of bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// True where it covers nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// True where `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// True where the two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same span in a text that begins `by` bytes earlier.
    pub fn shift(self, by: usize) -> Span {
        Span::new(self.start + by, self.end + by)
    }
}

/// A half-open range of Unicode code points in the source text, as the tables publish it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceSpan {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

/// Code points between two marks of a [`SourceText`].
const POINTS: usize = 32;

/// A text that can be sliced by code points: the source text with a sparse index of its bytes.
#[derive(Debug, Default)]
pub struct SourceText {
    text: String,
    /// Byte of every `POINTS`-th code point.
    marks: Vec<usize>,
    points: usize,
}

impl SourceText {
    /// Indexes `text`.
    pub fn new(text: String) -> Self {
        let mut marks = Vec::with_capacity(text.len() / POINTS / 2 + 1);
        let mut points = 0;
        for (byte, _) in text.char_indices() {
            if points % POINTS == 0 {
                marks.push(byte);
            }
            points += 1;
        }
        SourceText { text, marks, points }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its length in code points.
    pub fn points(&self) -> usize {
        self.points
    }

    /// The characters that `span` covers; what lies beyond the end is left out.
    pub fn slice(&self, span: SourceSpan) -> &str {
        &self.text[self.byte(span.start)..self.byte(span.end)]
    }

    fn byte(&self, point: usize) -> usize {
        if point >= self.points {
            return self.text.len();
        }
        let mark = self.marks[point / POINTS];
        self.text[mark..].char_indices().nth(point % POINTS).map_or(self.text.len(), |(i, _)| mark + i)
    }
}

/// One piece of the map, from byte `clean` of the cleaned text on.
#[derive(Clone, Copy, Debug)]
struct Piece {
    clean: usize,
    source: usize,
    /// `None`: cleaned and source text run side by side, character by character. `Some(end)`: the whole piece stands
    /// for the code points `source..end`.
    whole: Option<usize>,
}

/// How far a look-up in a map may have to count: bytes of a piece.
const STRIDE: usize = 256;

/// The way back: from bytes of the cleaned text to code points of the source text.
///
/// Invariants: pieces are sorted by both coordinates; every source character belongs to at most one piece; a look-up
/// costs a binary search and at most [`STRIDE`] bytes of counting.
#[derive(Debug, Default)]
pub struct OffsetMap {
    pieces: Vec<Piece>,
    clean_len: usize,
    source_len: usize,
}

impl OffsetMap {
    /// The code points that bytes `clean` of `text`, the cleaned text, stand for. What cleaning dropped is inside the
    /// answer only where kept characters on both sides of it are.
    pub fn source_span(&self, text: &str, clean: Span) -> SourceSpan {
        let start = self.start_of(text, clean.start);
        let end = if clean.is_empty() { start } else { self.end_of(text, clean.end) };
        SourceSpan { start, end }
    }

    /// Length of the source text in code points.
    pub fn source_len(&self) -> usize {
        self.source_len
    }

    fn start_of(&self, text: &str, at: usize) -> usize {
        if at >= self.clean_len {
            return self.source_len;
        }
        // The first piece begins at byte 0 of a text that is not empty, so there is one at or before `at`.
        let piece = self.pieces[self.pieces.partition_point(|p| p.clean <= at) - 1];
        match piece.whole {
            Some(_) => piece.source,
            None => piece.source + text[piece.clean..at].chars().count(),
        }
    }

    /// The end of the last character before `at`: leaves out what was dropped right after it.
    fn end_of(&self, text: &str, at: usize) -> usize {
        let piece = self.pieces[self.pieces.partition_point(|p| p.clean < at) - 1];
        match piece.whole {
            Some(end) => end,
            None => piece.source + text[piece.clean..at].chars().count(),
        }
    }
}

/// Builds a cleaned text and its [`OffsetMap`] side by side, reading the source from front to back.
#[derive(Debug, Default)]
pub struct CleanTextBuilder {
    text: String,
    map: OffsetMap,
    /// Code points of the source taken so far.
    at: usize,
}

impl CleanTextBuilder {
    /// A builder that expects a cleaned text of about `bytes` bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        CleanTextBuilder { text: String::with_capacity(bytes), ..Default::default() }
    }

    /// Takes the next source character over as `to`: one for one.
    pub fn push(&mut self, to: char) {
        let runs_on = matches!(self.map.pieces.last(),
            Some(last) if last.whole.is_none() && self.text.len() - last.clean < STRIDE);
        if !runs_on {
            self.piece(None);
        }
        self.text.push(to);
        self.at += 1;
    }

    /// Takes source characters over as they are.
    pub fn push_run(&mut self, mut run: &str) {
        while !run.is_empty() {
            let (head, rest) = run.split_at(run.floor_char_boundary(STRIDE));
            self.piece(None);
            self.text.push_str(head);
            self.at += head.chars().count();
            run = rest;
        }
    }

    /// Lets `to` stand for the next `n` source characters together; an empty `to` drops them.
    pub fn replace(&mut self, n: usize, to: &str) {
        if !to.is_empty() {
            self.piece(Some(self.at + n));
            self.text.push_str(to);
        }
        self.at += n;
        // What follows is not counted on from here: the two sides no longer run side by side.
        self.piece(None);
    }

    /// The cleaned text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Code points of the source taken so far.
    pub fn taken(&self) -> usize {
        self.at
    }

    /// The text and its map.
    pub fn finish(mut self) -> (String, OffsetMap) {
        self.map.clean_len = self.text.len();
        self.map.source_len = self.at;
        (self.text, self.map)
    }

    fn piece(&mut self, whole: Option<usize>) {
        let piece = Piece { clean: self.text.len(), source: self.at, whole };
        match self.map.pieces.last_mut() {
            Some(last) if last.clean == piece.clean => *last = piece,
            _ => self.map.pieces.push(piece),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cleaned_range_leads_back_to_its_source() {
        // source: 課業(yè)負　x擔  cleaned: 课业负担
        let source = SourceText::new("課業(yè)負\u{3000}x擔".to_owned());
        let mut b = CleanTextBuilder::default();
        b.push('课');
        b.replace(5, "业");
        b.push('负');
        b.replace(2, "");
        b.push('担');
        let (text, map) = b.finish();
        assert_eq!(text, "课业负担");
        let back = |a: usize, z: usize| source.slice(map.source_span(&text, Span::new(a, z)));
        assert_eq!(back(0, 6), "課業(yè)");
        assert_eq!(back(3, 9), "業(yè)負");
        assert_eq!(back(6, 9), "負", "what was dropped after a character is not part of it");
        assert_eq!(back(6, 12), "負\u{3000}x擔");
        assert_eq!(back(9, 12), "擔");
        assert_eq!(back(9, 9), "");
        assert_eq!(map.source_len(), source.points());
    }
}
