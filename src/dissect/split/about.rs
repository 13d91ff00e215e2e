//! What a report is, when it was written, and whether it is on topic; with who wrote it, from [`super::bodies`].
//!
//! All is told from words that the text itself has; what it does not say, or only says masked (XX小学), is none.

use super::bodies::{self, Bodies, Places};
use super::cues::Cues;
use super::dates::{self, Date, Month};
use super::frame::Frame;
use super::lines::Line;
use super::site::SiteLine;
use crate::document::DocKind;
use crate::rules::{Failure, RuleFiles};
use anyhow::Result;
use regex::Regex;
use std::sync::LazyLock;

/// The answers; see the fields of [`crate::document::Report`].
#[derive(Debug)]
pub struct Told {
    pub kind: DocKind,
    pub level: Option<&'static str>,
    pub stage: Option<&'static str>,
    pub body: Option<String>,
    pub district: Option<String>,
    pub on_topic: bool,
    pub period: Option<String>,
    pub report_date: Option<i32>,
}

/// The rules.
#[derive(Debug)]
pub struct About {
    topic: Cues<bool>,
    bodies: Bodies,
}

static COLLECTION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"汇编|大全|合集|集锦|精选|(?:\d{1,2}|[一二三四五六七八九十]{1,3})篇"));
static FILE_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:范文|模板|完整版|最新|word|WORD|Word|下载|文档|材料范文)*(?:\.(?:docx?|pdf|pptx?|wps|xlsx?))?$")
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern")
}

/// On-topic words per 1,000 characters from which a report counts as on topic, where its title does not tell.
const ON_TOPIC_PER_1000: f64 = 1.5;

/// Bytes of a report from which its topic and its body are told.
const BEGINNING: usize = 6000;

/// Lines of the body in which the opening of a report is looked for.
const OPENING: usize = 3;

/// True where a file's name says that it holds several reports.
pub fn names_collection(name: &str) -> bool {
    COLLECTION.is_match(name)
}

/// The title in a site's line about a file: `《…总结.docx》由会员分享` or `…总结Word下载.docx`.
fn file_title(line: &str) -> &str {
    let line = line.strip_prefix('《').and_then(|l| l.split('》').next()).unwrap_or(line);
    FILE_TITLE.find(line).map_or(line, |m| &line[..m.start()]).trim()
}

/// The title in the site's lines right above a report.
pub fn site_title<'t>(
    text: &'t str,
    lines: &[Line],
    site: &[SiteLine],
    is_title: impl Fn(&str) -> bool,
) -> Option<&'t str> {
    let above = lines.iter().zip(site).rev().take_while(|(_, site)| **site != SiteLine::No);
    let mut titles = above.filter(|(_, site)| **site == SiteLine::Head).map(|(line, _)| file_title(line.span.of(text)));
    titles.find(|title| is_title(title))
}

impl About {
    /// Reads the rules.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let answer = |gives: &str| match gives {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        };
        let topic = Cues::load(rules, "on_topic.toml", include_str!("on_topic.toml"), answer)?;
        Ok(About { topic, bodies: Bodies::new(rules)? })
    }

    /// Examples of its rules that do not hold.
    pub fn failures(&self) -> Vec<Failure> {
        [self.topic.failures(|cues, text| cues.first(text)), self.bodies.failures()].concat()
    }

    /// Tells it of the report with these lines.
    pub fn tell(&self, text: &str, lines: &[Line], frame: &Frame, title: Option<&str>, kinds: &Cues<DocKind>) -> Told {
        let of = |line: &Line| line.span.of(text);
        let span = lines[0].span.start..lines[lines.len() - 1].span.end;
        let report = beginning(&text[span]);
        let head: Vec<&str> = lines[..frame.head].iter().map(of).collect();
        let foot: Vec<&str> = lines[frame.foot.min(lines.len())..].iter().map(of).collect();
        let opening: Vec<&str> = lines[frame.head..].iter().take(OPENING).map(of).collect();
        let title = title.unwrap_or_default();

        let kind = kind(title, &head, &opening, kinds);
        let places = Places { title, head: &head, foot: &foot, opening: &opening, report };
        let body = self.bodies.body(places);
        let level = bodies::level(title, body.as_deref(), report);
        let stage = bodies::stage(title, body.as_deref(), level, report);
        let stamps = || head.iter().chain(&foot).rev();
        let date = stamps().find_map(|line| dates::date(line));
        let month = date.map(Date::month).or_else(|| stamps().find_map(|line| dates::month(line)));
        Told {
            kind,
            level,
            stage,
            district: self.bodies.district(places),
            on_topic: self.on_topic(title, report),
            period: period(title, kind, &head, &opening, month),
            report_date: date.map(Date::days),
            body,
        }
    }

    fn on_topic(&self, title: &str, report: &str) -> bool {
        let in_title = |on: bool| self.topic.all(title).any(|(answer, _)| answer == on);
        if in_title(true) {
            return true;
        }
        let mut hits = [0usize; 2];
        self.topic.all(report).for_each(|(on, _)| hits[usize::from(on)] += 1);
        let per_1000 = hits[1] as f64 * 1000.0 / report.chars().count().max(1) as f64;
        per_1000 >= ON_TOPIC_PER_1000 && hits[1] > hits[0] && !(in_title(false) && hits[0] * 3 > hits[1])
    }
}

/// As much of a report as tells who wrote it and about what.
fn beginning(report: &str) -> &str {
    let end = (0..=BEGINNING.min(report.len())).rev().find(|&at| report.is_char_boundary(at));
    &report[..end.unwrap_or(0)]
}

fn kind(title: &str, head: &[&str], opening: &[&str], kinds: &Cues<DocKind>) -> DocKind {
    let told = |line: &str| kinds.last(line).map(|(kind, _)| kind);
    let by_title = told(title).filter(|&k| k != DocKind::Other);
    let by_head = || head.iter().rev().filter(|l| **l != title).find_map(|l| told(l)).filter(|&k| k != DocKind::Other);
    let by_opening = || {
        let says = |words: &[&str]| opening.iter().any(|line| words.iter().any(|w| line.contains(w)));
        if says(&["制定本方案", "特制定本", "制定本细则"]) {
            Some(DocKind::Plan)
        } else if says(&["总结如下", "总结上报"]) {
            Some(DocKind::Summary)
        } else if says(&["汇报如下", "报告如下", "情况如下"]) {
            Some(DocKind::Report)
        } else if says(&["通报如下"]) {
            Some(DocKind::Circular)
        } else if says(&["通知如下"]) {
            Some(DocKind::Notice)
        } else {
            None
        }
    };
    // 一张清单管到底 ——某校作业管理经验材料: the line behind the dash says what it is.
    let subtitle = head.iter().find(|line| line.starts_with(['—', '─', '–', '-']));
    let by_subtitle = subtitle.and_then(|line| told(line)).filter(|&k| k != DocKind::Other);
    by_subtitle.or(by_title).or_else(by_head).or_else(by_opening).unwrap_or(DocKind::Other)
}

/// Title, lines above the text, date, opening: the first that states one. A report of a school on its term that bears
/// a date tells of the term.
fn period(title: &str, kind: DocKind, head: &[&str], opening: &[&str], date: Option<Month>) -> Option<String> {
    let of_head = || head.iter().filter(|l| dates::month(l).is_none()).find_map(|line| dates::period(line));
    let of_date = || {
        let term = matches!(kind, DocKind::Report | DocKind::Summary)
            && opening.iter().any(|line| ["本学期", "一学期", "学期来", "学期以来"].iter().any(|w| line.contains(w)));
        date.map(|month| if term { month.term() } else { month.code() })
    };
    let of_opening = || opening.iter().find_map(|line| dates::term(line).or_else(|| dates::leading_year(line)));
    dates::period(title).or_else(of_head).or_else(of_date).or_else(of_opening)
}
