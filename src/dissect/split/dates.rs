//! Periods and dates as reports state them.
//!
//! A period is `2023-autumn`, `2023-spring` (the terms of a school year), `2022-2023` (a school year or years),
//! `2023-11` or `2023`. Unfilled ones (20XX年) are none.

use regex::Regex;
use std::sync::LazyLock;

static TERM: LazyLock<Regex> = LazyLock::new(|| regex(r"(20\d\d)\s*年?\s*(春|秋)"));
static SCHOOL_YEAR: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(20\d\d)\s*年?\s*(?:[-—–~至/]|—{2})+\s*(20\d\d)\s*(?:学年度?|年度?)?\s*[,，]?\s*(第?[一二]学期|[上下]学期|[春秋]季?学期)?",
    )
});
static MONTH: LazyLock<Regex> = LazyLock::new(|| regex(r"(20\d\d)\s*年\s*(1[0-2]|0?[1-9])\s*月"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"(20\d\d)\s*年"));
static LEADING_YEAR: LazyLock<Regex> = LazyLock::new(|| regex(r"^(20\d\d)\s*年(?:度|以来|来)?[,，]"));
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(20\d\d)\s*(?:年|-|/|\.)\s*(1[0-2]|0?[1-9])\s*(?:月|-|/|\.)\s*(3[01]|[12]\d|0?[1-9])(?:日|\D|$)")
});
static HAN_DATE: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"([二][〇○零一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿]{1,3})日")
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a fixed pattern")
}

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Date {
    /// Year.
    pub year: i32,
    /// Month from 1.
    pub month: u32,
    /// Day from 1.
    pub day: u32,
}

impl Date {
    /// Days since 1970-01-01, in the calendar of today.
    pub fn days(self) -> i32 {
        // Howard Hinnant's days_from_civil: years begin in March, so that the leap day is their last.
        let year = if self.month <= 2 { self.year - 1 } else { self.year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let month = (self.month as i32 + 9) % 12;
        let of_year = (153 * month + 2) / 5 + self.day as i32 - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// Its month.
    pub fn month(self) -> Month {
        Month { year: self.year, month: self.month }
    }
}

/// A month of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Month {
    /// Year.
    pub year: i32,
    /// Month from 1.
    pub month: u32,
}

impl Month {
    /// The term that reports of this month tell of: they are written at its end or soon after.
    pub fn term(self) -> String {
        match self.month {
            1 | 2 => format!("{}-autumn", self.year - 1),
            3..=8 => format!("{}-spring", self.year),
            _ => format!("{}-autumn", self.year),
        }
    }

    /// `2023-11`
    pub fn code(self) -> String {
        format!("{}-{:02}", self.year, self.month)
    }
}

/// The last date in `text`.
pub fn date(text: &str) -> Option<Date> {
    let arabic = DATE.captures_iter(text).last().and_then(|found| {
        let number = |i: usize| found.get(i)?.as_str().parse::<u32>().ok();
        Some(Date { year: number(1)? as i32, month: number(2)?, day: number(3)? })
    });
    arabic.or_else(|| {
        let found = HAN_DATE.captures_iter(text).last()?;
        let year = found.get(1)?.as_str().chars().try_fold(0, |year, c| Some(year * 10 + han_digit(c)?))?;
        let number = |i: usize| Some(han_number(found.get(i)?.as_str()));
        let date = Date { year, month: number(2)?, day: number(3)? };
        ((1..=12).contains(&date.month) && (1..=31).contains(&date.day)).then_some(date)
    })
}

/// The first month of a year in `text`.
pub fn month(text: &str) -> Option<Month> {
    let found = MONTH.captures(text)?;
    Some(Month { year: found[1].parse().ok()?, month: found[2].parse().ok()? })
}

/// The term, school year or span of years that `text` states.
pub fn term(text: &str) -> Option<String> {
    if let Some(found) = SCHOOL_YEAR.captures(text) {
        let (from, to) = (found[1].parse::<i32>().ok()?, found[2].parse::<i32>().ok()?);
        let term = found.get(3).map_or("", |m| m.as_str());
        return Some(match term {
            t if to == from + 1 && t.contains(['一', '上', '秋']) => format!("{from}-autumn"),
            t if to == from + 1 && t.contains(['二', '下', '春']) => format!("{to}-spring"),
            _ => format!("{from}-{to}"),
        });
    }
    TERM.captures(text).map(|found| format!("{}-{}", &found[1], if &found[2] == "春" { "spring" } else { "autumn" }))
}

/// The year that a paragraph opens with: `2023年,我校…`, `2023年以来`.
pub fn leading_year(text: &str) -> Option<String> {
    LEADING_YEAR.captures(text).map(|found| found[1].to_owned())
}

/// The period that `text` states: the most exact one.
pub fn period(text: &str) -> Option<String> {
    let of_month = || month(text).map(Month::code);
    let of_year = || YEAR.captures(text).map(|found| found[1].to_owned());
    term(text).or_else(of_month).or_else(of_year)
}

fn han_digit(c: char) -> Option<i32> {
    "〇一二三四五六七八九".chars().position(|d| d == c).or(matches!(c, '○' | '零').then_some(0)).map(|d| d as i32)
}

/// 一 to 三十一.
fn han_number(text: &str) -> u32 {
    let mut value = 0;
    let mut unit = 0;
    for c in text.chars() {
        match c {
            '十' => {
                value = unit.max(1) * 10;
                unit = 0;
            }
            '廿' => value = 20,
            _ => unit = han_digit(c).unwrap_or(0) as u32,
        }
    }
    value + unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read() {
        for (text, expected) in [
            ("松林小学2023年秋季学期减负总结", Some("2023-autumn")),
            ("2023春课后服务安排", Some("2023-spring")),
            ("2022—2023学年第二学期方案", Some("2023-spring")),
            ("2022-2023学年度上学期", Some("2022-autumn")),
            ("(2022—2023学年)", Some("2022-2023")),
            ("三年行动(2023-2025年)", Some("2023-2025")),
            ("月报(2023年9月)", Some("2023-09")),
            ("河口镇2022年总结", Some("2022")),
            ("20XX年总结", None),
            ("松林小学减负总结", None),
        ] {
            assert_eq!(period(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn dates_are_days() {
        let days = |text| date(text).map(Date::days);
        assert_eq!(days("1970年1月1日"), None, "reports of this century only");
        assert_eq!(days("2000年3月1日"), Some(11017));
        assert_eq!(days("松林小学 2023年12月29日"), Some(19720));
        assert_eq!(days("(2023-11-02)"), Some(19663));
        assert_eq!(days("二〇二二年十二月二十日"), Some(19346));
        assert_eq!(days("20XX年XX月XX日"), None);
        assert_eq!(date("2022年1月6日").map(|d| d.month().term()).as_deref(), Some("2021-autumn"));
    }
}
