//! The headings of a report: which section a sentence belongs to, and what that section is for.
//!
//! [`Outline`] takes headings, items and turns in the order of the text and keeps the path of open sections. It knows
//! nothing of lines and sentences; [`super::units`] tells what is a heading and asks here where it belongs.
//!
//! Forms of numbers nest in the order of [`Form`], with two exceptions that real reports need: a list that begins with
//! number 1 under a bare heading belongs to it, and a list whose numbers go on behind another list holds that one.

use super::enumerator::Form;
use crate::document::{Role, Section};

/// What opens a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opener {
    /// `##`: depth.
    Hashes(u8),
    /// A line that stands outside the numbering and tells a role: `存在的问题:`; or a turn of the text.
    RoleLine,
    /// A numbered heading or item.
    Numbered(Form),
    /// A short line without number; `outer` where another one follows at once.
    Bare {
        /// 0 outer, 1 inner.
        depth: u8,
    },
    /// The words before a colon: `整改措施:…`.
    Label,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    opener: Opener,
    ordinal: u32,
    section: usize,
    /// True where the numbers of its list go on behind what comes now.
    goes_on: bool,
    /// True where its text begins on the line of its heading.
    inline: bool,
}

/// The sections of a report, and which of them are open.
#[derive(Debug)]
pub struct Outline {
    sections: Vec<Section>,
    open: Vec<Open>,
    /// What was open when a role line closed it: its numbers may go on.
    closed: Vec<Open>,
}

impl Outline {
    /// With section 0, the report itself.
    pub fn new(title: String) -> Self {
        let report = Section { title, level: 0, parent: None, role: Role::Other };
        Outline { sections: vec![report], open: Vec::new(), closed: Vec::new() }
    }

    /// The section that is open.
    pub fn current(&self) -> usize {
        self.open.last().map_or(0, |o| o.section)
    }

    /// What the open section is for.
    pub fn role(&self) -> Role {
        self.sections[self.current()].role
    }

    /// What opened it.
    pub fn opener(&self) -> Option<Opener> {
        self.open.last().map(|o| o.opener)
    }

    /// Opens a section; without `role` it has that of the section around it.
    pub fn heading(&mut self, opener: Opener, ordinal: u32, goes_on: bool, title: &str, role: Option<Role>) {
        self.close_for(opener, ordinal);
        let parent = self.current();
        let role = role.unwrap_or(self.sections[parent].role);
        let level = (self.open.len() + 1).min(usize::from(u8::MAX)) as u8;
        self.sections.push(Section { title: title.to_owned(), level, parent: Some(parent), role });
        self.open.push(Open { opener, ordinal, section: self.sections.len() - 1, goes_on, inline: false });
    }

    /// An item of a list that opens no section: closes those of the items before it.
    pub fn item(&mut self, form: Form, ordinal: u32) {
        let opener = Opener::Numbered(form);
        if self.open.iter().any(|o| o.opener == opener) || self.resumes(opener, ordinal) {
            self.close_for(opener, ordinal);
        }
    }

    /// A paragraph without number: the last item of a list whose items have their text on their own line ends before it.
    pub fn paragraph(&mut self) {
        if let Some(top) = self.open.last()
            && let (Opener::Numbered(form), true, false) = (top.opener, top.inline, top.goes_on)
            && form > Form::Han
            && self.sections[top.section].parent.is_some_and(|p| self.sections[p].role == self.role())
        {
            self.open.pop();
        }
    }

    /// The text of the section just opened begins on the same line.
    pub fn inline(&mut self) {
        if let Some(top) = self.open.last_mut() {
            top.inline = true;
        }
    }

    /// Closes the section that a turn opened for its paragraph alone.
    pub fn close(&mut self, section: usize) {
        if self.current() == section {
            self.open.pop();
        }
    }

    /// The sections.
    pub fn finish(self) -> Vec<Section> {
        self.sections
    }

    /// Closes what can't hold `opener`.
    fn close_for(&mut self, opener: Opener, ordinal: u32) {
        if self.resumes(opener, ordinal) {
            self.open = std::mem::take(&mut self.closed);
        }
        if opener == Opener::RoleLine {
            let closed = std::mem::take(&mut self.open);
            if closed.iter().any(|o| matches!(o.opener, Opener::Numbered(_))) {
                self.closed = closed;
            }
            return;
        }
        if let Some(at) = self.open.iter().rposition(|o| o.opener == opener) {
            self.open.truncate(at);
            return;
        }
        let begins = ordinal == 1;
        while let Some(top) = self.open.last() {
            let holds = match top.opener {
                Opener::RoleLine => begins || !matches!(opener, Opener::Numbered(Form::Han | Form::Chapter)),
                Opener::Bare { .. } => begins || top.opener < opener,
                _ => top.opener < opener || begins && top.goes_on,
            };
            if holds {
                return;
            }
            self.open.pop();
        }
    }

    /// True where number `ordinal` goes on a list that a role line closed.
    fn resumes(&self, opener: Opener, ordinal: u32) -> bool {
        let is_next = |o: &Open| o.opener == opener && o.ordinal + 1 == ordinal;
        ordinal > 1 && !self.open.iter().any(|o| o.opener == opener) && self.closed.iter().any(is_next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headings as `form ordinal` or words; the answer is the path of each.
    fn check(headings: &[(Opener, u32, bool, &str)], expected: &[&str]) {
        let mut outline = Outline::new(String::new());
        let mut paths = Vec::new();
        for &(opener, ordinal, goes_on, title) in headings {
            outline.heading(opener, ordinal, goes_on, title, None);
            let path: Vec<_> = outline.open.iter().map(|o| outline.sections[o.section].title.as_str()).collect();
            paths.push(path.join(" > "));
        }
        assert_eq!(paths, expected);
    }

    const HAN: Opener = Opener::Numbered(Form::Han);
    const BRACKETS: Opener = Opener::Numbered(Form::HanInBrackets);
    const DIGIT: Opener = Opener::Numbered(Form::Digit);
    const BARE: Opener = Opener::Bare { depth: 0 };

    #[test]
    fn forms_nest_in_their_usual_order() {
        check(
            &[
                (HAN, 1, true, "a"),
                (BRACKETS, 1, true, "b"),
                (DIGIT, 1, false, "c"),
                (BRACKETS, 2, false, "d"),
                (HAN, 2, false, "e"),
            ],
            &["a", "a > b", "a > b > c", "a > d", "e"],
        );
    }

    #[test]
    fn a_list_that_goes_on_holds_the_one_inside() {
        check(
            &[(DIGIT, 1, true, "a"), (HAN, 1, true, "b"), (HAN, 2, false, "c"), (DIGIT, 2, false, "d")],
            &["a", "a > b", "a > c", "d"],
        );
        check(&[(DIGIT, 3, false, "a"), (HAN, 1, true, "b")], &["a", "b"]);
    }

    #[test]
    fn bare_headings_hold_lists_that_begin_under_them() {
        check(
            &[(BARE, 0, false, "a"), (DIGIT, 1, true, "b"), (DIGIT, 2, false, "c"), (BARE, 0, false, "d")],
            &["a", "a > b", "a > c", "d"],
        );
    }

    #[test]
    fn role_lines_stand_outside_the_numbers() {
        let role = Opener::RoleLine;
        check(
            &[(HAN, 1, true, "a"), (role, 0, false, "问题"), (DIGIT, 1, false, "b"), (HAN, 2, false, "c")],
            &["a", "问题", "问题 > b", "c"],
        );
        check(&[(BRACKETS, 1, true, "a"), (role, 0, false, "问题"), (BRACKETS, 2, false, "b")], &["a", "问题", "b"]);
    }
}
