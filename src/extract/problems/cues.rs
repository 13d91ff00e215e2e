//! Cue words: how they are read from `problem_cues.toml` and found in a sentence.
//!
//! All words of all rules are one automaton; of words that overlap the longest is found, so that 不少于 is no 不少 and
//! 有待提高 no 提高. What a cue means for its sentence is not decided here.

use super::SHORT_BYTES;
use crate::finding::RuleId;
use crate::rules::{self, Named, RuleFiles};
use crate::span::Span;
use anyhow::{Result, bail};
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Name of the rule file.
pub(super) const FILE: &str = "problem_cues.toml";

const BUILT_IN: &str = include_str!("problem_cues.toml");

/// What a cue does in its clause; the head of the rule file explains each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Says {
    Lack,
    Hint,
    Wrong,
    Without,
    Hedge,
    Turn,
    Deny,
    Aim,
    Toward,
    Handle,
    Rule,
    Suppose,
    Act,
    Good,
    Outcome,
    Settled,
    Closed,
    Past,
    Now,
    Found,
    General,
    Announce,
    Remedy,
    Frame,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    silent: Vec<String>,
    #[serde(default)]
    openers: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    before_lack: Vec<String>,
    #[serde(default)]
    mends: Vec<String>,
    #[serde(default)]
    wanting: Vec<String>,
    #[serde(default)]
    cue: Vec<Entry>,
}

/// One rule as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    says: Says,
    weight: f32,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    combine: Option<[Vec<String>; 2]>,
    #[serde(default)]
    needs_number: bool,
    #[serde(default)]
    share: Option<Vec<String>>,
    #[serde(default)]
    no_number: Vec<String>,
    #[serde(default)]
    at_end: bool,
    #[serde(default)]
    at_start: bool,
    #[serde(default)]
    leads: bool,
    #[serde(default)]
    beside: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    #[serde(default)]
    yes: Vec<String>,
    #[serde(default)]
    no: Vec<String>,
    #[serde(default)]
    among: Vec<String>,
    #[serde(default)]
    not_among: Vec<String>,
}

impl Named for Entry {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A sentence beside a rule, with what its author expects of it.
pub(super) struct Example {
    /// Rule that it stands beside.
    pub rule: RuleId,
    /// The sentence.
    pub text: String,
    /// True where it stands in a section of problems.
    pub among: bool,
    /// True where it states a problem.
    pub problem: bool,
}

/// A rule, without its words.
pub(super) struct Cue {
    pub id: RuleId,
    pub says: Says,
    weight: f32,
    needs_number: bool,
    /// Before a share it states a deficiency, where the sentence holds none of these words.
    share: Option<Vec<String>>,
    at_end: bool,
    at_start: bool,
    leads: bool,
    /// Words of which its clause must hold one; none: it counts anywhere.
    beside: Vec<String>,
    /// Words that the sentence must not hold.
    unless: Vec<String>,
}

/// A cue word of the automaton; silent words have no cue.
#[derive(Clone, Copy)]
struct Word {
    cue: Option<usize>,
    /// Before a number it counts half and is a hint only.
    half_before_number: bool,
}

/// A cue word in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Hit {
    /// Its place in the text.
    pub span: Span,
    /// Which cue.
    pub cue: usize,
    /// What it does here.
    pub says: Says,
    /// What it counts here.
    pub weight: f32,
    /// It leads its clause, though as a noun it would not.
    pub leads: bool,
    /// Its clause tells of something being put right.
    pub mends: bool,
}

/// All cues.
pub(super) struct Cues {
    cues: Vec<Cue>,
    words: Vec<Word>,
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    openers: Vec<String>,
    names: Vec<String>,
    /// Words behind which 不足 names what is lacking as such.
    before_lack: Vec<String>,
    /// What is done to put something right.
    mends: Vec<String>,
    /// How a short heading ends that names what is too much or too little.
    wanting: Vec<String>,
    /// The examples of all rules.
    pub examples: Vec<Example>,
}

impl Cues {
    /// Builds them from the rule files. A word that is written out counts for its rule before one that was combined,
    /// and the district's before the built-in one.
    pub fn new(rules: &RuleFiles) -> Result<Self> {
        let files: Vec<File> = rules.load(FILE, BUILT_IN)?;
        let mut words = BTreeMap::new();
        let (mut lists, mut openers, mut names) = (Vec::new(), Vec::new(), Vec::new());
        let (mut before_lack, mut mends, mut wanting) = (Vec::new(), Vec::new(), Vec::new());
        for file in files {
            openers.extend(file.openers);
            names.extend(file.names);
            before_lack.extend(file.before_lack);
            mends.extend(file.mends);
            wanting.extend(file.wanting);
            words.extend(file.silent.into_iter().map(|w| (w, Word { cue: None, half_before_number: false })));
            lists.push(file.cue);
        }
        let entries = rules::merge(FILE, lists)?;
        let (mut cues, mut examples, mut combined) = (Vec::new(), Vec::new(), Vec::new());
        for (cue, entry) in entries.into_iter().enumerate() {
            let id = RuleId::from(entry.id.as_str());
            if let Some([first, second]) = &entry.combine {
                combined.extend(first.iter().flat_map(|a| second.iter().map(move |b| (format!("{a}{b}"), cue))));
            }
            for word in entry.words {
                if word.is_empty() {
                    bail!(rules::empty_word(FILE, ["规则", "rule"], &id));
                }
                let half_before_number = entry.no_number.contains(&word);
                words.insert(word, Word { cue: Some(cue), half_before_number });
            }
            for (texts, among, problem) in [
                (entry.yes, false, true),
                (entry.no, false, false),
                (entry.among, true, true),
                (entry.not_among, true, false),
            ] {
                examples.extend(texts.into_iter().map(|text| Example { rule: id.clone(), text, among, problem }));
            }
            let Entry { says, weight, needs_number, share, at_end, at_start, leads, beside, unless, .. } = entry;
            cues.push(Cue { id, says, weight, needs_number, share, at_end, at_start, leads, beside, unless });
        }
        for (word, cue) in combined {
            words.entry(word).or_insert(Word { cue: Some(cue), half_before_number: false });
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.keys())
            .map_err(|e| rules::no_automaton(FILE, e))?;
        let words = words.into_values().collect();
        Ok(Cues { cues, words, automaton, openers, names, before_lack, mends, wanting, examples })
    }

    /// Name of a cue.
    pub fn id(&self, cue: usize) -> &RuleId {
        &self.cues[cue].id
    }

    /// The cues of `text`, in order, into `hits`.
    pub fn find(&self, text: &str, hits: &mut Vec<Hit>) {
        hits.clear();
        let mut from = 0;
        while let Some(found) = self.automaton.leftmost_find_iter(&text[from..]).next() {
            let span = Span::new(from + found.start(), from + found.end());
            from = span.end;
            let word = self.words[found.value() as usize];
            let Some(cue) = word.cue else { continue };
            let Cue { says, weight, needs_number, ref share, at_end, at_start, leads, ref beside, ref unless, .. } =
                self.cues[cue];
            let (before, after) = (&text[..span.start], &text[span.end..]);
            if at_end && !after.chars().next().is_none_or(ends_clause) {
                // 力量薄 ends no clause in 力量薄弱: another word may begin inside it.
                from = span.start + span.of(text).chars().next().map_or(0, char::len_utf8);
                continue;
            }
            let says_one = |words: &Vec<String>| words.iter().any(|word| text.contains(word.as_str()));
            if share.as_ref().is_some_and(|good| share_follows(after) && !says_one(good)) {
                hits.push(Hit { span, cue, says: Says::Lack, weight: FEW, leads, mends: false });
                continue;
            }
            let states = matches!(says, Says::Lack | Says::Wrong);
            let skipped = (needs_number && !number_follows(after))
                || (at_start && !before.chars().next_back().is_none_or(ends_clause))
                || (leads && !self.leads(before))
                || (!beside.is_empty() && !holds_one(beside, before, after))
                || says_one(unless)
                || (states && before.ends_with(NEGATIONS));
            if skipped {
                continue;
            }
            if word.half_before_number && number_follows(after) {
                hits.push(Hit { span, cue, says: Says::Hint, weight: weight / 2.0, leads, mends: false });
            } else {
                let mends = match says {
                    Says::Closed => holds_one(&self.mends, before, after) || holds_one(&self.mends, span.of(text), ""),
                    // 已退还 and 当场纠正 tell what was done, 基本杜绝 what came of it.
                    Says::Settled => DONE.iter().any(|word| span.of(text).starts_with(word)),
                    _ => false,
                };
                hits.push(Hit { span, cue, says, weight, leads, mends });
            }
        }
    }

    /// True where a verb behind `before` leads its clause: only openers, or the name of a body, stand before it.
    fn leads(&self, before: &str) -> bool {
        let clause =
            before.rfind(ends_clause).map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let mut rest = before[clause..].trim_start();
        while let Some(opener) = self.openers.iter().filter(|o| rest.starts_with(o.as_str())).max_by_key(|o| o.len()) {
            rest = &rest[opener.len()..];
        }
        rest.is_empty() || (rest.len() <= BODY_NAME && rest.ends_with(BODIES))
    }

    /// True for a heading that says that something is not, or too much or too little: `督查不够`, `人杂`.
    pub fn tells_of_want(&self, body: &str) -> bool {
        let asks = body.contains(['？', '?']);
        let said = body.contains(['不', '未', '没', '缺', '难', '弱', '差', '少']);
        let ends = || self.wanting.iter().any(|word| body.trim_end_matches(['。', '；', ';']).ends_with(word.as_str()));
        !asks && (said || (body.len() < SHORT_BYTES && ends()))
    }

    /// True for a heading that names problems as such: `自查发现的其他问题`.
    pub fn is_name(&self, text: &str) -> bool {
        let text = text.trim_end_matches(['：', ':', '。', '】', '）', ')']);
        // 主要不足 announces what is lacking, 经费保障不足 says it.
        if let Some(thing) = text.strip_suffix("不足") {
            let thing = thing.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ' ' | '.'));
            return thing.is_empty() || self.before_lack.iter().any(|word| thing.ends_with(word.as_str()));
        }
        self.names.iter().any(|name| text.ends_with(name.as_str()))
    }
}

/// True where the clause that `before` ends in and `after` goes on with holds one of `words`; 、 ends none here:
/// 周六组织五、六年级学生到校上课 is one.
fn holds_one(words: &[String], before: &str, after: &str) -> bool {
    let ends = |c: char| c != '、' && ends_clause(c);
    let before = before.rsplit(ends).next().unwrap_or_default();
    let after = after.split(ends).next().unwrap_or_default();
    words.iter().any(|word| before.contains(word.as_str()) || after.contains(word.as_str()))
}

/// A deficiency right behind one of these is none: 不搞形式主义 needs its own cue, 不懈怠 does not.
const NEGATIONS: [char; 7] = ['不', '无', '非', '勿', '莫', '毋', '免'];

/// How words begin that tell that something was done.
const DONE: [&str; 8] = ["已", "均", "都", "现已", "当场", "当即", "次日", "如数"];

/// What a small share of those who should counts: 看过公示的家长只有三成.
const FEW: f32 = 3.5;

/// Last characters of the name of a body: 县教育局, 教导处, 中心校.
const BODIES: [char; 12] = ['校', '局', '委', '办', '处', '组', '镇', '乡', '县', '区', '室', '会'];

/// Bytes that the name of a body has at most.
const BODY_NAME: usize = 36;

/// True for what stands between two clauses.
pub(super) fn ends_clause(c: char) -> bool {
    matches!(c, ',' | '，' | ';' | '；' | '。' | '!' | '！' | '?' | '？' | ':' | '：' | '\n' | '\t' | '|' | '、')
}

/// True where `text` begins with a number, perhaps after 约, 近 or 了.
pub(super) fn number_follows(text: &str) -> bool {
    let text = text.trim_start_matches(['约', '近', '了', '有', '为', ' ']);
    text.starts_with(|c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                '一'
                    ..='一'
                        | '二'
                        | '两'
                        | '三'
                        | '四'
                        | '五'
                        | '六'
                        | '七'
                        | '八'
                        | '九'
                        | '十'
                        | '百'
                        | '千'
                        | '半'
                        | '几'
                        | 'X'
                        | 'x'
                        | '×'
                        | '_'
            )
    })
}

/// True where `text` begins with a share: 三成, 12.5%, 四分之一.
fn share_follows(text: &str) -> bool {
    let text = text.trim_start_matches(['约', '近', '了', '有', '为', ' ']);
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '．'));
    if digits.len() < text.len() {
        return digits.starts_with(['%', '％', '成']);
    }
    let rest = text.trim_start_matches(|c: char| "一二两三四五六七八九十百半多数几".contains(c));
    rest.len() < text.len()
        && (rest.starts_with('成') || rest.starts_with("分之") || text.starts_with("半数") || text.starts_with("一半"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    #[test]
    fn no_word_of_the_built_in_file_stands_under_two_rules() {
        let file: File = rules::parse(FILE, BUILT_IN).unwrap();
        let mut seen: HashMap<&str, &str> = HashMap::new();
        let silent = file.silent.iter().map(|w| (w, "silent"));
        let cues = file.cue.iter().flat_map(|c| c.words.iter().map(|w| (w, c.id.as_str())));
        for (word, rule) in silent.chain(cues) {
            if let Some(other) = seen.insert(word, rule) {
                panic!("{word} stands under {other} and {rule}");
            }
        }
    }

    fn found(text: &str) -> Vec<(&str, Says)> {
        let cues = Cues::new(&RuleFiles::built_in()).unwrap();
        let mut hits = Vec::new();
        cues.find(text, &mut hits);
        hits.iter().map(|h| (h.span.of(text), h.says)).collect()
    }

    #[test]
    fn the_longest_word_counts_and_numbers_tell() {
        assert_eq!(found("班额不少于三十人"), []);
        assert_eq!(found("师资不足"), [("不足", Says::Lack)]);
        assert_eq!(found("不足三十册"), [("不足", Says::Hint)]);
        assert_eq!(found("只有2名"), [("只有", Says::Hint)]);
        assert_eq!(found("只有做好"), []);
        assert_eq!(found("难度,监管难"), [("难度", Says::Hint), ("监管难", Says::Lack)]);
    }

    #[test]
    fn an_empty_word_is_a_mistake() {
        let own = "[[cue]]\nid = \"x\"\nsays = \"lack\"\nweight = 1.0\nwords = [\"\"]\n";
        let error = Cues::new(&RuleFiles::with_texts(&[(FILE, own)])).err().map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("规则 x 里有空词")));
    }
}
