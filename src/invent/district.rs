//! The whole invented district: which school submits what, who copies whom, and the truth of all of it.

use super::facts::PlantedFigure;
use super::random::Random;
use super::report::{Draft, Report, own_sentence};
use super::schools::{self, School};
use super::{Words, words};
use serde::Serialize;

/// An invented district: files to write, and the truth about them.
#[derive(Debug)]
pub struct District {
    /// The roster as CSV.
    pub roster: String,
    /// Relative path and bytes.
    pub files: Vec<(String, Vec<u8>)>,
    /// What is true of them.
    pub truth: Truth,
}

/// What is true of an invented district.
#[derive(Debug, Default, Serialize)]
pub struct Truth {
    /// One for each school and period.
    pub submissions: Vec<Submission>,
    /// Planted figures.
    pub figures: Vec<FigureTruth>,
    /// Planted problems.
    pub problems: Vec<ProblemTruth>,
    /// Pairs of reports that share sentences beyond the template.
    pub copies: Vec<CopyTruth>,
}

/// What one school did in one period.
#[derive(Clone, Debug, Serialize)]
pub struct Submission {
    /// Roster id.
    pub school_id: String,
    /// As in column `period`.
    pub period: String,
    /// `received`, `missing`, `unreadable`, `off_topic`.
    pub state: &'static str,
    /// The file that counts.
    pub source_path: Option<String>,
    /// An earlier version that it replaces.
    pub superseded_path: Option<String>,
}

/// One planted figure with its place.
#[derive(Clone, Debug, Serialize)]
pub struct FigureTruth {
    /// Roster id.
    pub school_id: String,
    /// Period.
    pub period: String,
    /// File.
    pub source_path: String,
    /// Code point at which the quote begins.
    pub start: usize,
    /// The figure.
    #[serde(flatten)]
    pub figure: PlantedFigure,
}

/// One planted problem.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemTruth {
    /// File.
    pub source_path: String,
    /// Topic code.
    pub topic: String,
    /// The sentence without its end.
    pub text: String,
}

/// Two reports, the second made from the first.
#[derive(Clone, Debug, Serialize)]
pub struct CopyTruth {
    /// File of the first.
    pub original: String,
    /// File of the copy.
    pub copy: String,
    /// `whole`: names and numbers changed at most; `partial`: 40 % of its own sentences.
    pub kind: &'static str,
}

/// Invents a district of `schools` schools that report in each of `periods` (label as written, period code).
pub fn invent(count: usize, periods: &[(String, String)], seed: u64) -> District {
    let words = words();
    let schools = schools::schools(&words, count, &mut Random::new(seed, 0));
    let mut district = District { roster: schools::roster(&schools), files: Vec::new(), truth: Truth::default() };
    for (i, (label, period)) in periods.iter().enumerate() {
        let mut drafts: Vec<(String, Draft)> = Vec::new();
        for (j, school) in schools.iter().enumerate() {
            let mut random = Random::new(seed, ((i as u64 + 1) << 32) + j as u64);
            let turn = Turn { words: &words, school, label, period };
            turn.submit(&mut district, &mut drafts, &mut random);
        }
    }
    district
}

/// One school's turn in one period.
struct Turn<'a> {
    words: &'a Words,
    school: &'a School,
    label: &'a str,
    period: &'a str,
}

impl Turn<'_> {
    fn submit(&self, district: &mut District, drafts: &mut Vec<(String, Draft)>, random: &mut Random) {
        let path = self.path(random);
        let mut submission = Submission {
            school_id: self.school.id.clone(),
            period: self.period.to_owned(),
            state: "received",
            source_path: Some(path.clone()),
            superseded_path: None,
        };
        match random.below(100) {
            0..=5 => {
                submission.state = "missing";
                submission.source_path = None;
            }
            6..=7 => {
                submission.state = "unreadable";
                district.files.push((path, vec![0; 64]));
            }
            8..=9 => {
                submission.state = "off_topic";
                let title = format!("{}消防疏散演练总结\n", self.school.name);
                district.files.push((path, (title + &self.words.off_topic.join("\n")).into_bytes()));
            }
            kind => {
                let draft = self.draft(kind, &path, district, drafts, random);
                if random.chance(4) {
                    submission.superseded_path = Some(self.first_version(&path, &draft, district, random));
                }
                let report = draft.write(self.words, self.school, self.label);
                self.plant(&path, &report, district);
                district.files.push((path.clone(), report.bytes(self.school)));
                drafts.push((path, draft));
            }
        }
        district.truth.submissions.push(submission);
    }

    fn path(&self, random: &mut Random) -> String {
        let Turn { school, label, .. } = self;
        match random.below(3) {
            0 => format!("{label}/{}双减工作汇报.txt", school.name),
            1 => format!("{label}/{}/双减工作情况汇报.txt", school.name),
            _ => format!("{label}/{}/{}.txt", school.town, school.name.trim_start_matches(school.town.as_str())),
        }
    }

    /// A draft of its own, or one made from a neighbour's.
    fn draft(
        &self,
        kind: usize,
        path: &str,
        district: &mut District,
        drafts: &[(String, Draft)],
        random: &mut Random,
    ) -> Draft {
        let mut draft = Draft::draw(self.words, self.school, random);
        if kind < 90 || drafts.is_empty() {
            return draft;
        }
        let (original, source) = random.pick(drafts);
        let whole = kind < 96;
        if whole {
            draft.own.clone_from(&source.own);
            draft.problems.clone_from(&source.problems);
            draft.style = source.style;
        } else {
            let shared = source.own.len() * 2 / 5;
            draft.own = source.own[..shared].to_vec();
            while draft.own.len() < source.own.len() {
                draft.own.push(own_sentence(self.words, random));
            }
        }
        let kind = if whole { "whole" } else { "partial" };
        district.truth.copies.push(CopyTruth { original: original.clone(), copy: path.to_owned(), kind });
        draft
    }

    /// Writes an earlier version beside the one that counts.
    fn first_version(&self, path: &str, draft: &Draft, district: &mut District, random: &mut Random) -> String {
        let mut earlier = draft.clone();
        earlier.facts.clubs += random.between(1, 3);
        earlier.own.pop();
        let stem = path.trim_end_matches(".txt");
        let earlier_path = format!("{stem}(初稿).txt");
        let report = earlier.write(self.words, self.school, self.label);
        district.files.push((earlier_path.clone(), report.bytes(self.school)));
        earlier_path
    }

    fn plant(&self, path: &str, report: &Report, district: &mut District) {
        let truth = &mut district.truth;
        truth.figures.extend(report.figures.iter().map(|(start, figure)| FigureTruth {
            school_id: self.school.id.clone(),
            period: self.period.to_owned(),
            source_path: path.to_owned(),
            start: *start,
            figure: figure.clone(),
        }));
        truth.problems.extend(report.problems.iter().map(|(topic, text)| ProblemTruth {
            source_path: path.to_owned(),
            topic: topic.clone(),
            text: text.clone(),
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invent::periods;

    #[test]
    fn the_same_seed_gives_the_same_district() {
        let [a, b, c] = [1, 1, 2].map(|seed| invent(30, &periods(2), seed));
        assert_eq!(a.files, b.files);
        assert_ne!(a.files, c.files);
    }

    #[test]
    fn planted_figures_stand_where_the_truth_says() {
        let district = invent(60, &periods(2), 7);
        assert!(district.truth.figures.len() > 500);
        for planted in &district.truth.figures {
            let (_, bytes) = district.files.iter().find(|(path, _)| *path == planted.source_path).unwrap();
            let text = encoding_rs::Encoding::for_label(if std::str::from_utf8(bytes).is_ok() {
                b"utf-8"
            } else {
                b"gb18030"
            });
            let text = text.unwrap().decode_without_bom_handling(bytes).0;
            let quote: String = text.chars().skip(planted.start).take(planted.figure.quote.chars().count()).collect();
            assert_eq!(quote, planted.figure.quote);
        }
    }

    #[test]
    fn paths_are_used_once_and_every_state_occurs() {
        let district = invent(300, &periods(2), 3);
        let mut paths: Vec<_> = district.files.iter().map(|(path, _)| path).collect();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), district.files.len());
        for state in ["received", "missing", "unreadable", "off_topic"] {
            assert!(district.truth.submissions.iter().any(|s| s.state == state), "{state}");
        }
        assert!(district.truth.submissions.iter().any(|s| s.superseded_path.is_some()));
        for kind in ["whole", "partial"] {
            assert!(district.truth.copies.iter().any(|c| c.kind == kind), "{kind}");
        }
    }
}
