//! What the district view needs of one report, and nothing more: made with the report's rows, kept between nights.
//!
//! The text is not in it (only hashes of its sentences, its first and last words for the match with the roster, and
//! the objects of its measures), so that a district's digests fit in memory. [`encode`] and [`decode`] use postcard,
//! whose wire format is fixed; [`VERSION`] must grow when a field is added, since old bytes can't be read then.

use super::code::Code;
use super::norms::NormId;
use super::terms::{self, TermCounts, Words};
use super::wording::Sentences;
use crate::tables::{DocumentRow, DocumentStatsRow};
use serde::{Deserialize, Serialize};

/// Version of the digest's form; digests of another version are made anew.
pub const VERSION: u32 = 6;

/// One report, in brief.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Digest {
    /// Its row; what depends on other reports is filled by [`super::district::district`].
    pub document: DocumentRow,
    /// Its statistics; likewise.
    pub stats: DocumentStatsRow,
    /// Its first characters: title, letterhead, address.
    pub head: String,
    /// Its last characters: signature.
    pub tail: String,
    /// Its sentences, rows and headings; no boilerplate.
    pub sentences: Sentences,
    /// Its figures.
    pub figures: Vec<FigureBrief>,
    /// Its measures.
    pub measures: Vec<MeasureBrief>,
    /// Its problems.
    pub problems: Vec<ProblemBrief>,
    /// Consistency checks that failed within the report: check, sentence, figures.
    pub checks: Vec<CheckBrief>,
    /// Content words and how often they stand in it, by the order of the words.
    pub terms: TermCounts,
}

/// A figure, in brief. The columns are those of table `figures`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FigureBrief {
    /// See [`fact_id`].
    pub fact: u64,
    /// First code point.
    pub start: u32,
    /// First code point of its sentence.
    pub sentence: u32,
    /// See column `kind`.
    pub kind: Code,
    /// See column `indicator`.
    pub indicator: Code,
    /// See column `scope`.
    pub scope: Option<Code>,
    /// See column `comparator`.
    pub comparator: Code,
    /// See column `value`.
    pub value: Option<f64>,
    /// See column `value_hi`.
    pub value_hi: Option<f64>,
    /// See column `unit`.
    pub unit: Code,
    /// See column `masked`.
    pub masked: bool,
    /// See column `per`.
    pub per: Option<Code>,
    /// See column `period`.
    pub period: Option<Code>,
    /// See column `subject`.
    pub subject: Option<String>,
    /// See column `holds_now`.
    pub holds_now: bool,
    /// True where its clause speaks of a whole county, town or country before it: in a school's report not its own.
    pub of_all: bool,
    /// Norms whose words fit its sentence; whether they hold for its grades is told when the school is known.
    pub norms: Vec<NormId>,
}

/// A measure, in brief.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeasureBrief {
    /// See [`fact_id`].
    pub fact: u64,
    /// First code point.
    pub start: u32,
    /// First code point of its sentence.
    pub sentence: u32,
    /// See column `status`.
    pub status: Code,
    /// Topic codes separated by a space.
    pub topics: Code,
    /// Which content words its sentence holds: indices into [`Digest::terms`].
    pub terms: Vec<u32>,
}

/// A problem, in brief.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProblemBrief {
    /// See [`fact_id`].
    pub fact: u64,
    /// First code point.
    pub start: u32,
    /// See column `status`.
    pub status: Code,
    /// Topic codes separated by a space.
    pub topics: Code,
    /// Hash of its letters: the same for a problem told again word for word.
    pub words: u64,
}

/// A failed check of table `figure_checks`, in brief.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CheckBrief {
    /// See column `check`.
    pub check: Code,
    /// See column `detail`.
    pub detail: String,
    /// The figures.
    pub facts: Vec<u64>,
}

/// A fact's id as the tables write it.
pub fn fact_id(fact: u64) -> String {
    // Without the machinery of `format!`: there are as many ids as facts, terms apart.
    let digit = |place: u32| char::from(b"0123456789abcdef"[(fact >> (4 * place) & 15) as usize]);
    (0..16).rev().map(digit).collect()
}

/// The number that [`fact_id`] writes; 0 for what is no id.
pub fn fact(id: &str) -> u64 {
    u64::from_str_radix(id, 16).unwrap_or(0)
}

/// Digests as bytes, with [`VERSION`] in front.
pub fn encode(digests: &mut [Digest]) -> Vec<u8> {
    let words = terms::unite(digests.iter_mut().map(|digest| &mut digest.terms));
    let mut bytes = VERSION.to_le_bytes().to_vec();
    bytes.extend(postcard::to_stdvec(&(&*words, digests)).expect("digests hold only what postcard can write"));
    bytes
}

/// The digests; none where the bytes are damaged or of another version: they have to be made anew then.
pub fn decode(bytes: &[u8]) -> Option<Vec<Digest>> {
    let (version, body) = bytes.split_first_chunk::<4>()?;
    (u32::from_le_bytes(*version) == VERSION).then_some(())?;
    let (words, mut digests): (Words, Vec<Digest>) = postcard::from_bytes(body).ok()?;
    terms::spell(words, digests.iter_mut().map(|digest| &mut digest.terms)).then_some(digests)
}
