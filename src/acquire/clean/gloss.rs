//! Readings put after a character in brackets: 课业(yè)负担.
//!
//! A reading is one Mandarin syllable with its tone mark, and nothing else in the brackets: 课业(小学) and (app) are none.

/// Length in bytes of the syllable that `rest`, what follows an opening bracket, begins with, if the bracket closes
/// right after it.
pub(super) fn length(rest: &str) -> Option<usize> {
    let mut toned = 0;
    for (at, c) in rest.char_indices().take(7) {
        match c {
            'a'..='z' | 'ü' => {}
            ')' | '）' => return (toned == 1).then_some(at),
            _ if "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ".contains(c) => toned += 1,
            _ => return None,
        }
    }
    None
}
