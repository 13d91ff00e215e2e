//! A sentence that is a measure, taken apart: which clauses belong together, who does what to what.
//!
//! Words are taken from the text as they stand; where the text does not say who or what, nothing is guessed.

use super::clauses::{Cue, Reading};
use super::lexicon::Lexicon;
use super::marks::Marks;
use super::rules::MeasureRules;
use crate::span::Span;
use std::ops::Range;

/// Who does what to what.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Words {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub object: Option<String>,
}

/// The longest actor and object that are published, in characters.
const ACTOR_LENGTH: usize = 16;
const OBJECT_LENGTH: usize = 40;

/// Classes whose words can be the action, the telling ones first.
const ACTIONS: [&[&str]; 3] = [
    &["set_up", "issue", "hold", "inspect", "prohibit", "forbid"],
    &["arrange", "paired", "limit"],
    &["guide", "oblige", "empty_verb", "standing"],
];

/// Words after which a name is not the one who acts: 对教师, 除学校规定外.
const NOT_ACTING: [char; 7] = ['对', '向', '除', '与', '据', '按', '在'];

/// Groups of clauses, each of them a measure. Purposes and effects stay with the action that they belong to.
pub fn split(rules: &MeasureRules, reading: &Reading) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut has_action = false;
    for i in 0..reading.clauses.len() {
        let begins = rules.begins_measure(reading, i);
        if begins && has_action {
            parts.push(start..i);
            start = i;
        }
        has_action |= begins;
    }
    if start < reading.clauses.len() {
        parts.push(start..reading.clauses.len());
    }
    parts
}

/// Which marks tell who does what.
pub struct Grammar {
    /// Marks of [`ACTIONS`], in their order.
    actions: [Marks; 3],
    actor: Marks,
    /// Words after which a name is not the one who acts: 引导学生.
    before_objects: Marks,
}

impl Grammar {
    /// Looks the marks up.
    pub fn new(lexicon: &Lexicon) -> Self {
        let marks =
            |classes: &[&str]| classes.iter().filter_map(|c| lexicon.mark(c)).fold(Marks::default(), Marks::with);
        Grammar {
            actions: ACTIONS.map(marks),
            actor: marks(&["actor"]),
            before_objects: marks(&["means", "purpose"]).with(marks(&ACTIONS.concat())),
        }
    }

    /// The actor, action and object of clauses `part` of a sentence in `text`.
    pub fn words(&self, reading: &Reading, part: Range<usize>, text: &str) -> Words {
        for wanted in self.actions {
            for clause in &reading.clauses[part.clone()] {
                let end = clause.end - clause.closed_by.map_or(0, char::len_utf8);
                // 规定的作息 is no action: 的 makes the word a part of a name.
                let acts = |c: &&Cue| c.marks.has_any(wanted) && !text[c.span.end..].starts_with('的');
                let Some(cue) = reading.cues[clause.cues.clone()].iter().find(acts) else {
                    continue;
                };
                let before = Span::new(clause.start, cue.span.start.min(end));
                return Words {
                    actor: self.actor(reading, &part, cue.span.start, text),
                    action: Some(cue.span.of(text).to_owned()),
                    object: disposed(before, text).or_else(|| object(Span::new(cue.span.end.min(end), end), text)),
                };
            }
        }
        Words::default()
    }

    /// Who acts: an actor before the action that no verb stands before; with the name that it ends, where that is short.
    fn actor(&self, reading: &Reading, part: &Range<usize>, action: usize, text: &str) -> Option<String> {
        for clause in &reading.clauses[part.clone()] {
            let cues = &reading.cues[clause.cues.clone()];
            let Some(cue) = cues.iter().find(|c| c.marks.has_any(self.actor.with(self.before_objects))) else {
                continue;
            };
            if !cue.marks.has_any(self.actor) || cue.span.end > action {
                continue;
            }
            let named = text[clause.start..cue.span.end].trim_start();
            if named.starts_with(NOT_ACTING) {
                continue;
            }
            let plain = named.chars().count() <= ACTOR_LENGTH && named.chars().all(char::is_alphanumeric);
            return Some(if plain { named } else { cue.span.of(text) }.to_owned());
        }
        None
    }
}

/// The object that 把 or 将 puts before the verb.
fn disposed(before: Span, text: &str) -> Option<String> {
    let said = before.of(text);
    let at = said.rfind('把').or_else(|| said.rfind('将'))?;
    object(Span::new(before.start + at + '把'.len_utf8(), before.end), text)
}

/// The words of `span` without aspect marks around them; none where too little or too much is left.
fn object(span: Span, text: &str) -> Option<String> {
    let said = span.of(text).trim_matches([' ', '了', '过', '好', '、', '“', '”']);
    let length = said.chars().count();
    (2..=OBJECT_LENGTH).contains(&length).then(|| said.to_owned())
}
