//! Bytes to source text: what format ([`mod@format`]), what encoding ([`encoding`]).
//!
//! It looks at bytes, never trusts the extension for what the bytes can tell, and is never silently lossy: what can't
//! be decoded stands as U+FFFD and is counted, and a file with too much of it is rejected. The byte order mark is
//! dropped, line ends are kept: offsets count in the text as it was submitted. A reader for Word or PDF goes in at
//! [`format::Kind::Unsupported`].

pub mod encoding;
pub mod format;
mod html;

use self::format::Kind;
use super::reject::Reason;
use crate::document::{DecodedFile, Format, Reject, SourceFile};
use crate::hash::sha256;
use crate::span::SourceText;

/// A text with more than one character in this many undecodable is rejected.
const MOST_UNDECODABLE: usize = 20;
/// One control character (NUL and the like) in this many makes a file binary.
const MOST_CONTROLS: usize = 100;
/// Damage that even a short text may have, such as characters cut at both ends.
const TOLERATED: usize = 4;

/// Decodes the bytes of `file`, or says why it can't be used.
pub fn decode(file: &SourceFile, bytes: &[u8]) -> Result<DecodedFile, Reject> {
    if bytes.is_empty() {
        return Err(Reason::Empty.of(file, ""));
    }
    let extension = file.disk_path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let kind = format::sniff(bytes, extension.as_deref().unwrap_or(""));
    if let Kind::Unsupported(name) = kind {
        return Err(Reason::UnsupportedFormat.of(file, name));
    }
    let (text, encoding) = encoding::decode(bytes, kind == Kind::Html);
    let (points, undecodable, controls) = count(&text);
    if controls > TOLERATED.max(points / MOST_CONTROLS) {
        return Err(Reason::Binary.of(file, ""));
    }
    if undecodable > TOLERATED.max(points / MOST_UNDECODABLE) {
        let seen = format!("按 {encoding} 解码，{points} 个字符里有 {undecodable} 处无法还原");
        return Err(Reason::Undecodable.of(file, &seen));
    }
    if encoding != "UTF-8" && !encoding::looks_written(&text) {
        return Err(Reason::Binary.of(file, ""));
    }
    let (text, format) = match kind {
        Kind::Html => (html::main_content(&text).ok_or_else(|| Reason::NoText.of(file, ""))?, Format::Html),
        Kind::Markdown => (text, Format::Markdown),
        _ => (text, Format::Text),
    };
    if !text.chars().any(char::is_alphanumeric) {
        return Err(Reason::NoText.of(file, ""));
    }
    Ok(DecodedFile {
        source_path: file.source_path.clone(),
        source_sha256: sha256(bytes),
        format,
        encoding,
        text: SourceText::new(text),
        n_undecodable: undecodable,
        masked: None,
    })
}

/// Characters, U+FFFD, and control characters that no text has.
fn count(text: &str) -> (usize, usize, usize) {
    let (mut points, mut controls, mut replaced) = (0, 0, 0);
    // Byte by byte, so that it costs next to nothing: continuation bytes begin no character.
    for byte in text.bytes() {
        points += usize::from(byte & 0xC0 != 0x80);
        controls += usize::from(byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C | 0x1B));
        replaced += usize::from(byte == 0xEF);
    }
    // 0xEF begins full-width forms too, which some texts are full of.
    if replaced > 0 {
        replaced = text.matches('\u{FFFD}').count();
    }
    (points, replaced, controls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{BIG5, GB18030};

    const HANS: &str = "学校每天公示作业，三至六年级不超过60分钟。\r\n课后服务参加519人。";
    const HANT: &str = "學校每天公示作業，三至六年級不超過60分鐘。\r\n課後服務參加519人。";

    fn file(name: &str) -> SourceFile {
        SourceFile {
            source_path: name.to_owned(),
            disk_path: name.into(),
            bytes: 0,
            stamp: crate::document::Stamp::default(),
        }
    }

    #[track_caller]
    fn check(bytes: &[u8], encoding: &str, text: &str, undecodable: usize) {
        let decoded = decode(&file("a.txt"), bytes).expect("it is text");
        assert_eq!((decoded.encoding, decoded.n_undecodable), (encoding, undecodable), "{}", decoded.text.as_str());
        assert_eq!(decoded.text.as_str(), text);
    }

    #[track_caller]
    fn check_rejected(name: &str, bytes: &[u8], reason: Reason) {
        let reject = decode(&file(name), bytes).map(|d| d.text.as_str().to_owned()).expect_err("it is rejected");
        assert_eq!(reject.reason, reason.code(), "{}", reject.detail);
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_is_told_with_and_without_its_mark() {
        for text in [HANS, HANT] {
            check(text.as_bytes(), "UTF-8", text, 0);
            check(format!("\u{FEFF}{text}").as_bytes(), "UTF-8", text, 0);
            check(&GB18030.encode(text).0, "GBK", text, 0);
            check(&utf16(text, u16::to_le_bytes), "UTF-16LE", text, 0);
            check(&utf16(text, u16::to_be_bytes), "UTF-16BE", text, 0);
            check(&utf16(&format!("\u{FEFF}{text}"), u16::to_le_bytes), "UTF-16LE", text, 0);
            check(&utf16(&format!("\u{FEFF}{text}"), u16::to_be_bytes), "UTF-16BE", text, 0);
        }
        check(&BIG5.encode(HANT).0, "Big5", HANT, 0);
        let four_bytes = format!("{HANS}𠮷");
        check(&GB18030.encode(&four_bytes).0, "gb18030", &four_bytes, 0);
    }

    #[test]
    fn a_cut_character_and_stray_bytes_are_seen_and_counted() {
        let cut = &HANS.as_bytes()[..HANS.len() - 1];
        check(cut, "UTF-8", &HANS.replace("人。", "人\u{FFFD}"), 1);
        check(&cut[1..], "UTF-8", &HANS.replacen('学', "\u{FFFD}\u{FFFD}", 1).replace("人。", "人\u{FFFD}"), 3);
        let mut gbk = GB18030.encode(HANS).0.into_owned();
        gbk.pop();
        check(&gbk, "GBK", &HANS.replace("人。", "人\u{FFFD}"), 1);
        let mut odd = utf16(HANS, u16::to_le_bytes);
        odd.pop();
        check(&odd, "UTF-16LE", &HANS.replace("人。", "人\u{FFFD}"), 1);
    }

    #[test]
    fn what_is_no_report_has_a_reason() {
        check_rejected("a.txt", b"", Reason::Empty);
        check_rejected("a.txt", "\u{FEFF} \r\n　\n".as_bytes(), Reason::NoText);
        check_rejected("a.txt", &[0; 5000], Reason::Binary);
        check_rejected("报告.txt", b"PK\x03\x04 word/document.xml", Reason::UnsupportedFormat);
        check_rejected("报告.txt", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", Reason::UnsupportedFormat);
        check_rejected("报告", b"%PDF-1.7\n", Reason::UnsupportedFormat);
        check_rejected("a.jsonl", b"{\"sid\":1}\n", Reason::UnsupportedFormat);
        let noise: Vec<u8> = (1..20_000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
        check_rejected("a.txt", &noise, Reason::Binary);
    }
}
