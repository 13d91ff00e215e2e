//! Clean text of a file to the reports in it, and a report to sections and units.
//!
//! | question | module |
//! |---|---|
//! | what are the lines? | [`lines`] |
//! | which lines are the site's? | [`site`] |
//! | where do reports begin and end? | [`reports`], [`series`] |
//! | what surrounds the text of a report? | [`frame`] |
//! | which numbers stand at the beginning? | [`enumerator`] |
//! | where do sentences end? | [`sentences`] |
//! | where do headings end that run into their text? | [`glued`] |
//! | what is a heading, and whose? | [`units`], [`outline`] |
//! | what is it, when, about what? | [`about`], [`dates`] |
//! | who wrote it? | [`bodies`] |
//!
//! What words mean stands in the rule files of this folder, with examples ([`cues`]). A cleaned text has ASCII
//! punctuation; full-width forms are understood all the same.

mod about;
mod bodies;
mod cells;
mod cues;
pub mod dates;
mod enumerator;
mod frame;
mod glued;
mod lines;
mod outline;
mod reports;
mod sentences;
mod series;
mod site;
#[cfg(test)]
mod tests;
mod units;

use crate::document::{CleanText, DecodedFile, DocKind, Report, Role};
use crate::rules::{Failure, RuleFiles};
use crate::span::Span;
use anyhow::Result;
use cues::Cues;
use frame::Frame;
use reports::{Boundaries, Extent};
use units::RoleCues;

/// The rules of splitting.
#[derive(Debug)]
pub struct Splitter {
    site: site::Site,
    kinds: Cues<DocKind>,
    roles: RoleCues,
    about: about::About,
}

impl Splitter {
    /// Builds them.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        Ok(Splitter {
            site: site::Site::new(rules)?,
            kinds: Cues::load(rules, "kinds.toml", include_str!("kinds.toml"), kind)?,
            roles: RoleCues {
                headings: Cues::load(rules, "roles.toml", include_str!("roles.toml"), role)?,
                turns: Cues::load(rules, "turns.toml", include_str!("turns.toml"), role)?,
            },
            about: about::About::new(rules)?,
        })
    }

    /// Examples in the rule files that do not come out as their author meant.
    pub fn failures(&self) -> Vec<Failure> {
        let kinds = self.kinds.failures(|cues, text| cues.last(text).map(|(kind, _)| kind));
        let headings = self.roles.headings.failures(|cues, text| cues.first(text));
        let turns = self.roles.turns.failures(|cues, text| cues.first(text));
        [kinds, headings, turns, self.site.failures(), self.about.failures()].concat()
    }

    /// The reports of a file, in the order of the text; they do not overlap.
    pub fn split(&self, clean: &CleanText, file: &DecodedFile) -> Vec<Report> {
        let text = clean.text.as_str();
        let breaks: Vec<usize> = series::inline_titles(text).iter().flat_map(|s| [s.start, s.end]).collect();
        let lines = lines::lines(text, &breaks);
        let marks = self.site.mark(text, &lines);
        let name = file.source_path.rsplit('/').next().unwrap_or_default();
        let mut boundaries = Boundaries {
            text,
            lines: &lines,
            site: marks,
            kinds: &self.kinds,
            named_collection: about::names_collection(name),
        };
        let extents = boundaries.extents();
        let site = boundaries.site;
        let reports = extents.iter().zip(1..);
        reports.map(|(extent, part)| self.report(text, &lines, &site, *extent, part)).collect()
    }

    fn report(&self, text: &str, lines: &[lines::Line], site: &[site::SiteLine], extent: Extent, part: u32) -> Report {
        let Extent { first, end, titled } = extent;
        let span = Span::new(lines[first].span.start, lines[end - 1].span.end);
        let site_title = about::site_title(text, &lines[..first], &site[..first], |line| self.is_title(line));
        let (lines, site) = (&lines[first..end], &site[first..end]);
        let frame = Frame::new(text, lines, site, titled, |line| self.is_title(line));
        let title = frame.title.map(|i| lines[i].span.of(text)).or(site_title).map(str::to_owned);
        let (sections, units) = units::units(text, lines, &frame, &self.roles, title.clone().unwrap_or_default());
        let about = self.about.tell(text, lines, &frame, title.as_deref(), &self.kinds);
        Report {
            part,
            span,
            title,
            kind: about.kind,
            level: about.level,
            stage: about.stage,
            body: about.body,
            district: about.district,
            on_topic: about.on_topic,
            period: about.period,
            report_date: about.report_date,
            sections,
            units,
        }
    }
}

impl Splitter {
    /// True for a line that ends like a title, remarks in brackets left out.
    fn is_title(&self, line: &str) -> bool {
        let line = series::plain(line);
        self.kinds.last(line).is_some_and(|(_, end)| line.len() - end <= "材料".len())
    }
}

fn kind(code: &str) -> Option<DocKind> {
    DocKind::ALL.into_iter().find(|kind| kind.rule_code() == code)
}

fn role(code: &str) -> Option<Role> {
    use Role::*;
    [Background, Measures, Results, Problems, Remedies, NextSteps, Other].into_iter().find(|r| r.code() == code)
}
