//! Rule files: how they are found, read and checked.
//!
//! Rules are data (TOML), built into the program and, with `--rules DIR`, added to or overridden by a district's own
//! files of the same names: a rule with the `id` of a built-in one replaces it, another is added. This module reads
//! files and reports mistakes with file, line, rule and repair; what a rule means is told by the family that uses it.

use crate::message::{self, Message, Tell};
use anyhow::{Result, bail};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// The rule files that a district can add to, and what each is about.
pub const FILES: &[(&str, &str)] = &[
    ("common_wording.toml", "人人可用的政策套话：不算抄袭"),
    ("confirmed_examples.toml", "抽查中确认的差错：规则改好之后不应再犯"),
    ("field_words.toml", "分词：本领域的词"),
    ("figures_comparators.toml", "数据：不超过、以上、约等比较词"),
    ("figures_grades.toml", "数据：年级和学段的说法"),
    ("figures_indicators.toml", "数据：属于哪个指标"),
    ("figures_kinds.toml", "数据：要求、实际、目标的区分"),
    ("figures_refusals.toml", "数据：不算数据的数字"),
    ("figures_units.toml", "数据：计量单位"),
    ("kinds.toml", "切分：报告的类型"),
    ("measures.toml", "举措：判定的线索及权重"),
    ("measures_lexicon.toml", "举措：词表"),
    ("names.toml", "切分：不是单位名称的词"),
    ("norms.toml", "国家和本区县的限额标准"),
    ("on_topic.toml", "切分：是否与主题有关"),
    ("personal.toml", "个人信息：电话、身份证号、邮箱和账号、学生姓名（--mask-personal）"),
    ("problem_cues.toml", "问题：判定的线索"),
    ("problem_holders.toml", "问题：是谁的问题"),
    ("roles.toml", "切分：章节的作用"),
    ("site_lines.toml", "切分：网站附加的文字"),
    ("topics.toml", "主题词表"),
    ("turns.toml", "切分：文中的转折"),
];

/// The district's own rule files; the built-in ones are compiled into the families that use them.
#[derive(Clone, Debug, Default)]
pub struct RuleFiles {
    own: Vec<(String, String)>,
    /// Where they lie.
    dir: Option<PathBuf>,
}

/// A rule that can be replaced by another of the same name.
pub trait Named {
    /// Its name, unique in its file.
    fn id(&self) -> &str;
}

/// An example beside a rule that does not come out as its author meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Rule file.
    pub file: String,
    /// Rule.
    pub rule: String,
    /// The text of the example.
    pub example: String,
    /// What the author expects.
    pub expected: String,
    /// What comes out.
    pub got: String,
}

impl RuleFiles {
    /// The built-in rules alone.
    pub fn built_in() -> Self {
        RuleFiles::default()
    }

    /// The built-in rules, with the files of `dir` where one is given.
    pub fn for_option(dir: Option<&Path>) -> Result<Self> {
        dir.map_or_else(|| Ok(Self::built_in()), Self::with_dir)
    }

    /// With the files of `dir`.
    pub fn with_dir(dir: &Path) -> Result<Self> {
        let place = || {
            let repair = ["请检查路径和权限", "check the path and the permissions"];
            Message::unread(["规则文件夹", "folder of rules"], dir).repair(repair).misuse()
        };
        let mut own = Vec::new();
        for entry in std::fs::read_dir(dir).tell(place)? {
            let path = entry.tell(place)?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if !FILES.iter().any(|(known, _)| *known == name) {
                    bail!(Message::usage(
                        format!(
                            "规则文件 {} 的名字不对，不会被用到：请按 huizong rules list 列出的名字改名",
                            path.display()
                        ),
                        format!("{} has no name of a rule file: rename it as huizong rules list says", path.display()),
                    ));
                }
                let text = std::fs::read_to_string(&path).tell(|| {
                    let repair = ["请检查权限，并存为 UTF-8", "check the permissions, and save it as UTF-8"];
                    Message::unread(["规则文件", "rule file"], &path).repair(repair).misuse()
                })?;
                own.push((name, text));
            }
        }
        own.sort();
        Ok(RuleFiles { own, dir: Some(dir.to_owned()) })
    }

    /// From texts in memory: file name and content.
    pub fn with_texts(files: &[(&str, &str)]) -> Self {
        RuleFiles { own: files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect(), dir: None }
    }

    /// A mistake that a family of rules found in its files, as the mistake in the configuration that it is, with the
    /// folder of the district's own files: each family knows only their names.
    pub fn misused(&self, error: anyhow::Error) -> anyhow::Error {
        let told = message::told(&error).misuse();
        match &self.dir {
            Some(dir) => Message {
                zh: format!("规则文件夹 {}：{}", dir.display(), told.zh),
                en: format!("folder of rules {}: {}", dir.display(), told.en),
                ..told
            },
            None => told,
        }
        .into()
    }

    /// The district's files: name and content.
    pub fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        self.own.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Program version and, behind `+`, a hash of the district's own rules where it has any.
    pub fn version(&self) -> String {
        let mut version = env!("CARGO_PKG_VERSION").to_owned();
        if !self.own.is_empty() {
            let mut hash = Sha256::new();
            for (name, text) in &self.own {
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name);
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
            version.push('+');
            version.extend(hash.finalize()[..4].iter().map(|byte| format!("{byte:02x}")));
        }
        version
    }

    /// Reads file `name`: the built-in text and, behind it, the district's where it has one.
    pub fn load<T: DeserializeOwned>(&self, name: &str, built_in: &str) -> Result<Vec<T>> {
        let mut files = vec![parse(name, built_in)?];
        if let Some((_, text)) = self.own().find(|(n, _)| *n == name) {
            files.push(parse(name, text)?);
        }
        Ok(files)
    }
}

/// Puts rule lists of the same file together: a later rule replaces the earlier one of the same name in its place.
/// A name given twice in one list is a mistake.
pub fn merge<R: Named>(name: &str, lists: impl IntoIterator<Item = Vec<R>>) -> Result<Vec<R>> {
    let mut merged: Vec<R> = Vec::new();
    for list in lists {
        let mut seen = std::collections::HashSet::new();
        for rule in list {
            if !seen.insert(rule.id().to_owned()) {
                let id = rule.id();
                bail!(mistake(
                    name,
                    format!("规则 {id} 写了两次，请删去一条或改名"),
                    format!("rule {id} stands there twice, delete or rename one of the two"),
                ));
            }
            match merged.iter_mut().find(|m| m.id() == rule.id()) {
                Some(old) => *old = rule,
                None => merged.push(rule),
            }
        }
    }
    Ok(merged)
}

/// Parses one rule file; the error names file and line and says what is wrong.
pub fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let line = text[..at].matches('\n').count() + 1;
        let [zh, en] = match rule_before(text, at) {
            Some(id) => [format!("（规则 {id}）"), format!(" (rule {id})")],
            None => Default::default(),
        };
        let what = error.message();
        let message = Message::new(
            format!("规则文件 {name} 第 {line} 行{zh}：{}；请按内置规则文件的写法改正", told(what)),
            format!("rule file {name}, line {line}{en}: {what}; write it as the built-in rule files do"),
        );
        message.into()
    })
}

/// A mistake in rule file `name`: what it is, and its repair.
pub fn mistake(name: &str, zh: impl Display, en: impl Display) -> Message {
    Message::new(format!("规则文件 {name}：{zh}"), format!("rule file {name}: {en}"))
}

/// A mistake in rule `id` of file `name`.
pub fn mistake_in(name: &str, id: &str, what: Message) -> Message {
    let Message { zh, en, .. } = what;
    Message::new(format!("规则文件 {name}（规则 {id}）：{zh}"), format!("rule file {name}, rule {id}: {en}"))
}

/// A list of words in file `name` has an empty one; `list` is what it is in both languages.
pub fn empty_word(name: &str, list: [&str; 2], id: &str) -> Message {
    let [zh, en] = list;
    mistake(name, format!("{zh} {id} 里有空词，请删去"), format!("{en} {id} has an empty word, delete it"))
}

/// The words of file `name` can't be searched for.
pub fn no_automaton(name: &str, error: impl Display) -> Message {
    Message::new(
        format!("规则文件 {name} 的词表建不起来：{error}"),
        format!("the words of rule file {name} can't be searched for: {error}"),
    )
}

/// The parser's message with its fixed phrases in Chinese.
fn told(message: &str) -> String {
    let phrases = [
        ("unknown field", "不认识的字段"),
        ("missing field", "缺少字段"),
        ("duplicate key", "重复的字段"),
        ("invalid type:", "类型不对："),
        ("unknown variant", "不认识的取值"),
        (", expected", "，应为"),
    ];
    phrases.iter().fold(message.to_owned(), |told, (en, zh)| told.replace(en, zh))
}

/// The `id` that was given last before byte `at`.
fn rule_before(text: &str, at: usize) -> Option<&str> {
    let line = text[..at].lines().rev().find(|line| line.trim_start().starts_with("id"))?;
    line.split('"').nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        rule: Vec<Rule>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rule {
        id: String,
        weight: i32,
    }

    impl Named for Rule {
        fn id(&self) -> &str {
            &self.id
        }
    }

    const BUILT_IN: &str = "[[rule]]\nid = \"a\"\nweight = 1\n\n[[rule]]\nid = \"b\"\nweight = 2\n";

    fn weights(own: &str) -> Result<Vec<i32>> {
        let files: Vec<File> = RuleFiles::with_texts(&[("x.toml", own)]).load("x.toml", BUILT_IN)?;
        Ok(merge("x.toml", files.into_iter().map(|f| f.rule))?.iter().map(|r| r.weight).collect())
    }

    #[test]
    fn a_districts_rule_replaces_or_adds() {
        let own = "[[rule]]\nid = \"b\"\nweight = 20\n[[rule]]\nid = \"c\"\nweight = 30\n";
        assert_eq!(weights(own).unwrap(), [1, 20, 30]);
    }

    #[test]
    fn a_mistake_is_told_with_file_line_and_rule() {
        let error = weights("[[rule]]\nid = \"b\"\nweight = \"heavy\"\n").unwrap_err().to_string();
        assert!(error.contains("x.toml 第 3 行（规则 b）"), "{error}");
        let error = weights("[[rule]]\nid = \"b\"\nwieght = 3\nweight = 3\n").unwrap_err().to_string();
        assert!(error.contains("x.toml 第 3 行（规则 b）"), "{error}");
    }

    #[test]
    fn a_name_given_twice_is_a_mistake() {
        let own = "[[rule]]\nid = \"c\"\nweight = 1\n[[rule]]\nid = \"c\"\nweight = 2\n";
        assert!(weights(own).unwrap_err().to_string().contains("规则 c 写了两次"));
    }
}
