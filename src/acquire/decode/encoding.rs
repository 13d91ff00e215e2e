//! Which encoding some bytes are in, and the text that they are.
//!
//! The order of the questions is what makes it right: byte order mark, whole UTF-8, what a page declares, the shape of
//! UTF-16, UTF-8 with damage, and last GB18030 or Big5 by which of them yields more characters that Chinese really
//! uses. A general detector (chardetng) was measured on such files and lost: told that the text is Chinese it never
//! answers Big5, it takes UTF-8 with one character cut for GBK, and it knows no UTF-16 without a mark.

use crate::acquire::clean::traditional_pairs;
use crate::hanzi::is_hanzi;
use encoding_rs::{BIG5, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use std::sync::LazyLock;

/// How much of a text decides between encodings, in bytes; even, for UTF-16.
const SAMPLE: usize = 1 << 16;
/// Share of common characters from which two-byte units are taken for UTF-16.
const UTF16_SHARE: f64 = 0.7;
/// Share of common characters below which what was decoded is no Chinese but noise.
const WRITTEN_SHARE: f64 = 0.6;

/// The text of `bytes` without byte order mark, and the encoding's WHATWG name. Each place that can't be decoded
/// becomes U+FFFD. In a `page` the declared charset is asked too.
pub fn decode(bytes: &[u8], page: bool) -> (String, &'static str) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[mark..]);
    }
    let whole = std::str::from_utf8(bytes);
    if let Ok(text) = whole
        && !text.contains('\0')
    {
        return (text.to_owned(), UTF_8.name());
    }
    if let Some(declared) = page.then(|| declared(bytes)).flatten() {
        return decode_as(declared, bytes);
    }
    if let Some(utf16) = utf16_shape(bytes) {
        return decode_as(utf16, bytes);
    }
    if whole.is_ok() || mostly_utf8(bytes) {
        return decode_as(UTF_8, bytes);
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let share = |encoding: &'static Encoding| common_share(&encoding.decode_without_bom_handling(sample).0);
    let encoding = if share(BIG5) > share(GB18030) { BIG5 } else { GB18030 };
    decode_as(encoding, bytes)
}

/// True where a text that was decoded by guess consists mostly of characters in common use.
pub fn looks_written(text: &str) -> bool {
    let sample = &text[..text.floor_char_boundary(SAMPLE)];
    sample.is_ascii() || common_share(sample) >= WRITTEN_SHARE
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> (String, &'static str) {
    let text = encoding.decode_without_bom_handling(bytes).0.into_owned();
    let name = if encoding == GB18030 && !has_four_bytes(bytes) { GBK.name() } else { encoding.name() };
    (text, name)
}

/// True where GB18030 bytes hold a four-byte character, which GBK has not; else the two are the same.
fn has_four_bytes(bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some([lead, trail]) = bytes.get(at..at + 2) {
        match (lead, trail) {
            (0..=0x80, _) => at += 1,
            (_, b'0'..=b'9') => return true,
            _ => at += 2,
        }
    }
    false
}

/// The charset of `<meta charset=…>` or `<meta … content="text/html; charset=…">`; gb2312 means GBK there.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes[..bytes.len().min(4096)].to_ascii_lowercase();
    let key = b"charset=";
    let at = head.windows(key.len()).position(|w| w == key)? + key.len();
    let value = &head[at..];
    let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
    let end = value.iter().position(|b| !b.is_ascii_alphanumeric() && !b"-_:".contains(b)).unwrap_or(value.len());
    // A page whose charset can be read byte by byte is not in UTF-16, whatever it says.
    Encoding::for_label(&value[..end]).filter(|e| e.is_ascii_compatible())
}

fn utf16_shape(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    let share = |unit: fn([u8; 2]) -> u16| {
        let common = sample.chunks_exact(2).filter(|pair| {
            let unit = unit([pair[0], pair[1]]);
            matches!(unit, 9 | 10 | 13 | 0x20..=0x7E) || COMMON.has(unit)
        });
        common.count() as f64 / (sample.len() / 2).max(1) as f64
    };
    let (le, be) = (share(u16::from_le_bytes), share(u16::from_be_bytes));
    match (le >= UTF16_SHARE, be >= UTF16_SHARE) {
        (true, _) if le > be => Some(UTF_16LE),
        (_, true) => Some(UTF_16BE),
        _ => None,
    }
}

/// UTF-8 with damage: three-byte characters, which all Chinese is, outnumber the damaged places. GBK read as UTF-8
/// has next to none.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0usize, 0usize);
    for chunk in bytes[..bytes.len().min(SAMPLE)].utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xE0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= bad
}

/// Share of the characters outside ASCII that are common hanzi or Chinese punctuation.
fn common_share(text: &str) -> f64 {
    let (mut common, mut all) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        common += usize::from(u16::try_from(u32::from(c)).is_ok_and(|c| COMMON.has(c)));
    }
    common as f64 / all.max(1) as f64
}

/// The common hanzi, Simplified and Traditional, and Chinese punctuation: a bit for each character of the BMP.
struct Common(Vec<u64>);

impl Common {
    fn has(&self, c: u16) -> bool {
        self.0[usize::from(c >> 6)] >> (c & 63) & 1 == 1
    }
}

static COMMON: LazyLock<Common> = LazyLock::new(|| {
    let mut bits = Common(vec![0; 1024]);
    let mut set = |c: char| {
        if let Ok(c) = u16::try_from(u32::from(c)) {
            bits.0[usize::from(c >> 6)] |= 1 << (c & 63);
        }
    };
    // Level 1 of GB 2312, the 3,755 most common: rows B0 to D7.
    let level_1: Vec<u8> = (0xB0..=0xD7u8).flat_map(|row| (0xA1..=0xFEu8).flat_map(move |cell| [row, cell])).collect();
    let level_1 = GBK.decode_without_bom_handling(&level_1).0;
    let simple: std::collections::HashSet<char> = level_1.chars().filter(|c| is_hanzi(*c)).collect();
    simple.iter().for_each(|c| set(*c));
    traditional_pairs().filter(|(_, to)| simple.contains(to)).for_each(|(from, _)| set(from));
    "、。〈〉《》「」『』【】〔〕—‘’“”…·①②③④⑤⑥⑦⑧⑨⑩○〇".chars().for_each(&mut set);
    ('\u{FF01}'..='\u{FF5E}').chain(['\u{3000}']).for_each(&mut set);
    bits
});
