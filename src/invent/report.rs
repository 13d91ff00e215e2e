//! A report of an invented school: facts, measures, problems and fillers in the manner of one of several writers.

use super::Words;
use super::facts::{Facts, PlantedFigure, Sentence};
use super::random::Random;
use super::schools::{Saves, School};
use crate::acquire::clean::traditional_pairs;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A report with what was planted in it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The text.
    pub text: String,
    /// Figures with the code point at which each quote begins.
    pub figures: Vec<(usize, PlantedFigure)>,
    /// Problems with their topic.
    pub problems: Vec<(String, String)>,
}

/// Manners of writing: headings, lists, or running text.
pub const STYLES: usize = 4;

/// What a report is made of before it is written down; copies change parts of it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// What the school states.
    pub facts: Facts,
    /// Sentences of its own.
    pub own: Vec<String>,
    /// Topic and text.
    pub problems: Vec<(String, String)>,
    /// Manner.
    pub style: usize,
}

impl Draft {
    /// Draws a draft.
    pub fn draw(words: &Words, school: &School, random: &mut Random) -> Self {
        let own = (0..random.between(10, 18)).map(|_| own_sentence(words, random)).collect();
        let mut problems = Vec::new();
        for _ in 0..random.between(1, 3) {
            let of_topic = random.pick(&words.problem);
            let problem = (of_topic.topic.clone(), random.pick(&of_topic.text).clone());
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        Draft { facts: Facts::draw(school, random), own, problems, style: random.below(STYLES) }
    }

    /// Writes it down for `school`.
    pub fn write(&self, words: &Words, school: &School, period: &str) -> Report {
        let facts = self.facts.sentences(self.style, school);
        let third = self.own.len() / 3;
        let plain = |texts: &[String]| texts.iter().map(Sentence::plain).collect::<Vec<_>>();
        // Facts are spread over the two parts that tell what is done, the school's own sentences between them.
        let (first, second) = facts.split_at(facts.len() / 2);
        let mut page = Page::new(self.style);
        page.line(&format!("{}{period}双减工作情况汇报", school.name));
        page.line("");
        page.paragraph(&plain(&words.template[..2]));
        page.heading(1, "作业管理与课堂教学");
        page.paragraph(&[&plain(&self.own[..third])[..], first].concat());
        page.heading(2, "课后服务与五项管理");
        page.paragraph(&[second, &plain(&self.own[third..])[..]].concat());
        page.heading(3, "存在的问题");
        for (i, (_, text)) in self.problems.iter().enumerate() {
            let counted = ["一是", "二是", "三是"][i];
            page.paragraph(&[Sentence::plain(format!("{counted}{text}。"))]);
        }
        page.heading(4, "下一步打算");
        page.paragraph(&[self.facts.aims(), plain(&words.template[2..])].concat());
        page.line(&school.name);
        let mut report = Report { text: page.text, figures: page.figures, problems: self.problems.clone() };
        if school.saves == Saves::Hant {
            report.text = traditional(&report.text);
            report.figures.iter_mut().for_each(|(_, figure)| figure.quote = traditional(&figure.quote));
        }
        report
    }
}

impl Report {
    /// The file's bytes as the office of `school` saves it.
    pub fn bytes(&self, school: &School) -> Vec<u8> {
        match school.saves {
            Saves::Gb18030 => encoding_rs::GB18030.encode(&self.text).0.into_owned(),
            Saves::Hans | Saves::Hant => self.text.clone().into_bytes(),
        }
    }
}

/// `text` in Traditional characters, one for one.
fn traditional(text: &str) -> String {
    static TABLE: LazyLock<HashMap<char, char>> =
        LazyLock::new(|| traditional_pairs().map(|(hant, hans)| (hans, hant)).collect());
    text.chars().map(|c| TABLE.get(&c).copied().unwrap_or(c)).collect()
}

/// A measure that hardly another school words the same.
pub fn own_sentence(words: &Words, random: &mut Random) -> String {
    let [who, how, what, why] =
        [&words.who, &words.how, &words.what, &words.why].map(|list| random.pick(list).as_str());
    match random.below(3) {
        0 => format!("{who}{how}{what},{why}。"),
        1 => format!("{how},{who}{what},{why}。"),
        _ => format!("为了{why},{who}{how}{what}。"),
    }
}

/// A page being written.
struct Page {
    style: usize,
    text: String,
    points: usize,
    figures: Vec<(usize, PlantedFigure)>,
}

impl Page {
    fn new(style: usize) -> Self {
        Page { style, text: String::new(), points: 0, figures: Vec::new() }
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.points += text.chars().count();
    }

    fn line(&mut self, text: &str) {
        self.push(text);
        self.push("\n");
    }

    fn heading(&mut self, number: usize, title: &str) {
        let counted = ["一", "二", "三", "四"][number - 1];
        let line = match self.style {
            0 => format!("{counted}、{title}"),
            1 => format!("({counted}){title}"),
            2 => title.to_owned(),
            _ => format!("{number}.{title}"),
        };
        self.line(&line);
    }

    fn paragraph(&mut self, sentences: &[Sentence]) {
        for sentence in sentences {
            if self.style == 0 {
                self.push("　　");
            }
            // Figures stand in the sentence in their order.
            let mut from = 0;
            for figure in &sentence.figures {
                let byte = from + sentence.text[from..].find(&figure.quote).expect("a quote is part of its sentence");
                let at = self.points + sentence.text[..byte].chars().count();
                self.figures.push((at, figure.clone()));
                from = byte + figure.quote.len();
            }
            self.push(&sentence.text);
            if self.style != 2 {
                self.push("\n");
            }
        }
        if self.style == 2 {
            self.push("\n");
        }
    }
}
