//! Who reports: the body's name, its level and stage, and the district, as the text names them.
//!
//! Names are told by their endings (小学, 教育局, 镇) at the places where reports name themselves: signature, title, the
//! lines above the text, the opening, a name that the text repeats. Masked names (XX小学) and kinds of bodies (乡村学校)
//! are none.

use super::cues::Cues;
use crate::rules::{Failure, RuleFiles};
use anyhow::Result;
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

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
static SCHOOL: LazyLock<Regex> = LazyLock::new(|| regex(r"小学|中学|初中|学校|教学点|幼儿园|中心校"));
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

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern")
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// A kind of body, not one.
    General,
    /// A piece of a sentence.
    Clause,
}

/// The places of a report where its body may be named.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    /// The title; empty where there is none.
    pub title: &'a str,
    /// Lines above the text.
    pub head: &'a [&'a str],
    /// Signature and date.
    pub foot: &'a [&'a str],
    /// The first lines of the text.
    pub opening: &'a [&'a str],
    /// All of it.
    pub report: &'a str,
}

/// Tells names.
#[derive(Debug)]
pub struct Bodies {
    faults: Cues<Fault>,
}

impl Bodies {
    /// Reads the rules.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let answer = |gives: &str| match gives {
            "general" => Some(Fault::General),
            "clause" => Some(Fault::Clause),
            _ => None,
        };
        Ok(Bodies { faults: Cues::load(rules, "names.toml", include_str!("names.toml"), answer)? })
    }

    /// Examples of its rules that do not hold.
    pub fn failures(&self) -> Vec<Failure> {
        self.faults.failures(|cues, text| cues.first(text))
    }

    /// The name of the body that reports.
    pub fn body(&self, places: Places) -> Option<String> {
        let Places { title, head, foot, opening, report } = places;
        let mut told = foot.iter().chain([&title]).chain(head).filter(|l| !l.is_empty());
        if let Some(name) = told.find_map(|line| self.leading(line)) {
            return Some(name.to_owned());
        }
        if leading_masked(title) {
            return None;
        }
        let opens = opening.iter().find_map(|line| {
            let (start, name) = schools(line).next()?;
            (start == 0 && self.faults.first(name).is_none()).then_some(name)
        });
        opens.or_else(|| self.only_one_repeated(report)).map(str::to_owned)
    }

    /// The district, from the same places.
    pub fn district(&self, places: Places) -> Option<String> {
        let lines = [&places.title].into_iter().chain(places.foot).chain(places.head);
        let named = lines.filter_map(|line| DISTRICT.captures(line)?.get(1));
        let situated = places.opening.iter().filter_map(|line| SITUATED.captures(line)?.get(1));
        let mut names = named.chain(situated).map(|m| m.as_str());
        let name = names.find(|n| !masked(n) && self.faults.first(n).is_none() && !n.starts_with(['省', '市']));
        name.map(str::to_owned)
    }

    /// The body that `line` begins with, up to the word that says what it is about.
    fn leading<'t>(&self, line: &'t str) -> Option<&'t str> {
        let line = line.trim_start_matches(['—', ' ', '-', '《']);
        let subject = SUBJECT.find_iter(line).find(|m| m.start() > 0).map_or(line.len(), |m| m.start());
        let name = BODY.find(&line[..subject])?.as_str();
        (self.faults.first(name) != Some(Fault::General)).then_some(name)
    }

    /// The one school that the text names more than once; none where it names several so.
    fn only_one_repeated<'t>(&self, report: &'t str) -> Option<&'t str> {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for (_, name) in schools(report) {
            *counts.entry(name).or_default() += 1;
        }
        let mut repeated = counts.iter().filter(|(name, n)| **n > 1 && self.faults.first(name).is_none());
        let (name, _) = repeated.next()?;
        repeated.next().is_none().then_some(*name)
    }
}

/// Names of schools in a text, with their places: what stands between a mark and an ending like 小学, ten characters
/// at most.
fn schools(text: &str) -> impl Iterator<Item = (usize, &str)> {
    SCHOOL.find_iter(text).filter_map(|ending| {
        let mut start = ending.start();
        for c in text[..start].chars().rev().take(LONGEST_NAME + 1) {
            if !('一'..='龥').contains(&c) {
                let opens = matches!(c, ',' | '，' | '。' | ';' | '；' | ':' | '：' | '、' | '(' | '（' | '”' | '《');
                return (opens || c.is_whitespace()).then_some(&text[start..ending.end()]).map(|name| (start, name));
            }
            start -= c.len_utf8();
        }
        (start == 0).then(|| (0, &text[..ending.end()]))
    })
}

/// The longest name before its ending, in characters.
const LONGEST_NAME: usize = 10;

fn masked(name: &str) -> bool {
    name.contains(['x', 'X', '×', '*', '_', '某', '〇', '○'])
}

/// True where a title begins with a masked name: `XX区20XX年…`.
fn leading_masked(title: &str) -> bool {
    title.chars().take(4).any(|c| matches!(c, 'x' | 'X' | '×' | '_' | '某'))
}

/// Who writes: told from the name, the title, or from how the text speaks of itself (我校, 全县).
pub fn level(title: &str, body: Option<&str>, report: &str) -> Option<&'static str> {
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

/// The stage of schools: told from the name, the title, or from the grades that the text speaks of.
pub fn stage(title: &str, body: Option<&str>, level: Option<&str>, report: &str) -> Option<&'static str> {
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
        // What a bureau, a town or a deputy happens to name is not all that it reports on.
        (_, _, Some("district" | "city" | "province")) => None,
        (_, _, Some("township")) if !body.is_some_and(|body| body.ends_with(['校', '园'])) => None,
        (true, false, _) => Some("primary"),
        (false, true, _) => Some("junior"),
        _ => None,
    }
}
