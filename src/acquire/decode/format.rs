//! What kind of file some bytes are.
//!
//! Magic numbers decide first; among texts, a page is told by its tags and Markdown by its headings. The extension
//! counts only where bytes can't tell: data files (JSON, CSV, program text) are text too, but no report.

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// A web page.
    Html,
    /// A format without a reader, by its name.
    Unsupported(&'static str),
}

/// Bytes that a format begins with.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "Word 97/WPS/Excel 97 文档"),
    (b"\x89PNG\r\n", "PNG 图片"),
    (b"\xFF\xD8\xFF", "JPEG 图片"),
    (b"GIF87a", "GIF 图片"),
    (b"GIF89a", "GIF 图片"),
    (b"II*\0", "TIFF 图片"),
    (b"MM\0*", "TIFF 图片"),
    (b"8BPS", "Photoshop 图片"),
    (b"OggS", "音频"),
    (b"ID3", "音频"),
    (b"Rar!\x1A\x07", "RAR 压缩包"),
    (b"7z\xBC\xAF\x27\x1C", "7z 压缩包"),
    (b"\x1F\x8B\x08", "gzip 压缩包"),
    (b"BZh", "bzip2 压缩包"),
    (b"\xFD7zXZ\0", "xz 压缩包"),
    (b"\x28\xB5\x2F\xFD", "zstd 压缩包"),
    (b"PAR1", "Parquet 数据"),
    (b"SQLite format 3\0", "SQLite 数据库"),
    (b"\x7FELF", "程序"),
    (b"MIME-Version:", "MHTML 网页存档"),
];

/// What a zip archive is, by a name that stands in its first entries or in its directory at the end.
const ZIPS: &[(&[u8], &str)] = &[
    (b"word/", "Word 文档（docx）"),
    (b"xl/", "Excel 工作簿（xlsx）"),
    (b"ppt/", "PowerPoint 演示（pptx）"),
    (b"OFD.xml", "OFD 版式文档"),
    (b"opendocument", "ODF 文档"),
];

/// Text that is no report: data and program text, by extension.
const DATA: &[(&[&str], &str)] = &[
    (&["json", "jsonl", "ndjson", "geojson"], "JSON 数据"),
    (&["csv", "tsv"], "CSV 表格"),
    (&["xls", "xlsx", "et"], "Excel 工作簿"),
    (&["xml", "opml", "svg"], "XML 数据"),
    (&["yaml", "yml", "toml", "ini", "cfg", "conf", "lock"], "配置文件"),
    (&["py", "rs", "js", "ts", "css", "c", "h", "java", "sh", "bat", "ps1", "sql", "r", "ipynb"], "程序文本"),
    (&["png", "jpg", "jpeg", "gif", "bmp", "webp", "tif", "tiff", "heic"], "图片"),
    (&["mp3", "mp4", "wav", "avi", "mov", "wmv", "m4a"], "音视频"),
    (&["log", "bak", "tmp", "lnk", "url"], "非报送材料"),
];

/// How much of a file is looked at.
const HEAD: usize = 4096;

/// What kind of file `bytes` are; `extension` in small letters, without the dot.
pub fn sniff(bytes: &[u8], extension: &str) -> Kind {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        let ends = [&bytes[..bytes.len().min(HEAD)], &bytes[bytes.len().saturating_sub(HEAD)..]];
        let known = ZIPS.iter().find(|(name, _)| ends.iter().any(|end| find(end, name).is_some()));
        return Kind::Unsupported(known.map_or("ZIP 压缩包", |(_, name)| name));
    }
    if let Some((_, name)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Kind::Unsupported(name);
    }
    if bytes.starts_with(b"RIFF")
        && bytes
            .get(8..12)
            .is_some_and(|kind| [b"WEBP", b"WAVE", b"AVI "].contains(&kind.try_into().unwrap_or(b"    ")))
    {
        return Kind::Unsupported("图片或音视频");
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return Kind::Unsupported("图片或音视频");
    }
    if let Some((_, name)) = DATA.iter().find(|(extensions, _)| extensions.contains(&extension)) {
        return Kind::Unsupported(name);
    }
    let head = ascii_head(bytes);
    let markdown = ["md", "markdown"].contains(&extension);
    match tag(&head) {
        Some("xml") if find(&head, b"<html").is_none() => Kind::Unsupported("XML 文档"),
        Some("xml" | "html" | "doctype") => Kind::Html,
        Some(_) if !markdown => Kind::Html,
        _ if ["html", "htm", "xhtml", "shtml"].contains(&extension) => Kind::Html,
        _ if markdown || has_headings(&head) => Kind::Markdown,
        _ => Kind::Text,
    }
}

/// The first bytes in small letters without NULs, so that UTF-16 pages show their tags too, and without a byte order
/// mark and blanks before the first character.
fn ascii_head(bytes: &[u8]) -> Vec<u8> {
    let bytes =
        [&b"\xEF\xBB\xBF"[..], b"\xFF\xFE", b"\xFE\xFF"].iter().find_map(|m| bytes.strip_prefix(*m)).unwrap_or(bytes);
    let head: Vec<u8> = bytes.iter().take(HEAD).filter(|b| **b != 0).map(u8::to_ascii_lowercase).collect();
    head.trim_ascii_start().to_vec()
}

/// The tag that a page begins with, comments skipped.
fn tag(head: &[u8]) -> Option<&'static str> {
    let mut rest = head;
    while let Some(comment) = rest.strip_prefix(b"<!--") {
        rest = comment[find(comment, b"-->")? + 3..].trim_ascii_start();
    }
    const TAGS: [(&str, &str); 16] = [
        ("<!doctype html", "doctype"),
        ("<?xml", "xml"),
        ("<html", "html"),
        ("<head", "html"),
        ("<body", "html"),
        ("<meta", "part"),
        ("<title", "part"),
        ("<div", "part"),
        ("<p", "part"),
        ("<table", "part"),
        ("<h1", "part"),
        ("<h2", "part"),
        ("<article", "part"),
        ("<section", "part"),
        ("<script", "part"),
        ("<span", "part"),
    ];
    TAGS.iter()
        .find(|(open, _)| {
            let after = rest.get(open.len());
            rest.starts_with(open.as_bytes()) && after.is_none_or(|b| !b.is_ascii_alphanumeric())
        })
        .map(|(_, name)| *name)
}

/// Two lines with Markdown headings.
fn has_headings(head: &[u8]) -> bool {
    head.split(|b| *b == b'\n')
        .filter(|line| {
            let marks = line.iter().take_while(|b| **b == b'#').count();
            (1..=6).contains(&marks) && line.get(marks) == Some(&b' ')
        })
        .count()
        >= 2
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|w| w == needle)
}
