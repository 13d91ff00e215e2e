//! The five managements, and the problems that schools state, each with a sentence and its source.

use super::model::{Facts, Management, Problems, Quoted, Top};
use super::view::{Report, View, bodies};
use crate::review::names::Names;
use crate::review::text;
use crate::tables::ProblemRow;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

/// Topic, name, and the indicators whose values are its numbers.
const FIVE: [(&str, &str, &[&str]); 5] = [
    ("homework", "作业", &["homework_minutes", "homework_count"]),
    ("sleep", "睡眠", &["sleep_hours"]),
    ("phone", "手机", &[]),
    ("reading", "读物", &[]),
    ("fitness", "体质", &["fitness_minutes", "fitness_lessons"]),
];

/// How many topics of problems are told.
const TOPS: usize = 5;

/// So few problems are all told word for word.
const FEW: usize = 5;

/// Longest sentence that is printed.
const QUOTE_CHARS: usize = 60;

/// What tells of a person: a telephone or identity number, or a family name with a title. A sentence with it is not
/// printed.
static PERSONAL: LazyLock<Regex> = LazyLock::new(|| {
    let names = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹潘葛范彭鲁韦马方袁柳唐薛雷贺汤罗郝安常于傅康余顾孟黄穆萧姚邵汪毛戴宋庞熊纪项祝董梁杜蓝贾江郭林钟徐邱高夏蔡田胡霍万柯卢莫房解丁邓石崔龚程邢裴陆翁段侯武刘龙叶黎白赖乔谭温阎廖牛尹苏易肖曾温";
    let pattern = format!(r"\d{{7,}}|[{names}][一-龥]{{0,2}}(?:老师|同学|校长|主任|书记|某某?)|[{names}]某");
    Regex::new(&pattern).expect("a fixed pattern")
});

/// One row for each of the five managements.
pub fn five(view: &View, counted: usize) -> Vec<Management> {
    let row = |(topic, label, indicators): (&str, &str, &[&str])| {
        let is_told = |topics: &str| topics.split(' ').any(|t| t == topic);
        let figures = || view.tables.figures.iter().filter(|f| indicators.contains(&&*f.indicator));
        let stated: BTreeSet<&str> = figures().filter_map(|f| Some(&*view.counted(&f.doc_id)?.body)).collect();
        let valued: BTreeSet<&str> = figures()
            .filter(|f| f.kind == "actual" && !f.masked && f.value.is_some() && f.holds_now)
            .filter_map(|f| Some(&*view.counted(&f.doc_id)?.body))
            .collect();
        let measures = view.tables.measures.iter().filter(|m| is_told(&m.topics));
        let measures: BTreeSet<&str> = measures.filter_map(|m| Some(&*view.counted(&m.doc_id)?.body)).collect();
        let open = view.tables.problems.iter().filter(|p| p.status == "own" && is_told(&p.topics));
        let problems: BTreeSet<&str> = open.filter_map(|p| Some(&*view.counted(&p.doc_id)?.body)).collect();
        let told: BTreeSet<&str> = stated.iter().chain(&measures).chain(&problems).copied().collect();
        let only_told = told.difference(&valued).count();
        Management {
            id: topic.to_owned(),
            label: label.to_owned(),
            valued: valued.len(),
            only_told,
            untold: counted - valued.len() - only_told,
            measures: measures.len(),
            problems: problems.len(),
        }
    };
    FIVE.into_iter().map(row).collect()
}

type Stated<'v, 'a> = (&'v ProblemRow, &'v Report<'a>);

/// Problems of reports that count; what is quoted goes to `facts`.
pub fn problems(view: &View, names: &Names, facts: &mut Facts) -> Problems {
    let answered: HashSet<&str> = view.tables.problem_measures.iter().map(|pm| &*pm.problem_id).collect();
    let stated = |status: &'static str| {
        let rows = view.tables.problems.iter().filter(move |p| p.status == status);
        rows.filter_map(|p| Some((p, view.counted(&p.doc_id)?)))
    };
    let own: Vec<Stated> = stated("own").collect();
    let mut topics: BTreeMap<&str, Vec<Stated>> = BTreeMap::new();
    own.iter().for_each(|p| topics.entry(&p.0.topic).or_default().push(*p));
    let mut told: HashSet<&str> = HashSet::new();
    let mut tops: Vec<Top> = Vec::new();
    let mut ranked: Vec<(&str, Vec<Stated>)> = topics.into_iter().collect();
    let schools = |stated: &[Stated]| bodies(stated.iter().map(|p| p.1));
    ranked.sort_by_key(|(topic, stated)| (*topic == "other", std::cmp::Reverse(schools(stated)), *topic));
    for (topic, stated) in ranked.into_iter().take(TOPS) {
        let quote = quoted(&stated, &told);
        told.extend(quote.map(|(p, _)| &*p.quote));
        tops.push(Top {
            id: topic.to_owned(),
            label: names.value("problems", "topic", topic).into_owned(),
            schools: schools(&stated),
            answered: bodies(stated.iter().filter(|p| answered.contains(&*p.0.fact_id)).map(|p| p.1)),
            quote: quote.map(source),
        });
    }
    let few = own.len() < FEW;
    let all: Vec<Quoted> = own.iter().filter(|p| few && !PERSONAL.is_match(&p.0.quote)).map(|p| source(*p)).collect();
    facts.tell(tops.iter().filter_map(|t| t.quote.as_ref()).chain(&all).map(|q| q.fact_id.clone()));
    let stale = view.tables.review_list.iter().filter(|q| q.kind == "stale_problem");
    Problems {
        schools: schools(&own),
        n: own.len(),
        answered: own.iter().filter(|p| answered.contains(&*p.0.fact_id)).count(),
        resolved: stated("resolved").count(),
        stale_schools: bodies(stale.filter_map(|q| view.counted(&q.doc_id))),
        tops,
        all,
    }
}

/// The sentence that stands for a topic: one that many schools write alike, so that nobody is singled out; of these the
/// surest, then the shortest. Never one that tells of a person, nor one that another topic told already.
fn quoted<'v, 'a>(stated: &[Stated<'v, 'a>], told: &HashSet<&str>) -> Option<Stated<'v, 'a>> {
    let fits = |p: &&Stated| {
        let chars = p.0.quote.chars().count();
        (8..=QUOTE_CHARS).contains(&chars) && !PERSONAL.is_match(&p.0.quote) && !told.contains(&*p.0.quote)
    };
    let mut alike: BTreeMap<&str, usize> = BTreeMap::new();
    stated.iter().for_each(|p| *alike.entry(&p.0.quote).or_default() += 1);
    let order = |p: &Stated| {
        let sureness = (p.0.confidence * 100.0).round() as i64;
        (std::cmp::Reverse((alike[&*p.0.quote], sureness)), p.0.quote.chars().count(), p.0.fact_id.clone())
    };
    stated.iter().filter(fits).min_by_key(|p| order(p)).copied()
}

fn source((problem, report): Stated) -> Quoted {
    Quoted {
        text: text::shorten(&text::one_line(&problem.quote), QUOTE_CHARS),
        name: report.name.clone(),
        path: text::one_line(&problem.source_path),
        start: problem.start,
        fact_id: problem.fact_id.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_named() {
        for text in ["联系电话13800000000", "李老师布置作业过多", "张明校长", "王某违规补课", "陈校长要求不严"]
        {
            assert!(PERSONAL.is_match(text), "{text}");
        }
        for text in ["个别教师布置作业仍以抄写为主", "部分老师认识不到位", "2021年9月以来场地不足", "部分同学睡眠不足"]
        {
            assert!(!PERSONAL.is_match(text), "{text}");
        }
    }
}
