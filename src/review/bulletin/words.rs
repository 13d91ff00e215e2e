//! The sentences of a bulletin: templates over the numbers of the model, the same for page and document.
//!
//! Counts come before percentages, and a percentage is told only of [`model::SHARE_FROM`](super::model::SHARE_FROM)
//! schools or more. Names are told up to [`NAMED`]; how many there are stands before them.

use super::model::{Bulletin, DRAW_FROM, Said, Value, share};
use crate::review::names::{number, period};

/// So many schools are named one by one.
const NAMED: usize = 5;

/// So many where each is named with what it wrote.
const SAID: usize = 3;

/// So many sentences stand under 请关注.
const ATTENTION: usize = 4;

/// Below this part of the schools a value says little of the district.
const FEW_STATED: f64 = 0.2;

/// The title.
pub fn title(b: &Bulletin) -> String {
    format!("{}“双减”和“五项管理”工作情况通报", b.head.district.as_deref().unwrap_or("学校"))
}

/// The period, and the day up to which reports were read.
pub fn subtitle(b: &Bulletin) -> String {
    let period = match (&b.head.period, b.head.all_periods) {
        (Some(code), _) => period(code),
        (None, true) => "各报送期合计".to_owned(),
        (None, false) => "报送期未注明".to_owned(),
    };
    format!("{period}，资料截至 {}", b.head.day)
}

/// `29/39校（74.4%）`
fn part(n: usize, of: usize) -> String {
    match share(n, of) {
        Some(share) => format!("{n}/{of}校（{share:.1}%）"),
        None => format!("{n}/{of}校"),
    }
}

/// `甲、乙、丙等`: how many there are stands before.
fn listed(names: &[String], most: usize) -> String {
    let first = names.iter().take(most).cloned().collect::<Vec<_>>().join("、");
    if names.len() > most { format!("{first}等") } else { first }
}

/// `甲（72分钟）、乙（70分钟）等`
fn said(names: &[Said], most: usize) -> String {
    listed(&names.iter().map(|s| format!("{}（{}）", s.name, s.said)).collect::<Vec<_>>(), most)
}

/// A number that leaders look at first.
pub struct Key {
    /// What it is.
    pub label: &'static str,
    /// The number.
    pub big: String,
    /// Of what.
    pub small: String,
}

/// The four numbers.
pub fn keys(b: &Bulletin) -> [Key; 4] {
    let r = &b.reporting;
    let reported = match r.expected {
        Some(expected) => Key {
            label: "已报 / 应报",
            big: format!("{} / {expected}", r.reported),
            small: share(r.reported, expected).map_or("校".to_owned(), |s| format!("校，占{s:.1}%")),
        },
        None => Key {
            label: "已报", big: r.reported.to_string(), small: "校（没有名单，应报数不明）".to_owned()
        },
    };
    let homework = b.norms.iter().find(|n| n.id == "homework_minutes");
    let (kept, broken) = homework.map_or((0, 0), |n| (n.value_kept, n.value_broken));
    let measured = kept + broken;
    let homework = Key {
        label: "作业时间实测达标",
        big: if measured < DRAW_FROM { "报数不足".to_owned() } else { format!("{kept} / {measured}") },
        small: if measured < DRAW_FROM {
            only(measured, "报了实测值")
        } else {
            format!("校报了实测值，其余{}校未报", r.counted - measured)
        },
    };
    let rate = b.values.iter().find(|v| v.id == "after_school_rate");
    let rate = match rate.and_then(|v| Some((v, v.median.filter(|_| v.stated >= DRAW_FROM)?))) {
        Some((v, median)) => Key {
            label: "课后服务参与率中位数",
            big: format!("{}%", number(median)),
            small: format!("{}校报数，其余{}校未报或存疑", v.stated, r.counted - v.stated),
        },
        None => Key {
            label: "课后服务参与率中位数",
            big: "报数不足".to_owned(),
            small: only(rate.map_or(0, |v| v.stated), "报数"),
        },
    };
    let review =
        Key {
            label: "需核实的材料", big: b.review.reports.to_string(), small: "份：留空、雷同、矛盾等".to_owned()
        };
    [reported, homework, rate, review]
}

/// The same numbers as one paragraph.
pub fn opening(b: &Bulletin) -> String {
    let mut told = "根据各校报送的材料，现将有关情况通报如下。".to_owned();
    let homework =
        b.norms.iter().find(|n| n.id == "homework_minutes").map(|n| (n.value_kept, n.value_kept + n.value_broken));
    match homework {
        Some((kept, measured)) if measured >= DRAW_FROM => {
            told.push_str(&format!("报了书面作业实测时间的{measured}校中，{kept}校达标；"));
        }
        _ => told.push_str("报书面作业实测时间的学校太少，不作统计；"),
    }
    let rate = b.values.iter().find(|v| v.id == "after_school_rate" && v.stated >= DRAW_FROM);
    match rate.and_then(|v| Some((v.stated, v.median?))) {
        Some((n, median)) => {
            told.push_str(&format!("报了课后服务参与率的{n}校，中位数为{}%；", number(median)));
        }
        None => told.push_str("报课后服务参与率的学校太少，不作统计；"),
    }
    told.push_str(&format!("需要核实的材料有{}份。", b.review.reports));
    told
}

/// What leaders should look at, schools by name; never empty.
pub fn attention(b: &Bulletin) -> Vec<String> {
    let all = [absent(b), broken(b), copied(b), contradicting(b), few_stated(b)];
    let mut told: Vec<String> = all.into_iter().filter(|s| !s.is_empty()).take(ATTENTION).collect();
    if told.is_empty() {
        told.push("本期没有发现需要特别关注的情况。".to_owned());
    }
    told
}

/// Joins clauses to a sentence, or to nothing.
fn sentence(clauses: Vec<String>) -> String {
    if clauses.is_empty() { String::new() } else { format!("{}。", clauses.join("；")) }
}

fn absent(b: &Bulletin) -> String {
    let names = &b.reporting.names;
    let mut clauses = Vec::new();
    for (schools, what) in [
        (&names.missing, "未报"),
        (&names.unreadable, "来文打不开"),
        (&names.off_topic, "交来的不是这类材料"),
        (&names.unclear, "待确认（报送期或校名写得不清）"),
        (&names.late, "迟报"),
    ] {
        if !schools.is_empty() {
            let named = if clauses.is_empty() { NAMED } else { SAID };
            clauses.push(format!("{}校{what}：{}", schools.len(), listed(schools, named)));
        }
    }
    sentence(clauses)
}

fn broken(b: &Bulletin) -> String {
    let mut clauses = Vec::new();
    for norm in b.norms.iter().filter(|n| n.value_broken > 0) {
        clauses.push(format!(
            "{}校自报的{}实测值不合国家规定：{}",
            norm.value_broken,
            norm.label,
            said(&norm.broken_values, SAID)
        ));
    }
    for norm in b.norms.iter().filter(|n| n.rule_broken > 0) {
        clauses.push(format!(
            "{}校自定的{}宽于国家规定：{}",
            norm.rule_broken,
            norm.label,
            said(&norm.broken_rules, SAID)
        ));
    }
    clauses.truncate(2);
    sentence(clauses)
}

fn copied(b: &Bulletin) -> String {
    let review = &b.review;
    let mut clauses = Vec::new();
    if review.copy_pairs > 0 {
        let pairs: Vec<String> = review.copies.iter().take(3).map(|[x, y]| format!("{x}与{y}")).collect();
        let more = if review.copies.len() > 3 { "等" } else { "" };
        let each = if review.copy_pairs > 1 { "每组" } else { "" };
        clauses.push(format!("{}份报告雷同（{}{more}），{each}只计一份", review.copy_reports, pairs.join("、")));
    }
    if review.masked_schools > 0 {
        clauses.push(format!(
            "{}校留有XX未填共{}处：{}",
            review.masked_schools,
            review.masked,
            said(&review.masked_names, SAID)
        ));
    }
    sentence(clauses)
}

fn contradicting(b: &Bulletin) -> String {
    match b.review.contradiction_schools {
        0 => String::new(),
        n => format!("{n}校的数字自相矛盾：{}。", said(&b.review.contradicting, SAID)),
    }
}

/// `只有2校报数`
fn only(n: usize, what: &str) -> String {
    if n == 0 { format!("没有学校{what}") } else { format!("只有{n}校{what}") }
}

fn few_stated(b: &Bulletin) -> String {
    let counted = b.reporting.counted;
    let few = b.values.iter().filter(|v| counted > 0 && (v.stated as f64) < FEW_STATED * counted as f64);
    let few: Vec<String> = few.map(|v| format!("{}{}", v.label, only(v.stated, "报数"))).collect();
    if few.is_empty() { String::new() } else { format!("{}，不足以说明全面情况。", few.join("，")) }
}

/// Who reported, in one paragraph.
pub fn reporting(b: &Bulletin) -> String {
    let r = &b.reporting;
    let mut told = match r.expected {
        Some(expected) => format!("应报{expected}校，已报{}", part(r.reported, expected)),
        None => format!("已报{}校（没有配置名单，不知应报多少）", r.reported),
    };
    for (n, what) in [(r.awaited, "待报"), (r.late, "迟报")] {
        if n > 0 {
            told.push_str(&format!("，其中{what}{n}校"));
        }
    }
    told.push_str(&format!("；计入统计{}校", r.counted));
    for (n, what) in [
        (r.copies_not_counted, "份雷同报告不重复计"),
        (r.unlisted_reports, "份报告的学校对不上名单"),
        (r.other_reports, "份乡镇、机关等材料不计"),
        (r.other_periods, "份其他报送期的不计"),
        (r.rejected_files, "个来文（不分报送期）读不了"),
    ] {
        if n > 0 {
            told.push_str(&format!("，{n}{what}"));
        }
    }
    told.push('。');
    told
}

/// The norms that no school says anything of.
pub fn unstated_norms(b: &Bulletin) -> String {
    let silent =
        b.norms.iter().filter(|n| n.rule_unstated == b.reporting.counted && n.value_unstated == b.reporting.counted);
    let silent: Vec<&str> = silent.map(|n| n.label.as_str()).collect();
    if silent.is_empty() { String::new() } else { format!("本期各校均未写：{}。", silent.join("、")) }
}

/// The middle values of two periods: `70% → 67%（19校）`.
pub fn change(value: &Value) -> String {
    match (value.both_median_before, value.both_median, value.both) {
        (Some(before), Some(now), Some(n)) => {
            format!("{}→{}（{n}校）", number(before), number(now))
        }
        _ => "—".to_owned(),
    }
}

/// The schools with the least participation.
pub fn lowest(b: &Bulletin) -> String {
    let rate = b.values.iter().find(|v| v.id == "after_school_rate" && !v.lowest.is_empty());
    rate.map_or_else(String::new, |v| format!("参与率最低：{}。", said(&v.lowest, NAMED)))
}

/// What became of problems.
pub fn rectification(b: &Bulletin) -> String {
    let p = &b.problems;
    if p.n == 0 && p.resolved == 0 {
        return "各校没有写到问题。没有写到不等于没有。".to_owned();
    }
    let mut told = format!(
        "{}校写到现存问题{}条，其中{}条在同一报告里写了对应的举措；写明已解决的{}条",
        p.schools, p.n, p.answered, p.resolved
    );
    if p.stale_schools > 0 {
        told.push_str(&format!("；{}校的问题与上期一字不差", p.stale_schools));
    }
    told.push('。');
    told
}

/// What needs a check, one line for each kind.
pub fn review(b: &Bulletin) -> Vec<String> {
    let r = &b.review;
    let mut told = Vec::new();
    let mut add = |n: usize, line: String| {
        if n > 0 {
            told.push(line);
        }
    };
    add(r.masked, format!("未填的XX：{}校{}处", r.masked_schools, r.masked));
    add(r.copy_pairs, format!("整篇雷同：{}对，涉及{}份报告", r.copy_pairs, r.copy_reports));
    add(r.similar_pairs, format!("半数以上句子相同：另有{}对", r.similar_pairs));
    add(r.contradictions, format!("数字自相矛盾：{}校{}处", r.contradiction_schools, r.contradictions));
    add(r.not_reports, format!("像是方案、没填的模板或别的报送期的：{}份", r.not_reports));
    if told.is_empty() {
        told.push("没有发现留空、雷同、矛盾。".to_owned());
    }
    told
}

/// What people checked; false where nobody did or something is wrong.
pub fn checked(b: &Bulletin) -> (bool, String) {
    let c = &b.checked;
    if c.looked_at == 0 {
        return (false, format!("本期未抽查：所印数字和引文依据的{}条事实没有人核对过", c.figures + c.quotes));
    }
    let told = format!(
        "抽查：所依据的{}条事实中核对了{}条，正确{}条，错误{}条，存疑和其余的未定",
        c.figures + c.quotes,
        c.looked_at,
        c.right,
        c.wrong
    );
    if c.wrong > 0 {
        return (false, format!("{told}：改正前请勿发出"));
    }
    (true, told)
}

/// How the numbers were made.
pub fn method(b: &Bulletin) -> String {
    format!(
        "口径：数字由程序从各校自报材料中提取，未经实地核实；以计入统计的{}校为分母，雷同的只计一份；自定的限额不当实测值，\
         目标不当结果，XX不当零；一校写了几个不同的数或数字存疑的，不取；比较只用两期都报了数的学校；分母不足10不算百分比。\
         汇总 {}，程序 {}。",
        b.reporting.counted, b.head.run_id, b.head.tool_version
    )
}
