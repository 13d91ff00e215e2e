//! Enumerators: the number that a heading, an item or a clause begins with (`一、`, `(二)`, `3.`, `一是`, `第四,`).
//!
//! This is about their written form alone; whether what follows is a heading is told by [`super::outline`]. The
//! numbers of measured things (`三、四年级`, `9:40`, `1.5小时`) begin lines, too, and are no enumerators.

/// The written form, in the order in which forms nest in official documents (GB/T 9704-2012, 7.3.3): a form is
/// usually inside those above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// 第一章, 第二节
    Chapter,
    /// 一、
    Han,
    /// (一)
    HanInBrackets,
    /// 1. 1、
    Digit,
    /// (1) 1)
    DigitInBrackets,
    /// ①
    Circled,
    /// 问题一: 问题2:
    Issue,
    /// 一是, 二要, 第三, 其四
    Spoken,
    /// 第五条: a clause of rules, never a heading
    Clause,
    /// ★ ● ——
    Bullet,
}

/// An enumerator at the beginning of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enumerator {
    /// See [`Form`].
    pub form: Form,
    /// Its number; 0 for bullets.
    pub ordinal: u32,
    /// Length in bytes, space behind it included.
    pub len: usize,
}

/// The enumerator that `text` begins with.
pub fn read(text: &str) -> Option<Enumerator> {
    let first = text.chars().next()?;
    let found = match first {
        '0'..='9' => digit(text),
        '(' | '（' => bracketed(text),
        '第' => counted(text),
        '问' => issue(text),
        '其' | '首' | '再' | '最' => spoken_word(text),
        '①'..='⑳' => Some((Form::Circled, first as u32 - '①' as u32 + 1, circled_len(text))),
        '★' | '☆' | '●' | '○' | '■' | '□' | '◆' | '◇' | '▲' | '•' | '·' | '➢' => {
            Some((Form::Bullet, 0, first.len_utf8()))
        }
        '—' if text.starts_with("——") => Some((Form::Bullet, 0, "——".len())),
        c if han_digit(c).is_some() => han(text),
        _ => None,
    };
    let (form, ordinal, len) = found?;
    let rest = &text[len..];
    let space = rest.len() - rest.trim_start_matches([' ', '\u{3000}', '\t']).len();
    (!rest[space..].is_empty()).then_some(Enumerator { form, ordinal, len: len + space })
}

/// `1.` `2、` `3)`: at most two digits, and no number that goes on behind the mark.
fn digit(text: &str) -> Option<(Form, u32, usize)> {
    let (ordinal, at) = arabic(text)?;
    let mut rest = text[at..].chars();
    let mark = rest.next()?;
    let goes_on = rest.next().is_some_and(|c| c.is_ascii_digit()) && !counts_whole(rest.as_str());
    match mark {
        '、' => Some((Form::Digit, ordinal, at + mark.len_utf8())),
        '.' | '．' | ',' | '，' | ':' | '：' if !goes_on => Some((Form::Digit, ordinal, at + mark.len_utf8())),
        ')' | '）' => Some((Form::DigitInBrackets, ordinal, at + mark.len_utf8())),
        _ => None,
    }
}

/// True for what follows `3.3` in `3.37个学生`: nothing is counted in hundredths, so 3 numbers the item.
fn counts_whole(behind: &str) -> bool {
    let counted = behind.trim_start_matches(|c: char| c.is_ascii_digit());
    counted.starts_with(['个', '名', '位', '所', '家', '本', '份', '条', '项', '起'])
        && !["个百分点", "个小时", "个月", "个学时", "个课时"].iter().any(|unit| counted.starts_with(unit))
}

/// `(一)` `（2）`, with a mark behind the bracket where there is one.
fn bracketed(text: &str) -> Option<(Form, u32, usize)> {
    let open = text.chars().next()?.len_utf8();
    let inner = &text[open..];
    let (form, (ordinal, len)) = match arabic(inner) {
        Some(number) => (Form::DigitInBrackets, number),
        None => (Form::HanInBrackets, han_number(inner)?),
    };
    let close = inner[len..].chars().next().filter(|c| matches!(c, ')' | '）'))?;
    let len = open + len + close.len_utf8();
    let mark = text[len..].chars().next().filter(|c| matches!(c, '、' | '.' | '．' | ':' | '：'));
    Some((form, ordinal, len + mark.map_or(0, char::len_utf8)))
}

/// `第一章`, `第五条`, `第三,`.
fn counted(text: &str) -> Option<(Form, u32, usize)> {
    let at = '第'.len_utf8();
    let (ordinal, len) = han_number(&text[at..]).or_else(|| arabic(&text[at..]))?;
    let at = at + len;
    let rest = &text[at..];
    let next = rest.chars().next()?;
    let behind = rest[next.len_utf8()..].chars().next()?;
    let end = at + next.len_utf8();
    match next {
        '章' | '节' if behind.is_whitespace() => Some((Form::Chapter, ordinal, end)),
        '条' if behind.is_whitespace() => Some((Form::Clause, ordinal, end)),
        ',' | '，' | '、' | ':' | '：' | '是' => Some((Form::Spoken, ordinal, end)),
        _ => ["件事", "个方面", "方面", "个", "步"].iter().find_map(|noun| {
            let mark = rest.strip_prefix(noun)?.chars().next()?;
            matches!(mark, ',' | '，' | '、' | ':' | '：' | '是').then_some((
                Form::Spoken,
                ordinal,
                at + noun.len() + mark.len_utf8(),
            ))
        }),
    }
}

/// `问题一:` `问题2：`.
fn issue(text: &str) -> Option<(Form, u32, usize)> {
    let rest = text.strip_prefix("问题")?;
    let (ordinal, len) = arabic(rest).or_else(|| han_number(rest))?;
    let mark = rest[len..].chars().next().filter(|c| matches!(c, ':' | '：' | '、' | '.'))?;
    Some((Form::Issue, ordinal, "问题".len() + len + mark.len_utf8()))
}

/// `首先,` `其次,` `其一,`.
fn spoken_word(text: &str) -> Option<(Form, u32, usize)> {
    let words =
        [("首先", 1), ("其次", 2), ("再次", 3), ("最后", 9), ("其一", 1), ("其二", 2), ("其三", 3), ("其四", 4)];
    words.iter().find_map(|&(word, ordinal)| {
        let mark = text.strip_prefix(word)?.chars().next()?;
        matches!(mark, ',' | '，' | ':' | '：').then_some((Form::Spoken, ordinal, word.len() + mark.len_utf8()))
    })
}

/// `一、` `二.` `三是` `四要` `五抓`; not `一、二年级`.
fn han(text: &str) -> Option<(Form, u32, usize)> {
    let (ordinal, at) = han_number(text)?;
    let rest = &text[at..];
    let mark = rest.chars().next()?;
    let end = at + mark.len_utf8();
    let behind = &text[end..];
    match mark {
        '、' => (!goes_on_counting(behind)).then_some((Form::Han, ordinal, end)),
        ',' | '，' | '.' | '．' | ':' | '：' => Some((Form::Han, ordinal, end)),
        '是' | '要' => Some((Form::Spoken, ordinal, end)),
        '抓' => Some((Form::Spoken, ordinal, at)),
        ' ' | '\u{3000}' if behind.starts_with([' ', '\u{3000}']) => Some((Form::Han, ordinal, end)),
        _ => None,
    }
}

/// True for what follows `三、` in `三、四年级`, `一、二是` and the like.
fn goes_on_counting(behind: &str) -> bool {
    han_number(behind).is_some_and(|(_, len)| {
        let next = behind[len..].chars().next();
        next.is_some_and(|c| matches!(c, '年' | '班' | '级' | '、' | '至' | '到' | '两' | '节' | '课' | '楼'))
    })
}

fn circled_len(text: &str) -> usize {
    let circle = text.chars().next().map_or(0, char::len_utf8);
    let mark = text[circle..].chars().next().filter(|c| matches!(c, '、' | '.' | '．' | ',' | '，' | ':' | '：'));
    circle + mark.map_or(0, char::len_utf8)
}

/// One or two digits and their length.
fn arabic(text: &str) -> Option<(u32, usize)> {
    let len = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&len).then(|| text[..len].parse().ok().map(|n| (n, len)))?
}

/// A number up to 九十九 in Chinese numerals and its length.
pub(super) fn han_number(text: &str) -> Option<(u32, usize)> {
    let (mut value, mut unit, mut len) = (0, 0, 0);
    for c in text.chars().take(3) {
        match (c, han_digit(c)) {
            ('十', _) => {
                if value >= 10 {
                    break;
                }
                value = unit.max(1) * 10;
                unit = 0;
            }
            (_, Some(digit)) if unit == 0 => unit = digit,
            _ => break,
        }
        len += c.len_utf8();
    }
    (len > 0).then_some((value + unit, len))
}

fn han_digit(c: char) -> Option<u32> {
    Some(match c {
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        '十' => 10,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(Form, u32, &str)>) {
        let got = read(text).map(|e| (e.form, e.ordinal, &text[..e.len]));
        assert_eq!(got, expected, "enumerator of {text:?}");
    }

    #[test]
    fn forms_are_told_by_their_marks() {
        use Form::*;
        check("一、总体情况", Some((Han, 1, "一、")));
        check("十二、其他", Some((Han, 12, "十二、")));
        check("二  强化监管", Some((Han, 2, "二  ")));
        check("(三)家校共育", Some((HanInBrackets, 3, "(三)")));
        check("（十）后勤", Some((HanInBrackets, 10, "（十）")));
        check("4.课堂", Some((Digit, 4, "4.")));
        check("5、 课堂", Some((Digit, 5, "5、 ")));
        check("(6)操场", Some((DigitInBrackets, 6, "(6)")));
        check("7)操场", Some((DigitInBrackets, 7, "7)")));
        check("③、阅读", Some((Circled, 3, "③、")));
        check("一是建台账", Some((Spoken, 1, "一是")));
        check("二要抓落实", Some((Spoken, 2, "二要")));
        check("第三,抓落实", Some((Spoken, 3, "第三,")));
        check("第二件事,不拖堂", Some((Spoken, 2, "第二件事,")));
        check("其次,抓落实", Some((Spoken, 2, "其次,")));
        check("第一章 总则", Some((Chapter, 1, "第一章 ")));
        check("第十一条 学生", Some((Clause, 11, "第十一条 ")));
        check("问题二:缺教师", Some((Issue, 2, "问题二:")));
        check("★睡眠", Some((Bullet, 0, "★")));
    }

    #[test]
    fn numbers_of_things_are_no_enumerators() {
        for text in
            ["三、四年级作业", "9:40,铃响", "1.5小时", "12所学校", "第一节为辅导", "2023.5", "一年来", "一(2)班", "3、"]
        {
            check(text, None);
        }
    }
}
