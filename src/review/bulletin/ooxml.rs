//! A Word document as the few parts that Word, WPS and LibreOffice need, written as XML by hand.
//!
//! Layout of official documents (GB/T 9704—2012): A4, text block 156 × 225 mm, title in 小标宋 二号, text in 仿宋 三号 with
//! 22 lines of 28 characters, headings in 黑体, page numbers with a dash on both sides. Fonts are named, never embedded.

use crate::review::text::{escape, one_line};
use anyhow::Result;
use std::fmt::Write;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Millimetres in twentieths of a point.
const fn mm(millimetres: u32) -> u32 {
    millimetres * 14_400 / 254
}

/// Body of a document under way.
#[derive(Debug, Default)]
pub struct Document {
    body: String,
}

/// How a paragraph looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// 二号小标宋, in the middle.
    Title,
    /// 三号楷体, in the middle.
    Subtitle,
    /// 三号黑体.
    Heading,
    /// 三号仿宋, with two characters of indent.
    Text,
    /// The same on the right side.
    Signature,
    /// 小四仿宋, for notes.
    Note,
    /// The same in red and bold.
    Warning,
}

impl Style {
    fn id(self) -> &'static str {
        match self {
            Style::Title => "BulletinTitle",
            Style::Subtitle => "BulletinSubtitle",
            Style::Heading => "BulletinHeading",
            Style::Text => "BulletinText",
            Style::Signature => "BulletinSignature",
            Style::Note => "BulletinNote",
            Style::Warning => "BulletinWarning",
        }
    }
}

impl Document {
    /// Adds a paragraph.
    pub fn paragraph(&mut self, style: Style, text: &str) {
        // Writing to a String can't fail, here and below.
        let _ = write!(self.body, "<w:p><w:pPr><w:pStyle w:val=\"{}\"/></w:pPr>{}</w:p>", style.id(), run(text));
    }

    /// Adds a table; the first row is its head and stands again on every page. The first column is the widest.
    pub fn table(&mut self, rows: &[Vec<String>], first_share: u32) {
        let columns = rows.first().map_or(0, Vec::len).max(1) as u32;
        let all = mm(156);
        let first = all * first_share / 100;
        let other = if columns > 1 { (all - first) / (columns - 1) } else { 0 };
        let width = |column: usize| if column == 0 { first } else { other };
        let _ = write!(
            self.body,
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"BulletinTable\"/><w:tblW w:w=\"{all}\" w:type=\"dxa\"/>\
             <w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        );
        for column in 0..columns as usize {
            let _ = write!(self.body, "<w:gridCol w:w=\"{}\"/>", width(column));
        }
        self.body.push_str("</w:tblGrid>");
        for (i, row) in rows.iter().enumerate() {
            let head = if i == 0 { "<w:tblHeader/>" } else { "" };
            let _ = write!(self.body, "<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>");
            for (column, cell) in row.iter().enumerate() {
                let style = if i == 0 { "BulletinHeadCell" } else { "BulletinCell" };
                let side = if column == 0 { "left" } else { "center" };
                let _ = write!(
                    self.body,
                    "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>\
                     <w:p><w:pPr><w:pStyle w:val=\"{style}\"/><w:jc w:val=\"{side}\"/></w:pPr>{}</w:p></w:tc>",
                    width(column),
                    run(cell)
                );
            }
            self.body.push_str("</w:tr>");
        }
        // A table at the end, or two in a row, would be drawn into each other without a paragraph.
        self.body.push_str("</w:tbl><w:p><w:pPr><w:pStyle w:val=\"BulletinGap\"/></w:pPr></w:p>");
    }

    /// The bytes of the file.
    pub fn finish(self, title: &str) -> Result<Vec<u8>> {
        let section = format!(
            "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:pgSz w:w=\"{}\" w:h=\"{}\"/>\
             <w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"{}\" w:footer=\"{}\" w:gutter=\"0\"/>\
             <w:docGrid w:type=\"lines\" w:linePitch=\"579\"/></w:sectPr>",
            11_906,
            16_838,
            mm(37),
            mm(26),
            mm(35),
            mm(28),
            mm(15),
            mm(25)
        );
        let document = format!("<w:document {NAMESPACES}><w:body>{}{section}</w:body></w:document>", self.body);
        let core = format!(
            "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>",
            safe(title)
        );
        let parts = [
            ("[Content_Types].xml", TYPES.to_owned()),
            ("_rels/.rels", RELATIONSHIPS.to_owned()),
            ("docProps/core.xml", core),
            ("word/document.xml", document),
            ("word/styles.xml", styles()),
            ("word/footer1.xml", footer()),
            ("word/_rels/document.xml.rels", DOCUMENT_RELATIONSHIPS.to_owned()),
        ];
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, xml) in parts {
            zip.start_file(name, SimpleFileOptions::default())?;
            zip.write_all(HEAD.as_bytes())?;
            zip.write_all(xml.as_bytes())?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

/// Text that may stand in XML 1.0, which has no place for controls.
fn safe(text: &str) -> String {
    let told = one_line(text);
    escape(&told.replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}"))
}

fn run(text: &str) -> String {
    format!("<w:r><w:t xml:space=\"preserve\">{}</w:t></w:r>", safe(text))
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
    <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
    <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/>\
    <Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/>\
    <Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/>\
    <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>";

const RELATIONSHIPS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/>\
    <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>";

const DOCUMENT_RELATIONSHIPS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/>\
    <Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/></Relationships>";

/// `— 1 —` in 四号宋体.
fn footer() -> String {
    let part = |inner: &str| format!("<w:r><w:rPr>{}<w:sz w:val=\"28\"/></w:rPr>{inner}</w:r>", fonts("宋体"));
    format!(
        "<w:ftr {NAMESPACES}><w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr>{}{}{}{}{}</w:p></w:ftr>",
        part("<w:t xml:space=\"preserve\">— </w:t>"),
        part("<w:fldChar w:fldCharType=\"begin\"/>"),
        part("<w:instrText>PAGE</w:instrText>"),
        part("<w:fldChar w:fldCharType=\"end\"/>"),
        part("<w:t xml:space=\"preserve\"> —</w:t>")
    )
}

fn fonts(name: &str) -> String {
    format!(
        "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" w:eastAsia=\"{name}\" w:cs=\"Times New Roman\"/>"
    )
}

/// The styles: id, name, font, size in half points, what else a run has, what else a paragraph has.
fn styles() -> String {
    let line = |twentieths: u32| {
        format!("<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"{twentieths}\" w:lineRule=\"exact\"/>")
    };
    let indent = "<w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/>";
    let text = line(579);
    let off_grid = "<w:snapToGrid w:val=\"0\"/>";
    let all = [
        (
            "BulletinTitle",
            "通报标题",
            "方正小标宋简体",
            44,
            "",
            format!("<w:keepNext/>{}<w:jc w:val=\"center\"/>", line(700)),
        ),
        ("BulletinSubtitle", "通报副题", "楷体_GB2312", 32, "", format!("{text}<w:jc w:val=\"center\"/>")),
        ("BulletinHeading", "通报一级标题", "黑体", 32, "", format!("<w:keepNext/>{text}{indent}")),
        ("BulletinText", "通报正文", "仿宋_GB2312", 32, "", format!("{text}{indent}<w:jc w:val=\"both\"/>")),
        (
            "BulletinSignature",
            "通报落款",
            "仿宋_GB2312",
            32,
            "",
            format!("{text}<w:ind w:rightChars=\"400\" w:right=\"1280\"/><w:jc w:val=\"right\"/>"),
        ),
        ("BulletinNote", "通报附注", "仿宋_GB2312", 24, "", format!("{}<w:jc w:val=\"both\"/>", line(400))),
        ("BulletinWarning", "通报警示", "黑体", 24, "<w:b/><w:color w:val=\"C00000\"/>", line(400)),
        ("BulletinCell", "通报表格", "仿宋_GB2312", 21, "", format!("{off_grid}{}", line(340))),
        ("BulletinHeadCell", "通报表头", "黑体", 21, "", format!("<w:keepNext/>{off_grid}{}", line(340))),
        ("BulletinGap", "通报表后", "仿宋_GB2312", 12, "", line(160)),
    ];
    let mut xml = format!(
        "<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{}<w:sz w:val=\"32\"/><w:lang w:val=\"zh-CN\" w:eastAsia=\"zh-CN\"/>\
         </w:rPr></w:rPrDefault></w:docDefaults>",
        fonts("仿宋_GB2312")
    );
    for (id, name, font, size, more, paragraph) in all {
        let level = if id == "BulletinHeading" { "<w:outlineLvl w:val=\"0\"/>" } else { "" };
        let _ = write!(
            xml,
            "<w:style w:type=\"paragraph\" w:customStyle=\"1\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>\
             <w:pPr>{paragraph}{level}</w:pPr><w:rPr>{}{more}<w:sz w:val=\"{size}\"/></w:rPr></w:style>",
            fonts(font)
        );
    }
    let sides = ["top", "left", "bottom", "right", "insideH", "insideV"];
    let borders: String = sides
        .iter()
        .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>"))
        .collect();
    let _ = write!(
        xml,
        "<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"BulletinTable\"><w:name w:val=\"通报表\"/>\
         <w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar><w:left w:w=\"57\" w:type=\"dxa\"/>\
         <w:right w:w=\"57\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style></w:styles>"
    );
    xml
}
