//! What flows through an ingest: a source file, its decoded text, its cleaned text, and the reports in it.
//!
//! Each step takes one of these types and yields the next; none of them does IO. The order is
//! [`SourceFile`] → [`DecodedFile`] → [`CleanText`] → [`Report`].

use crate::acquire::personal;
use crate::span::{OffsetMap, SourceSpan, SourceText, Span};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A file as it was found, before it is read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceFile {
    /// Its name in all tables: relative to the input folder, `/` between parts, the folder's name first where there
    /// are several inputs. A name that is not UTF-8 keeps its bytes as `%XX`.
    pub source_path: String,
    /// Where it lies.
    pub disk_path: PathBuf,
    /// Length in bytes.
    pub bytes: u64,
    /// What the disk says of it: a hint, never the truth.
    pub stamp: Stamp,
}

/// What tells, without reading it, that a file is the one of last night.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stamp {
    /// When its content was changed, nanoseconds since 1970.
    pub modified: i64,
    /// When it was changed in any way; no program can set that back.
    pub changed: i64,
    /// Its number in the file system.
    pub inode: u64,
}

/// What kind of file the text came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown; its marks stay in the source text.
    Markdown,
    /// HTML; the source text is the page's main content.
    Html,
}

impl Format {
    /// Machine name, as in column `format`.
    pub fn code(self) -> &'static str {
        match self {
            Format::Text => "text",
            Format::Markdown => "markdown",
            Format::Html => "html",
        }
    }
}

/// A source file as text.
#[derive(Debug)]
pub struct DecodedFile {
    /// See [`SourceFile::source_path`].
    pub source_path: String,
    /// SHA-256 of the bytes, in hex.
    pub source_sha256: String,
    /// What kind of file.
    pub format: Format,
    /// Encoding that was found, by its WHATWG name (`UTF-8`, `GBK`, `gb18030`, `Big5`, `UTF-16LE`, …).
    pub encoding: &'static str,
    /// The source text: what all offsets count in.
    pub text: SourceText,
    /// Places where bytes could not be decoded and U+FFFD stands instead.
    pub n_undecodable: usize,
    /// Personal data that was covered in the text, in its order; none where nobody asked for that.
    pub masked: Option<Vec<personal::Place>>,
}

/// Which script a text is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Simplified characters.
    Hans,
    /// Traditional characters.
    Hant,
    /// Both, or neither to speak of.
    Mixed,
}

impl Script {
    /// ISO 15924 code in small letters, as in column `script`.
    pub fn code(self) -> &'static str {
        match self {
            Script::Hans => "hans",
            Script::Hant => "hant",
            Script::Mixed => "mixed",
        }
    }
}

/// One repair that cleaning made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repair {
    /// Fixed code: `pinyin_gloss`, `shifted_bytes`, `page_mark`, `line_wrap`, `injected_mark`, `variant`, `ocr`,
    /// `boilerplate`, …
    pub kind: &'static str,
    /// What of the source text was repaired.
    pub source: SourceSpan,
    /// What stands instead; empty where it was dropped.
    pub to: String,
}

/// A cleaned text with its way back.
#[derive(Debug)]
pub struct CleanText {
    /// Simplified characters, half-width forms, repaired; line ends are `\n`.
    pub text: String,
    /// From here to the source.
    pub map: OffsetMap,
    /// What was repaired, in the order of the text. Script conversion and width folding are not repairs.
    pub repairs: Vec<Repair>,
    /// Where damage was seen that could not be repaired: figures in these places are not to be trusted.
    pub damaged: Vec<Span>,
}

impl CleanText {
    /// The source text that `span` stands for.
    pub fn source_span(&self, span: Span) -> SourceSpan {
        self.map.source_span(&self.text, span)
    }
}

/// What a report is, as in column `doc_kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocKind {
    /// 汇报, 自查报告, 情况报告
    Report,
    /// 方案, 计划, 要点
    Plan,
    /// 总结
    Summary,
    /// 讲话, 发言
    Speech,
    /// 论文, 心得, 案例
    Essay,
    /// 通知, 公告
    Notice,
    /// 通报: a notice that tells what was found; its numbers are facts where those of a notice are rules.
    Circular,
    /// None of these.
    Other,
}

impl DocKind {
    /// All of them.
    pub const ALL: [DocKind; 8] = {
        use DocKind::*;
        [Report, Plan, Summary, Speech, Essay, Notice, Circular, Other]
    };

    /// As in column `doc_kind`, where a 通报 is one of the notices.
    pub fn code(self) -> &'static str {
        match self {
            DocKind::Circular => DocKind::Notice.rule_code(),
            kind => kind.rule_code(),
        }
    }

    /// As in rule files.
    pub fn rule_code(self) -> &'static str {
        match self {
            DocKind::Report => "report",
            DocKind::Plan => "plan",
            DocKind::Summary => "summary",
            DocKind::Speech => "speech",
            DocKind::Essay => "essay",
            DocKind::Notice => "notice",
            DocKind::Circular => "circular",
            DocKind::Other => "other",
        }
    }
}

/// What a section is for, told from its heading and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Policy meaning, introduction, description of the body.
    Background,
    /// What is done.
    Measures,
    /// What came of it.
    Results,
    /// What is wrong.
    Problems,
    /// Problems with the measures against them (存在问题与改进措施).
    Remedies,
    /// What is planned.
    NextSteps,
    /// Not told.
    Other,
}

impl Role {
    /// Machine name.
    pub fn code(self) -> &'static str {
        match self {
            Role::Background => "background",
            Role::Measures => "measures",
            Role::Results => "results",
            Role::Problems => "problems",
            Role::Remedies => "remedies",
            Role::NextSteps => "next_steps",
            Role::Other => "other",
        }
    }
}

/// A part of a report under one heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading without its number; empty for text before the first heading.
    pub title: String,
    /// Depth, from 1; 0 for the report itself.
    pub level: u8,
    /// The section that it is part of; none for section 0, the report itself.
    pub parent: Option<usize>,
    /// What it is for; inherited from the parent where the heading does not tell.
    pub role: Role,
}

/// A sentence or heading: what findings are made from, and about the size in which truth is marked.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Place in the cleaned text of the file, without the space around it.
    pub span: Span,
    /// Its section: an index into [`Report::sections`].
    pub section: usize,
    /// What it is.
    pub kind: UnitKind,
    /// Length in bytes of the enumerator that it begins with (`1、`, `一是`, `(二)`, `问题一：`); 0 where there is none.
    pub enumerator: usize,
    /// True where it begins a paragraph.
    pub begins_paragraph: bool,
}

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// The title of the report.
    Title,
    /// A heading.
    Heading,
    /// A sentence.
    Sentence,
    /// A line of a table, or of a list of names.
    Row,
    /// Site boilerplate, an address line, a signature: nothing is extracted from it.
    Boilerplate,
}

/// One report in a file, with its parts.
#[derive(Debug)]
pub struct Report {
    /// Its number in the file, from 1.
    pub part: u32,
    /// Place in the cleaned text of the file.
    pub span: Span,
    /// Title as written, cleaned.
    pub title: Option<String>,
    /// What it is.
    pub kind: DocKind,
    /// Who writes: `school`, `township`, `district`, `city`, `province`, `other`; none where not told.
    pub level: Option<&'static str>,
    /// `primary`, `junior`, `nine_year`, `senior`, `kindergarten`, `mixed`; none where not told.
    pub stage: Option<&'static str>,
    /// The body that reports, as the text names it (崖窑小学, 县教育局); none where not told or masked.
    pub body: Option<String>,
    /// The district, as the text names it.
    pub district: Option<String>,
    /// True where it is about the load of pupils, the five managements, or what they touch.
    pub on_topic: bool,
    /// `2021-autumn`, `2023-11`, `2023`; none where not told.
    pub period: Option<String>,
    /// Date of the report, days since 1970-01-01; none where not told.
    pub report_date: Option<i32>,
    /// Section 0 is the report itself.
    pub sections: Vec<Section>,
    /// In the order of the text.
    pub units: Vec<Unit>,
}

impl Report {
    /// A report of which nothing is told but its parts: what stands in no file, such as the examples beside the rules.
    pub fn untold(span: Span, sections: Vec<Section>, units: Vec<Unit>) -> Self {
        Report {
            part: 1,
            span,
            title: None,
            kind: DocKind::Report,
            level: None,
            stage: None,
            body: None,
            district: None,
            on_topic: true,
            period: None,
            report_date: None,
            sections,
            units,
        }
    }

    /// The same of a single sentence, the whole of a cleaned text of `bytes` bytes.
    pub fn of_sentence(bytes: usize) -> Self {
        let span = Span::new(0, bytes);
        let section = Section { title: String::new(), level: 0, parent: None, role: Role::Other };
        let unit = Unit { span, section: 0, kind: UnitKind::Sentence, enumerator: 0, begins_paragraph: true };
        Report::untold(span, vec![section], vec![unit])
    }

    /// Headings from the outermost to the unit's own, joined by ` > `.
    pub fn section_path(&self, unit: &Unit) -> String {
        let mut titles = Vec::new();
        let mut at = Some(unit.section);
        while let Some(i) = at {
            let section = &self.sections[i];
            if !section.title.is_empty() && section.level > 0 {
                titles.push(section.title.as_str());
            }
            at = section.parent;
        }
        titles.reverse();
        titles.join(" > ")
    }

    /// What the unit's section is for.
    pub fn role(&self, unit: &Unit) -> Role {
        self.sections[unit.section].role
    }
}

/// A source file, or a part of one, that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// See [`SourceFile::source_path`].
    pub source_path: String,
    /// Fixed code, see `schemas/rejects.odcs.yaml`.
    pub reason: &'static str,
    /// A sentence that names the thing, the place and the repair.
    pub detail: String,
}
