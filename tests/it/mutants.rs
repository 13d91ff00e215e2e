//! Inputs that nobody would write: pieces of the sample corpus, pages, rosters and rule files, changed at random. What
//! must hold for them is told in [`crate::mutations`].

use crate::nights::Random;
use huizong::acquire::read;
use huizong::document::SourceFile;
use std::path::Path;
use std::sync::LazyLock;

/// Longest piece that is taken from the corpus, in bytes.
const PIECE: usize = 900;

/// What is put in anywhere.
const TOKENS: &[&str] = &[
    "XX",
    "××",
    "＿＿",
    "不超过",
    "以上",
    "≥",
    "百分之",
    "％",
    "‰",
    "1/3",
    "二分之一",
    "三至六年级",
    "99999999999999999999999",
    "-0.0",
    "１２３",
    "〇",
    "两百零五",
    "1.2.3.4",
    "18:00",
    "２０２３年９月",
    "①",
    "一是",
    "（一）",
    "1、",
    "\n\n\n",
    "\r\n",
    "\r",
    "\u{0}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{feff}",
    "\u{fffd}",
    "\u{200d}",
    "e\u{301}",
    "👨‍👩‍👧",
    "𠮷",
    "\u{e000}",
    "\t|\t",
    "<table><tr><td>",
    "</p>",
    "<script>",
    "<!--",
    "&#0;",
    "&#xD800;",
    "&amp",
    "<br/>",
    "<style>",
    "|---|---|",
    "```",
    "# ",
    "問題",
    "為",
    "裏",
    "存在的问题",
    "下一步",
    "减少到",
    "由原来的",
    "分别为",
    "、、、、",
    "。。。",
    "(((((((",
    "》》》",
    "~~~",
    "——",
];

/// What personal data is made of, and what stands beside it.
pub const PERSONAL: &[&str] = &[
    "13800138000",
    "１３９００１３９０００",
    "+86 138-0013-8000",
    "11010519491231002X",
    "110105491231002",
    "身份证号",
    "家长电话",
    "0771-2345678",
    "li.ming@example.com",
    "QQ:123456789",
    "微信号:a_bcdef",
    "三（2）班",
    "学生",
    "優秀學生：",
    "姓名:",
    "李小明",
    "王芳",
    "欧阳思雨",
    "陳偉傑",
    "李学长",
    "同学",
    "同學",
    "的家长",
    "荣获",
    "获奖名单：",
    "教师姓名:",
    "校长",
    "严格",
    "文明",
    "、",
    "，",
    " ",
    "\n",
    "元",
    "1",
    "█",
    "███",
];

/// What rosters are made of.
const CELLS: &[&str] = &[
    "编号",
    "学校名称",
    "简称",
    "学段",
    "学生数",
    "id",
    "name",
    "aliases",
    "S00001",
    "明德小学",
    "临川县明德小学",
    "第一小学",
    "一小",
    "实验学校（东校区）",
    "石桥中心小学",
    "中学",
    "校",
    "小学",
    "九年一贯制",
    "1,024",
    "-3",
    "３８０",
    "99999999999",
    "12.5",
    "",
    " ",
    "\"",
    "\"\"",
    ",",
    ";",
    "；",
    "、",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "\u{feff}",
    "\u{0}",
    "陳橋國民小學",
    "👨‍👩‍👧",
];

/// What pages are made of.
pub const MARKUP: &[&str] = &[
    "<p>",
    "</p>",
    "<div class=\"content\">",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "<td colspan=9999999>",
    "</table>",
    "<br>",
    "<li>",
    "<ul>",
    "<title>",
    "</title>",
    "<script>",
    "</script>",
    "<style>",
    "<!--",
    "-->",
    "<![CDATA[",
    "<meta charset=gbk>",
    "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=big5\">",
    "&nbsp;",
    "&lt;",
    "&#x4e0d;",
    "&#99999999;",
    "&am",
    "<a href=\"javascript:1\">",
    "<p",
    "\"",
    "'",
    ">",
    "<",
    "<textarea>",
    "<svg>",
    "<ruby>業<rt>yè</rt></ruby>",
    "<sup>2</sup>",
    "<del>60</del>",
    "<template>",
    "<noscript>",
    "<iframe>",
    "<h1>",
    "<pre>",
];

/// The program's rule files: name and text.
static RULE_TEXTS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = walkdir::WalkDir::new(built_in).sort_by_file_name().into_iter().map(|entry| entry.unwrap().into_path());
    let known = |path: &Path| {
        let name = path.file_name()?.to_str()?;
        huizong::rules::FILES.iter().map(|(known, _)| *known).find(|known| *known == name)
    };
    files.filter_map(|path| Some((known(&path)?, std::fs::read_to_string(&path).unwrap()))).collect()
});

static CORPUS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_corpus");
    let files = read::walk(&[corpus]).files;
    let readable = ["txt", "md", "html", "htm"];
    let is_text = |file: &&SourceFile| file.disk_path.extension().is_some_and(|e| readable.iter().any(|r| e == *r));
    files.iter().filter(is_text).map(|file| read::read(file).unwrap()).collect()
});

fn range(random: &mut Random, length: usize) -> (usize, usize) {
    let from = random.below(length + 1);
    (from, from + random.below((length - from).min(PIECE) + 1))
}

fn piece(random: &mut Random) -> Vec<u8> {
    let file = &CORPUS[random.below(CORPUS.len())];
    let (from, to) = range(random, file.len());
    // Mostly whole characters: broken ones are one mutation among others.
    let whole = |at: usize| (at..file.len()).find(|&i| file[i] & 0xC0 != 0x80).unwrap_or(file.len());
    file[whole(from)..whole(to)].to_vec()
}

/// An input that nobody would write.
pub fn mutant(random: &mut Random) -> Vec<u8> {
    let mut bytes = piece(random);
    for _ in 0..random.below(7) {
        let (from, to) = range(random, bytes.len());
        match random.below(9) {
            0 if !bytes.is_empty() => {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            1 => drop(bytes.drain(from..to)),
            2 => bytes.extend_from_within(from..to),
            3 => drop(bytes.splice(from..from, piece(random))),
            4 => {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                bytes = match random.below(4) {
                    0 => encoding_rs::GB18030.encode(&text).0.into_owned(),
                    1 => encoding_rs::BIG5.encode(&text).0.into_owned(),
                    2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
                    _ => [&[0xFE, 0xFF][..], &text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>()]
                        .concat(),
                };
            }
            5 => {
                let again = TOKENS[random.below(TOKENS.len())].repeat(1 + random.below(40));
                drop(bytes.splice(from..from, again.into_bytes()));
            }
            _ => drop(bytes.splice(from..from, TOKENS[random.below(TOKENS.len())].bytes())),
        }
    }
    bytes
}

/// Tokens, one to six at a time, put in anywhere.
fn strew(random: &mut Random, text: &mut String, tokens: &[&str]) {
    for _ in 0..random.below(40) {
        let at = random.below(text.len() + 1);
        let at = (at..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap();
        let count = 1 + random.below(6);
        let piece: String = (0..count).map(|_| tokens[random.below(tokens.len())]).collect();
        text.insert_str(at, &piece);
    }
}

/// A mutant as text, with these tokens in it.
pub fn strewn(random: &mut Random, tokens: &[&str]) -> String {
    let mut text = String::from_utf8_lossy(&mutant(random)).into_owned();
    strew(random, &mut text, tokens);
    text
}

/// A roster of schools with names much like each other, changed at random.
pub fn roster(random: &mut Random) -> Vec<u8> {
    let mut text = "编号,学校名称,简称,区县,乡镇,学段,学生数,教师数\n".to_owned();
    for number in 0..1 + random.below(30) {
        let town = ["青石镇", "云山乡", "城关街道", ""][random.below(4)];
        let name = ["明德", "第一", "第二实验", "中心", "石桥", "民族"][random.below(6)];
        let kind = ["小学", "中学", "学校", "九年一贯制学校"][random.below(4)];
        text.push_str(&format!(
            "S{number},{town}{name}{kind},{name}{kind},临川县,{town},小学,{},{}\n",
            90 * number,
            number
        ));
    }
    if random.below(8) > 0 {
        strew(random, &mut text, CELLS);
    }
    match random.below(4) {
        0 => encoding_rs::GB18030.encode(&text).0.into_owned(),
        1 => text.replace(',', "\t").into_bytes(),
        _ => text.into_bytes(),
    }
}

/// One of the program's rule files with mistakes.
pub fn rule_file(random: &mut Random) -> (&'static str, String) {
    let (name, text) = &RULE_TEXTS[random.below(RULE_TEXTS.len())];
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..1 + random.below(3) {
        let (at, other) = (random.below(lines.len()), random.below(lines.len()));
        match random.below(4) {
            0 => drop(lines.remove(at)),
            1 => lines.swap(at, other),
            2 => {
                let token = ["(", "\\\\", "[", "\"", "{99999}", "=", "*+", "𠮷", "{d"][random.below(9)];
                let middle = (0..=lines[at].len() / 2).rev().find(|&i| lines[at].is_char_boundary(i)).unwrap_or(0);
                lines[at].insert_str(middle, token);
            }
            _ => lines[at] = lines[other].clone(),
        }
    }
    (name, lines.join("\n"))
}
