//! What of a sentence is compared when copies are looked for.
//!
//! A sentence is compared by its *letters* (letters, digits and Han characters; punctuation and space say nothing of
//! who wrote it) and, so that changed names and numbers hide nothing, by its *pieces*: clauses with at least
//! [`SHORTEST_PIECE`] letters in which every number is the same number and the report's own name is the same name. Only
//! hashes are kept: xxh3, which never changes, so digests of last night can be compared with those of tonight. Whether
//! a wording is common is not decided here.

use super::stats::is_letter;
use crate::hanzi::is_hanzi;
use regex::Regex;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::LazyLock;
use xxhash_rust::xxh3::xxh3_64;

/// Letters that a piece holds at least; a shorter clause is joined with the next one.
pub const SHORTEST_PIECE: usize = 8;

/// A sentence, row or heading of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// First code point in the source text.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// Hash of its letters.
    pub hash: u64,
    /// Where its pieces end in [`Sentences::pieces`].
    pieces: u32,
}

/// The sentences of a report, with their pieces in one list: a district holds millions of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentences {
    all: Vec<Sentence>,
    pieces: Vec<Piece>,
}

impl Sentences {
    /// All, in order.
    pub fn all(&self) -> &[Sentence] {
        &self.all
    }

    /// The pieces of all, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The pieces of each sentence; none where it is too short to be compared.
    pub fn each(&self) -> impl Iterator<Item = &[Piece]> {
        let mut from = 0;
        self.all.iter().map(move |sentence| {
            let to = sentence.pieces as usize;
            &self.pieces[std::mem::replace(&mut from, to)..to]
        })
    }

    /// Gives back what was reserved and is not used.
    pub fn shrink(mut self) -> Self {
        self.all.shrink_to_fit();
        self.pieces.shrink_to_fit();
        self
    }
}

/// Kept as bytes of fixed places: hashes don't get shorter, and there are hundreds in a report.
impl Serialize for Sentences {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = (self.all.len() as u32).to_le_bytes().to_vec();
        for sentence in &self.all {
            bytes.extend(sentence.start.to_le_bytes());
            bytes.extend(sentence.end.to_le_bytes());
            bytes.extend(sentence.hash.to_le_bytes());
            bytes.extend(sentence.pieces.to_le_bytes());
        }
        for piece in &self.pieces {
            bytes.extend(piece.hash.to_le_bytes());
            bytes.extend(piece.letters.to_le_bytes());
        }
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Sentences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = <&[u8]>::deserialize(deserializer)?;
        Sentences::from_bytes(bytes).ok_or_else(|| D::Error::custom("no sentences"))
    }
}

impl Sentences {
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (n, rest) = bytes.split_first_chunk()?;
        let (all, pieces) = rest.split_at_checked((u32::from_le_bytes(*n) as usize).checked_mul(20)?)?;
        let sentence = |bytes: &[u8; 20]| Sentence {
            start: u32::from_le_bytes(at(bytes, 0)),
            end: u32::from_le_bytes(at(bytes, 4)),
            hash: u64::from_le_bytes(at(bytes, 8)),
            pieces: u32::from_le_bytes(at(bytes, 16)),
        };
        let piece = |bytes: &[u8; 10]| Piece {
            hash: u64::from_le_bytes(at(bytes, 0)),
            letters: u16::from_le_bytes(at(bytes, 8)),
        };
        let (all, pieces) = (all.as_chunks().0, pieces.as_chunks::<10>());
        let sentences =
            Sentences { all: all.iter().map(sentence).collect(), pieces: pieces.0.iter().map(piece).collect() };
        let ends = || sentences.all.iter().map(|sentence| sentence.pieces as usize);
        (pieces.1.is_empty() && ends().is_sorted() && ends().next_back().unwrap_or(0) <= sentences.pieces.len())
            .then_some(sentences)
    }
}

/// `N` bytes from `from`.
fn at<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    bytes[from..from + N].try_into().expect("a slice of N bytes is N bytes")
}

/// A clause, or several short ones together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Hash of its letters with numbers and own names folded.
    pub hash: u64,
    /// How many letters it holds, folded.
    pub letters: u16,
}

/// Cuts sentences into pieces; keeps its buffers between sentences.
#[derive(Debug, Default)]
pub struct Cutter {
    /// The report's own names, the longest first.
    names: Vec<Vec<char>>,
    plain: String,
    folded: String,
    letters: usize,
}

/// Stands for a number, masked or not.
const NUMBER: char = '0';

/// Stands for the report's own name.
const NAME: char = '@';

impl Cutter {
    /// A cutter for the report of a body of these names: each of them, and what remains without its place
    /// (青石县实验小学 → 实验小学), is folded.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms: Vec<Vec<char>> = Vec::new();
        for name in names {
            let name: Vec<char> = name.chars().filter(|c| c.is_alphanumeric()).collect();
            let after_place = name.iter().rposition(|c| "省市县区旗镇乡".contains(*c)).map_or(0, |i| i + 1);
            for form in [&name[..], &name[after_place..]] {
                if form.len() >= 3 && !forms.iter().any(|f| f == form) {
                    forms.push(form.to_vec());
                }
            }
        }
        forms.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Cutter { names: forms, ..Cutter::default() }
    }

    /// Adds the sentence `text`, which stands at `start..end` of the source, to the sentences of its report.
    pub fn cut(&mut self, text: &str, start: u32, end: u32, sentences: &mut Sentences) {
        self.plain.clear();
        self.clear_piece();
        let first = sentences.pieces.len();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let taken = self.take(rest, c);
            rest = &rest[taken..];
            if ends_clause(c) && self.letters >= SHORTEST_PIECE {
                sentences.pieces.push(self.piece());
            }
        }
        match sentences.pieces[first..].last_mut() {
            _ if self.letters >= SHORTEST_PIECE => sentences.pieces.push(self.piece()),
            // A short end belongs to the piece before it: it must be the same for both to be the same.
            Some(last) if self.letters > 0 => {
                *last = Piece {
                    hash: last.hash.rotate_left(1) ^ xxh3_64(self.folded.as_bytes()),
                    letters: last.letters.saturating_add(self.letters as u16),
                }
            }
            _ => {}
        }
        let (hash, pieces) = (xxh3_64(self.plain.as_bytes()), sentences.pieces.len() as u32);
        sentences.all.push(Sentence { start, end, hash, pieces });
    }

    /// Takes the characters or the number or name that `rest` begins with, and says how many bytes that is.
    fn take(&mut self, rest: &str, c: char) -> usize {
        // Most of the text: Chinese characters that begin no number and no name.
        let begins_name = |c: char| self.names.iter().any(|name| name[0] == c);
        let plain = |c: char| is_hanzi(c) && !begins_number(c) && !begins_name(c);
        let run = rest.find(|c| !plain(c)).unwrap_or(rest.len());
        if run > 0 {
            self.plain.push_str(&rest[..run]);
            self.folded.push_str(&rest[..run]);
            self.letters += run / c.len_utf8();
            return run;
        }
        if !is_letter(c) && c != '_' {
            return c.len_utf8();
        }
        let number = number_len(rest);
        if number > 0 {
            self.plain.push_str(&rest[..number]);
            if !self.folded.ends_with(NUMBER) {
                self.push(NUMBER);
            }
            return number;
        }
        if let Some(name) = self.names.iter().find_map(|name| starts_with(rest, name)) {
            self.plain.push_str(&rest[..name]);
            self.push(NAME);
            return name;
        }
        self.plain.push(c);
        self.push(c);
        c.len_utf8()
    }

    fn push(&mut self, c: char) {
        self.folded.push(c);
        self.letters += 1;
    }

    fn piece(&mut self) -> Piece {
        let piece =
            Piece { hash: xxh3_64(self.folded.as_bytes()), letters: self.letters.min(u16::MAX as usize) as u16 };
        self.clear_piece();
        piece
    }

    fn clear_piece(&mut self) {
        self.folded.clear();
        self.letters = 0;
    }
}

/// Hash of the letters of `text`, numbers folded: what makes two things counted the same.
pub fn same_words(text: &str) -> u64 {
    let mut cutter = Cutter::default();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = cutter.take(rest, c);
        rest = &rest[taken..];
    }
    xxh3_64(cutter.folded.as_bytes())
}

/// Hash of the letters of a statement, without what only puts it in a list (一是, （二）, 存在的困难是：): the same for one
/// told again word for word, numbers included.
pub fn same_letters(text: &str) -> u64 {
    static LEAD: LazyLock<Regex> = LazyLock::new(|| {
        let heading = "[^：:，,。；;]{0,12}(问题|問題|困难|困難|不足|短板|差距)[^：:，,。；;]{0,4}[：:]";
        let number = r"第?[一二三四五六七八九十]+[是、，,：:]|[(（][一二三四五六七八九十\d]+[)）]|\d+[.．、]";
        Regex::new(&format!(r"^\s*({heading})?\s*({number})?")).expect("the pattern is fixed")
    });
    let lead = LEAD.find(text).map_or(0, |lead| lead.end());
    let letters: String = text[lead..].chars().filter(|c| is_letter(*c)).collect();
    xxh3_64(letters.as_bytes())
}

fn ends_clause(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '。' | '!' | '?' | '，' | '；' | '：' | '！' | '？' | '\n')
}

/// True for the Chinese characters of [`number_len`].
fn begins_number(c: char) -> bool {
    matches!(c, '某' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千' | '两')
}

/// Bytes of the number that `text` begins with: digits, masks (XX, __, ××), or Chinese numerals, at least two or before a
/// word that counts (三个, 五户).
fn number_len(text: &str) -> usize {
    let run = |is: fn(char) -> bool| text.find(|c| !is(c)).unwrap_or(text.len());
    let digits = run(|c| c.is_ascii_digit());
    if digits > 0 {
        return digits;
    }
    let mask = run(|c| matches!(c, 'x' | 'X' | '_' | '×' | '某' | '〇' | '○'));
    if mask > 0 {
        return mask;
    }
    let han = run(|c| "零一二三四五六七八九十百千两".contains(c));
    let counts = text[han..].starts_with(|c| "个户名位人所家次节场本项条天周月年门种份册课组间台".contains(c));
    if han >= 2 * '一'.len_utf8() || han > 0 && counts { han } else { 0 }
}

fn starts_with(text: &str, name: &[char]) -> Option<usize> {
    let mut rest = text.chars();
    name.iter().all(|&c| rest.next() == Some(c)).then(|| text.len() - rest.as_str().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(name: &str, text: &str) -> (u64, Vec<Piece>) {
        let mut sentences = Sentences::default();
        Cutter::new([name]).cut(text, 0, 0, &mut sentences);
        (sentences.all()[0].hash, sentences.pieces().to_vec())
    }

    #[test]
    fn changed_names_and_numbers_leave_the_pieces_the_same() {
        let a = cut("松林小学", "松林小学创办于1987年，现有教学班36个，学生1624人。");
        let b = cut("江口区河湾小学", "河湾小学创办于1994年,现有教学班XX个,学生一千零二人。");
        assert_eq!(a.1, b.1);
        assert_ne!(a.0, b.0);
    }

    #[test]
    fn punctuation_and_space_do_not_count() {
        let a = cut("", "学校成立作业管理中心，实行三级把关；");
        let b = cut("", "学校成立 “作业管理中心”，实行三级把关。");
        assert_eq!(a, b);
    }

    #[test]
    fn a_changed_clause_leaves_the_others_the_same() {
        let a = cut("", "学校成立由王芳任组长的作业中心，制定作业设计与批改管理办法，对超量布置的当天提醒。");
        let b = cut("", "学校成立由李建国任组长的作业中心，制定作业设计与批改管理办法，对超量布置的当天提醒。");
        assert_ne!(a.1[0], b.1[0]);
        assert_eq!(a.1[1..], b.1[1..]);
    }

    #[test]
    fn a_statement_is_told_again_only_word_for_word() {
        let same = |a: &str, b: &str| same_letters(a) == same_letters(b);
        assert!(same("一是分层作业质量不高，缺少统筹", "分层作业质量不高,缺少统筹。"));
        assert!(same("目前存在的困难是：部分家长接送不便", "（二）部分家长接送不便；"));
        assert!(!same("专业教师缺编6名", "专业教师缺编4名"));
        assert!(!same("操场面积不足：生均只有3平方米", "操场面积不足：生均只有3.5平方米"));
    }

    #[test]
    fn a_short_heading_is_not_compared() {
        assert!(cut("", "作业管理").1.is_empty());
    }
}
