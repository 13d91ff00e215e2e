//! Times of day (时刻): 8:30, 下午3点40分, 晚上九点半, 20时, with 上午 or 下午 carried on through the sentence.
//!
//! A time is an hour from 0 to 24. One that is written without 上午 or 下午 is read in the half of the day that the times
//! before it in the same sentence leave: 上午8:30…11:00…下午1:40…4:15 is 8.5, 11, 13.67, 16.25. Lengths of time (40分钟)
//! and counts of points (三点要求) are not read here.

use super::refusals::is_range_mark;
use crate::extract::numerals::{Numeral, NumeralKind};
use crate::span::Span;

/// Half of the day that a word gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Morning,
    Noon,
    Afternoon,
    Night,
}

/// Words for parts of the day; a longer one stands before one that it ends with.
const PARTS: [(&str, Half); 22] = [
    ("上午", Half::Morning),
    ("早上", Half::Morning),
    ("早晨", Half::Morning),
    ("清晨", Half::Morning),
    ("清早", Half::Morning),
    ("凌晨", Half::Morning),
    ("早", Half::Morning),
    ("中午", Half::Noon),
    ("午间", Half::Noon),
    ("正午", Half::Noon),
    ("下午", Half::Afternoon),
    ("午后", Half::Afternoon),
    ("傍晚", Half::Afternoon),
    ("晚上", Half::Night),
    ("晚间", Half::Night),
    ("夜晚", Half::Night),
    ("夜里", Half::Night),
    ("夜间", Half::Night),
    ("深夜", Half::Night),
    ("半夜", Half::Night),
    ("当晚", Half::Night),
    ("晚", Half::Night),
];

/// What behind `N点` shows that it is a time, where no part of the day stands before it.
const TELLS: [&str; 32] = [
    "前", "后", "以前", "以后", "之前", "之后", "放学", "上课", "下课", "到校", "离校", "入校", "进校", "起床", "睡觉",
    "就寝", "入睡", "结束", "开始", "上学", "熄灯", "左右", "整", "钟", "多", "准时", "至", "到", "—", "-", "上床",
    "开放",
];

/// What stands before a time of day: 课后服务到六点, 就寝时间不得晚于10点. 做到三点 has points behind it.
const BEFORE: [&str; 30] = [
    "服务到",
    "延到",
    "延长到",
    "延长至",
    "延迟到",
    "托到",
    "托管到",
    "看护到",
    "看管到",
    "留到",
    "早于",
    "晚于",
    "迟于",
    "时间为",
    "时间是",
    "时间定为",
    "时间定在",
    "时间从",
    "时间由",
    "推迟到",
    "推迟至",
    "提前到",
    "提前至",
    "提早到",
    "最晚",
    "最早",
    "最迟",
    "最晚不超过",
    "最迟不超过",
    "最晚到",
];

/// Characters before a time that a part of the day may stand away.
const FAR_PART: usize = 10;

/// What is known of the time of day when a number is reached; one per sentence.
#[derive(Clone, Default)]
pub(super) struct Day {
    last: Option<f64>,
    half: Option<Half>,
    /// Where the last one ended.
    end: usize,
}

/// A time of day that was read.
#[derive(Debug, PartialEq)]
pub(super) struct Clock {
    /// With the part of the day before it.
    pub span: Span,
    /// The time alone.
    pub number: Span,
    /// Hours since midnight.
    pub value: f64,
    /// How many numbers it is made of.
    pub taken: usize,
}

impl Day {
    /// Reads the time of day that begins with number `i`.
    pub fn read(&mut self, text: &str, numbers: &[Numeral], i: usize) -> Option<Clock> {
        let n = &numbers[i];
        if n.kind != NumeralKind::Number || !(0.0..=24.0).contains(&n.value) || n.value.fract() != 0.0 {
            return None;
        }
        let before = &text[..n.span.start];
        let spoken = before.trim_end_matches(['约', '近', ' ']);
        let part = PARTS.iter().find(|(word, _)| spoken.strip_suffix(word).is_some_and(|rest| !rest.ends_with('最')));
        // 7点到9点: the second is what the first is.
        let ends = self.end > 0 && before.get(self.end..).is_some_and(|between| is_range_mark(between.trim()));
        let told = part.is_some() || ends || BEFORE.iter().any(|word| before.ends_with(word));
        let (hour, end, taken) = digital(text, numbers, i).or_else(|| named(text, numbers, i, told))?;
        if is_ratio(text, n, part.is_some()) || is_name(before, &text[end..]) {
            return None;
        }
        let half = part.map(|(_, half)| *half).or_else(|| self.said_before(before));
        let half = half.or_else(|| Around::of(text, Span::new(n.span.start, end)).half(hour, self.last));
        self.end = end;
        let value = self.place(hour, half);
        let start = match part {
            Some((word, _)) if spoken.len() == before.len() => n.span.start - word.len(),
            _ => n.span.start,
        };
        Some(Clock { span: Span::new(start, end), number: Span::new(n.span.start, end), value, taken })
    }

    /// A part of the day that is named a few words before the time: 下午还要看护到六点.
    fn said_before(&self, before: &str) -> Option<Half> {
        let from = before.char_indices().rev().nth(FAR_PART).map_or(0, |(i, _)| i).max(self.end);
        let words = before.get(from..)?;
        let clause = &words[words.rfind([',', ';']).map_or(0, |i| i + 1)..];
        let named = PARTS.iter().filter(|(word, _)| word.len() > "早".len());
        named
            .filter_map(|(word, half)| clause.rfind(word).map(|i| (i, *half)))
            .max_by_key(|(i, _)| *i)
            .map(|(_, half)| half)
    }

    /// Which half of the day an hour as written falls into.
    fn place(&mut self, hour: f64, part: Option<Half>) -> f64 {
        let value = match part {
            Some(Half::Morning) => hour,
            Some(Half::Noon) if hour < 4.0 => hour + 12.0,
            Some(Half::Afternoon) if hour < 12.0 => hour + 12.0,
            Some(Half::Night) if (4.0..=12.0).contains(&hour) => hour + 12.0,
            Some(_) => hour,
            None if hour >= 12.5 => hour,
            None => self.carried(hour),
        };
        if part.is_some() {
            self.half = part;
        }
        self.last = Some(value);
        value
    }

    fn carried(&self, hour: f64) -> f64 {
        let Some(last) = self.last else { return hour };
        let later = hour + 12.0;
        match self.half {
            // Lights out at 21:30, up at 6:30.
            _ if last >= 20.0 && later < last => hour,
            Some(Half::Afternoon | Half::Night | Half::Noon) if hour < 12.0 => later,
            // Lessons from 8:30 on, home at 4:15.
            _ if hour < last && last < 20.0 && later > last && hour < 8.0 && last >= 7.0 && last - hour > 1.5 => later,
            _ => hour,
        }
    }
}

/// 师生比达到1:18, 按1:50的比例: so many to one.
fn is_ratio(text: &str, n: &Numeral, of_day: bool) -> bool {
    let told = ["师生比", "生师比", "比例", "配比", "之比"].iter().any(|word| text.contains(word));
    told && !of_day && n.value == 1.0 && text[n.span.end..].starts_with(':')
}

/// “三点半”难题, 四点半课堂: a name.
fn is_name(before: &str, behind: &str) -> bool {
    const OF_NAMES: [&str; 5] = ["课堂", "学校", "难题", "现象", "工程"];
    before.ends_with('“') && behind.starts_with('”') || OF_NAMES.iter().any(|word| behind.starts_with(word))
}

/// The clause around a time, and the sentence up to it, which the clause ends.
struct Around<'t> {
    before: &'t str,
    after: &'t str,
    sentence: &'t str,
}

impl<'t> Around<'t> {
    fn of(text: &'t str, time: Span) -> Self {
        const MARKS: [char; 5] = [',', ';', '。', ':', '\n'];
        let sentence = text[..time.start].rsplit(['。', '\n']).next().unwrap_or_default();
        let before = sentence.rsplit(MARKS).next().unwrap_or_default();
        let after = text[time.end..].split(MARKS).next().unwrap_or_default();
        Around { before, after, sentence }
    }

    fn says(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.before.contains(w) || self.after.contains(w))
    }

    /// The half of the day that is plain from what happens then, where none is named: 延时看护到6:20, 9点半熄灯. `last` is
    /// the time before it in the sentence.
    fn half(&self, hour: f64, last: Option<f64>) -> Option<Half> {
        const MORNING: &[&str] = &["起床", "到校", "早", "晨", "入校", "上学", "进校", "凌晨", "上课"];
        const AFTER_SCHOOL: &[&str] =
            &["延时", "课后", "看护", "托管", "托到", "放学", "离校", "来接", "接走", "接孩子", "到家", "下班", "校车"];
        const BEDTIME: &[&str] = &[
            "熄灯",
            "就寝",
            "入睡",
            "睡觉",
            "上床",
            "才睡",
            "睡的",
            "睡下",
            "写到",
            "做到",
            "赶到",
            "写完",
            "晚自习",
            "下自习",
            "查寝",
            "查铺",
            "到家",
        ];
        if self.says(MORNING) {
            return None;
        }
        if (7.0..=12.0).contains(&hour) && self.says(BEDTIME) {
            return Some(Half::Night);
        }
        let after_school = AFTER_SCHOOL.iter().any(|word| self.sentence.contains(word) || self.after.contains(word));
        (last.is_none() && hour < 8.0 && after_school).then_some(Half::Afternoon)
    }
}

/// 8:30: digits, colon, two digits below 60.
fn digital(text: &str, numbers: &[Numeral], i: usize) -> Option<(f64, usize, usize)> {
    let n = &numbers[i];
    let m = numbers.get(i + 1)?;
    let minutes = m.span.of(text);
    let fits = !n.chinese
        && text[n.span.end..].starts_with([':', '：', '∶'])
        && minutes.len() == 2
        && m.value < 60.0
        && m.value.fract() == 0.0;
    let colon = text[n.span.end..].chars().next()?.len_utf8();
    if !fits || m.span.start != n.span.end + colon {
        return None;
    }
    let before = &text[..n.span.start];
    // 10:26:37 is when a site published a page.
    if text[m.span.end..].strip_prefix(':').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) {
        return None;
    }
    if before.ends_with('比') || before.ends_with("比为") || before.ends_with("比例") || before.ends_with("比例为")
    {
        return None;
    }
    Some((n.value + m.value / 60.0, m.span.end, 2))
}

/// 五点四十, 3点40分, 四点半, 20时, 18时30分.
fn named(text: &str, numbers: &[Numeral], i: usize, part_of_day: bool) -> Option<(f64, usize, usize)> {
    let n = &numbers[i];
    let after = &text[n.span.end..];
    let word = ['点', '时'].into_iter().find(|w| after.starts_with(*w))?;
    let at = n.span.end + word.len_utf8();
    let rest = &text[at..];
    if word == '时' && (n.chinese || rest.starts_with(['间', '候', '段', '刻', '代', '长'])) {
        return None;
    }
    if rest.starts_with('半') && !rest.starts_with("半天") {
        let end = at + "半".len();
        return Some((n.value + 0.5, end, if numbers.get(i + 1).is_some_and(|m| m.span.start == at) { 2 } else { 1 }));
    }
    if let Some(m) = numbers.get(i + 1)
        && m.span.start == at
        && m.value < 60.0
        && m.kind == NumeralKind::Number
    {
        let tail = &text[m.span.end..];
        if tail.starts_with('刻') {
            return Some((n.value + m.value / 4.0, m.span.end + "刻".len(), 2));
        }
        let end = m.span.end + if tail.starts_with('分') && !tail.starts_with("分钟") { "分".len() } else { 0 };
        return Some((n.value + m.value / 60.0, end, 2));
    }
    let whole = rest.starts_with('钟') || rest.starts_with('整');
    let ends = at + if whole { "钟".len() } else { 0 };
    let told = part_of_day
        || whole
        || TELLS.iter().any(|t| rest.starts_with(t)) && n.value >= 5.0
        || numbers.get(i + 1).is_some_and(|m| is_range_mark(&text[at..m.span.start]));
    told.then_some((n.value, ends, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::numerals::scan;

    fn read(text: &str) -> Vec<f64> {
        let numbers = scan(text);
        let (mut day, mut i, mut values) = (Day::default(), 0, Vec::new());
        while i < numbers.len() {
            match day.read(text, &numbers, i) {
                Some(clock) => {
                    values.push((clock.value * 100.0).round() / 100.0);
                    i += clock.taken;
                }
                None => i += 1,
            }
        }
        values
    }

    #[test]
    fn the_half_of_the_day_is_carried_on() {
        assert_eq!(read("上午8:30上课,11:00放学,下午1:40上课,4:15放学"), [8.5, 11.0, 13.67, 16.25]);
        assert_eq!(read("住校生晚上9:20下自习,9:50熄灯"), [21.33, 21.83]);
        assert_eq!(read("21:30熄灯,6:30起床"), [21.5, 6.5]);
        assert_eq!(read("从下午4:50到6:20,冬天提前到6:00"), [16.83, 18.33, 18.0]);
        assert_eq!(read("由7:20调到7:45"), [7.33, 7.75]);
        assert_eq!(read("早上8:20到校,4:30放学"), [8.33, 16.5]);
        assert_eq!(read("下午还要看护到六点左右"), [18.0]);
        assert_eq!(read("再延时看护到6:20,不另收费"), [18.33]);
        assert_eq!(read("学生6:30到校"), [6.5]);
        assert_eq!(read("课后服务到六点,不想参加的可以先走"), [18.0]);
        assert_eq!(read("下班晚的家长还可以再托到六点半"), [18.5]);
        assert_eq!(read("放学晚了谁也不放心,所以冬天到四点四十,夏天到五点二十"), [16.67, 17.33]);
    }

    #[test]
    fn what_is_done_at_bedtime_is_done_at_night() {
        assert_eq!(read("作业在晚自习做,9点半必须熄灯"), [21.5]);
        assert_eq!(read("11点以后睡的有97人"), [23.0]);
        assert_eq!(read("天天写到九点多"), [21.0]);
        assert_eq!(read("上午第一节课9点开始"), [9.0]);
        assert_eq!(read("6点多就要起床"), [6.0]);
        assert_eq!(read("晚上7点到9点不看手机"), [19.0, 21.0]);
    }

    #[test]
    fn words_and_figures_are_read_alike() {
        assert_eq!(read("晚上9点半睡觉"), [21.5]);
        assert_eq!(read("下午五点四十放学"), [17.67]);
        assert_eq!(read("夜里12点才睡"), [24.0]);
        assert_eq!(read("每晚20时30分结束"), [20.5]);
    }

    #[test]
    fn points_and_ratios_are_no_times() {
        assert_eq!(read("提三点要求"), [0.0; 0]);
        assert_eq!(read("课后服务要做到三点"), [0.0; 0]);
        assert_eq!(read("师生比1:20"), [0.0; 0]);
    }
}
