//! A sentence read: its clauses, and how much each of them speaks for a problem.
//!
//! Inside a clause the order of the cues decides: what follows 避免, 未发现 or 严禁 does not count, what stands before
//! it does (`管理不到位，应当纠正`). Nothing here knows where in the report the sentence stands.

use super::cues::{Hit, Says};
use crate::span::Span;

/// A second deficiency in a clause, or in another clause of the sentence, counts by this share.
const SECOND: f32 = 0.5;
/// Hints of a clause count this much at most.
const HINTS: f32 = 2.0;
/// A deficiency behind an action verb (建立…薄弱学校帮扶) counts by this share.
const BEHIND_ACTION: f32 = 0.5;

/// A deficiency as an attribute (陈旧的设备) counts by this share.
const IN_PASSING: f32 = 0.5;

/// What a sentence holds.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// How much its clauses speak for a problem, together.
    pub evidence: f32,
    /// The cue that speaks most for it: an index into the hits.
    pub decider: Option<usize>,
    /// The largest hedge.
    pub hedge: f32,
    /// Its first hedge limits it to some (个别, 部分).
    pub some: bool,
    /// The largest turn.
    pub turn: f32,
    /// The body acts, and no deficiency or hedge stands before that.
    pub acts: bool,
    /// Something goes well.
    pub good: bool,
    /// The hit that says that it was put right.
    pub settled: Option<usize>,
    /// A note that something is done.
    pub closed: bool,
    /// What was found, or is wrong, in one clause was put right in another: `发现超量7次,均已提醒改正`.
    pub mended: bool,
    /// It is told of an earlier time …
    pub past: bool,
    /// … against now.
    pub now: bool,
    /// It is told of society at large.
    pub general: bool,
    /// Problems follow, or are spoken of as such.
    pub announces: bool,
    /// What is done about problems follows.
    pub remedy: bool,
    /// It speaks about the report or about problems as such.
    pub frame: bool,
    /// A deficiency was named, though taken back (解决…不足的问题).
    pub taken_back: bool,
    /// At least one deficiency by itself, not hints alone.
    pub states: bool,
    /// Something is said not to be so (未发现).
    pub denies: bool,
    /// End of the last clause that is not mere action.
    pub end: usize,
}

/// What holds in one clause so far.
#[derive(Default)]
struct Clause {
    best: f32,
    others: f32,
    hints: f32,
    decider: Option<usize>,
    hint: Option<usize>,
    hedged: bool,
    cancelled: bool,
    acted: bool,
    /// Where it says 没有, first.
    without: Option<usize>,
    outcome: bool,
    /// Where it says that something was found.
    found: Option<usize>,
    /// It tells that something was put right, in so many words or in passing.
    mends: Mends,
    /// It names something wrong that was worked on: `对3名批改不及时的教师进行了约谈`.
    worked: bool,
    /// Cues in here do not count: `对管理混乱的机构`.
    toward: Option<Span>,
}

/// Whether a clause tells that something was put right.
#[derive(Clone, Copy, Default, PartialEq, PartialOrd)]
enum Mends {
    #[default]
    No,
    /// With a word that is said of rules and habits too (当场, 均): it takes a count before it.
    InPassing,
    /// With 已.
    Plainly,
}

/// What the clauses so far tell of that could have been put right.
#[derive(Clone, Copy, Default, PartialEq)]
enum Told {
    #[default]
    Nothing,
    /// Something wrong.
    Wrong,
    /// Something found, with a number.
    Counted,
}

/// Reads the cues `hits` of `text`; `among` problems a clause in 的 may state one.
pub(super) fn read(text: &str, hits: &[Hit], among: bool) -> Reading {
    let mut reading = Reading { end: text.len(), ..Reading::default() };
    let mut totals: Vec<(f32, Option<usize>)> = Vec::new();
    let (mut supposed, mut acting) = (false, false);
    let mut told = Told::Nothing;
    let mut next = 0;
    let mut plain_end = 0;
    for span in clauses(text) {
        let first = next;
        while next < hits.len() && hits[next].span.start < span.end {
            next += 1;
        }
        let hits = &hits[first..next];
        let turns = hits.iter().any(|h| matches!(h.says, Says::Turn | Says::Now));
        let mut clause = Clause {
            cancelled: supposed,
            acted: acting && !turns,
            toward: toward(text, span, hits),
            ..Clause::default()
        };
        for (index, hit) in hits.iter().enumerate() {
            supposed |= hit.says == Says::Suppose;
            // 检查不严, 落实还不到位: a verb of which something is lacking is a noun.
            let noun = hit.leads
                && hits.get(index + 1).is_some_and(|h| {
                    h.says == Says::Lack
                        && h.span.start <= hit.span.end + NOUN_GAP
                        && h.span.of(text).starts_with(['不', '欠', '未'])
                        && !text[h.span.end..].starts_with('的')
                });
            // 8月底前补发到位: what is due has not been done.
            if noun || (hit.says == Says::Settled && is_due(&text[span.start..hit.span.start])) {
                continue;
            }
            // 焦虑的家长: what is said in passing counts less, unless problems are what it is about.
            let in_passing = hit.says == Says::Lack && !among && text[hit.span.end..span.end].starts_with('的');
            let weight = if in_passing { hit.weight * IN_PASSING } else { hit.weight };
            take(&mut clause, &mut reading, first + index, &Hit { weight, ..*hit });
        }
        let mut evidence = clause.best + SECOND * clause.others + clause.hints.min(HINTS);
        let clause_text = span.of(text);
        let about_those = clause_text.ends_with('的') && text[span.end..].chars().nth(1).is_some() && !among;
        // 没有及时公示的问题 is one: only what 没有 stands before is absent.
        let absent = clause.without.is_some_and(|at| clause.decider.is_none_or(|d| hits[d - first].span.start > at));
        let without = absent && ABSENT.iter().any(|end| clause_text.ends_with(end));
        if about_those || without || clause.outcome {
            reading.taken_back |= evidence > 0.0;
            reading.denies |= without;
            evidence = 0.0;
        }
        if evidence > 0.0 {
            reading.states |= clause.best > 0.0;
            totals.push((evidence, clause.decider.or(clause.hint)));
        }
        let worked = clause.worked && holds_number(clause_text);
        let wrong = !supposed && (evidence > 0.0 || worked || names_what_was_wrong(clause_text));
        let mends = match told {
            Told::Nothing => false,
            Told::Wrong => clause.mends == Mends::Plainly,
            Told::Counted => clause.mends != Mends::No,
        } && !clause.cancelled;
        // …已约谈,但仍有…: what is wrong still comes last.
        reading.mended = mends || (reading.mended && clause.best == 0.0);
        if clause.found.is_some_and(|at| holds_number(&text[at..span.end])) && !clause.cancelled {
            told = Told::Counted;
        } else if wrong && told == Told::Nothing {
            told = Told::Wrong;
        }
        if evidence > 0.0 || clause.hedged || !clause.acted {
            plain_end = span.end;
        }
        reading.acts |= clause.acted && evidence == 0.0 && !clause.hedged;
        // What an action is done to, or for, is told in the clauses behind it too.
        acting = clause.acted && evidence == 0.0 && !clause.hedged && !among;
    }
    totals.sort_by(|a, b| b.0.total_cmp(&a.0));
    if let Some(&(best, decider)) = totals.first() {
        reading.evidence = best + SECOND * totals.get(1).map_or(0.0, |second| second.0);
        reading.decider = decider;
    }
    if plain_end > 0 && reading.settled.is_none() {
        reading.end = plain_end;
    }
    reading
}

/// True for a clause that names a problem and leaves to the next what became of it: `学生手机无人登记的问题`.
fn names_what_was_wrong(clause: &str) -> bool {
    const NAMED: [&str; 4] = ["的问题", "的现象", "一事", "的情况"];
    const TURNED_TO: [&str; 6] = ["针对", "对", "围绕", "就", "关于", "解决"];
    NAMED.iter().any(|end| clause.ends_with(end)) && !TURNED_TO.iter().any(|word| clause.starts_with(word))
}

/// True where `text` holds a number.
fn holds_number(text: &str) -> bool {
    const COUNTED: [&str; 10] = ["两", "三", "四", "五", "六", "七", "八", "九", "十", "一"];
    const UNITS: [&str; 14] = ["个", "名", "人", "次", "起", "件", "所", "家", "处", "本", "条", "册", "例", "班"];
    text.contains(|c: char| c.is_ascii_digit() || matches!(c, 'X' | 'x' | '×'))
        || COUNTED.iter().any(|n| {
            text.match_indices(n).any(|(at, _)| UNITS.iter().any(|unit| text[at + n.len()..].starts_with(unit)))
        })
}

/// True where a day is named by which something shall be done; 于6月底前 tells when it was.
fn is_due(before: &str) -> bool {
    let was = before.contains('于') && !["将于", "拟于", "应于", "须于"].iter().any(|will| before.contains(will));
    !was && ["日前", "月前", "底前", "末前", "年前", "周前", "假前", "学前", "之前", "以前"]
        .iter()
        .any(|due| before.contains(due))
}

/// What a hedge counts that limits to some; what goes on (仍, 普遍) counts more.
const SOME: f32 = 1.0;

/// Bytes between a verb and what is lacking of it: 落实还不到位.
const NOUN_GAP: usize = 6;

/// How a clause ends that says what there is none of: `没有乱收费的情况`.
const ABSENT: [&str; 6] = ["现象", "情况", "行为", "问题", "情形", "事件"];

/// What a clause works on: from 对 to the verb for what is done (进行, 依法), or to the last 的 where 对 begins it.
fn toward(text: &str, clause: Span, hits: &[Hit]) -> Option<Span> {
    let from = hits.iter().find(|h| h.says == Says::Toward)?;
    let to = hits.iter().rev().find(|h| h.says == Says::Handle && h.span.start > from.span.end);
    let end = match to {
        Some(handle) => handle.span.start,
        None if from.span.start <= clause.start + OPENING => clause.start + clause.of(text).rfind('的')?,
        None => return None,
    };
    (end > from.span.start).then(|| Span::new(from.span.start, end))
}

/// Bytes that may stand before 对 at the beginning of a clause: a number, 同时.
const OPENING: usize = 9;

/// Takes one cue of a clause into account.
fn take(clause: &mut Clause, reading: &mut Reading, index: usize, hit: &Hit) {
    let worked_on = clause.toward.is_some_and(|toward| toward.contains(hit.span));
    match hit.says {
        Says::Lack | Says::Hint | Says::Wrong if clause.cancelled || worked_on => {
            reading.taken_back = true;
            clause.worked |= worked_on;
        }
        Says::Wrong if clause.without.is_some() => reading.taken_back = true,
        Says::Lack => {
            let weight = if clause.acted && !clause.hedged { hit.weight * BEHIND_ACTION } else { hit.weight };
            if weight > clause.best {
                clause.others += clause.best;
                clause.best = weight;
                clause.decider = Some(index);
            } else {
                clause.others += weight;
            }
        }
        Says::Hint | Says::Wrong | Says::Without => {
            if hit.says == Says::Without {
                clause.without = clause.without.or(Some(hit.span.start));
            }
            if !clause.cancelled && !worked_on {
                clause.hints += if clause.acted && !clause.hedged { hit.weight * BEHIND_ACTION } else { hit.weight };
                clause.hint = clause.hint.or(Some(index));
            }
        }
        Says::Hedge => {
            reading.some |= reading.hedge == 0.0 && hit.weight <= SOME;
            reading.hedge = reading.hedge.max(hit.weight);
            clause.hedged = true;
        }
        Says::Turn => reading.turn = reading.turn.max(hit.weight),
        Says::Deny => {
            clause.cancelled = true;
            reading.denies = true;
        }
        Says::Suppose => clause.cancelled = true,
        // 个别学校处理不及时: what a hedge limits is no aim, and what is lacking already stays so.
        Says::Aim | Says::Rule if clause.hedged || clause.best > 0.0 => {}
        Says::Aim | Says::Rule => {
            clause.cancelled = true;
            clause.acted = true;
        }
        Says::Act => clause.acted |= clause.best == 0.0 && !clause.hedged,
        Says::Good => reading.good = true,
        Says::Outcome => {
            reading.good = true;
            clause.outcome = true;
        }
        Says::Settled => {
            reading.settled = reading.settled.or(Some(index));
            if hit.mends {
                clause.mends = Mends::Plainly;
            }
        }
        Says::Closed => {
            reading.closed |= hit.weight >= 1.0;
            let how = if hit.weight >= 1.0 { Mends::Plainly } else { Mends::InPassing };
            if hit.mends && how > clause.mends {
                clause.mends = how;
            }
        }
        Says::Found => clause.found = clause.found.or(Some(hit.span.end)),
        Says::Past => reading.past = true,
        Says::Now => reading.now = true,
        Says::General => reading.general = true,
        Says::Announce => reading.announces = true,
        Says::Remedy => {
            reading.remedy = true;
            clause.acted |= hit.leads && clause.best == 0.0 && !clause.hedged;
        }
        Says::Frame => reading.frame = true,
        Says::Toward | Says::Handle => {}
    }
}

/// The clauses of `text`, without what stands between them.
fn clauses(text: &str) -> impl Iterator<Item = Span> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        while start < text.len() {
            let rest = &text[start..];
            let len = rest.find(splits).unwrap_or(rest.len());
            let span = Span::new(start, start + len);
            start += len + rest[len..].chars().next().map_or(0, char::len_utf8);
            if !span.is_empty() {
                return Some(span);
            }
        }
        None
    })
}

/// True for what ends a clause; 、 does not: `避免推诿、扯皮` is one.
fn splits(c: char) -> bool {
    matches!(c, ',' | '，' | ';' | '；' | '。' | '!' | '！' | '?' | '？' | ':' | '：' | '\n' | '\t' | '|')
}
