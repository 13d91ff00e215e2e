//! A page for each school to send back: what was read of its reports, what is missing, which XX is open.
//!
//! A school sees its own reports alone; of others it sees the name of the one whose sentences are the same. Every line
//! has its place in the school's own file, so that it can answer.

use super::view::{Report, View, printed};
use crate::review::names::{Names, clock, grades, number, period, review_kind};
use crate::review::page::page;
use crate::review::text::{escape, one_line, shorten};
use crate::tables::district::{NormFindingRow, ReviewRow, SchoolSummaryRow, SimilarReportRow};
use crate::tables::{FigureRow, MeasureRow, ProblemRow};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// Longest sentence on the page.
const SENTENCE_CHARS: usize = 160;

/// So many of the places that a question is about are shown.
const QUESTION_PLACES: usize = 4;

/// Most rows of one kind; the rest is told as a number.
const ROWS: usize = 60;

/// What a school is asked for: name, indicator, and topic that tells of it.
const ASKED: [(&str, &str, &str); 7] = [
    ("书面作业实测时间", "homework_minutes", "homework"),
    ("课后服务参与率", "after_school_rate", "after_school"),
    ("课后服务参加人数", "after_school_participants", "after_school"),
    ("满意度", "satisfaction_rate", ""),
    ("睡眠时间", "sleep_hours", "sleep"),
    ("校内体育活动时间", "fitness_minutes", "fitness"),
    ("考试次数", "exam_count", "exam"),
];

/// Topics that every report should speak of.
const TOPICS: [(&str, &str); 6] = [
    ("作业管理", "homework"),
    ("课后服务", "after_school"),
    ("睡眠", "sleep"),
    ("手机", "phone"),
    ("读物", "reading"),
    ("体质", "fitness"),
];

const STYLE: &str = "@page{size:A4;margin:13mm 15mm}*{box-sizing:border-box}\
    body{font:10pt/1.45 \"FangSong_GB2312\",\"FangSong\",\"仿宋\",\"STFangsong\",\"Noto Serif CJK SC\",serif;max-width:178mm;margin:6mm auto;padding:0 4mm;color:#111}\
    h1{font-size:17pt;text-align:center;margin:.2em 0}h2{font-size:11.5pt;margin:.7em 0 .2em}\
    table{border-collapse:collapse;width:100%;font-size:8.8pt;line-height:1.3}\
    th,td{border:1px solid #777;padding:.1em .4em;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
    th{background:#eee;white-space:nowrap}td.g{white-space:nowrap}td.n{text-align:right;white-space:nowrap}\
    p{margin:.15em 0}.note{color:#444;font-size:9pt}mark{background:#ddd;font-weight:700}tr{break-inside:avoid}";

/// All rows by the report that they are of.
struct ByReport<'a> {
    figures: HashMap<&'a str, Vec<&'a FigureRow>>,
    measures: HashMap<&'a str, Vec<&'a MeasureRow>>,
    problems: HashMap<&'a str, Vec<&'a ProblemRow>>,
    questions: HashMap<&'a str, Vec<&'a ReviewRow>>,
    breaches: HashMap<&'a str, &'a NormFindingRow>,
    pairs: HashMap<&'a str, Vec<&'a SimilarReportRow>>,
}

fn group<T>(rows: &[T], key: fn(&T) -> &str) -> HashMap<&str, Vec<&T>> {
    let mut by_key: HashMap<&str, Vec<&T>> = HashMap::new();
    rows.iter().for_each(|row| by_key.entry(key(row)).or_default().push(row));
    by_key
}

/// A school and what came of it.
struct School<'v, 'a> {
    name: String,
    id: Option<&'v str>,
    summary: Option<&'v SchoolSummaryRow>,
    reports: Vec<&'v Report<'a>>,
}

/// The pages by the names of their files.
pub fn pages(view: &View) -> Result<BTreeMap<String, Vec<u8>>> {
    let names = Names::new()?;
    let tables = view.tables;
    let mut rows = ByReport {
        figures: group(&tables.figures, |f| &f.doc_id),
        measures: group(&tables.measures, |m| &m.doc_id),
        problems: group(&tables.problems, |p| &p.doc_id),
        questions: group(&tables.review_list, |q| &q.doc_id),
        breaches: tables
            .norm_findings
            .iter()
            .filter(|f| f.verdict.ends_with("_breach"))
            .map(|f| (&*f.fact_id, f))
            .collect(),
        pairs: group(&tables.similar_reports, |p| &p.doc_a),
    };
    for pair in &tables.similar_reports {
        rows.pairs.entry(&pair.doc_b).or_default().push(pair);
    }
    let mut taken = BTreeSet::new();
    let schools = schools(view);
    let mut pages = BTreeMap::new();
    for school in schools.values() {
        let title = format!("{}材料反馈", school.name);
        let html = page(&title, STYLE, &body(view, &names, &rows, school));
        pages.insert(file_name(school, &mut taken), html.into_bytes());
    }
    Ok(pages)
}

fn schools<'v, 'a>(view: &'v View<'a>) -> BTreeMap<&'v str, School<'v, 'a>> {
    let mut schools: BTreeMap<&str, School> = BTreeMap::new();
    for report in &view.reports {
        let school = || School {
            name: report.name.clone(),
            id: report.document.school_id.as_deref(),
            summary: None,
            reports: Vec::new(),
        };
        schools.entry(&report.body).or_insert_with(school).reports.push(report);
    }
    let of_view = view.tables.school_summary.iter().filter(|s| view.holds(s.period.as_deref(), s.district.as_deref()));
    for summary in of_view {
        let (Some(id), Some(name)) = (summary.school_id.as_deref(), summary.school_name.as_deref()) else { continue };
        let school = || School { name: printed(name), id: Some(id), summary: None, reports: Vec::new() };
        schools.entry(id).or_insert_with(school).summary = Some(summary);
    }
    schools
}

/// A name that every file system takes, and none twice.
fn file_name(school: &School, taken: &mut BTreeSet<String>) -> String {
    let plain = |text: &str| -> String {
        text.chars().map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' }).take(40).collect()
    };
    let stem = match school.id {
        Some(id) => format!("{}_{}", plain(id), plain(&school.name)),
        None => plain(&school.name),
    };
    let free = |n: usize| if n == 1 { stem.clone() } else { format!("{stem}_{n}") };
    let name = (1..).map(free).find(|name| !taken.contains(name)).expect("some number is free");
    taken.insert(name.clone());
    format!("{name}.html")
}

fn body(view: &View, names: &Names, rows: &ByReport, school: &School) -> String {
    let mut html = String::new();
    let told = view.tables.run.run_id.as_str();
    // Writing to a String can't fail, here and below.
    let _ = writeln!(html, "<h1>{}材料反馈</h1>", escape(&school.name));
    let state = school.summary.map(|s| names.value("school_summary", "state", &s.state).into_owned());
    let of_period = school.reports.first().map(|r| r.document.period.as_deref());
    let of_period = of_period.unwrap_or_else(|| school.summary.and_then(|s| s.period.as_deref()));
    let _ = writeln!(
        html,
        "<p>报送期：{}。{}本页由程序读材料得出，有误请指出原文位置，一并修改后重报。（汇总 {}）</p>",
        of_period.map_or("未注明".to_owned(), |p| escape(&period(p))),
        state.map_or(String::new(), |s| format!("报送情况：{}。", escape(&s))),
        escape(told)
    );
    if school.reports.is_empty() {
        html.push_str(
            "<p><b>没有读到贵校这一期的材料。</b>如已报送，请核对文件名、格式（纯文本、网页）和内容后重新报送。</p>\n",
        );
        for path in unclear(view, school) {
            let _ = writeln!(
                html,
                "<p>{} 可能是贵校这一期的，但报送期或校名写得不清（标题与文件夹不一致，或不止一校可以叫这个名字），请确认。</p>",
                escape(&one_line(path))
            );
        }
        return html;
    }
    came(&mut html, names, school);
    missing(&mut html, rows, school);
    masked(&mut html, rows, school);
    to_check(&mut html, view, rows, school);
    figures(&mut html, names, rows, school);
    told_of(&mut html, names, rows, school);
    html
}

/// Files that may hold the school's report of the period.
fn unclear<'v>(view: &'v View, school: &School) -> Vec<&'v str> {
    let rows = view.tables.submissions.iter().filter(|s| view.holds(s.period.as_deref(), s.district.as_deref()));
    let rows = rows.filter(|s| s.state == "unclear" && s.school_id.as_deref() == school.id);
    rows.filter_map(|s| s.source_path.as_deref()).collect()
}

fn came(html: &mut String, names: &Names, school: &School) {
    html.push_str("<h2>一、收到的材料</h2>\n<table><tr><th>文件</th><th>标题</th><th>文种</th><th>字数</th><th>举措</th><th>数据</th><th>问题</th></tr>\n");
    for report in &school.reports {
        let d = report.document;
        let kind = d.doc_kind.as_deref().map_or("".into(), |k| names.value("documents", "doc_kind", k));
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escape(&one_line(&d.source_path)),
            escape(&shorten(&one_line(d.title.as_deref().unwrap_or_default()), 60)),
            escape(&kind),
            d.n_chars,
            d.n_measures,
            d.n_figures,
            d.n_problems
        );
    }
    html.push_str("</table>\n");
}

fn of<'a, T>(by_report: &HashMap<&'a str, Vec<&'a T>>, school: &School) -> Vec<&'a T> {
    school.reports.iter().filter_map(|r| by_report.get(&*r.document.doc_id)).flatten().copied().collect()
}

fn missing(html: &mut String, rows: &ByReport, school: &School) {
    let figures = of(&rows.figures, school);
    let is_told = |topics: &str, topic: &str| topics.split(' ').any(|t| t == topic);
    let measures = of(&rows.measures, school);
    let problems = of(&rows.problems, school);
    let silent = |topic: &str| {
        !measures.iter().any(|m| is_told(&m.topics, topic)) && !problems.iter().any(|p| is_told(&p.topics, topic))
    };
    let mut lines = Vec::new();
    for (label, indicator, topic) in ASKED {
        let of_indicator: Vec<_> = figures.iter().filter(|f| f.indicator == indicator).collect();
        let has_value = of_indicator.iter().any(|f| f.kind == "actual" && !f.masked && f.holds_now);
        let only_rules =
            !of_indicator.is_empty() && of_indicator.iter().all(|f| f.kind == "requirement" || f.kind == "target");
        match () {
            () if has_value => {}
            () if only_rules => lines.push(format!("{label}：只写了规定或目标，没有实际数值")),
            () if of_indicator.iter().any(|f| f.masked) => lines.push(format!("{label}：数字留成了XX")),
            () if topic.is_empty() || silent(topic) => lines.push(format!("{label}：没有写")),
            () => lines.push(format!("{label}：写了做法，没有数值")),
        }
    }
    // The indicators of a topic begin with its name: sleep_hours.
    let of_topic =
        |indicator: &str, topic: &str| indicator.strip_prefix(topic).is_some_and(|rest| rest.starts_with('_'));
    let no_figure = |topic: &str| !figures.iter().any(|f| of_topic(&f.indicator, topic));
    let untold = TOPICS.iter().filter(|(_, topic)| silent(topic) && no_figure(topic));
    let untold: Vec<&str> = untold.map(|(label, _)| *label).collect();
    if !untold.is_empty() {
        lines.push(format!("没有写到的方面：{}", untold.join("、")));
    }
    html.push_str("<h2>二、缺什么</h2>\n");
    if lines.is_empty() {
        html.push_str("<p>要报的数值都写了。</p>\n");
    }
    for line in &lines {
        let _ = writeln!(html, "<p>{}</p>", escape(line));
    }
}

/// A sentence with the words in it that are meant, and where it stands.
fn sentence(quote: &str, unit_text: Option<&str>) -> String {
    let quote = one_line(quote);
    let text = unit_text.map(one_line).filter(|text| text.chars().count() <= SENTENCE_CHARS);
    match text.as_deref().and_then(|text| text.split_once(quote.as_str())) {
        Some((before, after)) => format!("{}<mark>{}</mark>{}", escape(before), escape(&quote), escape(after)),
        None => format!("<mark>{}</mark>", escape(&shorten(&quote, SENTENCE_CHARS))),
    }
}

fn masked(html: &mut String, rows: &ByReport, school: &School) {
    let figures = of(&rows.figures, school);
    let open: Vec<_> = figures.iter().filter(|f| f.masked).collect();
    html.push_str("<h2>三、没有填的XX</h2>\n");
    if open.is_empty() {
        html.push_str("<p>没有。</p>\n");
        return;
    }
    html.push_str("<table><tr><th>第几字</th><th>句子</th><th>应填</th></tr>\n");
    for figure in open.iter().take(ROWS) {
        let _ = writeln!(
            html,
            "<tr><td class=\"n\">{}</td><td>{}</td><td></td></tr>",
            figure.start + 1,
            sentence(&figure.quote, figure.unit_text.as_deref())
        );
    }
    html.push_str("</table>\n");
    rest(html, open.len());
}

fn rest(html: &mut String, n: usize) {
    if n > ROWS {
        let _ = writeln!(html, "<p class=\"note\">共 {n} 处，这里列出前 {ROWS} 处。</p>");
    }
}

/// Where each figure and problem of the school stands, with its words.
fn places<'a>(rows: &ByReport<'a>, school: &School) -> HashMap<&'a str, String> {
    let figures = of(&rows.figures, school);
    let figures = figures.iter().map(|f| (&*f.fact_id, f.start, sentence(&f.quote, f.unit_text.as_deref())));
    let problems = of(&rows.problems, school);
    let problems = problems.iter().map(|p| (&*p.fact_id, p.start, sentence(&p.quote, None)));
    figures.chain(problems).map(|(id, start, words)| (id, format!("第{}字，{words}", start + 1))).collect()
}

fn to_check(html: &mut String, view: &View, rows: &ByReport, school: &School) {
    let mut lines: Vec<String> = Vec::new();
    let places = places(rows, school);
    for question in of(&rows.questions, school) {
        let own = question.fact_ids.iter().flat_map(|ids| ids.split(' ')).filter_map(|id| places.get(id));
        let own: Vec<&str> = own.take(QUESTION_PLACES).map(String::as_str).collect();
        lines.push(format!(
            "{}：{}{}{}",
            escape(review_kind(&question.kind)),
            escape(&shorten(&one_line(&question.told), SENTENCE_CHARS)),
            if own.is_empty() { "" } else { "：" },
            own.join("；")
        ));
    }
    for figure in of(&rows.figures, school) {
        let Some(norm) = rows.breaches.get(&*figure.fact_id) else { continue };
        let limit = if norm.norm_unit == "clock" {
            clock(norm.norm_value)
        } else {
            format!("{}{}", number(norm.norm_value), norm.norm_unit)
        };
        let side = if norm.norm_limit == "at_most" { "最多" } else { "最少" };
        let what = match norm.verdict.as_str() {
            "rule_breach" => "自定的规定宽于国家规定",
            "target_breach" => "目标不合国家规定",
            _ => "实测值不合国家规定",
        };
        lines.push(format!(
            "{what}（{}{side}{}，{}）：第{}字，{}",
            escape(&grades(&norm.grades)),
            escape(&limit),
            escape(&norm.document),
            figure.start + 1,
            sentence(&figure.quote, figure.unit_text.as_deref())
        ));
    }
    for report in &school.reports {
        for pair in rows.pairs.get(&*report.document.doc_id).into_iter().flatten().filter(|p| p.is_copy) {
            let is_a = pair.doc_a == report.document.doc_id;
            let (other, shared, own) =
                if is_a { (&pair.doc_b, pair.shared_a, pair.own_a) } else { (&pair.doc_a, pair.shared_b, pair.own_b) };
            let name = view.report(other).map_or("另一份报告", |r| r.name.as_str());
            lines.push(format!("雷同：自己的{own}句中有{shared}句与{}的相同，请说明或重写", escape(name)));
        }
    }
    html.push_str("<h2>四、请核对</h2>\n");
    if lines.is_empty() {
        html.push_str("<p>没有。</p>\n");
    }
    for line in lines.iter().take(ROWS) {
        let _ = writeln!(html, "<p>{line}</p>");
    }
    rest(html, lines.len());
}

fn figures(html: &mut String, names: &Names, rows: &ByReport, school: &School) {
    let figures: Vec<&FigureRow> = of(&rows.figures, school).into_iter().filter(|f| !f.masked).collect();
    let _ = writeln!(html, "<h2>五、读到的数据 <small>{}条</small></h2>", figures.len());
    if figures.is_empty() {
        return;
    }
    html.push_str("<table><tr><th>性质</th><th>指标</th><th>年级</th><th>第几字</th><th>句子</th></tr>\n");
    for figure in figures.iter().take(ROWS) {
        let value = |column: &str, code: &str| escape(&names.value("figures", column, code));
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td class=\"g\">{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            match &figure.change_role {
                Some(role) => format!("{}，{}", value("kind", &figure.kind), value("change_role", role)),
                None if figure.holds_now => value("kind", &figure.kind),
                None => format!("{}，以前的", value("kind", &figure.kind)),
            },
            value("indicator", &figure.indicator),
            figure.scope.as_deref().map_or(String::new(), |s| value("scope", s)),
            figure.start + 1,
            sentence(&figure.quote, figure.unit_text.as_deref())
        );
    }
    html.push_str("</table>\n");
    rest(html, figures.len());
}

fn told_of(html: &mut String, names: &Names, rows: &ByReport, school: &School) {
    let measures = of(&rows.measures, school);
    let mut by_topic: BTreeMap<&str, usize> = BTreeMap::new();
    measures.iter().for_each(|m| *by_topic.entry(&m.topic).or_default() += 1);
    let told: Vec<String> =
        by_topic.iter().map(|(topic, n)| format!("{}{n}条", names.value("measures", "topic", topic))).collect();
    let _ = writeln!(
        html,
        "<h2>六、读到的举措 <small>{}条</small></h2>\n<p>{}</p>",
        measures.len(),
        escape(&if told.is_empty() { "没有读到举措。".to_owned() } else { format!("{}。", told.join("，")) })
    );
    let problems: Vec<_> = of(&rows.problems, school).into_iter().filter(|p| p.status != "background").collect();
    let _ = writeln!(html, "<h2>七、读到的问题 <small>{}条</small></h2>", problems.len());
    if problems.is_empty() {
        html.push_str("<p>没有读到问题。</p>\n");
        return;
    }
    html.push_str("<table><tr><th>状态</th><th>方面</th><th>第几字</th><th>原文</th></tr>\n");
    for problem in problems.iter().take(ROWS) {
        let value = |column: &str, code: &str| escape(&names.value("problems", column, code));
        let _ = writeln!(
            html,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td></tr>",
            value("status", &problem.status),
            value("topic", &problem.topic),
            problem.start + 1,
            escape(&shorten(&one_line(&problem.quote), SENTENCE_CHARS))
        );
    }
    html.push_str("</table>\n");
    rest(html, problems.len());
}
