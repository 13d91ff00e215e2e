//! Numbered titles: `…汇报 3`, `…方案篇2`, `第一篇 …`, `【篇三】…`, and the titles of collections.

use super::enumerator;
use crate::span::Span;
use regex::Regex;
use std::sync::LazyLock;

/// A line that may be a title, with its number in a series taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbered<'t> {
    /// The title without number and remarks in brackets.
    pub stem: &'t str,
    /// Its number; none where it has none.
    pub ordinal: Option<u32>,
    /// True where the stem ends like a title; told by the caller, who has the words.
    pub is_title: bool,
}

static BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?P<stem>.+?)\s*(?:范文|模板|样本|稿)?\s*(?:第?\s*(?P<a>\d{1,2})\s*篇?|篇\s?(?P<b>\d{1,2}|[一二三四五六七八九十]{1,3})|[(（](?P<c>\d{1,2}|[一二三四五六七八九十]{1,3})[)）]|第(?P<d>[一二三四五六七八九十]{1,3})篇)[:：]?$",
    )
});
static BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[【\[〔(（]?(?:第\s?(?P<a>\d{1,2}|[一二三四五六七八九十]{1,3})\s?篇|(?:篇|范文)\s?(?P<b>\d{1,2}|[一二三四五六七八九十]{1,3}))[】\]〕)）]?[:：、.\s]*(?P<stem>.*)$",
    )
});
static REMARK: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\s*(?:[(（【\[〔][^()（）【】\[\]〔〕]{0,16}[)）】\]〕]|范文|模板)$"));
static COLLECTION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[《]?(?P<stem>.{4,50}?)(?:范文|大全|汇编|锦集|集锦|合集)?[(（]?(?:精选|通用|集锦|合集|热门|优秀|推荐|最新|实用|必备|汇总|共|大全|汇编|锦集)?\s*[(（]?\s*(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*篇[)）]?(?:\.\w{3,4})?$",
    )
});
static INLINE: LazyLock<Regex> = LazyLock::new(|| regex(r"篇\s?(\d{1,2}|[一二三四五六七八九十]{1,3})[\s:：]"));

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern")
}

/// Takes a line apart. The leading number of a list (`1、`) before a numbered title is a page mark or an item: left out.
pub fn numbered(line: &str) -> Option<Numbered<'_>> {
    if line.contains('篇') || line.contains("范文") {
        if let Some(found) = BEFORE.captures(line) {
            let ordinal = found.name("a").or(found.name("b")).and_then(|m| ordinal(m.as_str()));
            return ordinal.map(|n| Numbered { stem: "", ordinal: Some(n), is_title: false });
        }
    } else if !line.ends_with(|c: char| c.is_ascii_digit() || matches!(c, ')' | '）' | ':' | '：')) {
        return Some(Numbered { stem: plain(line), ordinal: None, is_title: false });
    }
    if let Some(found) = BEHIND.captures(line) {
        let number = ["a", "b", "c", "d"].iter().find_map(|name| found.name(name)).and_then(|m| ordinal(m.as_str()));
        let stem = found.name("stem").map_or("", |m| m.as_str());
        let stem = &stem[enumerator::read(stem).map_or(0, |e| e.len)..];
        return number.map(|n| Numbered { stem: plain(stem), ordinal: Some(n), is_title: false });
    }
    Some(Numbered { stem: plain(line), ordinal: None, is_title: false })
}

/// True for a number of a series alone: `第一篇:`, `【篇二】`.
pub fn is_mark(line: &str) -> bool {
    line.contains(['篇', '范']) && BEFORE.captures(line).is_some_and(|found| found["stem"].is_empty())
}

/// A title without remarks in brackets behind it.
pub fn plain(title: &str) -> &str {
    let mut title = title.trim_end_matches(['》', ' ']);
    while title.ends_with([')', '）', '】', ']', '〕', '文', '板'])
        && let Some(remark) = REMARK.find(title).filter(|m| m.start() > 0)
    {
        title = &title[..remark.start()];
    }
    title
}

/// The title of a collection without its remark; none where the line is no such title.
pub fn collection_title(line: &str) -> Option<&str> {
    if !line.contains('篇') {
        return None;
    }
    COLLECTION.captures(line)?.name("stem").map(|m| m.as_str())
}

/// True where the numbers of titles with one stem make a series: more than one, and not all the same.
pub fn is_series(ordinals: &[u32]) -> bool {
    ordinals.iter().any(|&o| o != ordinals[0])
}

/// The longest stem that is looked for in running text, in characters.
const LONGEST_STEM: usize = 40;

/// Numbered titles in running text (`…。 减负方案篇2 一、…`), with no line end before or behind them. The stem is what
/// stands before all of the marks; where there is only one mark, what stands between it and the last space or stop.
pub fn inline_titles(text: &str) -> Vec<Span> {
    if !text.contains('篇') {
        return Vec::new();
    }
    let marks: Vec<(Span, &str)> = INLINE
        .find_iter(text)
        .map(|m| {
            let end = m.end() - m.as_str().chars().next_back().map_or(0, char::len_utf8);
            (Span::new(m.start(), end), before(text, m.start()))
        })
        .filter(|(_, before)| !before.is_empty())
        .collect();
    let Some((_, first)) = marks.first() else { return Vec::new() };
    let stem = match marks.get(1) {
        Some(_) => marks.iter().fold(*first, |stem, (_, before)| common_end(stem, before)),
        None => first,
    };
    if stem.chars().count() < 4 {
        return Vec::new();
    }
    marks.iter().map(|(mark, _)| Span::new(mark.start - stem.len(), mark.end)).collect()
}

/// What stands before byte `at` since the last space, stop or bracket.
fn before(text: &str, at: usize) -> &str {
    let start = text[..at]
        .char_indices()
        .rev()
        .take(LONGEST_STEM)
        .take_while(|(_, c)| !c.is_whitespace() && !matches!(c, '。' | ';' | '!' | '?' | ')' | '）' | '》' | ':' | ','))
        .last()
        .map_or(at, |(i, _)| i);
    &text[start..at]
}

fn common_end<'t>(a: &'t str, b: &str) -> &'t str {
    let same = a.chars().rev().zip(b.chars().rev()).take_while(|(x, y)| x == y);
    &a[a.len() - same.map(|(c, _)| c.len_utf8()).sum::<usize>()..]
}

fn ordinal(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| enumerator::han_number(text).filter(|&(_, len)| len == text.len()).map(|(n, _)| n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, stem: &str, ordinal: Option<u32>) {
        let got = numbered(line).map(|n| (n.stem, n.ordinal));
        assert_eq!(got, Some((stem, ordinal)), "{line:?}");
    }

    #[test]
    fn titles_are_taken_apart() {
        check("乡镇减负汇报 3", "乡镇减负汇报", Some(3));
        check("乡镇减负汇报范文12", "乡镇减负汇报", Some(12));
        check("1、乡镇减负汇报1", "乡镇减负汇报", Some(1));
        check("减负方案篇二", "减负方案", Some(2));
        check("减负总结(四)", "减负总结", Some(4));
        check("第三篇:减负总结", "", Some(3));
        check("【篇一】减负总结", "", Some(1));
        assert!(is_mark("第一篇:") && is_mark("【篇二】") && is_mark("范文3"));
        assert!(!is_mark("第一篇:减负总结") && !is_mark("两篇:"));
        check("减负工作总结(2023年)", "减负工作总结", None);
        check("减负工作总结【】", "减负工作总结", None);
    }

    #[test]
    fn collections_say_how_many_they_hold() {
        assert_eq!(collection_title("减负汇报(精选9篇)"), Some("减负汇报"));
        assert_eq!(collection_title("减负情况总结大全(17篇)"), Some("减负情况总结"));
        assert_eq!(collection_title("减负方案范文(通用14篇).docx"), Some("减负方案"));
        assert_eq!(collection_title("本学期每人写心得2篇"), Some("本学期每人写心得"), "told apart by its place");
        assert_eq!(collection_title("减负工作总结"), None);
    }

    #[test]
    fn titles_in_running_text_are_found() {
        let text = "可编辑减负方案(通用2篇)减负方案篇1 一、原则 抓好落实。 减负方案篇2 一、原则";
        let got: Vec<_> = inline_titles(text).into_iter().map(|s| s.of(text)).collect();
        assert_eq!(got, ["减负方案篇1", "减负方案篇2"]);
        assert_eq!(inline_titles("每人写心得3篇,评出优秀论文。"), []);
    }
}
