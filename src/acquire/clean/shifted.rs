//! Characters lost where a text in GBK was cut or marked at a wrong byte: 。ㄒ唬 for （一）.
//!
//! What happened: programs that treat text as bytes found a punctuation mark, or one of the characters to put a reading
//! after, in the second byte of one character and the first of the next. The byte before it was lost, and all that
//! follows was read one byte off, until an ASCII byte or another such place brought it back. So the repair puts the
//! characters back into bytes, tries each byte that may have been lost, reads on from there, and takes the reading
//! that is Chinese by the pairs of characters in it, if it is so by a clear margin over what stands there.
//! Codes that GBK leaves undefined vanished inside such a run; up to three are tried anew. A run that no reading makes
//! Chinese stays as it is.

use super::bigrams::Bigrams;
use super::edit::Edit;
use super::fold::{Place, is_odd, is_odd_symbol};
use super::gloss;
use super::ranked::{Ranked, likeliest};
use encoding_rs::GBK;
use std::ops::Range;
use std::sync::OnceLock;

/// Characters between a mark and the first odd one after it.
const REACH: usize = 4;
/// Longest run that is tried, in characters. In a Simplified text a run ends only at the next ASCII byte, and one in
/// eight of its codes vanishes: no long one can be read.
const LONGEST: usize = 28;
/// Characters after a mark among which three odd ones are damage for sure.
const SURE_REACH: usize = 12;
/// Nats per character by which a reading must be better than what stands.
const MARGIN: f32 = 1.2;
/// A reading with a character that scores less may have a better one with vanished codes.
const DOUBTFUL: f32 = -12.5;
/// Nats that a vanished code costs.
const VANISHED_COST: f32 = 6.0;
/// Nats that guessing a lost second byte costs.
const LOST_COST: f32 = 2.0;
/// Most vanished codes in a run.
const MOST_VANISHED: u8 = 3;
/// Readings kept at each step.
const BEAM: usize = 24;
/// Of these, how many are tried with a vanished code too.
const VANISHED_BEAM: usize = 4;
/// Characters that were given readings, in the Traditional form that GBK text had, each with its reading.
const READINGS: &str = "業yè 發fā 現xiàn 規guī 區qū 數shù 執zhí 經jīng 創chuàng 環huán 統tǒng 聯lián 節jié 養yǎng 協xié \
                        鎮zhèn 監jiān 據jù 優yōu 續xù 態tài 產chǎn 網wǎng 鄉xiāng 穩wěn 醫yī";

/// One character of a run.
#[derive(Debug)]
enum Item {
    /// Two bytes of GBK.
    Pair(u8, u8),
    /// One byte.
    Ascii(u8),
    /// The reading of a character whose own last byte it swallowed, with that byte.
    Reading(u8),
    /// End of the line.
    End,
}

/// An [`Item`] and where it stands in the folded text, glosses and swallowed brackets with it.
struct Placed {
    item: Item,
    at: Range<usize>,
}

/// A way to read the run up to some character, whose last byte is still open.
#[derive(Clone, Copy)]
struct Reading {
    /// Its last character in [`Paths`].
    path: usize,
    last: char,
    score: f32,
    /// The least of its characters' scores.
    worst: f32,
    length: u16,
    /// First byte of the next character.
    lead: u8,
    vanished: u8,
}

impl Reading {
    /// Nats per character.
    fn mean(&self) -> f32 {
        self.score / f32::from(self.length.max(1))
    }
}

/// The characters of all readings: each with the place of the one before it, and 0 for none.
struct Paths(Vec<(usize, char)>);

impl Paths {
    fn text(&self, mut at: usize) -> String {
        let mut chars = Vec::new();
        while at > 0 {
            chars.push(self.0[at].1);
            at = self.0[at].0;
        }
        chars.into_iter().rev().collect()
    }
}

/// A repaired run.
pub(super) struct Repaired {
    pub(super) edit: Edit,
    /// True where codes had vanished: what stands for them is a guess.
    pub(super) guessed: bool,
}

/// Repairs runs of shifted bytes in one text.
pub(super) struct Repairer<'t> {
    pub(super) model: &'t Bigrams,
    pub(super) codes: &'t Codes,
    pub(super) source: &'t str,
    pub(super) folded: &'t str,
}

impl Repairer<'_> {
    /// The repair of the run that begins at `start`, behind the character `before`, if there is one. Vanished codes are
    /// tried only where there is none without them: they cost a hundred times as much.
    pub(super) fn repair(&self, start: Place, before: char) -> Option<Repaired> {
        let items = self.items(start);
        let plain = self.read(&items, before, 0).filter(|(_, worst)| *worst > DOUBTFUL);
        plain.or_else(|| self.read(&items, before, MOST_VANISHED)).map(|(repaired, _)| repaired)
    }

    /// The best reading of a run with at most `vanished` vanished codes, if it is clearly better than what stands; with
    /// the least score of its characters.
    fn read(&self, items: &[Placed], before: char, vanished: u8) -> Option<(Repaired, f32)> {
        let mut paths = Paths(vec![(0, before)]);
        let mut beam = self.openings(&mut paths, items.first()?, before);
        let mut best: Option<(Reading, usize)> = None;
        for (i, placed) in items.iter().enumerate().skip(1) {
            let before = match placed.item {
                Item::Ascii(byte) if vanished > 0 => self.codes.vanished_before(self.model, byte),
                _ => &[],
            };
            for reading in &beam {
                if let Some(ended) = self.ending(&mut paths, reading, &placed.item, before)
                    && best.is_none_or(|(best, _)| ended.mean() > best.mean())
                {
                    best = Some((ended, if placed.item.ends_inside() { i + 1 } else { i }));
                }
            }
            match placed.item {
                Item::Pair(x, y) => beam = self.advance(&mut paths, &beam, (x, y), vanished),
                Item::Ascii(_) | Item::Reading(_) | Item::End => break,
            }
        }
        let (reading, n_items) = best?;
        let at = items[0].at.start..items[n_items - 1].at.end;
        let better = reading.mean() > self.standing(&self.folded[at.clone()], before) + MARGIN;
        better.then(|| {
            let edit = Edit::repair(at, paths.text(reading.path), "shifted_bytes");
            (Repaired { guessed: reading.vanished > 0, edit }, reading.worst)
        })
    }

    /// Nats per character of what stands, readings left out.
    fn standing(&self, text: &str, before: char) -> f32 {
        let (mut last, mut score, mut length) = (before, 0.0, 0);
        for c in text.chars().filter(|c| !c.is_ascii_lowercase()) {
            score += self.model.after(std::mem::replace(&mut last, c), c);
            length += 1;
        }
        score / length.max(1) as f32
    }

    /// The mark at which the bytes slipped: at most [`REACH`] characters before `odd`, or `odd` itself where it is what
    /// is left of a swallowed bracket. With the character before it.
    pub(super) fn mark_before(&self, odd: Place) -> Option<(Place, char)> {
        let mut place = odd;
        let mut source = self.source[..odd.source].chars().rev();
        let mut folded = self.folded[..odd.folded].chars().rev();
        if self.folded[odd.folded..].starts_with('?') && gloss::length(&self.folded[odd.folded + 1..]).is_some() {
            return Some((place, folded.next().unwrap_or('\n')));
        }
        for _ in 0..REACH {
            let (s, f) = (source.next()?, folded.next()?);
            place = Place { source: place.source - s.len_utf8(), folded: place.folded - f.len_utf8() };
            match f {
                '。' | '、' | '!' | ';' | '?' | ',' => return Some((place, folded.next().unwrap_or('\n'))),
                '\n' => return None,
                _ => {}
            }
        }
        None
    }

    /// The run's characters as bytes, to the first that GBK has not or the end of the line.
    fn items(&self, start: Place) -> Vec<Placed> {
        let mut items: Vec<Placed> = Vec::new();
        let (source, folded) = (&self.source[start.source..], &self.folded[start.folded..]);
        let mut chars = source.chars().zip(folded.char_indices());
        while let Some((c, (at, f))) = chars.next() {
            let at = start.folded + at;
            let rest = &self.folded[at + f.len_utf8()..];
            let swallowed = f == '?' || f == '(';
            let (item, length) = match gloss::length(rest).filter(|_| swallowed) {
                // 'X(yè)' in good order is a gloss and belongs to the character before; '?yè)', and '(yè)' after what
                // has no such reading, stand where a last byte was swallowed.
                Some(length) => match trail_of(&rest[..length]) {
                    Some(trail) => (Item::Reading(trail), length + 1),
                    None => break,
                },
                None if f == '\n' => (Item::End, 0),
                None => match item(c, items.is_empty()) {
                    // 'F(xiàn)': the reading stands after the second byte of its character.
                    Some(Item::Ascii(byte)) => (Item::Ascii(byte), bracketed(rest).unwrap_or(0)),
                    Some(item) => (item, 0),
                    None => (Item::End, 0),
                },
            };
            let mut end = at + f.len_utf8();
            for (_, (_, skipped)) in chars.by_ref().take(rest[..length].chars().count()) {
                end += skipped.len_utf8();
            }
            let done = matches!(item, Item::Ascii(_) | Item::End) || items.len() > LONGEST;
            items.push(Placed { item, at: at..end });
            if done {
                break;
            }
        }
        items
    }

    /// What the run may begin with.
    fn openings(&self, paths: &mut Paths, first: &Placed, before: char) -> Vec<Reading> {
        let open = |lead: u8| Reading { path: 0, last: before, score: 0.0, worst: 0.0, length: 0, lead, vanished: 0 };
        match first.item {
            Item::Pair(x, y) => {
                let any: Vec<Reading> = (0x81..=0xFE).map(open).collect();
                self.advance(paths, &any, (x, y), 0)
            }
            Item::Reading(trail) => vec![open(trail)],
            Item::Ascii(_) | Item::End => Vec::new(),
        }
    }

    /// The readings with one character more: `lead x`, and `y` open; or with a vanished code before it, of which there may
    /// be `vanished`.
    fn advance(&self, paths: &mut Paths, beam: &[Reading], (x, y): (u8, u8), vanished: u8) -> Vec<Reading> {
        let mut next = Vec::new();
        for reading in beam {
            match self.codes.char(reading.lead, x) {
                // An indent, not a character: it says nothing for or against, and where it fits nothing else does.
                Some(' ') if reading.length == 0 && reading.last == '\n' => {
                    return vec![Reading { lead: y, ..*reading }];
                }
                Some(c) => next.push(self.with(paths, reading, c, y)),
                None => {}
            }
        }
        // The first character is still open to all: the mark before it says little.
        let tried = if beam.iter().all(|reading| reading.length == 1) { BEAM } else { VANISHED_BEAM };
        let mut open = beam.iter().take(tried).filter(|r| r.vanished < vanished && r.length > 0).peekable();
        if open.peek().is_some() {
            let before_x = self.codes.vanished_before(self.model, x);
            open.for_each(|reading| self.fill_in(paths, reading, before_x, y, &mut next));
        }
        next.sort_by(|a, b| b.mean().total_cmp(&a.mean()));
        next.truncate(BEAM);
        next
    }

    /// A code `u v` that GBK leaves undefined stood before `x y`: the characters are `lead u`, `v x`.
    fn fill_in(&self, paths: &mut Paths, reading: &Reading, before_x: &[Ranked], y: u8, next: &mut Vec<Reading>) {
        let leads = self.codes.undefined.iter().zip(before_x);
        let first = leads.filter_map(|((lead, _), second)| {
            let c = self.codes.char(reading.lead, *lead)?;
            Some((self.model.after(reading.last, c), (second, c)))
        });
        let mut both: Vec<(f32, (Reading, char))> = Vec::new();
        for (_, (second, c)) in likeliest(first.collect()) {
            let mut reading = self.with(paths, reading, c, 0);
            reading.vanished += 1;
            reading.score -= VANISHED_COST;
            let ways = second.behind(self.model, reading.last).into_iter();
            both.extend(ways.map(|(p, c)| (reading.score + p, (reading, c))));
        }
        next.extend(likeliest(both).into_iter().map(|(_, (reading, c))| self.with(paths, &reading, c, y)));
    }

    /// How a reading ends before or with `item`, the best way; `before` is what may have vanished before it.
    fn ending(&self, paths: &mut Paths, reading: &Reading, item: &Item, before: &[Ranked]) -> Option<Reading> {
        let mut ways: Vec<Reading> = Vec::new();
        match *item {
            Item::Pair(..) => {}
            // An ASCII byte, or the swallowed one, is the second of the open character: all is in order after it.
            Item::Ascii(byte) | Item::Reading(byte) if byte >= 0x40 => {
                if let Some(c) = self.codes.char(reading.lead, byte) {
                    ways.push(self.with(paths, reading, c, 0));
                }
                if reading.vanished < MOST_VANISHED && reading.length > 0 && !before.is_empty() {
                    self.fill_in(paths, reading, before, 0, &mut ways);
                }
            }
            // The second byte is lost.
            Item::Ascii(_) | Item::Reading(_) | Item::End => {
                for c in (0x40..=0xFE).filter_map(|trail| self.codes.char(reading.lead, trail)) {
                    let mut way = self.with(paths, reading, c, 0);
                    way.score -= LOST_COST;
                    ways.push(way);
                }
            }
        }
        ways.into_iter().max_by(|a, b| a.mean().total_cmp(&b.mean()))
    }

    /// Where bytes slipped for sure though no reading was found: three odd characters close after a mark, or a symbol
    /// that only slipped bytes put into Chinese.
    pub(super) fn damage(&self, odd: Place) -> Option<Range<usize>> {
        let (start, _) = self.mark_before(odd)?;
        let mut seen = 0;
        let mut end = None;
        for (at, c) in self.folded[start.folded..].char_indices().take(SURE_REACH).take_while(|(_, c)| *c != '\n') {
            if is_odd(c) {
                seen += if is_odd_symbol(c) { 3 } else { 1 };
                end = Some(start.folded + at + c.len_utf8());
            }
        }
        end.filter(|_| seen >= 3).map(|end| start.folded..end)
    }

    fn with(&self, paths: &mut Paths, reading: &Reading, c: char, lead: u8) -> Reading {
        paths.0.push((reading.path, c));
        let step = self.model.after(reading.last, c);
        let score = reading.score + step;
        // How a run begins says little: the mark before it may be any.
        let worst = if reading.length == 0 { 0.0 } else { reading.worst.min(step) };
        Reading { path: paths.0.len() - 1, last: c, score, worst, length: reading.length + 1, lead, ..*reading }
    }
}

impl Item {
    /// True where a run ends with this item, not before it.
    fn ends_inside(&self) -> bool {
        matches!(self, Item::Ascii(0x40..) | Item::Reading(_))
    }
}

/// The two-byte codes of GBK.
pub(super) struct Codes {
    /// Character of each code as the folded text writes it, NUL for undefined ones; 256 for each first byte.
    chars: Vec<char>,
    /// First bytes that have undefined codes, with their second bytes.
    undefined: Vec<(u8, Vec<u8>)>,
    /// What may have stood before each byte, ranked when it is first asked for.
    vanished: Vec<OnceLock<Vec<Ranked>>>,
}

impl Codes {
    /// Decodes all of them; `fold` is what the folded text makes of a character.
    pub(super) fn new(fold: impl Fn(char) -> char) -> Self {
        let mut codes = Codes {
            chars: vec!['\0'; 1 << 16],
            undefined: Vec::new(),
            vanished: std::iter::repeat_with(OnceLock::new).take(1 << 8).collect(),
        };
        for lead in 0x81..=0xFEu8 {
            let mut undefined = Vec::new();
            for trail in (0x40..=0xFEu8).filter(|trail| *trail != 0x7F) {
                let text = GBK.decode_without_bom_handling(&[lead, trail]).0.into_owned();
                match text.chars().next() {
                    Some(c) if c != '\u{FFFD}' && !('\u{E000}'..='\u{F8FF}').contains(&c) => {
                        codes.chars[usize::from(lead) << 8 | usize::from(trail)] = fold(c);
                    }
                    _ => undefined.push(trail),
                }
            }
            if !undefined.is_empty() {
                codes.undefined.push((lead, undefined));
            }
        }
        codes
    }

    /// What may have stood before the byte `x` for each code that GBK leaves undefined.
    fn vanished_before(&self, model: &Bigrams, x: u8) -> &[Ranked] {
        let of_lead =
            |(_, trails): &(u8, Vec<u8>)| Ranked::new(model, trails.iter().filter_map(|trail| self.char(*trail, x)));
        self.vanished[usize::from(x)].get_or_init(|| self.undefined.iter().map(of_lead).collect())
    }

    fn char(&self, lead: u8, trail: u8) -> Option<char> {
        Some(self.chars[usize::from(lead) << 8 | usize::from(trail)]).filter(|c| *c != '\0')
    }
}

/// A character as bytes. The mark that a run begins with was full-width, whatever it is now.
fn item(c: char, first: bool) -> Option<Item> {
    let c = match c {
        '!' | ';' | '?' | ',' if first => char::from_u32(u32::from(c) + 0xFEE0)?,
        c if c.is_ascii() => return Some(Item::Ascii(c as u8)),
        c => c,
    };
    match GBK.encode(c.encode_utf8(&mut [0; 4])) {
        (bytes, _, false) if bytes.len() == 2 => Some(Item::Pair(bytes[0], bytes[1])),
        _ => None,
    }
}

/// Length in bytes of `(reading)` with its brackets, if `rest` begins with it.
fn bracketed(rest: &str) -> Option<usize> {
    Some(gloss::length(rest.strip_prefix('(')?)? + 2)
}

/// Last byte of the character with this reading.
fn trail_of(reading: &str) -> Option<u8> {
    let entry = READINGS.split_whitespace().find(|entry| entry[3..] == *reading)?;
    match item(entry.chars().next()?, false)? {
        Item::Pair(_, trail) => Some(trail),
        _ => None,
    }
}
