//! Cleaning through its public face: source text in, clean text out, and every piece of it leads back.

use super::*;
use crate::span::{SourceText, Span};
use encoding_rs::GBK;

static CLEANER: LazyLock<Cleaner> = LazyLock::new(Cleaner::new);

#[track_caller]
fn check(source: &str, clean: &str, kinds: &[&str]) -> CleanText {
    let cleaned = CLEANER.clean(source);
    assert_eq!(cleaned.text, clean);
    assert_eq!(cleaned.repairs.iter().map(|repair| repair.kind).collect::<Vec<_>>(), kinds, "{:?}", cleaned.repairs);
    cleaned
}

/// The source that a piece of the clean text stands for.
#[track_caller]
fn back(source: &str, cleaned: &CleanText, piece: &str) -> String {
    let start = cleaned.text.find(piece).expect("the piece is in the clean text");
    let span = cleaned.source_span(Span::new(start, start + piece.len()));
    SourceText::new(source.to_owned()).slice(span).to_owned()
}

/// What is left of a text in GBK when it was cut at byte `at` and each half decoded alone, undefined codes dropped.
fn cut(text: &str, at: usize) -> String {
    let bytes = GBK.encode(text).0;
    let half = |bytes: &[u8]| {
        let text = GBK.decode_without_bom_handling(bytes).0.into_owned();
        text.replace(|c| c == '\u{FFFD}' || ('\u{E000}'..='\u{F8FF}').contains(&c), "")
    };
    half(&bytes[..at]) + &half(&bytes[at..])
}

#[test]
fn forms_and_scripts_become_one() {
    check("學校（全體）作業總量不超過６０分鐘。", "学校(全体)作业总量不超过60分钟。", &[]);
    check("第一行\r\n第二行\r第三行\u{3000}完\u{A0}。", "第一行\n第二行\n第三行 完 。", &[]);
    check("共３０，２００名；甲，乙", "共30，200名;甲,乙", &[]);
    check("乾县中学徵文", "乾县中学徵文", &[]);
    check("下午5∶30放学", "下午5:30放学", &[]);
    check("一.作业.\n学生少.教师多.\n见总结.doc,占9.5%.", "一.作业。\n学生少。教师多。\n见总结.doc,占9.5%.", &[]);
    check("⒈作业⒓睡眠⑴手机㈢读物", "1.作业12.睡眠(1)手机(三)读物", &[]);
}

#[test]
fn spaces_of_layout_are_left_out() {
    let source = "书面作业不超过 60 分钟，共 XX 人， 占 98. 5 %；6: 50 到校";
    let cleaned = check(source, "书面作业不超过60分钟,共XX人,占98.5%;6:50到校", &[]);
    assert_eq!(back(source, &cleaned, "60分钟"), "60 分钟");
    assert_eq!(back(source, &cleaned, "98.5%"), "98. 5 %");
    assert_eq!(back(source, &cleaned, "6:50"), "6: 50");
    check("作业、 睡眠、 手机等“五项管理” 的通知", "作业、睡眠、手机等“五项管理”的通知", &[]);
    check("≤ 60分钟，60 — 90 分钟，6～ 8 人，≥ 95 %", "≤60分钟,60—90分钟,6~8人,≥95%", &[]);
    check("( 一)1 、作业， 共 1.5小时", "(一)1、作业,共1.5小时", &[]);
    check("2021 年 9 月 3 日\n54% 的学生", "2021年9月3日\n54%的学生", &[]);
}

#[test]
fn spaces_that_may_say_something_stay() {
    for text in [
        "1 加强管理",
        "稳慎落实。 2 名师引领",
        "统筹推进 全面落实",
        "教学质量 1.全面压减 2、强化作业",
        "共有   名学生,一年级  30",
        "年级 一年级 三 5",
        "人数 app 380 460",
        "见《办法》 三、任务",
        "1. 5个班",
        "- 60 -",
    ] {
        check(text, text, &[]);
    }
}

#[test]
fn look_alikes_and_wrong_words_are_repaired_and_counted() {
    let source = "督査发现，提髙质量，己经建立工作合账。";
    let cleaned = check(source, "督查发现,提高质量,已经建立工作台账。", &["variant", "variant", "ocr", "ocr"]);
    assert_eq!(back(source, &cleaned, "台账"), "合账");
    check("二○二一年，二0二二年，20○3", "二〇二一年,二〇二二年,20○3", &["variant", "variant"]);
    check("自己经常联合账户，公平合理，周末来校", "自己经常联合账户,公平合理,周末来校", &[]);
    check("隨著雙減推進，瞭解情況；隨著名師學習", "随着双减推进,了解情况;随著名师学习", &[]);
}

#[test]
fn letters_in_numbers_are_digits() {
    let source = "不超过6O分钟，午休l0分钟，共2OO人，就餐2l0人，占95.O％，l5名";
    let cleaned = check(source, "不超过60分钟,午休10分钟,共200人,就餐210人,占95.0%,15名", &["ocr"; 7]);
    assert_eq!(back(source, &cleaned, "200人"), "2OO人");
    for text in ["H2O实验", "app5o", "Level2课程", "23:00o 寄宿", "l型教室", "o加强", "AI5班"] {
        check(text, text, &[]);
    }
}

#[test]
fn glosses_leave_their_character() {
    let source = "減輕學生課業(yè)負擔，課后(小學)服務、app(wǎ)";
    let cleaned = CLEANER.clean(source);
    assert_eq!(cleaned.text, "减轻学生课业负担,课后(小学)服务、app(wǎ)");
    assert_eq!(back(source, &cleaned, "业"), "業(yè)");
    assert_eq!(back(source, &cleaned, "课业负担"), "課業(yè)負擔");
    assert_eq!(cleaned.repairs[0].source.end - cleaned.repairs[0].source.start, 5);
}

#[test]
fn marks_after_de_and_control_characters_are_dropped() {
    check("孩子的`成长和老师的'辛苦、学校的.考查", "孩子的成长和老师的辛苦、学校的考查", &["injected_mark"; 3]);
    check("他的.txt 和 1.5小时", "他的.txt 和1.5小时", &[]);
    check("双\0减\u{200B}政\u{FEFF}策\u{1}", "双减政策", &["control"; 4]);
}

#[test]
fn shifted_bytes_are_read_anew() {
    // The indent before a bracketed number, cut after its first byte: "。ㄈ ..." for "（三）".
    let source = format!("一、主要做法\n{}", cut("　（三）壓縮作業總量", 1).trim_start());
    let cleaned = CLEANER.clean(&source);
    assert!(cleaned.text.contains("(三)压缩作业"), "{} <- {source}", cleaned.text);
    assert_eq!(cleaned.repairs.len(), 1);
    // A lead byte lost before a quotation mark.
    let source = cut("各學校“減負”工作組", 5);
    let cleaned = CLEANER.clean(&source);
    assert_eq!(cleaned.text, "各学校“减负”工作组", "{source}");
}

#[test]
fn text_that_is_only_rare_is_not_touched() {
    for text in [
        "参加人：翟珺、鄢懿、亓昊、佟婕、漆鑫。",
        "剧目《霸王别姬》，曲牌【哭皇天】；鬼谷子、墨翟。",
        "α值、β值，ㄅㄆㄇ拼读",
    ] {
        let cleaned = CLEANER.clean(text);
        assert!(cleaned.repairs.is_empty(), "{:?}", cleaned.repairs);
    }
}

#[test]
fn damage_that_stays_is_marked() {
    let source = "共有教师\u{FFFD}20人。";
    let cleaned = CLEANER.clean(source);
    let places: Vec<_> = cleaned.damaged.iter().map(|span| span.of(&cleaned.text)).collect();
    assert_eq!(places, ["\u{FFFD}"]);
}

/// A text of pages as document-sharing sites make them.
fn paged(page: usize) -> (String, String) {
    let text: String =
        (0..90).map(|i| format!("第{i}项工作由年级组负责落实到班级和学科教师，每周公示一次，")).collect();
    let chars: Vec<char> = text.chars().collect();
    let pages: Vec<String> = chars.chunks(page).map(|page| page.iter().collect()).collect();
    let marked = pages.iter().enumerate().map(|(i, page)| format!("{}、{page}", i + 1)).collect::<Vec<_>>().join("\n");
    (text.replace('，', ","), marked)
}

#[test]
fn page_marks_are_taken_out_and_lists_are_not() {
    let (text, marked) = paged(300);
    let cleaned = CLEANER.clean(&marked);
    assert_eq!(cleaned.text, text);
    assert!(cleaned.repairs.iter().all(|repair| repair.kind == "page_mark"));
    let list = "主要做法\n1、成立领导小组\n2、制定实施方案\n3、加强监督检查\n\n存在问题\n1、师资不足\n2、场地不足\n";
    check(list, list, &[]);
    let long: String =
        (1..6).map(|i| format!("{i}、{}\n", "严格落实作业公示制度和总量控制要求".repeat(4 + i % 3 * 3))).collect();
    check(&long, &long, &[]);
}

/// `text` as a page of that many hanzi prints it.
fn printed(text: &str, width: usize) -> String {
    let line = |line: &str| {
        let chars: Vec<char> = line.chars().collect();
        chars.chunks(width).map(String::from_iter).collect::<Vec<_>>().join("\n")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

const PROSE: &str = "学校成立由校长任组长的工作小组，把作业公示、课后服务和睡眠提醒三件事写进教师手册，每两周到班里看一次落实得怎么样，看到的情况在年级会上讲清楚。\n二、作业管理\n三年级以上书面作业每天合计不超过五十五分钟，由班主任牵头和各科老师商量着布置，多了先减后补；课后服务报名的有三百一十二人，占全校学生的百分之九十一，比上学期多了二十六人，家长在群里说接孩子方便多了";

#[test]
fn lines_of_fixed_width_are_joined() {
    let clean = CLEANER.clean(PROSE).text;
    for width in [20, 24, 31] {
        let source = printed(PROSE, width);
        let cleaned = CLEANER.clean(&source);
        assert_eq!(cleaned.text, clean, "{width} hanzi");
        assert!(cleaned.repairs.iter().all(|repair| repair.kind == "line_wrap"));
        let crossing = clean.chars().skip(width - 2).take(4).collect::<String>();
        assert_eq!(back(&source, &cleaned, &crossing).replace('\n', ""), crossing);
        // The same with Windows line ends, with the number of a page, with a blank line behind each.
        assert_eq!(CLEANER.clean(&source.replace('\n', "\r\n")).text, clean);
        assert_eq!(CLEANER.clean(&source.replacen('\n', "\n\n- 3 -\n", 1)).text, clean);
        let spaced = CLEANER.clean(&source.replace('\n', "\n\n")).text;
        assert_eq!(spaced.replace("\n\n", "\n"), clean);
    }
}

#[test]
fn lines_that_their_writer_ended_stay() {
    let list = "阳光体育大课间活动由体育组统一安排并按学期调整内容\n".repeat(9);
    let indented = printed(PROSE, 24).replace('\n', "\n    ");
    let items = "1、作业总量由年级组统一调控每周公示一次\n2、课后服务实行一人一案自愿报名\n3、睡眠管理\n4、读物进校园先审后用不得推荐\n5、手机统一保管";
    let paragraphs = format!("{PROSE}\n{PROSE}\n{}", PROSE.replace('，', ""));
    for text in [items, &paragraphs, &indented, &list] {
        assert!(CLEANER.clean(text).repairs.iter().all(|repair| repair.kind != "line_wrap"), "{text}");
    }
}

#[test]
fn remarks_of_sites_part_what_they_stand_between() {
    let source = "中午休息，准 内容过长，仅展示头部和尾部部分文字预览，全文请查看图片预览。 作，建立档案。";
    check(source, "中午休息,准 \n 作,建立档案。", &["boilerplate"]);
    check("进行排队……此处隐藏17010个字……质量提高。", "进行排队……\n……质量提高。", &["boilerplate"]);
    check("内容过长，仅展示一半。", "内容过长,仅展示一半。", &[]);
}

#[test]
fn scripts_are_told() {
    assert_eq!(script("減輕學生課業負擔，保障睡眠時間"), Script::Hant);
    assert_eq!(script("减轻学生课业负担，保障睡眠时间"), Script::Hans);
    assert_eq!(script("減轻学生课业负担，保障睡眠时间和体育活动，提高课堂教学质量"), Script::Mixed);
}

#[test]
fn tables_are_clean() {
    for (name, table) in
        [("traditional.tsv", include_str!("traditional.tsv")), ("variants.tsv", include_str!("variants.tsv"))]
    {
        let rows: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(rows.is_sorted(), "{name} is not sorted");
        let pairs: Vec<_> = fold::pairs(table).collect();
        assert_eq!(pairs.len(), rows.len(), "{name}");
        assert!(pairs.windows(2).all(|pair| pair[0].0 != pair[1].0), "{name} has a character twice");
        assert!(pairs.iter().all(|(from, to)| from != to), "{name} has a row that changes nothing");
    }
}

/// Pieces that cleaning does something with, to be put together at random.
const PIECES: &[&str] = &[
    "學校",
    "作业",
    "(yè)",
    "（",
    "）",
    "，",
    "。ㄒ唬〾簻p",
    "?yōu)",
    "、佟⑦M",
    "的`",
    "的.",
    "己经",
    "平合",
    "髙",
    "査",
    "二○二一年",
    "\r\n",
    "\r",
    "\n",
    "1、",
    "2、",
    "3、",
    "\u{3000}",
    "\u{FEFF}",
    "\0",
    "\u{FFFD}",
    "𠮷",
    "60",
    "X",
    "乾",
    "F(xiàn)",
    "!皽p負”",
    "瞭解",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))] // a case costs up to a second without optimisation
    #[test]
    fn every_range_of_any_clean_text_leads_back(
        any in proptest::prelude::any::<String>(),
        picks in proptest::collection::vec(0..PIECES.len(), 0..60),
    ) {
        let source = any + &picks.iter().map(|i| PIECES[*i]).collect::<String>();
        let points = source.chars().count();
        let cleaned = CLEANER.clean(&source);
        proptest::prop_assert_eq!(cleaned.map.source_len(), points);
        let bounds: Vec<usize> = cleaned.text.char_indices().map(|(at, _)| at).chain([cleaned.text.len()]).collect();
        let mut last = 0;
        for pair in bounds.windows(2) {
            let span = cleaned.source_span(Span::new(pair[0], pair[1]));
            proptest::prop_assert!(last <= span.start && span.start < span.end && span.end <= points, "{:?} after {}", span, last);
            last = span.start;
            let rest = cleaned.source_span(Span::new(pair[0], cleaned.text.len()));
            proptest::prop_assert!(rest.start == span.start && rest.end >= span.end && rest.end <= points);
        }
        proptest::prop_assert!(cleaned.repairs.iter().all(|r| r.source.start < r.source.end && r.source.end <= points));
        proptest::prop_assert!(cleaned.repairs.windows(2).all(|r| r[0].source.end <= r[1].source.start));
        proptest::prop_assert!(cleaned.damaged.iter().all(|d| cleaned.text.get(d.range()).is_some()));
    }
}
