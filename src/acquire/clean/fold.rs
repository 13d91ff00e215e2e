//! The first pass: character for character to Simplified and half-width, and a list of what needs more than that.
//!
//! One look-up in a flat table over the BMP decides for each character: stays, becomes another one, or needs a closer
//! look. Only the last kind costs anything; on a clean Simplified text nearly all is copied in runs. The folded text
//! has exactly as many characters as the source, so the repairs found here and later are places in it.

use super::edit::Edit;
use super::gloss;
use crate::hanzi::{HANZI, is_hanzi};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Source text, folded, and what was seen on the way.
pub(super) struct Folded {
    /// As many characters as the source.
    pub(super) text: String,
    /// Repairs that a look at the neighbours decided.
    pub(super) edits: Vec<Edit>,
    /// Places where bytes may have been shifted.
    pub(super) suspects: Vec<Place>,
    /// Places of U+FFFD.
    pub(super) undecodable: Vec<usize>,
    /// Characters that Simplified writes in another way.
    pub(super) traditional: usize,
    /// Traditional characters that Simplified knows too (乾, 於): converted only if the text is Traditional.
    both: Vec<(usize, char)>,
}

/// The same place in the source and in the folded text, in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) source: usize,
    pub(super) folded: usize,
}

/// Entry of the table for characters that need a closer look.
const LOOK: u16 = 0;

/// A word to put right: see `words.tsv`.
struct Word {
    found: Vec<char>,
    meant: Vec<char>,
    /// Where in `found` the character stands that brought us here.
    at: usize,
    kept_in: Vec<&'static str>,
    kind: Option<&'static str>,
}

/// The tables of the first pass.
pub(super) struct Folder {
    /// For each character of the BMP what it becomes, or [`LOOK`].
    table: Vec<u16>,
    traditional: HashMap<char, char>,
    variants: HashMap<char, char>,
    words: HashMap<char, Vec<Word>>,
}

/// Traditional characters and their Simplified ones, in the order of the file.
pub(crate) fn traditional_pairs() -> impl Iterator<Item = (char, char)> {
    pairs(include_str!("traditional.tsv"))
}

/// Rows of two characters with a tab between.
pub(super) fn pairs(table: &'static str) -> impl Iterator<Item = (char, char)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let (from, to) = line.split_once('\t')?;
        Some((from.chars().next()?, to.chars().next()?))
    })
}

/// Forms that mean another character, beside the full-width ones: what stands left is written as what stands right.
const FORMS: &str = "\u{A0} \u{2000} \u{2001} \u{2002} \u{2003} \u{2004} \u{2005} \u{2006} \u{2007} \u{2008} \u{2009} \u{200A} \u{202F} \u{205F} \u{3000} ﹐,﹑、﹒.﹔;﹕:﹖?﹗!﹙(﹚)﹛{﹜}﹝〔﹞〕﹟#﹠&﹡*﹢+﹣-﹤<﹥>﹪%︵(︶)∶:：:｡。､、〜~−-‐-‑-\u{B}\n\u{C}\n\u{85}\n\u{2028}\n\u{2029}\n";

impl Folder {
    pub(super) fn new() -> Self {
        let mut table: Vec<u16> = (0..=u16::MAX).collect();
        let set = |table: &mut Vec<u16>, from: char, to: u16| {
            if let Ok(from) = u16::try_from(u32::from(from)) {
                table[usize::from(from)] = to;
            }
        };
        let unit = |c: char| u16::try_from(u32::from(c)).unwrap_or(LOOK);
        for c in '\u{FF01}'..='\u{FF5E}' {
            set(&mut table, c, unit(c) - 0xFEE0);
        }
        let forms: Vec<char> = FORMS.chars().collect();
        forms.chunks_exact(2).for_each(|form| set(&mut table, form[0], unit(form[1])));
        let traditional: HashMap<char, char> = traditional_pairs().collect();
        for (from, to) in &traditional {
            let look = is_simplified_too(*from) || is_odd(*to);
            set(&mut table, *from, if look { LOOK } else { unit(*to) });
        }
        let variants: HashMap<char, char> = pairs(include_str!("variants.tsv")).collect();
        variants.keys().for_each(|c| set(&mut table, *c, LOOK));
        for c in ('\0'..='\u{1F}').chain('\u{7F}'..='\u{9F}').filter(|c| !"\t\n\u{B}\u{C}\u{85}".contains(*c)) {
            set(&mut table, c, LOOK);
        }
        let invisible = ('\u{200B}'..='\u{200F}').chain('\u{202A}'..='\u{202E}').chain('\u{2060}'..='\u{206F}');
        for c in invisible.chain('\u{FE00}'..='\u{FE0F}').chain(['\u{AD}', '\u{FEFF}', '\u{FFFC}', '\u{FFFD}']) {
            set(&mut table, c, LOOK);
        }
        "(（?？'＇`｀.．0oO○◯０ｏＯ，lIｌＩ".chars().for_each(|c| set(&mut table, c, LOOK));
        ('⑴'..='⒛').chain('㈠'..='㈩').for_each(|c| set(&mut table, c, LOOK));
        let words = words();
        words.keys().for_each(|c| set(&mut table, *c, LOOK));
        for c in (0..=u16::MAX).filter_map(|u| char::from_u32(u32::from(u))).filter(|c| is_odd(*c)) {
            set(&mut table, c, LOOK);
        }
        Folder { table, traditional, variants, words }
    }

    pub(super) fn fold(&self, source: &str) -> Folded {
        let text = String::with_capacity(source.len());
        let mut folded =
            Folded { text, edits: vec![], suspects: vec![], undecodable: vec![], traditional: 0, both: vec![] };
        // Start of what has not been copied yet; it is copied as it stands.
        let mut copied = 0;
        for (at, c) in source.char_indices() {
            let to = usize::try_from(u32::from(c))
                .ok()
                .and_then(|i| self.table.get(i))
                .map_or(u32::from(c), |to| u32::from(*to));
            if to == u32::from(c) && to != u32::from(LOOK) {
                continue;
            }
            folded.text.push_str(&source[copied..at]);
            copied = at + c.len_utf8();
            let to = match char::from_u32(to) {
                Some(to) if to != '\0' => {
                    folded.traditional += usize::from(is_hanzi(c));
                    to
                }
                _ => self.look(source, at, c, &mut folded),
            };
            folded.text.push(to);
        }
        folded.text.push_str(&source[copied..]);
        folded.settle_both(&self.traditional);
        folded
    }

    /// Traditional to Simplified, full-width to half-width.
    pub(super) fn simplify(&self, c: char) -> char {
        if c == '\u{3000}' { ' ' } else { self.traditional.get(&c).copied().unwrap_or(half(c)) }
    }

    /// What a character becomes that the table does not settle.
    fn look(&self, source: &str, before: usize, c: char, folded: &mut Folded) -> char {
        let here = folded.text.len();
        let rest = &source[before + c.len_utf8()..];
        if let Some(words) = self.words.get(&c) {
            words.iter().for_each(|word| word.find(&folded.text, c, rest, &mut folded.edits));
        }
        if let Some(to) = self.variants.get(&c) {
            folded.edits.push(Edit::repair(here..here + to.len_utf8(), to.to_string(), "variant"));
            return *to;
        }
        if let Some(to) = self.traditional.get(&c) {
            if is_odd(*to) {
                folded.suspects.push(Place { source: before, folded: here });
            }
            if is_simplified_too(c) {
                folded.both.push((here, c));
                return c;
            }
            folded.traditional += 1;
            return *to;
        }
        let last = folded.text.chars().next_back().unwrap_or('\n');
        let next = rest.chars().next().unwrap_or('\n');
        match c {
            '\r' if next == '\n' => folded.edits.push(Edit::silent(here..here + 1, String::new())),
            '\r' => return '\n',
            '\u{FFFD}' => folded.undecodable.push(here),
            '(' | '（' => {
                if let Some(length) = gloss::length(rest) {
                    let end = here + length + 2;
                    if is_hanzi(last) {
                        // The gloss goes into its character, so that a quote of the character holds it.
                        let start = here - last.len_utf8();
                        folded.edits.push(Edit::repair(start..end, last.to_string(), "pinyin_gloss"));
                    } else if let Some((source, _)) = source[..before].char_indices().next_back() {
                        // Its character is not there: the reading has swallowed a byte of it.
                        folded.suspects.push(Place { source, folded: here - last.len_utf8() });
                    }
                }
                return '(';
            }
            '?' | '？' => {
                if gloss::length(rest).is_some() {
                    folded.suspects.push(Place { source: before, folded: here });
                }
                return '?';
            }
            '\'' | '`' | '.' | '＇' | '｀' | '．' => {
                let mark = half(c);
                if last == '的' && is_hanzi(next) {
                    folded.edits.push(Edit::repair(here..here + 1, String::new(), "injected_mark"));
                } else if mark == '.' && is_hanzi(last) && ends_sentence(&folded.text, next) {
                    return '。';
                }
                return mark;
            }
            // A comma between two digits may be one of thousands; the full-width one never is, so it stays.
            '，' => return if last.is_ascii_digit() && half(next).is_ascii_digit() { c } else { ',' },
            '0' | 'o' | 'O' | '○' | '◯' | '０' | 'ｏ' | 'Ｏ' => {
                let goes_on = is_hanzi(next) || matches!(half(next), '0'..='9' | '%' | 'o' | 'O');
                if matches!(half(c), 'o' | 'O') && goes_on && in_number(&folded.text) {
                    folded.edits.push(Edit::repair(here..here + 1, "0".to_owned(), "ocr"));
                } else if is_digit(last) && (is_digit(next) || next == '年' || "0oO○◯０ｏＯ".contains(next)) {
                    folded.edits.push(Edit::repair(here..here + '〇'.len_utf8(), "〇".to_owned(), "variant"));
                    return '〇';
                }
                return half(c);
            }
            'l' | 'I' | 'ｌ' | 'Ｉ' => {
                let goes_on = matches!(half(next), '0'..='9' | 'o' | 'O');
                let stands_first = is_hanzi(last) || last.is_whitespace() || ",、。;:(“".contains(last);
                if goes_on && (stands_first || in_number(&folded.text)) {
                    folded.edits.push(Edit::repair(here..here + 1, "1".to_owned(), "ocr"));
                }
                return half(c);
            }
            _ if let Some(item) = list_mark(c) => folded.edits.push(Edit::silent(here..here + c.len_utf8(), item)),
            _ if is_odd(c) => folded.suspects.push(Place { source: before, folded: here }),
            _ if is_dropped(c) => folded.edits.push(Edit::repair(here..here + c.len_utf8(), String::new(), "control")),
            _ => {}
        }
        c
    }
}

impl Folded {
    /// True where a good part of the characters is Traditional.
    fn is_traditional(&self) -> bool {
        self.traditional * 50 > self.text.len() / 3
    }

    fn settle_both(&mut self, traditional: &HashMap<char, char>) {
        if self.is_traditional() {
            for (at, c) in std::mem::take(&mut self.both) {
                let to = traditional.get(&c).copied().unwrap_or(c);
                self.edits.push(Edit::silent(at..at + c.len_utf8(), to.to_string()));
            }
        }
    }
}

impl Word {
    /// Adds the repair if the text before `c` and the `rest` after it make the word, outside the words that keep it.
    fn find(&self, before: &str, c: char, rest: &str, edits: &mut Vec<Edit>) {
        let (left, right) = (&self.found[..self.at], &self.found[self.at + 1..]);
        if !before.chars().rev().zip(left.iter().rev()).all(|(a, b)| a == *b)
            || before.chars().rev().take(left.len()).count() < left.len()
            || !right.iter().zip(rest.chars().map(Some).chain(std::iter::repeat(None))).all(|(a, b)| b == Some(*a))
        {
            return;
        }
        let around: Vec<char> = before.chars().rev().take(8).collect();
        let mut around: String = around.into_iter().rev().collect();
        around.push(c);
        around.extend(rest.chars().take(8));
        if self.kept_in.iter().any(|word| around.contains(word)) {
            return;
        }
        let start = before.len() - left.iter().map(|c| c.len_utf8()).sum::<usize>();
        let found: String = self.found.iter().collect();
        let meant: String = self.meant.iter().collect();
        edits.push(Edit { at: start..start + found.len(), to: meant, kind: self.kind });
    }
}

/// The words of `words.tsv` by the first character that changes in them.
fn words() -> HashMap<char, Vec<Word>> {
    let mut words: HashMap<char, Vec<Word>> = HashMap::new();
    for line in include_str!("words.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let kind = (fields.next() == Some("ocr")).then_some("ocr");
        let (found, meant) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let kept_in = fields.next().map(|words| words.split(' ').collect()).unwrap_or_default();
        let (found, meant): (Vec<char>, Vec<char>) = (found.chars().collect(), meant.chars().collect());
        if let Some(at) = found.iter().zip(&meant).position(|(a, b)| a != b) {
            words.entry(found[at]).or_default().push(Word { found, meant, at, kept_in, kind });
        }
    }
    words
}

/// A full-width form as ASCII; other characters as they are.
fn half(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// True where a point behind `before`, which ends in a hanzi, is a full stop: not that of `一.作业`, nor of 文件.docx.
fn ends_sentence(before: &str, next: char) -> bool {
    let rest = before.trim_end_matches(|c| "第一二三四五六七八九十百".contains(c));
    let numbers_item = rest.len() < before.len() && (rest.is_empty() || rest.ends_with(char::is_whitespace));
    !numbers_item
        && (is_hanzi(next) || next.is_whitespace() || matches!(next, '”' | '’' | '》' | '〉' | '」' | '）' | ')'))
}

/// True where a number goes on that is no part of a word in Latin letters: `6` before the O of 6O分钟, but not of H2O.
fn in_number(before: &str) -> bool {
    // A few characters are enough for any number that counts something.
    let mut run = before.chars().rev().take(8).skip_while(|c| matches!(c, 'o' | 'O' | '.' | ','));
    run.next().is_some_and(|c| c.is_ascii_digit())
        && run.find(|c| !matches!(c, '0'..='9' | '.' | ',' | 'o' | 'O' | 'l')).is_none_or(|c| !c.is_ascii_alphabetic())
}

/// What `⑴`, `⒈` and `㈠`, each one character, are written as otherwise: `(1)`, `1.`, `(一)`.
fn list_mark(c: char) -> Option<String> {
    let number = |first: char| u32::from(c) - u32::from(first) + 1;
    match c {
        '⑴'..='⒇' => Some(format!("({})", number('⑴'))),
        '⒈'..='⒛' => Some(format!("{}.", number('⒈'))),
        '㈠'..='㈩' => {
            "一二三四五六七八九十".chars().nth(number('㈠') as usize - 1).map(|digit| format!("({digit})"))
        }
        _ => None,
    }
}

fn is_digit(c: char) -> bool {
    "〇零一二三四五六七八九".contains(c)
}

fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFFC}')
}

/// Traditional characters that are Simplified ones too: 乾 in 乾县, 徵 in 宫商角徵羽.
fn is_simplified_too(c: char) -> bool {
    level(c) > 0
}

/// The level of GB 2312 that a hanzi belongs to, 1 for the 3,755 most common; 0 for other characters.
fn level(c: char) -> u8 {
    static LEVELS: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let mut levels = vec![0; HANZI.len()];
        for row in 0xB0..=0xF7u8 {
            let cells: Vec<u8> = (0xA1..=0xFE).flat_map(|cell| [row, cell]).collect();
            for c in encoding_rs::GBK.decode_without_bom_handling(&cells).0.chars().filter(|c| is_hanzi(*c)) {
                levels[c as usize - HANZI.start] = if row <= 0xD7 { 1 } else { 2 };
            }
        }
        levels
    });
    if is_hanzi(c) { LEVELS[c as usize - HANZI.start] } else { 0 }
}

/// Characters that shifted bytes yield and reports hardly use: hanzi of GBK beyond level 1 of GB 2312, and its kana,
/// Bopomofo, Greek, Cyrillic and box-drawing characters.
pub(super) fn is_odd(c: char) -> bool {
    is_odd_symbol(c) || (is_hanzi(c) && level(c) != 1)
}

/// The symbols among them.
pub(super) fn is_odd_symbol(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{257F}' | '\u{3041}'..='\u{3093}' | '\u{3105}'..='\u{312F}' | '\u{0391}'..='\u{0451}' | '▽' | '〾')
}
