//! Which characters are hanzi (汉字): asked by every step.

use std::ops::Range;

/// The block that all hanzi in use are in: CJK Unified Ideographs, The Unicode Standard, chapter 18.
pub const HANZI: Range<usize> = 0x4E00..0xA000;

/// True for the hanzi of that block.
pub fn is_hanzi(c: char) -> bool {
    HANZI.contains(&(c as usize))
}

/// True for all hanzi: also those of extension A, the compatibility block and the supplementary planes.
pub fn is_any_hanzi(c: char) -> bool {
    is_hanzi(c) || matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
