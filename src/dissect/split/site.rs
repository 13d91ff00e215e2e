//! Lines that a site put around a report.
//!
//! One rule file says what they look like; here is only how far a link list goes on below its first line.

use super::cues::Cues;
use super::enumerator;
use super::lines::Line;
use crate::rules::{Failure, RuleFiles};
use anyhow::Result;

/// What the site has to do with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteLine {
    /// It is the report's.
    No,
    /// It stands above a text: what went on before ends here.
    Head,
    /// It is the site's.
    Line,
    /// It begins a list of links or remarks.
    List,
}

/// The site's lines.
#[derive(Debug)]
pub struct Site {
    cues: Cues<SiteLine>,
}

/// Lines up to this length (in bytes) go on a link list, where they have no full stop.
const LINK: usize = 90;

/// Longer lines (in bytes) are never the site's.
const LONGEST: usize = 600;

impl Site {
    /// Reads the rules.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let answer = |gives: &str| {
            Some(match gives {
                "head" => SiteLine::Head,
                "line" => SiteLine::Line,
                "list" => SiteLine::List,
                _ => return None,
            })
        };
        Ok(Site { cues: Cues::load(rules, "site_lines.toml", include_str!("site_lines.toml"), answer)? })
    }

    /// Examples of its rules that do not hold.
    pub fn failures(&self) -> Vec<Failure> {
        self.cues.failures(|cues, text| cues.first(text))
    }

    /// For each line whether a rule calls it the site's; lists are not yet followed.
    pub fn mark(&self, text: &str, lines: &[Line]) -> Vec<SiteLine> {
        lines
            .iter()
            .map(|line| match line.span.of(text) {
                long if long.len() > LONGEST => SiteLine::No,
                short => self.cues.first(short).unwrap_or(SiteLine::No),
            })
            .collect()
    }
}

/// Marks the lines that go on a list: short, without full stop and number, up to the first that `is_title`.
pub fn follow_lists(text: &str, lines: &[Line], marks: &mut [SiteLine], is_title: impl Fn(usize) -> bool) {
    for i in 1..lines.len() {
        let line = lines[i].span.of(text);
        let goes_on = marks[i - 1] == SiteLine::List
            && marks[i] == SiteLine::No
            && line.len() <= LINK
            && !line.contains('。')
            && enumerator::read(line).is_none()
            && !is_title(i);
        if goes_on {
            marks[i] = SiteLine::List;
        }
    }
}
