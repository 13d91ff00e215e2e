//! Personal data in a source text: found by the rules of `personal.toml`, and covered before anything else sees it.
//!
//! Each covered character becomes [`COVER`], so the text keeps its code points and every offset stays true. What is
//! covered twice is the same as what is covered once. It runs only where it is asked for (`--mask-personal`).

#[cfg(test)]
mod tests;

use super::clean;
use crate::message::Message;
use crate::rules::{self, Failure, Named, RuleFiles};
use crate::span::SourceSpan;
use anyhow::{Result, bail};
use regex::{Captures, Regex};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::ops::Range;

/// What covered characters become: the black bar of paper. Not `＊` or `X`, which reports write for what they have not
/// filled in: 李＊＊名列第一 would hold a figure.
pub const COVER: char = '█';

const FILE: &str = "personal.toml";

/// Characters before and behind a place that `not_before` and `not_after` look at.
const AROUND: usize = 16;

/// What kind of personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A telephone number.
    Phone,
    /// The number of an identity card.
    IdNumber,
    /// An e-mail address or chat account.
    Account,
    /// The name of a pupil: the given name is covered, the surname stays, as in 李某某.
    Name,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Phone, Kind::IdNumber, Kind::Account, Kind::Name];

    /// Machine name, as in `summary.json`.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Phone => "phone",
            Kind::IdNumber => "id_number",
            Kind::Account => "account",
            Kind::Name => "name",
        }
    }

    /// What people call it: Chinese and English.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Kind::Phone => ("电话", "telephone numbers"),
            Kind::IdNumber => ("身份证号", "ID numbers"),
            Kind::Account => ("邮箱和账号", "accounts"),
            Kind::Name => ("学生姓名", "names of pupils"),
        }
    }
}

/// A place that is covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What stood there.
    pub kind: Kind,
    /// Where, in code points of the text.
    pub span: SourceSpan,
}

/// A text without its personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// As many code points as before.
    pub text: String,
    /// What was covered, in the order of the text.
    pub places: Vec<Place>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    surnames: String,
    #[serde(default)]
    double_surnames: String,
    #[serde(default)]
    given: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    rule: Vec<RuleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    id: String,
    kind: Kind,
    pattern: String,
    not_before: Option<String>,
    not_after: Option<String>,
    check: Option<Check>,
    yes: Vec<String>,
    no: Vec<String>,
}

impl Named for RuleText {
    fn id(&self) -> &str {
        &self.id
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Check {
    Gb11643,
}

struct Rule {
    text: RuleText,
    pattern: Regex,
    not_before: Option<Regex>,
    not_after: Option<Regex>,
}

/// The rules, ready for use.
pub struct Personal {
    rules: Vec<Rule>,
    double_surnames: Vec<String>,
    words: FxHashSet<String>,
    simplified: FxHashMap<char, char>,
}

impl Personal {
    /// Builds them from the rule files.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files: Vec<File> = rules.load(FILE, include_str!("personal.toml"))?;
        let chars = |of: fn(&File) -> &str| -> String {
            files.iter().flat_map(|file| of(file).chars()).filter(|c| c.is_alphabetic()).collect()
        };
        let list = |of: fn(&File) -> &str| -> Vec<String> {
            files.iter().flat_map(|file| of(file).split_whitespace()).map(str::to_owned).collect()
        };
        let surnames = chars(|file| &file.surnames);
        let double_surnames = list(|file| &file.double_surnames);
        let given = chars(|file| &file.given);
        let words = list(|file| &file.words).into_iter().collect();
        if let Some(word) = double_surnames.iter().find(|word| !word.chars().all(char::is_alphabetic)) {
            bail!(rules::mistake(
                FILE,
                format!("复姓 {word} 里有不是字的符号，请删去"),
                format!("surname {word} of two characters holds a sign that is none, delete it"),
            ));
        }
        let surname = format!("(?:{}|[{surnames}])", double_surnames.join("|"));
        let name = format!("{surname}[{given}]{{1,2}}");
        let any_name = format!(r"{surname}\p{{Han}}{{1,2}}?");
        let parts = [
            ("{names}", format!(r"(?P<names>{name}(?:[、,;\s]+{name})*)")),
            ("{one_name}", format!("(?P<names>{name})")),
            ("{any_names}", format!(r"(?P<names>{any_name}(?:[、,;\s]+{any_name})+)")),
            ("{any_name}", format!("(?P<names>{any_name})")),
            ("{left}", format!(r"(?:^|[^\p{{Han}}{COVER}]|[{LEFT}])")),
            ("{right}", format!(r"(?:$|[^\p{{Han}}{COVER}]|[{RIGHT}]|同学|发言)")),
            ("{stop}", format!(r"(?:$|[^\dA-Za-z{COVER}])")),
        ];
        let regex = |id: &str, pattern: &str| {
            Regex::new(pattern).map_err(|e| {
                let (zh, en) = ("表达式写错了，请改正", "the expression is wrong, correct it");
                rules::mistake_in(FILE, id, Message::new(format!("{zh}：{e}"), format!("{en}: {e}")))
            })
        };
        let mut built = Vec::new();
        for text in rules::merge(FILE, files.into_iter().map(|file| file.rule))? {
            let pattern = parts.iter().fold(text.pattern.clone(), |filled, (part, with)| filled.replace(part, with));
            let pattern = regex(&text.id, &format!("(?x){pattern}"))?;
            if !pattern.capture_names().flatten().any(is_covered) {
                let zh = "没有写明遮盖哪里，请用 (?P<private>…) 或 {names}";
                let en = "it does not say what is to be covered, use (?P<private>…) or {names}";
                bail!(rules::mistake_in(FILE, &text.id, Message::new(zh, en)));
            }
            let around = |pattern: &Option<String>, whole: fn(&str) -> String| {
                pattern.as_ref().map(|pattern| regex(&text.id, &whole(pattern))).transpose()
            };
            let not_before = around(&text.not_before, |pattern| format!("(?x)(?:{pattern})$"))?;
            let not_after = around(&text.not_after, |pattern| format!("(?x)^(?:{pattern})"))?;
            built.push(Rule { pattern, not_before, not_after, text });
        }
        let simplified = clean::traditional_pairs().collect();
        Ok(Personal { rules: built, double_surnames, words, simplified })
    }

    /// The text with its personal data covered, and what was covered.
    pub fn mask(&self, text: &str) -> Masked {
        let folded = self.plain(text);
        let mut found: Vec<(Range<usize>, Kind)> =
            self.rules.iter().flat_map(|rule| self.found(rule, &folded)).collect();
        found.sort_by_key(|(range, _)| (range.start, std::cmp::Reverse(range.end)));
        let mut places: Vec<(Range<usize>, Kind)> = Vec::new();
        for (range, kind) in found {
            match places.last_mut() {
                Some((last, _)) if range.start < last.end => last.end = last.end.max(range.end),
                _ => places.push((range, kind)),
            }
        }
        cover(text, &folded, &places)
    }

    /// The text half-width and Simplified, one character for one: what the rules see.
    pub fn plain(&self, text: &str) -> String {
        text.chars().map(|c| self.folded(c)).collect()
    }

    fn folded(&self, c: char) -> char {
        match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            '\u{3000}' | '\u{A0}' => ' ',
            '‐' | '‑' | '–' | '—' | '−' => '-',
            _ => self.simplified.get(&c).copied().unwrap_or(c),
        }
    }

    /// The places of one rule, in bytes of the folded text.
    fn found(&self, rule: &Rule, text: &str) -> Vec<(Range<usize>, Kind)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(captures) = rule.pattern.captures_at(text, at) {
            let Some(group) = covered(&rule.pattern, &captures) else { break };
            if !rule.allows(text, &group) {
                at = group.start + text[group].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            // What stands behind one place may stand before the next: only the place itself is used up.
            at = group.end;
            if captures.name("names").is_some() {
                found.extend(self.given_names(text, group).map(|range| (range, rule.text.kind)));
            } else {
                found.push((group, rule.text.kind));
            }
        }
        found
    }

    /// The given names in a list of names; words that only look like names have none.
    fn given_names<'a>(&'a self, text: &'a str, list: Range<usize>) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut at = list.start;
        let names = text[list].split_inclusive(|c: char| !is_han(c)).map(move |piece| {
            let start = at;
            at += piece.len();
            start..start + piece.trim_end_matches(|c: char| !is_han(c)).len()
        });
        names.filter(|name| !name.is_empty() && !self.is_word(&text[name.clone()])).map(move |name| {
            let double = self.double_surnames.iter().find(|double| text[name.clone()].starts_with(double.as_str()));
            let first = text[name.clone()].chars().next().map_or(0, char::len_utf8);
            name.start + double.map_or(first, |double| double.len())..name.end
        })
    }

    fn is_word(&self, name: &str) -> bool {
        let ends = name.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1);
        ends.into_iter().any(|end| self.words.contains(&name[..end]))
    }

    /// The examples beside the rules that do not come out as their author meant.
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        for RuleText { id, yes, no, .. } in self.rules.iter().map(|rule| &rule.text) {
            for example in yes.iter().chain(no) {
                let plain = example.replace(['<', '>'], "");
                let (got, expected) = (self.mask(&plain).text, marked(example));
                if got != expected {
                    let (file, rule) = (FILE.to_owned(), id.clone());
                    failures.push(Failure { file, rule, example: example.clone(), expected, got });
                }
            }
        }
        failures
    }
}

/// Characters that may stand directly before a name, as in 其中李小明同学.
const LEFT: &str = "班级组生学如像有是对由给将了的和与及让请叫名为向把跟找员长中领";

/// Characters that may stand directly behind a name, as in 学生李小明在.
const RIGHT: &str = "等在荣获因被的说家和与及是患参考向为每曾已将由从表主带不也同完两";

impl Rule {
    /// Nothing around the place speaks against it, nor does its check digit.
    fn allows(&self, text: &str, place: &Range<usize>) -> bool {
        let from = text[..place.start].char_indices().rev().take(AROUND).last().map_or(place.start, |(at, _)| at);
        let to = text[place.end..].char_indices().nth(AROUND).map_or(text.len(), |(at, _)| place.end + at);
        !self.not_before.as_ref().is_some_and(|not| not.is_match(&text[from..place.start]))
            && !self.not_after.as_ref().is_some_and(|not| not.is_match(&text[place.end..to]))
            && match self.text.check {
                Some(Check::Gb11643) => has_check_digit(&text[place.clone()]),
                None => true,
            }
    }
}

/// Groups of a pattern that are covered.
fn is_covered(group: &str) -> bool {
    group == "names" || group.starts_with("private")
}

fn covered(pattern: &Regex, captures: &Captures) -> Option<Range<usize>> {
    let groups = pattern.capture_names().flatten().filter(|name| is_covered(name));
    groups.filter_map(|name| captures.name(name)).map(|found| found.range()).find(|range| !range.is_empty())
}

fn is_han(c: char) -> bool {
    c.is_alphabetic() && !c.is_ascii()
}

/// GB 11643-1999: the weighted sum of the eighteen characters leaves 1 modulo 11; X counts ten.
fn has_check_digit(number: &str) -> bool {
    let digits: Vec<u32> =
        number.chars().filter_map(|c| if matches!(c, 'X' | 'x') { Some(10) } else { c.to_digit(10) }).collect();
    let sum = digits.iter().rev().fold((0, 1), |(sum, weight), digit| (sum + digit * weight, weight * 2 % 11)).0;
    digits.len() == 18 && sum % 11 == 1
}

/// Covers `places`, which are bytes of the folded text, in the text itself.
fn cover(text: &str, folded: &str, places: &[(Range<usize>, Kind)]) -> Masked {
    let mut masked = Masked { text: String::with_capacity(text.len()), places: Vec::new() };
    let mut next = places.iter().peekable();
    for (point, (c, (at, _))) in text.chars().zip(folded.char_indices()).enumerate() {
        while next.next_if(|(range, _)| range.end <= at).is_some() {}
        match next.peek().filter(|(range, _)| range.start <= at) {
            Some((range, kind)) => {
                masked.text.push(COVER);
                match masked.places.last_mut().filter(|_| range.start < at) {
                    Some(place) => place.span.end = point + 1,
                    None => {
                        masked.places.push(Place { kind: *kind, span: SourceSpan { start: point, end: point + 1 } })
                    }
                }
            }
            None => masked.text.push(c),
        }
    }
    masked
}

/// An example as it comes out: what stands in `<…>` is covered.
fn marked(example: &str) -> String {
    let mut inside = false;
    let keep = |c: char| match c {
        '<' | '>' => {
            inside = c == '<';
            None
        }
        c => Some(if inside { COVER } else { c }),
    };
    example.chars().filter_map(keep).collect()
}
