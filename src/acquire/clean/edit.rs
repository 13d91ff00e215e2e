//! Repairs as places in the folded text, and the making of the clean text from them.

use crate::document::Repair;
use crate::span::{CleanTextBuilder, OffsetMap, SourceSpan, Span};
use std::ops::Range;

/// A change to the folded text.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    /// Bytes of the folded text.
    pub(super) at: Range<usize>,
    /// What stands there instead.
    pub(super) to: String,
    /// Code of the repair; none where it is a conversion and not counted.
    pub(super) kind: Option<&'static str>,
}

impl Edit {
    pub(super) fn repair(at: Range<usize>, to: String, kind: &'static str) -> Self {
        Edit { at, to, kind: Some(kind) }
    }

    pub(super) fn silent(at: Range<usize>, to: String) -> Self {
        Edit { at, to, kind: None }
    }
}

/// Clean text, map, repairs and damage, from the folded text, its edits and its damaged places in any order. Where two
/// edits overlap the one that begins first is made, and of two that begin together the longer.
pub(super) fn apply(
    folded: &str,
    mut edits: Vec<Edit>,
    mut damaged: Vec<Range<usize>>,
) -> (String, OffsetMap, Vec<Repair>, Vec<Span>) {
    edits.sort_by_key(|edit| (edit.at.start, usize::MAX - edit.at.end));
    damaged.sort_by_key(|place| place.start);
    let mut builder = CleanTextBuilder::with_capacity(folded.len());
    let (mut repairs, mut done) = (Vec::new(), 0);
    let mut marks = Marks::new(damaged);
    for edit in edits {
        if edit.at.start < done {
            continue;
        }
        marks.copy(&mut builder, folded, done..edit.at.start);
        let start = builder.taken();
        let before = &folded[edit.at.clone()];
        builder.replace(before.chars().count(), &edit.to);
        marks.pass(edit.at.end, builder.text().len());
        let source = SourceSpan { start, end: builder.taken() };
        repairs.extend(edit.kind.map(|kind| Repair { kind, source, to: edit.to }));
        done = edit.at.end;
    }
    marks.copy(&mut builder, folded, done..folded.len());
    let damaged = marks.spans();
    let (text, map) = builder.finish();
    (text, map, repairs, damaged)
}

/// Carries damaged places of the folded text over into the clean text.
struct Marks {
    /// Ends of the damaged places in the folded text, sorted: where they begin (`true`) and end.
    bounds: Vec<(usize, bool)>,
    next: usize,
    /// The same in the clean text.
    placed: Vec<(usize, bool)>,
}

impl Marks {
    fn new(damaged: Vec<Range<usize>>) -> Self {
        let mut bounds: Vec<(usize, bool)> = Vec::new();
        for place in damaged {
            match bounds.last_mut() {
                // Places that touch become one.
                Some((end, false)) if *end >= place.start => *end = place.end.max(*end),
                _ => bounds.extend([(place.start, true), (place.end, false)]),
            }
        }
        Marks { bounds, next: 0, placed: Vec::new() }
    }

    /// Copies a stretch of the folded text that no edit touches.
    fn copy(&mut self, builder: &mut CleanTextBuilder, folded: &str, stretch: Range<usize>) {
        let shift = builder.text().len();
        while let Some((at, begins)) = self.bounds.get(self.next).copied().filter(|(at, _)| *at <= stretch.end) {
            self.placed.push((shift + at.saturating_sub(stretch.start), begins));
            self.next += 1;
        }
        builder.push_run(&folded[stretch]);
    }

    /// Bounds inside an edit or at its end go to its end.
    fn pass(&mut self, folded: usize, clean: usize) {
        while let Some((_, begins)) = self.bounds.get(self.next).copied().filter(|(at, _)| *at < folded) {
            self.placed.push((clean, begins));
            self.next += 1;
        }
    }

    fn spans(self) -> Vec<Span> {
        self.placed
            .chunks_exact(2)
            .map(|pair| Span::new(pair[0].0, pair[1].0))
            .filter(|span| !span.is_empty())
            .collect()
    }
}
