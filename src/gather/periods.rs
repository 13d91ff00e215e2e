//! Reporting periods: read from an option, a path or a text, written in one form, and put in order.
//!
//! The forms are `2021-autumn`, `2022-spring`, `2023-11`, `2023-q3`, `2023-h1`, `2022-2023` (a school year) and `2023`.
//! A period is read, never guessed: a masked year (20XX年秋季) is none, and the day on which something was written is
//! none either.

use crate::dissect::split::dates;
use crate::message::{Message, Tell};
use anyhow::Result;
use regex::Regex;
use std::sync::LazyLock;

/// Length of a period: only periods of one kind follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `2022-2023`
    SchoolYear,
    /// `2023`
    Year,
    /// `2023-h1`
    Half,
    /// `2021-autumn`
    Term,
    /// `2023-q3`
    Quarter,
    /// `2023-11`
    Month,
}

/// One way in which a period is written, and the form it is given.
struct Reading {
    pattern: Regex,
    write: fn(&regex::Captures) -> Option<String>,
}

/// Ways of writing, the most specific first.
static READINGS: LazyLock<Vec<Reading>> = LazyLock::new(|| {
    let reading = |pattern: &str, write| Reading {
        pattern: Regex::new(pattern).expect("the patterns here are fixed and tested"),
        write,
    };
    vec![
        reading(r"(20\d\d)-(autumn|spring|h[12]|q[1-4])", |c| Some(format!("{}-{}", &c[1], &c[2]))),
        reading(
            r"(20\d\d)年?\s*[-—–－~至到/]+\s*(?:20)?(\d\d)年?\s*学年(?:度)?\s*[(（]?(第?[一二12上下]学?期|秋季?|春季?)?",
            |c| {
                let year: i32 = c[1].parse().ok()?;
                let follows = (year + 1) % 100 == c[2].parse::<i32>().ok()?;
                follows.then(|| match c.get(3).map_or("", |m| m.as_str()) {
                    "" => format!("{year}-{}", year + 1),
                    term if term.contains(['二', '2', '下', '春']) => format!("{}-spring", year + 1),
                    _ => format!("{year}-autumn"),
                })
            },
        ),
        reading(r"(20\d\d)年?\s*的?(秋|春)", |c| {
            Some(format!("{}-{}", &c[1], if &c[2] == "秋" { "autumn" } else { "spring" }))
        }),
        reading(r"(20\d\d)年?\s*(上|下)半年", |c| {
            Some(format!("{}-h{}", &c[1], if &c[2] == "上" { 1 } else { 2 }))
        }),
        reading(r"(20\d\d)年?\s*第?([一二三四1-4])季度", |c| {
            let quarter = "一二三四".chars().position(|q| c[2].starts_with(q)).map(|i| i + 1);
            Some(format!("{}-q{}", &c[1], quarter.or_else(|| c[2].parse().ok())?))
        }),
        reading(r"(20\d\d)年\s*(1[0-2]|0?[1-9])月(?:份|[^\d\s]|$)", |c| month(&c[1], &c[2])),
        reading(r"(?:^|[^\d])(20\d\d)[-._/](1[0-2]|0?[1-9])(?:$|[^\d\-._/年]|[._/][^\d])", |c| month(&c[1], &c[2])),
        reading(r"(?:^|[^\d])(20\d\d)(1[0-2]|0[1-9])(?:$|[^\d])", |c| month(&c[1], &c[2])),
        reading(r"(20\d\d)\s*年(?:度|[^\d\s]|$)", |c| Some(c[1].to_owned())),
        reading(r"^(20\d\d)$", |c| Some(c[1].to_owned())),
    ]
});

fn month(year: &str, month: &str) -> Option<String> {
    Some(format!("{year}-{:02}", month.parse::<u32>().ok()?))
}

/// The period that `text` names: the most specific one, the first of these.
pub fn read(text: &str) -> Option<String> {
    READINGS.iter().find_map(|r| r.pattern.captures(text).and_then(|c| (r.write)(&c)))
}

/// The period that a path names: its file name, else the nearest folder that names one.
pub fn of_path(source_path: &str) -> Option<String> {
    let mut parts = source_path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    read(stem).or_else(|| parts.find_map(read))
}

/// A period and nothing else, as a person writes one who is asked for it.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    let code = r"20\d\d-(autumn|spring|h[12]|q[1-4]|0?[1-9]|1[0-2]|20\d\d)";
    let part = r"(秋|春)季?(学期)?|[上下]半年|第?[一二三四1-4]季度|(1[0-2]|0?[1-9])月份?|年?度?";
    let school_year = r"20\d\d年?\s*[-—–－~至到/]+\s*20\d\d年?\s*学年度?(第?[一二12上下]学?期|[秋春]季?(学期)?)?";
    let pattern = format!(r"^({code}|20\d\d年?\s*({part})|20\d\d[./](1[0-2]|0?[1-9])|{school_year})$");
    Regex::new(&pattern).expect("a fixed pattern")
});

/// A name by which a district counts its periods in its own way: 2023第2期. One without a number, with a number that nobody
/// filled in (20XX), of a month that no year has, or one that is meant to be read (2022-2025学年) is none.
fn is_own_name(text: &str) -> bool {
    let number_of_month = text.split(['-', '.', '/']).all(|part| part.chars().all(|c| c.is_ascii_digit()));
    let fits = |c: char| !c.is_control() && !matches!(c, 'X' | 'x' | '×' | '*');
    (1..=40).contains(&text.chars().count())
        && text.chars().all(fits)
        && text.contains(|c: char| c.is_ascii_digit())
        && !(number_of_month && text.contains(['-', '.', '/']))
        // What speaks of years and months is meant to be read.
        && !text.contains(['年', '月', '季'])
}

/// The period that a person asks for who writes nothing but a period, in a known form or under a name of the district's
/// own; else a mistake in the arguments.
pub fn asked(text: &str) -> Result<String> {
    let text = text.trim();
    // A school year in its own form is read as one only where its years follow each other.
    let school_year = || order(text).filter(|(kind, _)| *kind == Kind::SchoolYear).map(|_| text.to_owned());
    let period = if ASKED.is_match(text) { read(text).or_else(school_year) } else { None };
    let period = period.or_else(|| is_own_name(text).then(|| text.to_owned()));
    let like = [
        "2023年秋季学期、2023-11、2023年第三季度、2023年上半年、2022-2023学年、2023年 的样子",
        "2023-autumn, 2023-11, 2023-q3, 2023-h1, 2022-2023 or 2023",
    ];
    let shown = text.escape_debug().to_string();
    period.tell(|| Message::unclear(["报送期", "period"], &shown, like).misuse())
}

/// A day `2023-12-31` as days since 1970-01-01; one that the calendar does not have is a mistake.
pub fn day(text: &str) -> Result<i32> {
    let like = ["2023-12-31 的样子（日历上有的一天）", "2023-12-31, a day that the calendar has"];
    let alone = text.trim().chars().all(|c| c.is_ascii_digit() || "-/. 年月日二〇○零一三四五六七八九十廿".contains(c));
    let is_real = |date: &dates::Date| {
        let (year, month) = if date.month == 12 { (date.year + 1, 1) } else { (date.year, date.month + 1) };
        date.days() < dates::Date { year, month, day: 1 }.days()
    };
    let date = dates::date(text).filter(|date| alone && is_real(date));
    let date = date.tell(|| Message::unclear(["日期", "date"], &text.escape_debug().to_string(), like).misuse())?;
    Ok(date.days())
}

/// Where a period stands in time; none for a text in no known form.
pub fn order(period: &str) -> Option<(Kind, i32)> {
    let (year, rest) = period.split_at_checked(4)?;
    let year: i32 = year.parse().ok()?;
    let number = |text: &str| text.parse::<i32>().ok();
    Some(match rest.strip_prefix('-') {
        None => rest.is_empty().then_some((Kind::Year, year * 12))?,
        Some("spring") => (Kind::Term, year * 12 + 2),
        Some("autumn") => (Kind::Term, year * 12 + 8),
        Some(next) if next.len() == 4 && number(next) == Some(year + 1) => (Kind::SchoolYear, year * 12 + 8),
        Some(half) if half.starts_with('h') => (Kind::Half, year * 12 + 6 * (number(&half[1..])? - 1)),
        Some(quarter) if quarter.starts_with('q') => (Kind::Quarter, year * 12 + 3 * (number(&quarter[1..])? - 1)),
        Some(month) => (Kind::Month, year * 12 + number(month)? - 1),
    })
}

/// The first day of the month that [`order`] counts, as days since 1970-01-01.
pub fn first_day(month: i32) -> Option<i32> {
    Some(dates::date(&format!("{}-{:02}-01", month.div_euclid(12), month.rem_euclid(12) + 1))?.days())
}

/// True where a report of period `told` may be the one that is awaited for `asked`: it names a longer period that
/// holds it, or none.
pub fn may_be(told: Option<&str>, asked: &str) -> bool {
    let Some(told) = told else { return true };
    let (Some((long, from)), Some((short, at))) = (order(told), order(asked)) else { return false };
    let months = match long {
        Kind::SchoolYear | Kind::Year => 12,
        Kind::Half | Kind::Term => 6,
        Kind::Quarter => 3,
        Kind::Month => 1,
    };
    long < short && (from..from + months).contains(&at)
}

/// True where two names of a period can't both be right: different terms, halves, quarters or school years. Years and
/// months are not asked: a folder often tells when a report was handed in.
pub fn contradict(one: &str, other: &str) -> bool {
    let (Some((kind, at)), Some((same, on))) = (order(one), order(other)) else { return false };
    kind == same && at != on && !matches!(kind, Kind::Year | Kind::Month)
}

/// The periods in order of time, kind by kind; those in no known form behind.
pub fn sort(periods: &mut [String]) {
    periods.sort_by_cached_key(|p| (order(p).is_none(), order(p), p.clone()));
}

/// A period as people read it: `2022-autumn` as `2022年秋季学期`.
pub fn name(code: &str) -> String {
    let Some((year, rest)) = code.split_at_checked(4).filter(|(year, _)| year.chars().all(|c| c.is_ascii_digit()))
    else {
        return code.to_owned();
    };
    match rest.strip_prefix('-') {
        None if rest.is_empty() => format!("{year}年"),
        Some("spring") => format!("{year}年春季学期"),
        Some("autumn") => format!("{year}年秋季学期"),
        Some("h1") => format!("{year}年上半年"),
        Some("h2") => format!("{year}年下半年"),
        Some(quarter) if quarter.starts_with('q') => format!("{year}年第{}季度", &quarter[1..]),
        Some(next) if next.len() == 4 => format!("{year}—{next}学年"),
        Some(month) => match month.parse::<u8>() {
            Ok(month) => format!("{year}年{month}月"),
            Err(_) => code.to_owned(),
        },
        None => code.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_from_text() {
        let table = [
            ("清河小学2021年秋季学期减负总结", Some("2021-autumn")),
            ("2022年春双减自查", Some("2022-spring")),
            ("2022—2023学年度第一学期", Some("2022-autumn")),
            ("2022-2023学年第二学期总结", Some("2023-spring")),
            ("2022至2023学年", Some("2022-2023")),
            ("2023年11月份月报", Some("2023-11")),
            ("双减月报(2023-10)", Some("2023-10")),
            ("202311月报", Some("2023-11")),
            ("2023年第三季度", Some("2023-q3")),
            ("2023年上半年小结", Some("2023-h1")),
            ("2021年双减总结", Some("2021")),
            ("2021-autumn", Some("2021-autumn")),
            ("20XX年秋季学期", None),
            ("第2021号文件", None),
            ("写于20231105", None),
            ("双减工作总结", None),
            ("2022-2025学年", None),
        ];
        for (text, period) in table {
            assert_eq!(read(text).as_deref(), period, "{text}");
        }
    }

    #[test]
    fn what_is_asked_for_is_a_period_and_nothing_else() {
        for (text, period) in [
            ("2023年秋季学期", "2023-autumn"),
            ("2023年秋", "2023-autumn"),
            (" 2022春 ", "2022-spring"),
            ("2021-autumn", "2021-autumn"),
            ("2023-q3", "2023-q3"),
            ("2023-h1", "2023-h1"),
            ("2023-11", "2023-11"),
            ("2023-1", "2023-01"),
            ("2023.11", "2023-11"),
            ("2023年11月", "2023-11"),
            ("2023年9月份", "2023-09"),
            ("2023年第三季度", "2023-q3"),
            ("2023年下半年", "2023-h2"),
            ("2022-2023", "2022-2023"),
            ("2022-2023学年", "2022-2023"),
            ("2022—2023学年度第一学期", "2022-autumn"),
            ("2023年", "2023"),
            ("2023", "2023"),
            ("2023年度", "2023"),
        ] {
            assert_eq!(asked(text).unwrap(), period, "{text}");
        }
        assert_eq!(asked("2023第2期").unwrap(), "2023第2期");
        for text in [
            "胡说",
            "",
            "2023-13",
            "20XX",
            "20XX年秋季学期",
            "a\nb",
            "2022-2025",
            "2022-2025学年",
            "2023年秋季学期总结",
            "2023年胡",
        ] {
            assert!(asked(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_day_is_one_of_the_calendar() {
        assert_eq!(day("2024-2-29").unwrap(), day("2024年2月28日").unwrap() + 1);
        assert_eq!(day("2023-12-31").unwrap() + 1, day("2024/1/1").unwrap());
        for text in ["2022-6-31", "2023-02-29", "明天", "", "2023-12-31明天", "2023-11"] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_file_name_comes_before_its_folders() {
        assert_eq!(of_path("2021年/2021秋/一小.txt").as_deref(), Some("2021-autumn"));
        assert_eq!(of_path("2021秋/一小2022年春.txt").as_deref(), Some("2022-spring"));
        assert_eq!(of_path("2023/一小.txt").as_deref(), Some("2023"));
        assert_eq!(of_path("2023-11/3.txt").as_deref(), Some("2023-11"));
    }

    #[test]
    fn periods_of_a_kind_are_in_order_of_time() {
        let mut periods = ["2022-autumn", "2022-spring", "2021-autumn"].map(str::to_owned);
        sort(&mut periods);
        assert_eq!(periods, ["2021-autumn", "2022-spring", "2022-autumn"]);
        assert!(may_be(Some("2021"), "2021-autumn"));
        assert!(may_be(Some("2021-2022"), "2022-spring"));
        assert!(!may_be(Some("2021-autumn"), "2022-spring"));
        assert!(may_be(None, "2022-spring"));
        assert!(contradict("2021-autumn", "2022-spring") && contradict("2021-2022", "2022-2023"));
        assert!(!contradict("2022-spring", "2022-spring") && !contradict("2023-12", "2023-11"));
        assert!(!contradict("2022", "2021-autumn") && !contradict("2023第2期", "2023第1期"));
    }
}
