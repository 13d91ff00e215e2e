//! Numbers that are no figures (不是数据的数): enumerators, ordinals, dates, weekdays, grades, names, idioms.
//!
//! Every test looks only at a number and at what touches it. It runs before a unit is looked for, since 五项管理 and
//! 三年级 would make fine quantities; what no test here knows and no unit follows is refused by [`super::bind`].

use crate::extract::numerals::{self, Numeral, NumeralKind};
use crate::rules::RuleFiles;
use anyhow::Result;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::sync::Arc;

pub(super) const FILE: &str = "figures_refusals.toml";
const BUILT_IN: &str = include_str!("figures_refusals.toml");

/// The longest digit string that is a quantity; longer ones are telephone and account numbers.
const MAX_DIGITS: usize = 8;

/// `figures_refusals.toml` as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    #[serde(default)]
    pub phrase: Vec<Entry>,
    #[serde(default)]
    pub noun: Vec<Entry>,
    #[serde(default)]
    pub article: Vec<Entry>,
    #[serde(default)]
    pub act: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub id: String,
    pub reason: String,
    pub forms: Vec<String>,
    #[serde(default)]
    pub yes: Vec<String>,
    #[serde(default)]
    pub no: Vec<String>,
}

/// The rule files of refusals, built-in and the district's.
pub(super) fn read(rules: &RuleFiles) -> Result<Vec<File>> {
    rules.load(FILE, BUILT_IN)
}

/// What stands before and behind a number in a fixed phrase.
struct Around {
    before: String,
    after: String,
    reason: Arc<str>,
}

/// All refusals.
pub(super) struct Refusals {
    /// By the number as written.
    phrases: FxHashMap<String, Vec<Around>>,
    nouns: Vec<(String, Arc<str>)>,
    articles: Vec<(String, Arc<str>)>,
    /// What is done with each of them, twice: 发现一家、关停一家.
    acts: Vec<(String, Arc<str>)>,
    codes: Codes,
}

/// Reason codes of the tests in this file.
struct Codes {
    ordinal: Arc<str>,
    enumerator: Arc<str>,
    weekday: Arc<str>,
    grade: Arc<str>,
    date: Arc<str>,
    term: Arc<str>,
    document_number: Arc<str>,
    identifier: Arc<str>,
    class_name: Arc<str>,
    idiom: Arc<str>,
    name: Arc<str>,
}

/// How many numbers from the one looked at on are refused, and why.
pub(super) type Refused = (usize, Arc<str>);

impl Refusals {
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let mut phrases: FxHashMap<String, Vec<Around>> = FxHashMap::default();
        let (mut nouns, mut articles, mut acts) = (Vec::new(), Vec::new(), Vec::new());
        for file in read(rules)? {
            for entry in file.phrase {
                let reason: Arc<str> = entry.reason.into();
                for form in &entry.forms {
                    for n in numerals::scan(form) {
                        phrases.entry(n.span.of(form).to_owned()).or_default().push(Around {
                            before: form[..n.span.start].to_owned(),
                            after: form[n.span.end..].to_owned(),
                            reason: reason.clone(),
                        });
                    }
                }
            }
            for (entries, list) in [(file.noun, &mut nouns), (file.article, &mut articles), (file.act, &mut acts)] {
                for entry in entries {
                    let reason: Arc<str> = entry.reason.into();
                    list.extend(entry.forms.into_iter().map(|f| (f, reason.clone())));
                }
            }
        }
        let codes = Codes {
            ordinal: "ordinal".into(),
            enumerator: "enumerator".into(),
            weekday: "weekday".into(),
            grade: "grade".into(),
            date: "date".into(),
            term: "term".into(),
            document_number: "document_number".into(),
            identifier: "identifier".into(),
            class_name: "class_name".into(),
            idiom: "idiom".into(),
            name: "name".into(),
        };
        Ok(Refusals { phrases, nouns, articles, acts, codes })
    }

    /// Whether number `i` of `text` is no figure, by what touches it.
    pub fn of(&self, text: &str, numbers: &[Numeral], i: usize) -> Option<Refused> {
        let n = &numbers[i];
        let (before, after) = (&text[..n.span.start], &text[n.span.end..]);
        if n.kind == NumeralKind::Ordinal {
            return Some((1 + self.joined(text, numbers, i), self.codes.ordinal.clone()));
        }
        self.phrase(n.span.of(text), before, after)
            .or_else(|| self.grade(text, numbers, i))
            .or_else(|| self.date(text, numbers, i))
            .or_else(|| self.enumerator(n, before, after))
            .or_else(|| self.weekday(text, numbers, i))
            .or_else(|| self.number_of_document(n, text))
            .or_else(|| self.paired_idiom(n, after))
            .or_else(|| self.one_by_one(text, numbers, i))
            .or_else(|| self.vague(n, text))
            .or_else(|| self.rank(before, after))
            .or_else(|| self.title(before, after))
    }

    /// The reason why a number with a unit is a way of speaking: the noun behind it (三个方面).
    pub fn noun(&self, after: &str) -> Option<Arc<str>> {
        self.nouns.iter().find(|(form, _)| after.starts_with(form.as_str())).map(|(_, reason)| reason.clone())
    }

    /// True where the word right before 一 makes it an article.
    pub fn article(&self, before: &str) -> bool {
        self.articles.iter().any(|(form, _)| before.ends_with(form.as_str()))
    }

    fn phrase(&self, number: &str, before: &str, after: &str) -> Option<Refused> {
        let around = self.phrases.get(number)?;
        let found = around.iter().find(|a| before.ends_with(&a.before) && after.starts_with(&a.after))?;
        Some((1, found.reason.clone()))
    }

    /// How many numbers behind `i` are joined to it by 、 和 至 到 or a dash, touching both.
    fn joined(&self, text: &str, numbers: &[Numeral], i: usize) -> usize {
        numbers[i..]
            .windows(2)
            .take_while(|w| is_joint(&text[w[0].span.end..w[1].span.start]) && w[1].kind == NumeralKind::Number)
            .count()
    }

    /// 三年级, 三、四年级, 3—6年级, 1一6年级, 初三, 七八年级; a class in it (六(2)班).
    fn grade(&self, text: &str, numbers: &[Numeral], i: usize) -> Option<Refused> {
        // 一年级17.5%、六年级61.4%: a share is no grade of a list.
        let listed = numbers[i..].iter().take_while(|n| n.kind == NumeralKind::Number);
        for (k, n) in listed.enumerate().take(6) {
            let after = &text[n.span.end..];
            if after.starts_with("年级") || after.starts_with("年段") {
                return Some((k + 1, self.codes.grade.clone()));
            }
            // A list of grades says 年级 at its end or after each of them.
            let next = numbers.get(i + k + 1)?;
            let between = text.get(n.span.end..next.span.start)?;
            if !(is_joint(between) || between.is_empty()) {
                break;
            }
        }
        let (before, after) = (&text[..numbers[i].span.start], &text[numbers[i].span.end..]);
        let n = &numbers[i];
        let of_school = before.ends_with('初')
            || before.ends_with('高') && !["提高", "最高", "升高", "增高"].iter().any(|w| before.ends_with(w));
        if of_school
            && n.chinese
            && (1.0..=3.0).contains(&n.value)
            && !after.starts_with(['个', '次', '步', '倍', '成'])
        {
            return Some((1, self.codes.grade.clone()));
        }
        let in_brackets = before.ends_with('(') && (after.starts_with(")班") || after.starts_with(")中队"));
        let class =
            after.starts_with('班') && !after.starts_with("班次") && !after.starts_with("班主任") && n.value < 40.0;
        if in_brackets || class || (after.starts_with('(') && after.contains(")班") && after.find(")班") < Some(6)) {
            return Some((1, self.codes.class_name.clone()));
        }
        None
    }

    /// Years, months, days, school years, and stretches of years (三年行动).
    fn date(&self, text: &str, numbers: &[Numeral], i: usize) -> Option<Refused> {
        let n = &numbers[i];
        let (before, after) = (&text[..n.span.start], &text[n.span.end..]);
        let date = |k: usize| Some((k, self.codes.date.clone()));
        let written = n.span.of(text);
        let calendar_year = (1900.0..2100.0).contains(&n.value) && written.chars().count() == 4;
        if after.starts_with("学年")
            || after.starts_with("学期")
            || after.starts_with("个学期")
            || after.starts_with("个学年")
        {
            return Some((1, self.codes.term.clone()));
        }
        if after.starts_with('月')
            || after.starts_with("季度")
            || after.starts_with("世纪")
            || after.starts_with("年代")
        {
            return date(1);
        }
        // 20XX年: the digits and the mask are one year.
        if let Some(next) = numbers.get(i + 1)
            && next.span.start == n.span.end
            && next.kind == NumeralKind::Masked
            && (text[next.span.end..].starts_with('年') || written == "20")
        {
            return date(2);
        }
        if calendar_year {
            let next = numbers.get(i + 1).map(|m| &text[n.span.end..m.span.start]);
            let joined = next.is_some_and(|b| is_joint(b) || matches!(b, "/" | "." | "年—" | "年-"));
            if after.starts_with(['年', '级', '届', '版', '春', '秋']) {
                return date(1);
            }
            if joined && !after.starts_with('、') {
                let k = numbers[i..].windows(2).take_while(|w| {
                    let b = &text[w[0].span.end..w[1].span.start];
                    is_joint(b) || matches!(b, "/" | ".")
                });
                return date(1 + k.count());
            }
        }
        // 2021.9 as one number
        if !n.chinese && (1990.0..2100.0).contains(&n.value) && written.contains('.') {
            return date(1);
        }
        if after.starts_with('日')
            && !after.starts_with("日内")
            && !after.starts_with("日以内")
            && !after.starts_with("日之内")
        {
            return date(1);
        }
        if after.starts_with('号') && before.ends_with('月') {
            return date(1);
        }
        if n.kind == NumeralKind::Masked && (after.starts_with('年') || after.starts_with('月')) {
            return date(1);
        }
        if after.starts_with('年') {
            let bound = ["以上", "以下", "及以上", "以内", "之内"];
            if n.kind == NumeralKind::Masked || !bound.iter().any(|b| after["年".len()..].starts_with(b)) {
                return Some((1, if calendar_year { self.codes.date.clone() } else { self.codes.term.clone() }));
            }
        }
        // 3至5月, 七、八月份, 6日至14日: the first of them.
        if let Some(next) = numbers.get(i + 1)
            && is_joint(&text[n.span.end..next.span.start])
        {
            let rest = &text[next.span.end..];
            if rest.starts_with('月') || rest.starts_with("日") && before.ends_with('月') {
                return date(2);
            }
        }
        None
    }

    /// 一是, 二要, 三个是, (三), 1. and 1、 inside a sentence.
    fn enumerator(&self, n: &Numeral, before: &str, after: &str) -> Option<Refused> {
        let found = || Some((1, self.codes.enumerator.clone()));
        if n.value > 40.0 || n.value < 1.0 || n.value.fract() != 0.0 || n.kind != NumeralKind::Number {
            return None;
        }
        if before.ends_with('(') && after.starts_with(')') && (n.chinese || n.value < 30.0) {
            return found();
        }
        let at_border =
            before.is_empty() || before.ends_with([',', ';', ':', '。', '、', '!', '?', '(', '\n', ' ', '”', '.', '|']);
        if !at_border {
            return None;
        }
        let mut rest = after.chars();
        let (first, second) = (rest.next(), rest.next());
        let says = n.chinese
            && (matches!(first, Some('是' | '要' | '则')) || n.value <= 3.0 && matches!(first, Some('来' | '为')));
        let listed = second.is_some_and(|c| c.is_ascii_digit() || is_numeral_char(c))
            && !(before.is_empty() && first == Some('、'));
        let marked = matches!(first, Some('、' | '.' | ')')) && !listed;
        // 一个是人手少。二个是钱紧。 But: 开了五个社团,三个是体育类.
        let opens = before.is_empty() || before.ends_with([';', ':', '。', '\n']);
        let item = n.chinese && opens && after.starts_with("个是");
        if says || item || marked && !before.ends_with('、') {
            return found();
        }
        None
    }

    /// 周一至周五, 周二、四, 星期三.
    fn weekday(&self, text: &str, numbers: &[Numeral], i: usize) -> Option<Refused> {
        let n = &numbers[i];
        let before = &text[..n.span.start];
        let named = ["周", "星期", "礼拜"].iter().any(|w| before.ends_with(w));
        if !named || !(1.0..=7.0).contains(&n.value) || n.value.fract() != 0.0 {
            return None;
        }
        let counted = text[n.span.end..].starts_with([
            '次', '节', '个', '课', '场', '天', '至', '到', '小', '名', '篇', '期', '堂', '份', '本', '—', '-', '~',
        ]) && ["每周", "一周", "两周", "每星期"].iter().any(|w| before.ends_with(w));
        if counted || !n.chinese {
            return None;
        }
        Some((1 + self.joined(text, numbers, i), self.codes.weekday.clone()))
    }

    /// 〔2021〕1号, 128号令, telephone and account numbers.
    fn number_of_document(&self, n: &Numeral, text: &str) -> Option<Refused> {
        let (before, after) = (&text[..n.span.start], &text[n.span.end..]);
        let bracketed = before.ends_with(['〔', '[', '［', '【']) && after.starts_with(['〕', ']', '］', '】']);
        if bracketed || (after.starts_with('号') && before.ends_with(['〕', ']', '］', '】', ')'])) {
            return Some((1, self.codes.document_number.clone()));
        }
        if after.starts_with('号') {
            return Some((1, self.codes.identifier.clone()));
        }
        let long = n.span.len() > MAX_DIGITS && n.span.of(text).bytes().all(|b| b.is_ascii_digit());
        (long && n.kind == NumeralKind::Number).then(|| (1, self.codes.identifier.clone()))
    }

    /// 一校一案, 一生一策: 一 and a word, twice.
    fn paired_idiom(&self, n: &Numeral, after: &str) -> Option<Refused> {
        let mut rest = after.chars();
        let (word, second, fourth) = (rest.next()?, rest.next(), rest.next());
        let paired = n.chinese && n.value == 1.0 && second == Some('一') && !matches!(word, ',' | '、' | '次' | '个');
        (paired && fourth.is_some()).then(|| (1, self.codes.idiom.clone()))
    }

    /// 发现一家、关停一家; 完成一条销号一条; 考走一个少一个: each of them, not one.
    fn one_by_one(&self, text: &str, numbers: &[Numeral], i: usize) -> Option<Refused> {
        let (n, next) = (&numbers[i], numbers.get(i + 1)?);
        let between = text.get(n.span.end..next.span.start)?;
        let counter = between.chars().next()?;
        let ones = [n, next].iter().all(|one| one.span.of(text) == "一");
        let verb = between[counter.len_utf8()..].trim_start_matches(['、', ',', '就']);
        let again = text[next.span.end..].starts_with(counter);
        let acts = |verb: &str| self.acts.iter().any(|(act, _)| verb.ends_with(act.as_str()));
        // 检查一次、通报一次 are so many times.
        let counted = matches!(counter, '次' | '回' | '遍' | '节');
        let each = ones && again && !counted && acts(&text[..n.span.start]) && acts(verb) && verb.chars().count() <= 3;
        each.then(|| (2, self.codes.idiom.clone()))
    }

    /// 数十次, 几百人: some tens, some hundreds. 50±5 is a span that is not read.
    fn vague(&self, n: &Numeral, text: &str) -> Option<Refused> {
        let (before, written) = (&text[..n.span.start], n.span.of(text));
        let tens = |number: &str| !number.is_empty() && number.chars().all(|c| "十百千万".contains(c));
        let some = written.strip_prefix(['数', '几']).is_some_and(tens)
            || tens(written) && before.ends_with(['数', '几']) && !before.ends_with("人数");
        (some || before.ends_with('±')).then(|| (1, self.codes.idiom.clone()))
    }

    /// Numbers in the name of a book or paper (《减负30条》), with or without its brackets.
    fn title(&self, before: &str, after: &str) -> Option<Refused> {
        let open = before.rfind('《').is_some_and(|i| !before[i..].contains('》')) && after.contains('》');
        let short = before.ends_with("减负") && after.starts_with('条');
        (open || short).then(|| (1, self.codes.name.clone()))
    }

    /// 前三名, 前10名, 第3
    fn rank(&self, before: &str, after: &str) -> Option<Refused> {
        let ranked = before.ends_with(['前', '后']) && after.starts_with(['名', '位', '甲', '强']);
        let placed = ["排名", "名列", "位列", "位居", "排第"].iter().any(|w| before.ends_with(w))
            && !after.starts_with(['名', '查']);
        (ranked || placed).then(|| (1, self.codes.ordinal.clone()))
    }
}

/// True where `between` joins two numbers into a list or a span: 、 和 与 至 到 and dashes.
pub(super) fn is_joint(between: &str) -> bool {
    matches!(between, "、" | "和" | "与" | "及" | "或") || is_range_mark(between)
}

/// True where `between` makes a span of two numbers.
pub(super) fn is_range_mark(between: &str) -> bool {
    matches!(
        between,
        "至" | "到" | "-" | "--" | "—" | "——" | "–" | "―" | "~" | "～" | "－" | "─" | "~~" | "一" | "∼" | "〜"
    )
}

/// True for the characters that Chinese numerals are written with.
pub(super) fn is_numeral_char(c: char) -> bool {
    "零〇一二三四五六七八九十百千万亿两半".contains(c)
}
