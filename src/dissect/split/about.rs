//! What a report is and who wrote it: kind, level, stage, body, district, period, date, and whether it is on topic.
//!
//! All is told from words that the text itself has; what it does not say, or only says masked (XX小学), is none.

use super::cues::Cues;
use super::dates::{self, Date, Month};
use super::frame::Frame;
use super::lines::Line;
use super::site::SiteLine;
use crate::document::DocKind;
use crate::rules::{Failure, RuleFiles};
use anyhow::Result;
use regex::Regex;
use std::collections::HashMap;
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
}

/// Where a title stops naming its body and says what it is about.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r#"关于|落实|开展|推进|贯彻|义务教育|双减|减负|减轻|课后|五项|作业|校外|防溺水|学年|校长|书记|局长|为了|工作|[0-9“”"(（:：]"#,
    )
});
static BODY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:\p{Han}|\(\p{Han}+\)){1,20}(?:初中部|小学部|小学|中学|初中|高中|学校|教学点|幼儿园|中心校|教育局|体育局|教体局|教育厅|教育办|管理中心|监测中心|督导室|人民政府|镇|乡|街道|区|县|市)",
    )
});
static SCHOOL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:^|[,，。;；:：、\s(（”《])(\p{Han}{2,10}?(?:小学|中学|初中|学校|教学点|幼儿园|中心校))(?:\p{Han}|[(（,，]|$)",
    )
});
static DISTRICT: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?:^|[,，。;；:：、\s(（省市州在])(\p{Han}{2,4}?(?:自治县|县|区|旗))(?:\p{Han}|[,，\d(（“]|$)")
});
static SITUATED: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?:地处|位于)(?:\p{Han}{2,4}市)?(\p{Han}{2,4}?(?:自治县|县|区|旗))"));
static LEVEL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"我(?:校|园|部|点|镇|乡|街道|区|县|局|市|省)|全(?:校|镇|乡|区|县|市|省)(?:[^域])|(?:[。;,:\n]|\n\s*)学校|(?:县|区|市|省)教育(?:局|系统|厅)|(?:区|县|市|镇)委|(?:县|区)局|\d+所(?:中小学|学校)",
    )
});
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
        Ok(About { topic: Cues::load(rules, "on_topic.toml", include_str!("on_topic.toml"), answer)? })
    }

    /// Examples of its rules that do not hold.
    pub fn failures(&self) -> Vec<Failure> {
        self.topic.failures(|cues, text| cues.first(text))
    }

    /// Tells it of the report with these lines.
    pub fn tell(&self, text: &str, lines: &[Line], frame: &Frame, title: Option<&str>, kinds: &Cues<DocKind>) -> Told {
        let of = |line: &Line| line.span.of(text);
        let span = lines[0].span.start..lines[lines.len() - 1].span.end;
        let report = &text[span];
        let head: Vec<&str> = lines[..frame.head].iter().map(of).collect();
        let foot: Vec<&str> = lines[frame.foot.min(lines.len())..].iter().map(of).collect();
        let opening: Vec<&str> = lines[frame.head..].iter().take(OPENING).map(of).collect();
        let title = title.unwrap_or_default();

        let kind = kind(title, &head, &opening, kinds);
        let body = body(title, &head, &foot, &opening, report);
        let level = level(title, body.as_deref(), report);
        let stage = stage(title, body.as_deref(), level, report);
        let stamps = || head.iter().chain(&foot).rev();
        let date = stamps().find_map(|line| dates::date(line));
        let month = date.map(Date::month).or_else(|| stamps().find_map(|line| dates::month(line)));
        Told {
            kind,
            level,
            stage,
            district: district(title, &head, &foot, &opening),
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
        } else if says(&["通报如下", "通知如下"]) {
            Some(DocKind::Notice)
        } else {
            None
        }
    };
    by_title.or_else(by_head).or_else(by_opening).unwrap_or(DocKind::Other)
}

fn masked(name: &str) -> bool {
    name.contains(['x', 'X', '×', '*', '_', '某', '〇', '○'])
}

/// Words that make a name a kind of body, not one.
fn is_general(name: &str) -> bool {
    const KINDS: &[&str] = &[
        "中小学",
        "各",
        "全县",
        "全区",
        "全市",
        "全镇",
        "全乡",
        "全省",
        "我",
        "本",
        "乡村",
        "农村",
        "一所",
        "的",
        "是",
        "在",
        "把",
        "对",
        "与",
        "和",
        "及",
        "等",
        "每",
        "其",
        "城区",
        "城乡",
        "这",
        "有",
        "到",
        "从",
        "县区",
        "家长",
        "辖区",
        "地区",
        "学区",
        "社区",
        "校区",
        "片区",
    ];
    let stem = ["小学", "中学", "初中", "高中", "学校"].iter().find_map(|s| name.strip_suffix(s)).unwrap_or(name);
    let empty = matches!(
        stem,
        "" | "小"
            | "中"
            | "初级"
            | "实验"
            | "中心"
            | "高级"
            | "完全"
            | "薄弱"
            | "优质"
            | "普通"
            | "九年一贯制"
            | "寄宿制"
            | "义务教育"
    );
    empty || KINDS.iter().any(|k| name.contains(k))
}

/// The body that `line` begins with, up to the word that says what it is about.
fn leading_body(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(['—', ' ', '-', '《']);
    let subject = SUBJECT.find_iter(line).find(|m| m.start() > 0).map_or(line.len(), |m| m.start());
    let name = BODY.find(&line[..subject])?.as_str();
    (!is_general(name)).then_some(name)
}

fn body(title: &str, head: &[&str], foot: &[&str], opening: &[&str], report: &str) -> Option<String> {
    let lines = foot.iter().copied().chain([title]).chain(head.iter().copied());
    let mut told = lines.filter(|l| !l.is_empty());
    if let Some(name) = told.find_map(leading_body) {
        return Some(name.to_owned());
    }
    if masked(title) && leading_masked(title) {
        return None;
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for found in SCHOOL.captures_iter(report).filter_map(|c| c.get(1)) {
        if !is_general(found.as_str()) {
            *counts.entry(found.as_str()).or_default() += 1;
        }
    }
    let opens = opening.iter().find_map(|line| {
        let name = SCHOOL.captures(line)?.get(1)?;
        (name.start() == 0 && !is_general(name.as_str())).then_some(name.as_str())
    });
    let often = || {
        let mut repeated = counts.iter().filter(|(_, n)| **n > 1);
        let (name, _) = repeated.next()?;
        repeated.next().is_none().then_some(*name)
    };
    opens.or_else(often).map(str::to_owned)
}

/// True where a title begins with a masked name: `XX区20XX年…`.
fn leading_masked(title: &str) -> bool {
    title.chars().take(4).any(|c| matches!(c, 'x' | 'X' | '×' | '_' | '某'))
}

fn level(title: &str, body: Option<&str>, report: &str) -> Option<&'static str> {
    if let Some(level) = body.and_then(level_of_name) {
        return Some(level);
    }
    let of_title =
        [("全县", "district"), ("全区", "district"), ("全镇", "township"), ("全市", "city"), ("全省", "province")];
    if let Some((_, level)) = of_title.iter().find(|(word, _)| title.contains(word)) {
        return Some(level);
    }
    let mut points: [(&'static str, usize); 5] =
        [("school", 0), ("township", 0), ("district", 0), ("city", 0), ("province", 0)];
    if ["小学", "中学", "初中", "学校"].iter().any(|w| title.contains(w)) {
        points[0].1 += 1;
    }
    for found in LEVEL.find_iter(report) {
        let word = found.as_str();
        let weight = if word.starts_with('我') { 3 } else { 1 };
        let at = match word {
            w if w.contains('校') && !w.contains('所') || w.ends_with(['园', '部', '点']) => 0,
            w if w.contains(['镇', '乡']) || w.contains("街道") => 1,
            w if w.contains(['区', '县', '所']) || w == "我局" => 2,
            w if w.contains('市') => 3,
            _ => 4,
        };
        points[at].1 += weight;
    }
    points.iter().rev().max_by_key(|(_, n)| *n).filter(|(_, n)| *n > 0).map(|(level, _)| *level)
}

fn level_of_name(name: &str) -> Option<&'static str> {
    let ends = |ends: &[&str]| ends.iter().any(|e| name.ends_with(e));
    if ends(&["小学", "中学", "初中", "高中", "教学点", "幼儿园", "初中部", "小学部", "学校"]) && !ends(&["中心学校"])
    {
        return Some("school");
    }
    if ends(&["中心校", "中心学校", "教育办", "镇", "乡", "街道"]) || name.contains(['镇', '乡']) {
        return Some("township");
    }
    if ends(&["教育厅"]) {
        return Some("province");
    }
    if ends(&["县", "区"]) || name.contains(['县', '区']) {
        return Some("district");
    }
    name.contains('市').then_some("city")
}

fn stage(title: &str, body: Option<&str>, level: Option<&str>, report: &str) -> Option<&'static str> {
    let of_name = |name: &str| {
        Some(match name {
            n if n.contains("九年一贯") || n.contains("九年制") => "nine_year",
            n if n.contains("小学") && (n.contains("初中") || n.contains("中学")) || n.contains("中小学") => {
                "mixed"
            }
            n if n.contains("小学") || n.contains("教学点") => "primary",
            n if n.contains("初中") || n.contains("初级中学") => "junior",
            n if n.contains("高中") || n.contains("高级中学") => "senior",
            n if n.contains("幼儿园") => "kindergarten",
            _ => return None,
        })
    };
    if let Some(stage) = body.and_then(of_name).or_else(|| of_name(title)) {
        return Some(stage);
    }
    let any = |words: &[&str]| words.iter().any(|w| report.contains(w));
    let primary = any(&["小学", "一年级", "一、二年级", "五年级", "六年级"]);
    let junior = any(&["初中", "七年级", "八年级", "九年级", "初三"]);
    match (primary, junior, level) {
        (true, true, Some("school")) => Some("nine_year"),
        (true, true, _) => Some("mixed"),
        (true, false, _) => Some("primary"),
        (false, true, _) => Some("junior"),
        _ => None,
    }
}

fn district(title: &str, head: &[&str], foot: &[&str], opening: &[&str]) -> Option<String> {
    let lines = [title].into_iter().chain(foot.iter().copied()).chain(head.iter().copied());
    let named = lines.filter_map(|line| DISTRICT.captures(line)?.get(1));
    let situated = opening.iter().filter_map(|line| SITUATED.captures(line)?.get(1));
    let mut names = named.chain(situated).map(|m| m.as_str());
    names.find(|n| !masked(n) && !is_general(n) && !n.starts_with(['省', '市', '各', '全'])).map(str::to_owned)
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
