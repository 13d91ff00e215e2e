//! What rules may ask of a clause or sentence: a set of marks.
//!
//! Most marks are classes of words, which `lexicon.toml` names; a class counts twice, as a word of it stands anywhere
//! or at the beginning of a clause (`^hold`). The others are named here: where a sentence stands (`role:problems`,
//! `doc:plan`) and what it looks like (`shape:short`). What follows from them is told by the rules.

use crate::document::{DocKind, Report, Role, UnitKind};
use rustc_hash::FxHashMap;

/// How many classes of words there can be.
pub(super) const CLASSES: usize = 64;

/// Marks that do not come from words, in the order of their bits. They are named in rules as here.
pub(super) const CONTEXT: [&str; 33] = [
    "kind:title",
    "kind:heading",
    "kind:sentence",
    "kind:row",
    "role:background",
    "role:measures",
    "role:results",
    "role:problems",
    "role:remedies",
    "role:next_steps",
    "role:other",
    "doc:report",
    "doc:plan",
    "doc:summary",
    "doc:speech",
    "doc:essay",
    "doc:notice",
    "doc:other",
    "shape:short",
    "shape:middling",
    "shape:long",
    "shape:figure",
    "shape:percent",
    "shape:open",
    "shape:colon",
    "shape:enumerated",
    "shape:date",
    "shape:listing",
    "shape:clock",
    "shape:deadline",
    "clause:after_stop",
    "section:rules",
    "told:mended",
];

/// A set of marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Bits `0..64` word classes, `64..128` classes of the first word.
    words: u128,
    /// Marks that do not come from words.
    context: u64,
}

impl Marks {
    /// Both sets together.
    pub fn with(self, other: Marks) -> Marks {
        Marks { words: self.words | other.words, context: self.context | other.context }
    }

    /// True where all of `other` is here.
    pub fn has_all(self, other: Marks) -> bool {
        self.words & other.words == other.words && self.context & other.context == other.context
    }

    /// True where at least one of `other` is here.
    pub fn has_any(self, other: Marks) -> bool {
        self.words & other.words != 0 || self.context & other.context != 0
    }

    /// These without `other`.
    pub fn without(self, other: Marks) -> Marks {
        Marks { words: self.words & !other.words, context: self.context & !other.context }
    }

    /// Those of them that do not come from words.
    pub fn context_only(self) -> Marks {
        Marks { words: 0, ..self }
    }

    /// True where it is empty.
    pub fn is_empty(self) -> bool {
        self == Marks::default()
    }

    /// The mark of word class number `class`.
    pub(super) fn of_class(class: usize) -> Marks {
        Marks { words: 1 << class, context: 0 }
    }

    /// The mark of word class number `class` at the beginning of a clause.
    pub(super) fn of_first(class: usize) -> Marks {
        Marks { words: 1 << (CLASSES + class), context: 0 }
    }

    /// The same classes, at the beginning of a clause.
    pub(super) fn as_first(self) -> Marks {
        Marks { words: self.words << CLASSES, context: 0 }
    }

    /// These where `is`, else none.
    pub(super) fn when(self, is: bool) -> Marks {
        if is { self } else { Marks::default() }
    }

    /// The mark that does not come from words and is called `name`.
    pub(super) fn context(name: &str) -> Option<Marks> {
        CONTEXT.iter().position(|c| *c == name).map(of_context)
    }
}

const fn of_context(number: usize) -> Marks {
    Marks { words: 0, context: 1 << number }
}

/// The mark called `name`, looked up when the program is built: a name that is not in [`CONTEXT`] does not compile.
pub(super) const fn named(name: &str) -> Marks {
    let mut i = 0;
    while i < CONTEXT.len() {
        if same(CONTEXT[i].as_bytes(), name.as_bytes()) {
            return of_context(i);
        }
        i += 1;
    }
    panic!("no such mark");
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}

/// A title with one of these stands over rules that are laid down.
const RULES_TITLES: [&str; 10] = ["要求", "规定", "细则", "守则", "须知", "告知", "原则", "纪律", "议定", "决定事项"];

/// For each section of `report`, the marks of what stands in it.
pub(super) fn places(report: &Report) -> Vec<Marks> {
    const RULES: Marks = named("section:rules");
    let lays_down = |title: &str| RULES_TITLES.iter().any(|word| title.contains(word));
    let doc = of_doc(report.kind).with(RULES.when(report.title.as_deref().is_some_and(lays_down)));
    let mut times: FxHashMap<&str, usize> = FxHashMap::default();
    for title in report.sections.iter().map(|s| s.title.as_str()).filter(|title| answers(title)) {
        *times.entry(title).or_default() += 1;
    }
    let mut told = false;
    let mut places: Vec<Marks> = Vec::with_capacity(report.sections.len());
    for section in &report.sections {
        // What is laid down in a section is so in its parts: 议定事项 / (一)教育局.
        let inherited = section.parent.and_then(|parent| places.get(parent)).is_some_and(|p| p.has_all(RULES));
        let rules = RULES.when(inherited || lays_down(&section.title));
        // What is to be done about problems told before is to come, though it stands under 整改措施. Where that title
        // comes again and again it is the label of a ledger, which tells what was done as well.
        told |= section.role == Role::Problems;
        let remedies = const { named("role:remedies") }.when(told && times.get(section.title.as_str()) == Some(&1));
        places.push(doc.with(of_role(section.role)).with(rules).with(remedies));
    }
    places
}

/// True for the title of a section that answers problems: 整改措施, 改进办法.
fn answers(title: &str) -> bool {
    let title = title.trim_end_matches([':', '：']);
    let about = ["整改", "改进", "解决", "改正"].iter().any(|word| title.contains(word));
    about && ["措施", "举措", "办法", "对策", "思路", "打算"].iter().any(|word| title.ends_with(word))
}

const fn of_doc(kind: DocKind) -> Marks {
    match kind {
        DocKind::Report => const { named("doc:report") },
        DocKind::Plan => const { named("doc:plan") },
        DocKind::Summary => const { named("doc:summary") },
        DocKind::Speech => const { named("doc:speech") },
        DocKind::Essay => const { named("doc:essay") },
        DocKind::Notice | DocKind::Circular => const { named("doc:notice") },
        DocKind::Other => const { named("doc:other") },
    }
}

const fn of_role(role: Role) -> Marks {
    match role {
        Role::Background => const { named("role:background") },
        Role::Measures => const { named("role:measures") },
        Role::Results => const { named("role:results") },
        Role::Problems => const { named("role:problems") },
        Role::Remedies => const { named("role:remedies") },
        Role::NextSteps => const { named("role:next_steps") },
        Role::Other => const { named("role:other") },
    }
}

/// The mark of what a unit is.
pub(super) const fn of_kind(kind: UnitKind) -> Marks {
    match kind {
        UnitKind::Title => const { named("kind:title") },
        UnitKind::Heading => const { named("kind:heading") },
        UnitKind::Sentence => const { named("kind:sentence") },
        UnitKind::Row | UnitKind::Boilerplate => const { named("kind:row") },
    }
}
