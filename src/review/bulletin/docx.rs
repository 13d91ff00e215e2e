//! The bulletin as a document for issuing, in the layout of official documents; the same numbers and sentences as the page.

use super::Imprint;
use super::model::{Bulletin, DRAW_FROM};
use super::ooxml::{Document, Style};
use super::words;
use crate::review::names::number;
use anyhow::Result;

/// The bytes of the file.
pub fn file(b: &Bulletin, imprint: Imprint) -> Result<Vec<u8>> {
    let mut document = Document::default();
    let title = words::title(b);
    document.paragraph(Style::Title, &title);
    let subtitle = match imprint.number {
        Some(number) => format!("{}（{number}）", words::subtitle(b)),
        None => words::subtitle(b),
    };
    document.paragraph(Style::Subtitle, &subtitle);
    document.paragraph(Style::Text, &words::opening(b));
    document.paragraph(Style::Heading, "请关注");
    for (i, sentence) in words::attention(b).iter().enumerate() {
        document.paragraph(Style::Text, &format!("{}．{sentence}", i + 1));
    }
    document.paragraph(Style::Heading, "一、报送情况");
    document.paragraph(Style::Text, &words::reporting(b));
    indicators(&mut document, b);
    document.paragraph(Style::Heading, "三、五项管理");
    let head = ["项目", "有实测数", "写到但没有实测数", "未提及", "写有问题"].map(str::to_owned).to_vec();
    let rows = b.five.iter().map(|row| {
        let counts = [row.valued, row.only_told, row.untold, row.problems];
        std::iter::once(row.label.clone()).chain(counts.map(|n| n.to_string())).collect()
    });
    document.table(&std::iter::once(head).chain(rows).collect::<Vec<_>>(), 24);
    document.paragraph(Style::Heading, "四、需要核实");
    words::review(b).iter().for_each(|line| document.paragraph(Style::Text, line));
    problems(&mut document, b);
    document.paragraph(Style::Heading, "六、整改情况");
    document.paragraph(Style::Text, &words::rectification(b));
    if let Some(issuer) = imprint.issuer {
        document.paragraph(Style::Signature, issuer);
    }
    let (is_checked, checked) = words::checked(b);
    document.paragraph(if is_checked { Style::Note } else { Style::Warning }, &checked);
    document.paragraph(Style::Note, &words::method(b));
    document.finish(&title)
}

fn indicators(document: &mut Document, b: &Bulletin) {
    let counted = b.reporting.counted;
    document.paragraph(Style::Heading, "二、重点指标");
    let note = format!("以计入统计的{counted}校为准，单位为校；学校自定的规定与自报的实测值分开，未写明的单列。");
    document.paragraph(Style::Text, &note);
    let stated: Vec<_> = b.norms.iter().filter(|n| n.rule_unstated < counted || n.value_unstated < counted).collect();
    if !stated.is_empty() {
        let head = ["指标和国家规定", "规定符合", "规定不符", "规定未写明", "实测达标", "实测未达标", "实测未报数"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for n in stated {
            let counts = [n.rule_kept, n.rule_broken, n.rule_unstated, n.value_kept, n.value_broken, n.value_unstated];
            let first = format!("{}（{}）", n.label, n.limits);
            rows.push(std::iter::once(first).chain(counts.map(|n| n.to_string())).collect());
        }
        document.table(&rows, 34);
    }
    let silent = words::unstated_norms(b);
    if !silent.is_empty() {
        document.paragraph(Style::Text, &silent);
    }
    let stated: Vec<_> = b.values.iter().filter(|v| v.unstated < counted).collect();
    if !stated.is_empty() {
        let head = ["自报数值", "报数", "存疑", "只写XX", "未报数", "最低", "中位数", "最高"];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for v in &stated {
            let told = |value: Option<f64>| {
                let value = value.filter(|_| v.stated >= DRAW_FROM);
                value.map_or("—".to_owned(), |value| format!("{}{}", number(value), v.unit))
            };
            let counts = [v.stated, v.doubtful, v.masked, v.unstated].map(|n| n.to_string());
            let row = std::iter::once(v.label.clone()).chain(counts).chain([told(v.min), told(v.median), told(v.max)]);
            rows.push(row.collect());
        }
        document.table(&rows, 24);
        for v in stated.iter().filter(|v| v.both_median.is_some()) {
            let told = format!("{}：两期都报数的学校，中位数由上期到本期为{}。", v.label, words::change(v));
            document.paragraph(Style::Text, &told);
        }
    }
    for strip in b.strips.iter().filter(|s| s.schools >= DRAW_FROM && s.limit.is_some()) {
        let mut told = format!("{}：{}校报了{}个值", strip.label, strip.schools, strip.dots.len());
        if let (Some(low), Some(median), Some(high)) = (strip.dots.first(), strip.median, strip.dots.last()) {
            let [low, median, high] = [*low, median, *high].map(number);
            told.push_str(&format!("，最低{low}{0}，中位{median}{0}，最高{high}{0}", strip.unit));
        }
        if let Some(n) = strip.rule_only.filter(|n| *n > 0) {
            told.push_str(&format!("；另有{n}校只写了规定，没有实测"));
        }
        document.paragraph(Style::Text, &format!("{told}。"));
    }
    let lowest = words::lowest(b);
    if !lowest.is_empty() {
        document.paragraph(Style::Text, &lowest);
    }
}

fn problems(document: &mut Document, b: &Bulletin) {
    let source = |q: &super::model::Quoted| format!("“{}”（{}，{}，第{}字起）", q.text, q.name, q.path, q.start + 1);
    document.paragraph(Style::Heading, "五、主要问题");
    if !b.problems.all.is_empty() {
        b.problems.all.iter().for_each(|quote| document.paragraph(Style::Text, &source(quote)));
        return;
    }
    for (i, top) in b.problems.tops.iter().enumerate() {
        let quote = top.quote.as_ref().map_or("原句涉及个人或过长，从略".to_owned(), source);
        let told = format!(
            "{}．{}：{}校写到，其中{}校写有对应的举措。如：{quote}。",
            i + 1,
            top.label,
            top.schools,
            top.answered
        );
        document.paragraph(Style::Text, &told);
    }
    if b.problems.tops.is_empty() {
        document.paragraph(Style::Text, "各校没有写到问题。");
    }
}
