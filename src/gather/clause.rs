//! The clause that a number stands in, and whether it speaks of more than who reports.

use regex::Regex;
use std::sync::LazyLock;

/// The clause of `sentence` that holds the bytes `start..end`.
pub fn clause_around(sentence: &str, start: usize, end: usize) -> &str {
    const ENDS: [char; 10] = [',', ';', '。', '!', '?', '，', '；', '！', '？', '\n'];
    let from = sentence[..start].rfind(ENDS).map_or(0, |i| i + sentence[i..].chars().next().map_or(0, char::len_utf8));
    let to = sentence[end..].find(ENDS).map_or(sentence.len(), |i| end + i);
    &sentence[from..to]
}

/// Words for a whole county or more, before a number of its clause; 安全区 is none. `schemas/bulletin.sql` says the same.
pub const OF_ALL: &str = "(^|[^完安健齐])全(县|区|市|镇|乡|省|州|旗|国|街道)|[我本](县|区|市|镇|乡|省|州)";

/// True where the words before a number that stands in `clause` say that it counts more than one school: 全县参加的学生
/// 有3.1万人.
pub fn is_of_all(clause: &str) -> bool {
    static WORDS: LazyLock<Regex> = LazyLock::new(|| Regex::new(OF_ALL).expect("the pattern is fixed"));
    WORDS.is_match(clause)
}
