//! The bulletin as one A4 page, in the order in which leaders read.

use super::Imprint;
use super::model::{Bulletin, DRAW_FROM, LIST_BELOW, Quoted, Strip, Top};
use super::svg::{self, Part, SHADES};
use super::words;
use crate::review::names::number;
use crate::review::page;
use crate::review::text::{escape, one_line, shorten, width};
use std::fmt::Write;

/// Longest name of a file that is printed as a source.
const PATH_CHARS: usize = 20;

/// Lines that the page holds at its common size.
const PAGE_LINES: f64 = 65.0;

/// Its common size.
const POINTS: f64 = 9.0;

/// Columns of a line of the page, and of its right half.
const LINE: usize = 112;
const HALF_LINE: usize = 58;

/// The size at which so many lines fit the page: a smaller one also puts more into each line, so the size need not
/// shrink as much as the lines grow. `.ci/print.py` prints the fullest page there is.
fn points(lines: usize) -> f64 {
    POINTS * (PAGE_LINES / lines.max(1) as f64).powf(0.75).min(1.0)
}

/// About how many lines the page takes at its common size.
fn lines(b: &Bulletin) -> usize {
    let of = |text: &str, columns: usize| width(text).div_ceil(columns);
    let full: usize = words::attention(b)
        .iter()
        .chain(&[words::reporting(b), words::unstated_norms(b), words::lowest(b)])
        .map(|text| of(text, LINE))
        .sum();
    let quoted = |quote: &Quoted| quote.text.clone() + &quote.name + &shorten(file(quote), PATH_CHARS) + "第1000字起";
    let told = |top: &Top| top.label.clone() + "10校（10）" + &top.quote.as_ref().map_or(String::new(), quoted);
    let right: usize =
        b.problems.all.iter().map(quoted).chain(b.problems.tops.iter().map(told)).map(|t| of(&t, HALF_LINE)).sum();
    let right = right + of(&words::rectification(b), HALF_LINE) + 2;
    let left = b.five.len() + words::review(b).len() + 3;
    // Title and keys, bar and legend, headings, heads of tables, charts, foot.
    30 + full + b.norms.len() + b.values.len() + left.max(right)
}

/// The page.
pub fn page(b: &Bulletin, imprint: Imprint) -> String {
    let mut body = format!("<main style=\"font-size:{:.1}pt\">\n", points(lines(b)));
    head(&mut body, b, imprint);
    attention(&mut body, b);
    reporting(&mut body, b);
    norms(&mut body, b);
    values(&mut body, b);
    strips(&mut body, b);
    body.push_str("<div class=\"wide\">\n<section>\n");
    five(&mut body, b);
    review(&mut body, b);
    body.push_str("</section>\n<section>\n");
    problems(&mut body, b);
    let _ = writeln!(body, "<h2>六、整改情况</h2>\n<p>{}</p>", escape(&words::rectification(b)));
    body.push_str("</section>\n</div>\n");
    foot(&mut body, b);
    body.push_str("</main>\n");
    page::page(&words::title(b), include_str!("style.css"), &body)
}

// Writing to a String can't fail, here and below.

fn head(html: &mut String, b: &Bulletin, imprint: Imprint) {
    let told = |text: Option<&str>| escape(&one_line(text.unwrap_or_default()));
    let _ = write!(
        html,
        "<h1>{}</h1>\n<div class=\"sub\"><span>{}</span><span>{}</span><span>{}</span></div>\n<div class=\"keys\">\n",
        escape(&one_line(&words::title(b))),
        told(imprint.issuer),
        escape(&words::subtitle(b)),
        told(imprint.number)
    );
    for key in words::keys(b) {
        let _ = writeln!(
            html,
            "<div>{}<b>{}</b><span>{}</span></div>",
            escape(key.label),
            escape(&key.big),
            escape(&key.small)
        );
    }
    html.push_str("</div>\n");
}

fn attention(html: &mut String, b: &Bulletin) {
    html.push_str("<div class=\"attention\"><ol>\n");
    for sentence in words::attention(b) {
        let _ = writeln!(html, "<li>{}</li>", escape(&sentence));
    }
    html.push_str("</ol></div>\n");
}

fn reporting(html: &mut String, b: &Bulletin) {
    let r = &b.reporting;
    let _ = writeln!(html, "<h2>一、报送情况</h2>\n<p>{}</p>", escape(&words::reporting(b)));
    let parts = [
        Part { label: "按时已报", n: r.reported - r.late, shade: 0 },
        Part { label: "迟报", n: r.late, shade: 1 },
        Part { label: "待确认", n: r.unclear, shade: 2 },
        Part { label: "内容无关", n: r.off_topic, shade: 2 },
        Part { label: "打不开", n: r.unreadable, shade: 3 },
        Part { label: "待报", n: r.awaited, shade: 3 },
        Part { label: "未报", n: r.missing, shade: 4 },
    ];
    if r.expected.is_some() {
        let _ = writeln!(html, "<div class=\"bar\">{}</div>", svg::bar("报送情况", &parts, 6));
        html.push_str("<div class=\"legend\">");
        for part in parts.iter().filter(|p| p.n > 0) {
            let _ = write!(
                html,
                "<span><i style=\"background:{}\"></i>{} {}校</span>",
                SHADES[part.shade], part.label, part.n
            );
        }
        html.push_str("</div>\n");
    }
}

fn norms(html: &mut String, b: &Bulletin) {
    let counted = b.reporting.counted;
    let stated: Vec<_> = b.norms.iter().filter(|n| n.rule_unstated < counted || n.value_unstated < counted).collect();
    let _ = writeln!(
        html,
        "<h2>二、重点指标 <small>校数；计入统计{counted}校。自定的规定与实测的数值分开，未写明的单列</small></h2>"
    );
    if !stated.is_empty() {
        html.push_str(
            "<table><tr><th rowspan=\"2\" class=\"l\">指标</th><th rowspan=\"2\" class=\"l\">国家规定</th>\
             <th colspan=\"3\">学校自定的规定</th><th colspan=\"3\">自报的实测值</th></tr>\n\
             <tr><th>符合</th><th>不符</th><th>未写明</th><th>达标</th><th>未达标</th><th>未报数</th></tr>\n",
        );
        for norm in stated {
            let bad = |n: usize| if n > 0 { " class=\"bad\"" } else { "" };
            let _ = writeln!(
                html,
                "<tr><td class=\"l\">{}</td><td class=\"l w\">{}</td><td>{}</td><td{}>{}</td><td>{}</td><td>{}</td>\
                 <td{}>{}</td><td>{}</td></tr>",
                escape(&norm.label),
                escape(&norm.limits),
                norm.rule_kept,
                bad(norm.rule_broken),
                norm.rule_broken,
                norm.rule_unstated,
                norm.value_kept,
                bad(norm.value_broken),
                norm.value_broken,
                norm.value_unstated
            );
        }
        html.push_str("</table>\n");
    }
    let silent = words::unstated_norms(b);
    if !silent.is_empty() {
        let _ = writeln!(html, "<p>{}</p>", escape(&silent));
    }
}

fn values(html: &mut String, b: &Bulletin) {
    let stated: Vec<_> = b.values.iter().filter(|v| v.unstated < b.reporting.counted).collect();
    if stated.is_empty() {
        return;
    }
    let compared = b.head.period_before.is_some();
    let _ = writeln!(
        html,
        "<table><tr><th class=\"l\">自报数值</th><th>报数</th><th>存疑</th><th>只写XX</th><th>未报数</th>\
         <th>最低</th><th>中位数</th><th>最高</th>{}</tr>",
        if compared { "<th>同校中位数：上期→本期</th>" } else { "" }
    );
    for value in stated {
        // Of one or two schools no least and no middle value is told.
        let enough = value.stated >= DRAW_FROM;
        let told =
            |v: Option<f64>| v.filter(|_| enough).map_or("—".to_owned(), |v| format!("{}{}", number(v), value.unit));
        let _ = writeln!(
            html,
            "<tr><td class=\"l\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>{}</tr>",
            escape(&value.label),
            value.stated,
            value.doubtful,
            value.masked,
            value.unstated,
            told(value.min),
            told(value.median),
            told(value.max),
            if compared { format!("<td>{}</td>", words::change(value)) } else { String::new() }
        );
    }
    html.push_str("</table>\n");
}

fn strips(html: &mut String, b: &Bulletin) {
    let drawn: Vec<&Strip> = b.strips.iter().filter(|s| s.schools >= DRAW_FROM).collect();
    if drawn.is_empty() {
        html.push_str("<p>各项实测值都不足3校，不作图。</p>\n");
        return;
    }
    html.push_str("<div class=\"two\">\n");
    for strip in drawn.iter().take(2) {
        let mut caption = format!("{}（{}校", strip.label, strip.schools);
        if strip.dots.len() > strip.schools {
            let _ = write!(caption, "{}个值", strip.dots.len());
        }
        if let Some(n) = strip.rule_only.filter(|n| *n > 0) {
            let _ = write!(caption, "；另有{n}校只写规定，不画");
        }
        caption.push('）');
        let values = || strip.dots.iter().map(|v| number(*v)).collect::<Vec<_>>().join("、");
        let drawing = match strip.schools {
            n if n < LIST_BELOW => format!("<p>{}{}</p>", values(), escape(&strip.unit)),
            _ => svg::strip(strip, true),
        };
        let _ = writeln!(html, "<figure>{drawing}<figcaption>{}</figcaption></figure>", escape(&caption));
    }
    html.push_str("</div>\n");
    let lowest = words::lowest(b);
    if !lowest.is_empty() {
        let _ = writeln!(html, "<p>{}</p>", escape(&lowest));
    }
}

fn five(html: &mut String, b: &Bulletin) {
    html.push_str(
        "<h2>三、五项管理 <small>校数</small></h2>\n<table><tr><th>项目</th><th>有实测</th><th>没写实测</th>\
         <th>未提及</th><th>有问题</th><th></th></tr>\n",
    );
    for row in &b.five {
        let parts = [
            Part { label: "有实测数", n: row.valued, shade: 0 },
            Part { label: "写到但没有实测数", n: row.only_told, shade: 2 },
            Part { label: "未提及", n: row.untold, shade: 4 },
        ];
        let _ = writeln!(
            html,
            "<tr><td>{0}</td><td>{1}</td><td>{2}</td><td>{3}</td><td>{4}</td><td class=\"mini\">{5}</td></tr>",
            escape(&row.label),
            row.valued,
            row.only_told,
            row.untold,
            row.problems,
            svg::bar(&row.label, &parts, 6)
        );
    }
    html.push_str("</table>\n");
}

fn problems(html: &mut String, b: &Bulletin) {
    let p = &b.problems;
    if !p.all.is_empty() {
        html.push_str("<h2>五、存在问题 <small>全部照录</small></h2>\n<ol class=\"top\">\n");
        for quote in &p.all {
            let _ = writeln!(html, "<li>“{}”{}</li>", escape(&quote.text), source(quote));
        }
        html.push_str("</ol>\n");
        return;
    }
    html.push_str(
        "<h2>五、主要问题 <small>按写到的校数；括号内是同一报告写有对应举措的校数</small></h2>\n<ol class=\"top\">\n",
    );
    for top in &p.tops {
        let _ = write!(html, "<li><b>{}</b> {}校（{}）", escape(&top.label), top.schools, top.answered);
        match &top.quote {
            Some(quote) => {
                let _ = writeln!(html, "：“{}”{}</li>", escape(&quote.text), source(quote));
            }
            None => html.push_str("：原句涉及个人或过长，从略</li>\n"),
        }
    }
    html.push_str("</ol>\n");
    if p.tops.is_empty() {
        html.push_str("<p>各校没有写到问题。</p>\n");
    }
}

/// The name of the file that a quote is from.
fn file(quote: &Quoted) -> &str {
    quote.path.rsplit('/').next().unwrap_or_default()
}

/// School, file and place of a quote.
fn source(quote: &Quoted) -> String {
    format!(
        " <span class=\"src\">{}，{}，第{}字起</span>",
        escape(&shorten(&quote.name, 16)),
        escape(&shorten(file(quote), PATH_CHARS)),
        quote.start + 1
    )
}

fn review(html: &mut String, b: &Bulletin) {
    html.push_str("<h2>四、需要核实</h2>\n");
    for line in words::review(b) {
        let _ = writeln!(html, "<p>{}</p>", escape(&line));
    }
}

fn foot(html: &mut String, b: &Bulletin) {
    let (is_checked, checked) = words::checked(b);
    let class = if is_checked { "" } else { " class=\"unchecked\"" };
    let _ = writeln!(
        html,
        "<div class=\"foot\"><span{class}>{}</span> {}</div>",
        escape(&checked),
        escape(&words::method(b))
    );
}
