//! What surrounds the body of a report: title, address, date and author above it, signature and date below it, and
//! rows of tables and lists of names in it. Told from the form of single lines and their place.

use super::lines::Line;
use super::site::SiteLine;
use regex::Regex;
use std::sync::LazyLock;

/// What a line is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The title, or its second line.
    Title,
    /// The text itself.
    Body,
    /// A row of a table, a list of names.
    Row,
    /// Address, author, date, signature, site line: nothing is extracted from it.
    Outside,
}

/// The parts of a report, line by line.
#[derive(Debug)]
pub struct Frame {
    parts: Vec<Part>,
    /// The title's line: an index into the report's lines.
    pub title: Option<usize>,
    /// Lines above the body from which date, body and kind are told.
    pub head: usize,
    /// First line of the signature; the number of lines where there is none.
    pub foot: usize,
}

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(?:尊敬的|亲爱的|各位|老师们|同志们|同学们|大家好)[\p{Han}、，, ]{0,30}|(?:\p{Han}{0,14}(?:局|厅|委|办|室|科|政府|校|园|领导|同志|家长|老师|同仁|督导组|领导小组|单位|党委)[、，, ]?){1,5})[:：!！]$",
    )
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[(（]?(?:[12x×X〇○零二][\dxX×〇○零一二三四五六七八九]{3}年[\dxX×一二三四五六七八九十]{1,3}月(?:[\dxX×一二三四五六七八九十廿]{1,3}日)?|20\d\d[-./]\d{1,2}[-./]\d{1,2})[^。;]{0,12}[)）]?$",
    )
});
static SIGNED: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[\p{Han}\w×xX〇○]{2,24}(?:小学|中学|初中|高中|学校|教学点|幼儿园|中心校|教育局|体育局|教体局|教育办|管理中心|督导室|政府|委员会|办公室|领导小组|工作组|初中部|小学部|镇|乡|局)(?:[(（]盖?章?[)）])?(?:\s*20\d\d年.{0,8})?$",
    )
});
static NAMES: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:[\p{Han}]{0,6}(?:组\s?长|成\s?员|组\s?员|责任人|联系人|填报人|负责人|联系电话|填报单位|报送单位|测评单位|主\s?任|撰稿|审核|电话|校长))[:：](?:[^。;]{0,60})$",
    )
});
static AUTHOR: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^[\p{Han}、]{2,24}(?:局长|校长|书记|主任|组长|园长|科长|镇长|区长|县长)\s+[\p{Han}]{2,4}$")
});

/// What an inspection was, in the form of a list: 督导对象:10所学校.
static INSPECTION: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:督导|检查|调研|自查|督查|视导)(?:对象|事项|时间|人员|范围|地点|日期)[:：][^。;；]{2,60}$")
});

/// Who gets a paper, and how many are printed: 报:省监管处, (共印60份).
static DISTRIBUTION: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:(?:报|送|发|抄送|抄报|主送|分送)[:：][^。;；]{2,60}|[(（]?共印\s?\d+\s?份[)）]?)$"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern")
}

/// Lines from which a title may be chosen.
const HEAD: usize = 6;
/// A line that is longer (in bytes) is no row.
const LONGEST_ROW: usize = 400;
/// A line that is longer (in bytes) is text.
const LONGEST_TITLE: usize = 150;

impl Frame {
    /// Tells the parts of a report with these lines. `titled`
    /// where it is known that the first line is the title; `is_title` tells closing words of titles.
    pub fn new(text: &str, lines: &[Line], site: &[SiteLine], titled: bool, is_title: impl Fn(&str) -> bool) -> Self {
        let of = |i: usize| lines[i].span.of(text);
        let mut parts: Vec<Part> = (0..lines.len())
            .map(|i| match site[i] {
                SiteLine::No => row_or_body(of(i)),
                _ => Part::Outside,
            })
            .collect();
        let head =
            (usize::from(titled)..lines.len().min(HEAD)).find(|&i| is_text(of(i))).unwrap_or(lines.len().min(HEAD));
        let may_be = |i: &usize| parts[*i] == Part::Body && !is_frame(of(*i)) && !of(*i).starts_with("——");
        let candidates: Vec<usize> = (0..head).filter(may_be).collect();
        let known = titled.then_some(0).or_else(|| candidates.iter().copied().find(|&i| is_title(of(i))));
        let title = known.or(candidates.first().copied());
        let head = title.map_or(0, |_| head);
        // Bare headings may stand between the title and the first text; a second line of the title begins with a dash.
        for (i, part) in parts.iter_mut().enumerate().take(head) {
            let line = of(i);
            if Some(i) == title || line.starts_with("——") || title.is_some_and(|t| i < t) && *part == Part::Body {
                *part = Part::Title;
            } else if is_frame(line) {
                *part = Part::Outside;
            }
        }
        for (i, part) in parts.iter_mut().enumerate().skip(head).take(2) {
            if is_address(of(i)) {
                *part = Part::Outside;
            }
        }
        let mut foot = lines.len();
        while foot > head + 1 && lines.len() - foot < 4 {
            let line = of(foot - 1);
            let signed =
                line.len() <= 90 && (DATE.is_match(line) || SIGNED.is_match(line) || line.starts_with("联系人"));
            if !signed && parts[foot - 1] != Part::Outside {
                break;
            }
            foot -= 1;
            parts[foot] = Part::Outside;
        }
        Frame { parts, title, head, foot }
    }

    /// The part that line `i` of the report is.
    pub fn part(&self, i: usize) -> Part {
        self.parts[i]
    }
}

/// True for the first line of the text itself.
fn is_text(line: &str) -> bool {
    line.len() > LONGEST_TITLE
        || line.ends_with(['。', ';', '；'])
        || super::enumerator::read(line).is_some_and(|e| e.ordinal == 1)
}

/// True for lines above the text that are no title.
fn is_frame(line: &str) -> bool {
    is_address(line)
        || DATE.is_match(line)
        || AUTHOR.is_match(line)
        || NAMES.is_match(line)
        || line.starts_with(['(', '（', '〔']) && line.ends_with([')', '）', '〕', '号'])
        || line.ends_with('号') && line.contains(['〔', '['])
}

/// True for the words to the reader above the text; not for a sentence that ends with a colon.
fn is_address(line: &str) -> bool {
    line.len() <= 150
        && ADDRESS.is_match(line)
        && !["如下", "我校", "我们", "开展", "进行"].iter().any(|w| line.contains(w))
}

/// A table's row has cells: tabs, bars, or wide gaps, two at least. A list of names has a colon near its beginning.
fn row_or_body(line: &str) -> Part {
    if line.len() > LONGEST_ROW {
        return Part::Body;
    }
    let cells = has_cells(line) || is_table_head(line);
    let label = line.char_indices().take(10).any(|(_, c)| matches!(c, ':' | '：'));
    let row = cells && !line.ends_with('。') || label && (NAMES.is_match(line) || INSPECTION.is_match(line));
    match () {
        () if row => Part::Row,
        () if DISTRIBUTION.is_match(line) => Part::Outside,
        () => Part::Body,
    }
}

/// True for the heads of a table whose cells one space keeps apart: 序号 学校 存在问题 整改时限.
fn is_table_head(line: &str) -> bool {
    const HEADS: [&str; 8] = ["序号", "存在问题", "主要问题", "问题", "整改措施", "整改时限", "完成时限", "责任人"];
    let heads = || line.split_whitespace();
    let bare = |head: &str| head.chars().count() <= 8 && head.chars().all(char::is_alphabetic);
    // Most lines end the question at their first word.
    heads().all(bare) && heads().nth(2).is_some() && heads().filter(|head| HEADS.contains(head)).nth(1).is_some()
}

/// True for a tab, a bar between spaces, or text on both sides of two wide gaps.
fn has_cells(line: &str) -> bool {
    let (mut gaps, mut spaces) = (0, 0);
    for byte in line.bytes() {
        match byte {
            b' ' => {
                spaces += 1;
                gaps += usize::from(spaces == 2);
            }
            b'\t' => return true,
            b'|' if spaces > 0 => return true,
            _ => spaces = 0,
        }
    }
    gaps > 1
}
