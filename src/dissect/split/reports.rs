//! Where the reports of a file begin and end.
//!
//! Files hold one report, or many under titles that repeat, are numbered (`…汇报 3`, `篇2`) or just stand there; sites
//! put introductions and link lists around them. A report begins at its title; what belongs to no report (the
//! introduction of a collection, site lines between two reports) is left out. What stands inside a report is not
//! looked at here, except to tell a title from a heading.

use super::cues::Cues;
use super::enumerator::{self, Form};
use super::lines::Line;
use super::series::{self, Numbered};
use super::site::{self, SiteLine};
use crate::document::DocKind;
use std::collections::{HashMap, HashSet};

/// A report: lines `first..end` of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Its first line: the title, where it has one.
    pub first: usize,
    /// One past its last line.
    pub end: usize,
    /// True where its first line is known to be its title.
    pub titled: bool,
}

/// All that boundaries are told from.
pub struct Boundaries<'a> {
    /// The file's text.
    pub text: &'a str,
    /// Its lines.
    pub lines: &'a [Line],
    /// For each line, whether it is the site's; lists are followed as titles are found.
    pub site: Vec<SiteLine>,
    /// Closing words of titles.
    pub kinds: &'a Cues<DocKind>,
    /// True where the name of the file says that it holds several.
    pub named_collection: bool,
}

/// The longest title, in characters.
const LONGEST_TITLE: usize = 60;

/// Text before the first title that is longer than this (in bytes) is a report without title, not an introduction.
const LONGEST_INTRODUCTION: usize = 1200;

/// A bare title in the middle of a file has at least as many characters: shorter ones are headings (工作总结).
const SHORTEST_BARE_TITLE: usize = 9;

/// A report that ends sooner (in bytes) is none: its title is a part of the next one's.
const SHORTEST_REPORT: usize = 150;

impl<'a> Boundaries<'a> {
    /// The reports, in the order of the text.
    pub fn extents(&mut self) -> Vec<Extent> {
        let mut starts = self.starts();
        self.take_in_what_stands_first(&mut starts);
        let ends = starts.iter().skip(1).map(|s| s.line).chain([self.lines.len()]);
        starts.iter().zip(ends).filter_map(|(start, end)| self.trimmed(*start, end)).collect()
    }

    fn of(&self, line: usize) -> &str {
        self.lines[line].span.of(self.text)
    }

    /// Lines at which a report begins, told from titles.
    fn starts(&mut self) -> Vec<Start> {
        let (text, lines) = (self.text, self.lines);
        let titles: Vec<Option<Numbered>> = (0..lines.len()).map(|i| self.title(i)).collect();
        let collection = self.collection();
        let of_series = of_series(&titles, collection);
        let repeated = repeated(&titles);
        let is_collection = collection.is_some();
        site::follow_lists(text, lines, &mut self.site, |i| of_series[i]);

        let mut starts: Vec<Start> = Vec::new();
        for i in (0..lines.len()).filter(|&i| self.site[i] == SiteLine::No) {
            let behind_head = i > 0 && self.site[i - 1] == SiteLine::Head;
            let bare = titles[i].filter(|n| n.is_title && n.ordinal.is_none());
            let many = is_collection || bare.is_some_and(|n| repeated.contains(n.stem));
            let last = starts.last().map(|s| s.line);
            let begins = of_series[i] || behind_head || bare.is_some() && self.bare_title(i, last, many);
            if !begins {
                continue;
            }
            let start = Start { line: i, titled: titles[i].is_some(), one_of_many: of_series[i] || many };
            match last {
                // A masthead above its title, or a title that stands twice.
                Some(last) if lines[i].span.start - lines[last].span.start < SHORTEST_REPORT => {
                    if of_series[i] && !of_series[last] {
                        starts.pop();
                        starts.push(start);
                    }
                }
                _ => starts.push(start),
            }
        }
        starts
    }

    /// The line as a title, where it has the form of one: short, no sentence, no item of a list.
    fn title(&self, i: usize) -> Option<Numbered<'a>> {
        let text = self.lines[i].span.of(self.text);
        // What is attached belongs to the report above it.
        let attached = text.strip_prefix('附').is_some_and(|rest| rest.starts_with([':', '：']));
        if attached
            || series::collection_title(text).is_some()
            || text.len() > LONGEST_TITLE * 3
            || text.ends_with(['。', ';', ':', ',', '、']) && !series::is_mark(text)
        {
            return None;
        }
        let mut n = series::numbered(text)?;
        n.is_title = self.kinds.last(n.stem).is_some_and(|(_, end)| n.stem.len() - end <= "」】".len());
        (n.is_title || n.ordinal.is_some()).then_some(n)
    }

    /// The title of a collection (…大全(17篇), …(精选15篇)) without that remark, where the file is one.
    fn collection(&self) -> Option<&'a str> {
        let head = self.lines.iter().take(12).find_map(|l| series::collection_title(l.span.of(self.text)));
        head.or_else(|| self.named_collection.then_some(""))
    }

    /// True where a title without number begins another report: what came before is at its end, what follows opens a
    /// report, and the numbers of headings do not go on across it.
    fn bare_title(&self, i: usize, last: Option<usize>, collection: bool) -> bool {
        let text = self.of(i);
        let shortest = if collection { SHORTEST_BARE_TITLE } else { SHORTEST_BARE_TITLE + 2 };
        if text.chars().count() < shortest || enumerator::read(text).is_some() || i + 1 >= self.lines.len() {
            return false;
        }
        if i == 0 {
            return true;
        }
        let before = self.of(i - 1);
        let ended =
            before.ends_with(['。', '!', '”', '?', '.']) || before.len() < 90 || self.site[i - 1] != SiteLine::No;
        let opens = (i + 1..self.lines.len().min(i + 5)).any(|j| {
            let text = self.of(j);
            text.len() > 75 || enumerator::read(text).is_some_and(|e| e.ordinal == 1)
        });
        ended && opens && !self.numbers_go_on(last.unwrap_or(0), i)
    }

    /// True where the next heading `三、` behind line `i` follows the last `二、` between `from` and `i`.
    fn numbers_go_on(&self, from: usize, i: usize) -> bool {
        let ordinal = |j: usize| enumerator::read(self.of(j)).filter(|e| e.form == Form::Han).map(|e| e.ordinal);
        let before = (from..i).rev().take(400).find_map(ordinal);
        let behind = (i + 1..self.lines.len()).take(400).find_map(ordinal);
        matches!((before, behind), (Some(b), Some(n)) if n == b + 1)
    }

    /// Gives what stands before the first title its place: a report without title, a masthead above the only report, or
    /// the introduction of a collection, which belongs to none.
    fn take_in_what_stands_first(&self, starts: &mut Vec<Start>) {
        let end = starts.first().map_or(self.lines.len(), |s| s.line);
        let Some(first) = (0..end).find(|&i| self.site[i] == SiteLine::No) else { return };
        let bytes: usize =
            (first..end).filter(|&i| self.site[i] == SiteLine::No).map(|i| self.lines[i].span.len()).sum();
        let untitled = Start { line: first, titled: false, one_of_many: false };
        match starts.first_mut() {
            Some(start) if bytes <= LONGEST_INTRODUCTION => {
                if !start.one_of_many {
                    *start = untitled;
                }
            }
            _ => starts.insert(0, untitled),
        }
    }

    /// The report without the site's lines around it; none where nothing is left.
    fn trimmed(&self, start: Start, end: usize) -> Option<Extent> {
        let first = (start.line..end).find(|&i| self.site[i] == SiteLine::No)?;
        let last = (first..end).rev().find(|&i| self.site[i] == SiteLine::No)?;
        Some(Extent { first, end: last + 1, titled: start.titled })
    }
}

/// A line at which a report begins.
#[derive(Clone, Copy, Debug)]
struct Start {
    line: usize,
    /// True where it is the title.
    titled: bool,
    /// True where the file is known to hold several.
    one_of_many: bool,
}

/// For each line whether it is a numbered title of one of several.
fn of_series(titles: &[Option<Numbered>], collection: Option<&str>) -> Vec<bool> {
    let mut ordinals: HashMap<&str, Vec<u32>> = HashMap::new();
    for (n, ordinal) in titles.iter().flatten().filter_map(|n| Some((n, n.ordinal?))) {
        ordinals.entry(n.stem).or_default().push(ordinal);
    }
    let is_one = |n: &Numbered| {
        // The stem of `第三篇` is empty; others must end like a title or be the collection's own.
        let title = n.is_title || n.stem.is_empty() || collection == Some(n.stem);
        let ordinal = n.ordinal.filter(|_| title);
        ordinal.is_some_and(|o| series::is_series(&ordinals[n.stem]) || o == 1 && collection == Some(n.stem))
    };
    titles.iter().map(|n| n.as_ref().is_some_and(is_one)).collect()
}

/// Titles without number that stand in the file more than once.
fn repeated<'t>(titles: &[Option<Numbered<'t>>]) -> HashSet<&'t str> {
    let mut seen = HashSet::new();
    let plain = titles.iter().flatten().filter(|n| n.ordinal.is_none());
    plain.filter(|n| !seen.insert(n.stem)).map(|n| n.stem).collect()
}
